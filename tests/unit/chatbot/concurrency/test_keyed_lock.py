"""One turn at a time in each conversation."""

from __future__ import annotations

import threading

import pytest

from chatbot.concurrency.keyed_lock import Turns
from chatbot.errors import InputError


def test_a_second_message_of_a_conversation_is_refused_when_the_first_does_not_end() -> None:
    turns = Turns(longest_wait=0.01)
    with turns.taken("a"), pytest.raises(InputError, match="still being answered"), turns.taken("a"):
        pass


def test_other_conversations_do_not_wait() -> None:
    turns = Turns(longest_wait=0.01)
    with turns.taken("a"), turns.taken("b"):
        pass


def test_turns_of_one_conversation_never_overlap_and_leave_nothing_behind() -> None:
    turns = Turns(longest_wait=30)
    inside: list[int] = []
    most = []

    def work() -> None:
        for _ in range(50):
            with turns.taken("a"):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    assert turns._locks == {}

"""One turn at a time in each conversation."""

from __future__ import annotations

import threading

import pytest

from chatbot.concurrency.keyed_lock import KeyedLock
from chatbot.errors import BusyError


def test_a_second_message_of_a_conversation_is_refused_when_the_first_does_not_end() -> None:
    lock = KeyedLock(longest_wait=0.01)
    with lock.held("a"), pytest.raises(BusyError, match="still being answered"), lock.held("a"):
        pass


def test_other_conversations_do_not_wait() -> None:
    lock = KeyedLock(longest_wait=0.01)
    with lock.held("a"), lock.held("b"):
        pass


def test_turns_of_one_conversation_never_overlap_and_leave_nothing_behind() -> None:
    lock = KeyedLock(longest_wait=30)
    inside: list[int] = []
    most = []

    def work() -> None:
        for _ in range(50):
            with lock.held("a"):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    assert lock._locks == {}

"""Words shared with whole entries: shares of the message, whatever the lengths of the entries."""

from __future__ import annotations

import pytest

from chatbot.domain import FaqEntry
from chatbot.reading.words import EntryWords

ENTRIES = [
    FaqEntry("what", "What is the Zembruna?", "A coffee machine with a grinder."),
    FaqEntry("size", "How large is it?", "The Zembruna is 31 cm wide, 42 cm deep and 38 cm high, and it weighs 13 kg."),
    FaqEntry("zh", "运费多少钱？", "每单10元，满99元包邮。"),
]


def test_the_answer_counts_as_much_as_the_question() -> None:
    found = EntryWords(ENTRIES).evidence("how deep and wide is the zembruna")
    assert found.entry.argmax() == found.in_entry.argmax() == 1
    assert found.question[1] < found.entry[1]


def test_the_shortest_entry_does_not_swallow_every_message_with_its_word() -> None:
    found = EntryWords(ENTRIES).evidence("zembruna weight 13 kg")
    assert found.entry[1] > found.entry[0]


def test_every_word_of_the_message_is_here_elsewhere_or_unknown() -> None:
    found = EntryWords(ENTRIES).evidence("grinder 包邮 spaceship")
    assert (found.in_entry + found.elsewhere + found.unknown) == pytest.approx([1.0, 1.0, 1.0])
    assert found.unknown[0] > 0
    assert found.in_entry[2] > found.in_entry[1] == 0.0


def test_what_the_question_says_and_the_message_does_not_is_unasked() -> None:
    found = EntryWords(ENTRIES).evidence("How large is it?")
    assert found.unasked[1] == pytest.approx(0.0)
    assert found.unasked[2] == pytest.approx(1.0)


@pytest.mark.parametrize("text", ["", "?!", "🙂"])
def test_a_message_without_words_shares_nothing(text: str) -> None:
    found = EntryWords(ENTRIES).evidence(text)
    assert found.entry.tolist() == found.in_entry.tolist() == [0.0, 0.0, 0.0]

"""The retriever that reads: candidates from whole entries, scores from evidence and reader, exact words left alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from chatbot.domain import FaqEntry, FaqHit
from chatbot.reading.base import EntryBase, sentences
from chatbot.reading.evidence import ENCODERS, FEATURES, above_others, candidates
from chatbot.reading.reading_retriever import READ, Reading, ReadingRetriever
from chatbot.reading.trees import Trees
from chatbot.reading.weights import ReaderWeights
from chatbot.types import Vectors
from support.fakes.core import FakeRetriever
from support.fakes.retrieval import HashingEncoder

ENTRIES = [
    FaqEntry("ship", "How long does delivery take?", "Two to four days. Islands take a week."),
    FaqEntry("cost", "What does delivery cost?", "Five dollars, free from fifty."),
    FaqEntry("back", "How do I return a pan?", "Send it back within thirty days."),
    FaqEntry("pay", "How can I pay?", "By card or on account."),
    FaqEntry("care", "How do I clean a pan?", "With warm water and no soap."),
    FaqEntry("hours", "When are you open?", "From nine to six."),
]
BARS = {"en": [(0.5, 0.3), (0.7, 0.1), (0.9, 0.02)]}


class Text(NamedTuple):
    vector: Vectors
    states: NDArray[np.float16]


class FakeReader:
    """Says that the entry with a word answers, and counts what it reads."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.read_entries: list[str] = []

    def read(self, texts: Sequence[str]) -> list[Text]:
        vectors = HashingEncoder().encode(texts)
        marks = [np.array([[float(self.word in text)]], dtype=np.float16) for text in texts]
        return [Text(vector, mark) for vector, mark in zip(vectors, marks, strict=True)]

    def states(self, text: str) -> NDArray[np.float16]:
        self.read_entries.append(text)
        return self.read([text])[0].states

    @staticmethod
    def log_odds(message: NDArray[np.float16], entries: Sequence[NDArray[np.float16]]) -> NDArray[np.float64]:
        return np.array([4.0 if entry[0, 0] else -4.0 for entry in entries])


def flat_trees() -> Trees:
    zeros = np.zeros((1, 1), dtype=np.int16)
    arrays = {"feature": zeros, "left": zeros, "right": zeros}
    numbers = {"threshold": np.zeros((1, 1), np.float32), "value": np.zeros((1, 1), np.float32)}
    return Trees.of(arrays | numbers, baseline=0.0)


def retriever(reader: FakeReader, found: dict[str, list[FaqHit]] | None = None) -> ReadingRetriever:
    weights = ReaderWeights("reader-1", flat_trees(), (1.0, 1.0, 0.0, 0.0), (1.0, -5.0), 0.0, BARS)
    encoders = dict.fromkeys(ENCODERS, HashingEncoder().encode)
    reading = Reading("fake", reader.read, reader.log_odds, weights)
    return ReadingRetriever(FakeRetriever(found or {}), EntryBase(ENTRIES, encoders), reading, reader.states)


def search(one: ReadingRetriever, text: str) -> tuple[FaqHit, ...]:
    return one.search(text, HashingEncoder().encode_one(text), limit=5)


def test_the_entry_that_the_reader_says_answers_comes_first() -> None:
    text = "what does delivery to an island take"
    hits = search(retriever(FakeReader("Islands"), {text: [FaqHit(ENTRIES[1], 0.6, dense=0.3)]}), text)
    assert hits[0].entry.id == "ship"
    assert hits[0].score == pytest.approx(1 / (1 + np.exp(-4)))
    assert next(hit for hit in hits if hit.entry.id == "cost").dense == 0.3


def test_only_the_closest_entries_are_read() -> None:
    reader = FakeReader("nothing")
    search(retriever(reader, {"delivery": [FaqHit(ENTRIES[0], 0.6)]}), "delivery")
    assert len(reader.read_entries) == READ


def test_a_message_that_is_stored_word_for_word_is_not_read() -> None:
    reader = FakeReader("nothing")
    stored = [FaqHit(ENTRIES[3], 0.995)]
    assert search(retriever(reader, {"How can I pay?": stored}), "How can I pay?") == tuple(stored)
    assert reader.read_entries == []


def test_the_bar_is_the_lowest_score_that_keeps_the_tolerance() -> None:
    one = retriever(FakeReader(""))
    assert [one.answer_from("en", tolerated) for tolerated in (0.3, 0.1, 0.05, 0.01)] == [0.5, 0.7, 0.9, 1.0]
    assert one.answer_from("fr", 0.3) == 1.0


@pytest.mark.parametrize("size", [1, 2, 6])
def test_bases_of_any_size_give_finite_evidence(size: int) -> None:
    base = EntryBase(ENTRIES[:size], dict.fromkeys(ENCODERS, HashingEncoder().encode))
    for text in ("delivery", "?", "运费多少", "a" * 2_000):
        vector = HashingEncoder().encode_one(text)
        found = candidates(base, text, dict.fromkeys(ENCODERS, vector), limit=10)
        assert found.features.shape == (size, len(FEATURES))
        assert np.isfinite(found.features).all()


def test_the_best_is_compared_with_the_second_and_the_others_with_the_best() -> None:
    assert above_others(np.array([1.0, 4.0, 3.0])).tolist() == [-3.0, 1.0, -1.0]
    assert above_others(np.array([2.0])).tolist() == [0.0]


def test_answers_are_cut_into_sentences_and_lines() -> None:
    assert sentences("Two days. Islands: a week.\nCall us!") == ["Two days.", "Islands: a week.", "Call us!"]
    assert sentences("满99元包邮。否则10元！") == ["满99元包邮。", "否则10元！"]
    assert sentences("one word") == ["one word"]
    assert len(sentences(". ".join("abcdefghijklmnopqrst") + ".")) == 13

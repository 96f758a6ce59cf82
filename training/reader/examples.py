"""What is learned from: every message with its evidence and token states, and groups of entries to tell apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from chatbot.encoding.token_encoder import Read, States
from chatbot.reading.base import EntryBase, whole
from chatbot.reading.evidence import Candidates, candidates
from chatbot.reading.reading_retriever import CANDIDATES
from chatbot.retrieval.lexical import LexicalIndex
from chatbot.types import Encode, Vectors
from training.reader.businesses import SEARCHED, Business, Message

_EASY, _HARD = 3, 4
"""Entries of a group: the hard ones resemble one another, so more of them are told apart at once."""
_CLOSE = 8
_EASY_FROM = 5
"""Easy negatives are drawn from the closest five."""
_EASY_SHARES = (0.4, 0.25, 0.15, 0.1, 0.1)
_HARD_SHARES = (0.3, 0.2, 0.15, 0.1, 0.1, 0.05, 0.04, 0.03, 0.02, 0.01)
"""How often an entry is drawn as a negative, by its place among the candidates: the closest teach most."""
_PHRASINGS = 0.5
"""Share of the variants of entries that are asked as messages in an epoch."""


class ReadsTexts(Protocol):
    """The reader's encoder, as `TokenEncoder`."""

    def encode(self, texts: Sequence[str]) -> Vectors: ...
    def read(self, texts: Sequence[str]) -> list[Read]: ...


class Group(NamedTuple):
    """A message with entries, of which at most two answer it."""

    message: States
    entries: Sequence[States]
    right: Sequence[bool]
    two: bool
    """Two questions in one message: both entries are right, rather than either."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """A business as it is learned from. All sequences over messages are of the same length and order."""

    name: str
    messages: Sequence[Message]
    states: Sequence[States]
    entry_states: Sequence[States]
    right: Sequence[frozenset[int]]
    """By message, the places of the entries that answer."""
    candidates: Sequence[Candidates]
    close: NDArray[np.intp]
    """By message, the entries that are close by mean state and words, shape (messages, 8)."""
    variants: Sequence[States]
    variant_of: Sequence[int]
    variant_close: NDArray[np.intp]

    def right_among(self, number: int) -> NDArray[np.bool_]:
        """Whether each candidate of a message answers it."""
        return np.array([place in self.right[number] for place in self.candidates[number].places.tolist()], dtype=bool)


def gather(business: Business, serving: Encode, tokens: ReadsTexts) -> Gathered:
    """Encode a business, and find the candidates of its messages as the running assistant does.

    Args:
        business: messages that are not searched for are left out.
        serving: the encoder that homes serve with.
        tokens: the reader's.
    """
    messages = [one for one in business.messages if one.kind in SEARCHED]
    texts = [one.text for one in messages]
    base = EntryBase(business.entries, {"serving": serving, "tokens": tokens.encode})
    read = tokens.read(texts)
    vectors = [{"serving": one, "tokens": own.vector} for one, own in zip(serving(texts), read, strict=True)]
    places = {entry.id: place for place, entry in enumerate(business.entries)}
    variants = [(place, text) for place, entry in enumerate(business.entries) for text in entry.variants]
    states = [one.states for one in read]
    entry_states = [one.states for one in tokens.read([whole(entry) for entry in business.entries])]
    variant_states = [one.states for one in tokens.read([text for _, text in variants])]
    close = _closest(business, entry_states)
    return Gathered(
        business.name,
        messages,
        states,
        entry_states,
        [frozenset(places[key] for key in one.expected) for one in messages],
        [candidates(base, text, held, limit=CANDIDATES) for text, held in zip(texts, vectors, strict=True)],
        close(texts, states),
        variant_states,
        [place for place, _ in variants],
        close([text for _, text in variants], variant_states),
    )


def _closest(
    business: Business, entry_states: Sequence[States]
) -> Callable[[Sequence[str], Sequence[States]], NDArray[np.intp]]:
    words = [
        LexicalIndex.build(
            [f"{entry.question} {' '.join(entry.variants)} {entry.answer}" for entry in business.entries]
        ),
        LexicalIndex.build([entry.question for entry in business.entries]),
    ]
    entries = _means(entry_states)
    centre = entries.mean(axis=0)

    def close(texts: Sequence[str], states: Sequence[States]) -> NDArray[np.intp]:
        if not texts:
            return np.zeros((0, _CLOSE), dtype=np.intp)
        meaning = _unit(_means(states) - centre) @ _unit(entries - centre).T
        shared = np.stack([sum((index.scores(text) for index in words), start=np.zeros(1)) for text in texts])
        return np.argsort(-(_deviations(meaning) + _deviations(shared)), axis=1, kind="stable")[:, :_CLOSE]

    return close


def easy_groups(one: Gathered, rng: np.random.Generator) -> list[Group]:
    """Groups with entries that are close by mean state and words; half of the entries' variants are asked, too."""
    found = []
    for number, message in enumerate(one.messages):
        right = sorted(one.right[number])
        wrong = [place for place in one.close[number].tolist() if place not in right]
        two = message.kind == "two"
        taken = right[:2] if two else [int(rng.choice(right))] if right else []
        shares = (1.0,) * _EASY_FROM if right else _EASY_SHARES
        found.append(_group(one, one.states[number], taken, _drawn(wrong, shares, _EASY - len(taken), rng), two=two))
    for number, owner in enumerate(one.variant_of):
        if rng.random() < _PHRASINGS:
            wrong = [place for place in one.variant_close[number].tolist() if place != owner]
            drawn = _drawn(wrong, (1.0,) * _EASY_FROM, _EASY - 1, rng)
            found.append(_group(one, one.variants[number], [owner], drawn, two=False))
    return found


def hard_groups(one: Gathered, rng: np.random.Generator) -> list[Group]:
    """Groups with the candidates that the evidence finds: what the reader gets to read."""
    found = []
    for number, message in enumerate(one.messages):
        places = one.candidates[number].places.tolist()
        right = [place for place in places if place in one.right[number]] or sorted(one.right[number])[:1]
        wrong = [place for place in places if place not in one.right[number]]
        two = message.kind == "two"
        taken = right[:2] if two else [int(rng.choice(right))] if right else []
        found.append(
            _group(one, one.states[number], taken, _drawn(wrong, _HARD_SHARES, _HARD - len(taken), rng), two=two)
        )
    return found


def _group(one: Gathered, message: States, right: Sequence[int], wrong: Sequence[int], *, two: bool) -> Group:
    entries = [one.entry_states[place] for place in (*right, *wrong)]
    return Group(message, entries, [True] * len(right) + [False] * len(wrong), two)


def _drawn(places: Sequence[int], shares: Sequence[float], number: int, rng: np.random.Generator) -> list[int]:
    """So many places, drawn without repeating one if there are enough; the first have the first shares."""
    held = np.array(shares[: len(places)])
    if not len(held):
        return []
    drawn: list[int] = rng.choice(places[: len(held)], number, replace=len(held) < number, p=held / held.sum()).tolist()
    return drawn


def _means(states: Sequence[States]) -> NDArray[np.float32]:
    return np.stack([one.astype(np.float32).mean(axis=0) for one in states])


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit


def _deviations(rows: NDArray[np.floating]) -> NDArray[np.float64]:
    """In standard deviations from the mean of the row."""
    held = rows.astype(np.float64)
    deviations: NDArray[np.float64] = (held - held.mean(axis=1, keepdims=True)) / (
        held.std(axis=1, keepdims=True) + 1e-6
    )
    return deviations

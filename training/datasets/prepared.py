"""Checks labelled examples and converts them to the input of the intent trainer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chatbot.domain import FROM_CONVERSATION, OUT_OF_SCOPE, LabelledExample
from chatbot.errors import TrainingError
from chatbot.text import clean, content_hash, normalise
from training.datasets.label_names import label_words
from training.datasets.splits import near_duplicate_groups

OOS = -1
"""The label number of out-of-scope rows."""
NOT_KEPT = "(from a conversation)"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One text that had several labels, and the label that was kept."""

    text: str
    labels: tuple[str, ...]
    kept: str


@dataclass(frozen=True, slots=True)
class IntentData:
    """Distinct utterances ready for training.

    `labels` and `groups` have shape (n,): index into `intents` or OOS, and the near-duplicate group of each row.
    `origins` is the source of each text; a text found in several places counts as from a conversation only if it occurs
    nowhere else.
    """

    texts: tuple[str, ...]
    labels: NDArray[np.int64]
    groups: NDArray[np.int64]
    intents: tuple[str, ...]
    read: int
    dropped_empty: int
    dropped_repeats: int
    ignored_oos: int
    """Out-of-scope rows left out because there are too few of them."""
    conflicts: tuple[Conflict, ...]
    origins: tuple[str, ...]
    names: tuple[tuple[str, int], ...]
    """The names of intents as words, with their labels; names that are utterances already are omitted."""

    @property
    def all_texts(self) -> tuple[str, ...]:
        """The utterances, followed by the names of the intents as words, which describe their meaning."""
        return (*self.texts, *(words for words, _ in self.names))

    @property
    def all_labels(self) -> NDArray[np.int64]:
        """The labels of `all_texts`."""
        return np.concatenate([self.labels, np.array([label for _, label in self.names], dtype=np.int64)])

    @property
    def single(self) -> tuple[str, ...]:
        """The intents with a single utterance: they are learned, but nothing of them can be held out."""
        return tuple(intent for intent, count in self.per_intent.items() if count == 1)

    @property
    def n_oos(self) -> int:
        """The number of rows labelled out of scope."""
        return int((self.labels == OOS).sum())

    @property
    def per_intent(self) -> dict[str, int]:
        """The number of utterances per intent."""
        counts = np.bincount(self.labels[self.labels != OOS], minlength=len(self.intents))
        return dict(zip(self.intents, counts.tolist(), strict=True))

    def shown(self, row: int) -> str:
        """The text of a row as a report may keep it: customers' messages must not outlive their conversation."""
        return NOT_KEPT if self.origins[row] == FROM_CONVERSATION else self.texts[row]

    def keepable(self, rows: Sequence[int]) -> tuple[str | None, ...]:
        """Those of `all_texts` that a model directory may keep; None for those from conversations."""
        texts, private = self.all_texts, {row for row, origin in enumerate(self.origins) if origin == FROM_CONVERSATION}
        return tuple(None if row in private else texts[row] for row in rows)

    @property
    def fingerprint(self) -> str:
        """Hash of the texts and labels, independent of their order in the file."""
        names = (*self.intents, OUT_OF_SCOPE)  # OOS is -1, which indexes the last name
        return content_hash(
            sorted(f"{names[label]}\t{text}" for text, label in zip(self.texts, self.labels, strict=True))
        )


MIN_OOS_ROWS = 10
"""Minimum number of labelled out-of-scope rows to train on; fewer are only counted."""


def prepare_examples(examples: Sequence[LabelledExample], *, min_oos: int = 2) -> IntentData:
    """Drop empty texts and repeats, resolve texts with several labels by majority, and number the labels.

    Args:
        examples: labelled utterances; the intent `oos` or an empty one means out of scope.
        min_oos: minimum number of out-of-scope rows; fewer are left out.

    Raises:
        TrainingError: no examples, or fewer than two intents.
    """
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    first: dict[str, tuple[str, str]] = {}
    dropped_empty = 0
    for example in examples:
        text = clean(example.text)
        if not text:
            dropped_empty += 1
            continue
        key = normalise(text) or text
        if key not in first or first[key][1] == FROM_CONVERSATION != example.origin:
            first[key] = (text, example.origin)
        votes[key][example.intent.strip() or OUT_OF_SCOPE] += 1
    chosen: list[tuple[tuple[str, str], str]] = []
    conflicts: list[Conflict] = []
    for key, counter in votes.items():
        kept = _majority(counter)
        chosen.append((first[key], kept))
        if len(counter) > 1:
            text = NOT_KEPT if first[key][1] == FROM_CONVERSATION else first[key][0]
            conflicts.append(Conflict(text, tuple(sorted(counter)), kept))
    counts = Counter(label for _, label in chosen)
    intents = tuple(sorted(set(counts) - {OUT_OF_SCOPE}))
    _check(intents, counts, read=len(examples), dropped_empty=dropped_empty)
    ignored_oos = counts[OUT_OF_SCOPE] if counts[OUT_OF_SCOPE] < min_oos else 0
    if ignored_oos:
        chosen = [(found, label) for found, label in chosen if label != OUT_OF_SCOPE]
    number = {intent: index for index, intent in enumerate(intents)} | {OUT_OF_SCOPE: OOS}
    texts = tuple(text for (text, _), _ in chosen)
    return IntentData(
        texts=texts,
        labels=np.array([number[label] for _, label in chosen], dtype=np.int64),
        groups=near_duplicate_groups(texts),
        intents=intents,
        read=len(examples),
        dropped_empty=dropped_empty,
        dropped_repeats=len(examples) - dropped_empty - len(votes),
        ignored_oos=ignored_oos,
        conflicts=tuple(conflicts),
        origins=tuple(origin for (_, origin), _ in chosen),
        names=_names(intents, votes),
    )


def _names(intents: Sequence[str], known: Container[str]) -> tuple[tuple[str, int], ...]:
    """The intent names as words that are not among the `known` normalised texts, with their labels."""
    named = [(label_words(intent), label) for label, intent in enumerate(intents)]
    return tuple((words, label) for words, label in named if words and normalise(words) not in known)


def _majority(votes: Counter[str]) -> str:
    """The most frequent label, the alphabetically first of equals."""
    highest = max(votes.values())
    return min(label for label, count in votes.items() if count == highest)


def _check(intents: tuple[str, ...], counts: Counter[str], *, read: int, dropped_empty: int) -> None:
    if not counts:
        raise TrainingError(
            f"There is nothing to train on: {read} examples were read and {dropped_empty} of them had no text; give "
            "rows with text and intent."
        )
    if not intents:
        raise TrainingError(
            f"All {counts[OUT_OF_SCOPE]} examples are labelled {OUT_OF_SCOPE!r}: give examples of at least two intents."
        )
    if len(intents) == 1:
        raise TrainingError(f"All examples have the one intent {intents[0]!r}: a classifier needs at least two.")

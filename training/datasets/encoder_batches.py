"""Splits utterances for fine-tuning an encoder, and forms batches with several utterances of an intent."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chatbot.domain import OUT_OF_SCOPE
from chatbot.errors import TrainingError
from chatbot.text import clean, normalise
from training.datasets.label_names import label_words


@dataclass(frozen=True, slots=True)
class TuningData:
    """Texts with the numbers of their labels; `labels` are the names in order, without the out-of-scope label."""

    labels: tuple[str, ...]
    texts: tuple[str, ...]
    targets: tuple[int, ...]
    held_texts: tuple[str, ...] = ()
    held_targets: tuple[int, ...] = ()


def prepare(
    examples: Sequence[tuple[str, str]],
    *,
    label_names: bool,
    held_out_share: float,
    held_out_from: int,
    held_out_rows: int,
    seed: int,
) -> TuningData:
    """Clean and split the examples; those without text, repeats and out-of-scope ones are left out.

    Args:
        examples: pairs of text and label.
        label_names: add the words of each label as another utterance of it.
        held_out_share: share held out of each label with at least `held_out_from` utterances, at most `held_out_rows`
            in total; smaller labels need all their utterances for training.
        seed: seed for choosing the held-out ones.

    Raises:
        TrainingError: fewer than two labels.
    """
    grouped: dict[str, dict[str, str]] = {}
    for text, label in examples:
        key = normalise(text)
        if key and label and label != OUT_OF_SCOPE:
            grouped.setdefault(label, {}).setdefault(key, clean(text))
    labels = tuple(sorted(grouped))
    if len(labels) < 2:
        raise TrainingError(
            f"The examples name {len(labels)} intent(s); tuning the encoder needs 2 or more. "
            "Add examples of another intent, or train with --mode fast."
        )
    rng = random.Random(seed)  # noqa: S311
    train: list[tuple[str, int]] = []
    held: list[tuple[str, int]] = []
    for number, label in enumerate(labels):
        own = list(grouped[label].values())
        rng.shuffle(own)
        n_held = int(len(own) * held_out_share) if len(own) >= held_out_from else 0
        held += [(text, number) for text in own[:n_held]]
        train += [(text, number) for text in own[n_held:]]
        words = label_words(label)
        if label_names and words and normalise(words) not in grouped[label]:
            train.append((words, number))
    if len(held) > held_out_rows:
        rng.shuffle(held)
        train += held[held_out_rows:]
        held = held[:held_out_rows]
    return TuningData(
        labels,
        tuple(t for t, _ in train),
        tuple(n for _, n in train),
        tuple(t for t, _ in held),
        tuple(n for _, n in held),
    )


def grouped_phrasings(groups: Sequence[Sequence[str]]) -> tuple[TuningData, ...]:
    """A single task of separating the groups; none if there are fewer than two groups or all have one phrasing.

    A phrasing that occurs in several groups is left out: it cannot separate them.
    """
    owners: dict[str, set[int]] = {}
    for number, group in enumerate(groups):
        for text in group:
            owners.setdefault(normalise(text), set()).add(number)
    kept: list[list[str]] = []
    for group in groups:
        own = {normalise(text): clean(text) for text in group if normalise(text)}
        alone = [text for key, text in own.items() if len(owners[key]) == 1]
        if alone:
            kept.append(alone)
    if len(kept) < 2 or all(len(group) == 1 for group in kept):
        return ()
    return (
        TuningData(
            labels=tuple(str(number) for number in range(len(kept))),
            texts=tuple(text for group in kept for text in group),
            targets=tuple(number for number, group in enumerate(kept) for _ in group),
        ),
    )


def batches(targets: Sequence[int], size: int, together: int, rng: random.Random) -> Iterator[list[int]]:
    """Row numbers in batches of about `size`, in which each label that occurs does so at least `together` times.

    Every row occurs at least once per round; a label with too few rows repeats some.
    """
    rows: dict[int, list[int]] = {}
    for row, target in enumerate(targets):
        rows.setdefault(target, []).append(row)
    groups: list[list[int]] = []
    for own in rows.values():
        rng.shuffle(own)
        filled = own + rng.choices(own, k=-len(own) % together)
        groups += [filled[start : start + together] for start in range(0, len(filled), together)]
    rng.shuffle(groups)
    a_batch = max(1, size // together)
    for start in range(0, len(groups), a_batch):
        yield [row for group in groups[start : start + a_batch] for row in group]


def batch_count(targets: Sequence[int], size: int, together: int) -> int:
    """The number of batches in one round of `batches`."""
    return sum(1 for _ in batches(targets, size, together, random.Random(0)))  # noqa: S311

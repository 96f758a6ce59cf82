"""Finds problems of labelled utterances, described in sentences a person can act on.

Sentences name intents and counts, never what a customer wrote, because they may be logged. The utterances are in
`texts`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chatbot.domain import OUT_OF_SCOPE
from chatbot.vectors.centring import centred
from training.datasets.prepared import OOS, IntentData
from training.discovery.neighbours import find_neighbours, nearly_same, same_words
from training.evaluation.findings import Finding, Suspect
from training.labelling.label_errors import Mixed, doubted_labels, mixed_intents

FEW = 10
"""Below this number, a single utterance moves the held-out recall of an intent by more than ten points."""
_SHOWN = 6
_MOST_OF_A_KIND = 50
_NAMED = 20


@dataclass(frozen=True, slots=True)
class HeldOutRows:
    """Predictions for rows by models that were not trained on them.

    `rows` (m,) are row numbers of the data. Aligned with them are `probabilities` (m, k) of the intents and `in_scope`
    (m,), the probability that a row belongs to any of them.
    """

    rows: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    in_scope: NDArray[np.float64]


def quick_findings(data: IntentData) -> tuple[Finding, ...]:
    """The checks that need no vectors: too few examples, conflicting labels, equal words under two intents, repeats."""
    return (
        *single_utterances(data.single, len(data.intents)),
        *too_few({intent: count for intent, count in data.per_intent.items() if count > 1}),
        *_too_few_outside(data),
        *conflicting((conflict.text, conflict.labels, conflict.kept) for conflict in data.conflicts),
        *_near_duplicates(data, same_words(data.labels, data.groups), "have the same words"),
        *repeats(data.dropped_repeats),
    )


def lint(
    data: IntentData, vectors: NDArray[np.float32], held_out: HeldOutRows
) -> tuple[tuple[Finding, ...], tuple[Suspect, ...]]:
    """Run all checks; return the findings, and the utterances with doubtful labels, the most doubtful first.

    Args:
        data: the training data.
        vectors: (n, d) unit vectors of its texts by an encoder that was not tuned on their labels.
        held_out: predictions for all rows, or for a sample; neighbours are then searched in the sample only.
    """
    rows = held_out.rows
    if not len(rows):
        return quick_findings(data), ()
    labels = data.labels[rows]
    texts = [data.texts[row] for row in rows.tolist()]
    found = find_neighbours(centred(vectors[rows]), labels)
    equal = same_words(data.labels, data.groups)
    alike = [(int(rows[first]), int(rows[second])) for first, second in nearly_same(texts, labels, found)]
    known = {int(data.groups[first]) for first, _ in equal}
    alike = [pair for pair in alike if not known & set(data.groups[list(pair)].tolist())]
    inside = labels != OOS
    best = held_out.probabilities.argmax(axis=1)
    taken = np.where(found.nearest >= 0, labels[found.nearest], labels)
    beside = inside & (taken != OOS)
    k = len(data.intents)
    findings = (
        *quick_findings(data),
        *_near_duplicates(data, alike, "are nearly the same"),
        *_overlapping(
            data,
            rows[inside & (best != labels)],
            best[inside & (best != labels)],
            mixed_intents(labels[inside], best[inside], k),
            mixed_intents(labels[beside], taken[beside], k),
        ),
        *_sampled(len(rows), len(data.labels) - len(data.single)),
    )
    return findings, suspects(data, held_out)


def suspects(data: IntentData, held_out: HeldOutRows) -> tuple[Suspect, ...]:
    """The utterances whose label the held-out models doubt, the most doubtful first."""
    names = (*data.intents, OUT_OF_SCOPE)  # OOS is -1, which indexes the last name
    labels = data.labels[held_out.rows]
    doubts = doubted_labels(labels, held_out.probabilities, held_out.in_scope)
    return tuple(
        Suspect(data.shown(int(held_out.rows[row])), names[labels[row]], names[to], quality)
        for row, to, quality in zip(
            doubts.rows.tolist(), doubts.suggested.tolist(), doubts.quality.tolist(), strict=True
        )
    )


def single_utterances(single: Sequence[str], k: int) -> list[Finding]:
    """The `single` of k intents that have one utterance each, by name."""
    if not single:
        return []
    names = ", ".join(repr(intent) for intent in single[:_NAMED])
    more = f" and {len(single) - _NAMED} more" if len(single) > _NAMED else ""
    has, each = ("have", " each") if len(single) > 1 else ("has", "")
    return [
        Finding(
            "too few",
            f"{len(single)} of {k} intents {has} a single utterance{each} ({names}{more}): what is learned from one is "
            f"little, and nothing is left to measure it with. Add {FEW - 1} other ways to ask{each}.",
        )
    ]


def too_few(per_intent: dict[str, int]) -> list[Finding]:
    """Intents with fewer than FEW utterances, the smallest first."""
    thin = sorted((count, intent) for intent, count in per_intent.items() if count < FEW)
    return _capped(
        Finding(
            "too few",
            f"Intent {intent!r} has {_count(count, 'utterance')}, fewer than {FEW}: add {FEW - count} or more.",
        )
        for count, intent in thin
    )


def _too_few_outside(data: IntentData) -> list[Finding]:
    if not data.ignored_oos:
        return []
    return [
        Finding(
            "too few",
            f"{_count(data.ignored_oos, 'utterance')} labelled {OUT_OF_SCOPE!r}, too few to learn from, so left out: "
            f"label {FEW} or more, or none.",
        )
    ]


def conflicting(conflicts: Iterable[tuple[str, Sequence[str], str]]) -> list[Finding]:
    """Texts with several labels, with the label that was kept: one finding per set of labels."""
    by_labels: dict[tuple[tuple[str, ...], str], list[str]] = defaultdict(list)
    for text, labels, kept in conflicts:
        by_labels[tuple(labels), kept].append(text)
    return _capped(
        Finding(
            "conflict",
            f"{_count(len(texts), 'text')} labelled {_joined_names(labels)} at once; {kept!r} was kept: settle on one.",
            tuple(texts[:_SHOWN]),
        )
        for (labels, kept), texts in sorted(by_labels.items(), key=lambda item: -len(item[1]))
    )


def repeats(count: int) -> list[Finding]:
    """Repeats that were dropped: they add no information, and would inflate a measurement."""
    if not count:
        return []
    return [Finding("repeat", f"{_count(count, 'example')} repeated others and counted once: nothing to do.")]


def _near_duplicates(data: IntentData, pairs: Iterable[tuple[int, int]], what: str) -> list[Finding]:
    """One finding per pair of intents, with the texts of each pair of utterances one after the other."""
    names = (*data.intents, OUT_OF_SCOPE)
    by_intents: dict[tuple[str, str], list[str]] = defaultdict(list)
    for pair in pairs:
        (one, text), (other, like) = sorted((names[data.labels[row]], data.shown(row)) for row in pair)
        by_intents[one, other] += [text, like]
    return _capped(
        Finding(
            "near-duplicate",
            f"{_count(len(texts) // 2, 'pair')} of utterances {what}, one labelled {one!r} and one {other!r}: check "
            "the labels.",
            tuple(texts[:_SHOWN]),
        )
        for (one, other), texts in sorted(by_intents.items(), key=lambda item: -len(item[1]))
    )


def _overlapping(
    data: IntentData,
    wrong: NDArray[np.int64],
    named: NDArray[np.int64],
    confused: Iterable[Mixed],
    neighbouring: Iterable[Mixed],
) -> list[Finding]:
    """Pairs of intents that models or neighbours confuse; `wrong` are the rows predicted as the intents `named`."""
    parts: dict[tuple[int, int], list[str]] = defaultdict(list)
    shares: dict[tuple[int, int], float] = defaultdict(float)
    for mixed_pairs, said in (
        (confused, "held-out models took {} for the other"),
        (neighbouring, "{} are closest to one of the other"),
    ):
        for mixed in mixed_pairs:
            pair = (mixed.first, mixed.second)
            parts[pair].append(said.format(f"{mixed.count} of {mixed.total} utterances ({mixed.share:.0%})"))
            shares[pair] = max(shares[pair], mixed.share)
    texts = [data.shown(row) for row in wrong.tolist()]
    between = [tuple(sorted(pair)) for pair in zip(data.labels[wrong].tolist(), named.tolist(), strict=True)]
    return _capped(
        Finding(
            "overlap",
            f"Intents {data.intents[pair[0]]!r} and {data.intents[pair[1]]!r} overlap: {', and '.join(parts[pair])}. "
            "Merge them, or draw a clearer line and relabel.",
            tuple(text for text, two in zip(texts, between, strict=True) if two == pair)[:_SHOWN],
        )
        for pair in sorted(parts, key=lambda pair: -shares[pair])
    )


def _sampled(looked_at: int, total: int) -> list[Finding]:
    if looked_at == total:
        return []
    return [
        Finding(
            "sample",
            f"Near-duplicates, overlaps and labels were checked on a sample of {looked_at:,} of {total:,} utterances.",
        )
    ]


def _capped(findings: Iterable[Finding]) -> list[Finding]:
    """At most _MOST_OF_A_KIND findings of one kind, then the number of further ones."""
    every = list(findings)
    if len(every) <= _MOST_OF_A_KIND:
        return every
    more = len(every) - _MOST_OF_A_KIND
    return [*every[:_MOST_OF_A_KIND], Finding(every[0].kind, f"{more} more like the ones before, which weigh more.")]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _joined_names(names: Sequence[str]) -> str:
    return " and ".join(repr(name) for name in names)

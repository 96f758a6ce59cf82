"""A simulated month: the loop from chats to promotions pays off, and nothing goes live that is worse.

`SIMULATION_DATA` names a CSV file with text,intent, such as a public set; `SIMULATION_PLOT` where the plot goes.
Without them a small month runs on the utterances of the sample shop.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot.bootstrap.application import Application, build_application
from chatbot.bootstrap.stores import open_stores
from chatbot.domain import OUT_OF_SCOPE
from chatbot.settings import Settings
from support.paths import DATA
from support.workers.simulated_month import Month, Plan, cut, draw, label_at_random, log_all, read_set

GIVEN = os.environ.get("SIMULATION_DATA")
PLAN = Plan() if GIVEN else Plan(3, 3, 120, 6, 10, 100)


def application(home: Path, encoder: Path) -> Application:
    (home / "models" / "encoder").mkdir(parents=True)
    shutil.copytree(encoder, home / "models" / "encoder" / "minilm", copy_function=os.link)
    return build_application(open_stores(Settings(home=home, generator="none", models_kept=100)))


@pytest.fixture
def homes(exported_minilm: Path, tmp_path: Path) -> Iterator[list[Application]]:
    opened = [application(tmp_path / name, exported_minilm) for name in ("queue", "random")]
    yield opened
    for each in opened:
        each.stores.close()


@pytest.mark.timeout(7_200)
def test_a_month_of_chats_labels_and_retraining(homes: list[Application]) -> None:
    path = Path(GIVEN) if GIVEN else DATA / "utterances_en.csv"
    examples = [example for example in read_set(path) if example.intent not in ("", OUT_OF_SCOPE)]
    parts = cut(examples, PLAN)
    month = Month(homes[0], parts, PLAN)
    start = live = month.begin()
    print(f"\nstart: {len(parts.start)} utterances, accuracy {start:.4f} on {len(parts.test)} unseen ones")
    nights, rises = [], []
    for number in range(PLAN.days):
        night = month.day(number)
        nights.append(night)
        if night.promoted:
            rises.append(night.live - live)
            live = night.live
        print(
            f"day {night.day:>2}  labels {night.labels:>4}  candidate {night.candidate:.4f}  live {live:.4f}"
            f"  {'promoted' if night.promoted else '        '}  fallen {night.worse}  {night.reason[:150]}",
            flush=True,
        )
    baseline = Month(homes[1], parts, PLAN, live_share=0.0)  # trained twice only: a share would hold it back
    baseline.begin()
    log_all(baseline)
    at_random = []
    for half in (0, 1):
        label_at_random(baseline, PLAN.days * PLAN.labels_a_day // 2)
        at_random.append(((half + 1) * PLAN.days * PLAN.labels_a_day // 2, baseline.night(half).candidate))
    print(f"at random: {at_random}")
    reached = next((night.labels for night in nights if night.candidate >= at_random[-1][1]), None)
    print(f"the queue reaches the accuracy of {at_random[-1][0]} random labels with {reached}")
    print(f"rises at promotions: {[round(rise, 4) for rise in rises]}")
    if os.environ.get("SIMULATION_PLOT"):
        draw(nights, start, [(0, start), *at_random], Path(os.environ["SIMULATION_PLOT"]))
    assert live > start
    assert sum(len(night.worse) for night in nights) == 0
    if GIVEN:  # the small month is too short for these
        assert min(rises) > 0
        assert reached is not None
        assert reached <= at_random[-1][0] / 2

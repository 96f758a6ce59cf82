"""When a training is due by itself."""

from __future__ import annotations

import datetime as dt

import pytest

from chatbot.settings import Settings
from training.jobs.schedule import is_due

ZONE = dt.timezone(dt.timedelta(hours=8))
NOON = dt.datetime(2026, 5, 2, 12, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("settings", "hours_ago", "labels", "due"),
    [
        ({}, None, 500, False),
        ({"retrain_at": "03:00"}, None, 1, True),
        ({"retrain_at": "03:00"}, 30, 1, True),
        ({"retrain_at": "03:00"}, 30, 0, False),
        ({"retrain_at": "03:00"}, 5, 1, False),
        ({"retrain_at": "13:00"}, 5, 1, False),
        ({"retrain_at": "13:00"}, 25, 1, True),
        ({"retrain_after_labels": 50}, 1, 49, False),
        ({"retrain_after_labels": 50}, 1, 50, True),
    ],
)
def test_it_is_due_at_its_hour_or_after_so_many_labels(
    settings: dict[str, object], hours_ago: float | None, labels: int, due: bool
) -> None:
    last = None if hours_ago is None else (NOON - dt.timedelta(hours=hours_ago)).astimezone(dt.UTC)
    assert is_due(Settings(**settings), now=NOON, last=last, new_labels=labels) is due  # type: ignore[arg-type]


def test_an_hour_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="retrain_at"):
        Settings(retrain_at="25:00")  # type: ignore[arg-type]

"""Stored decisions for tests that need only a few of their fields."""

from __future__ import annotations

from typing import Any

from chatbot.domain import DecisionRecord


def recorded(route: str, **fields: Any) -> DecisionRecord:
    """A record with this route and these fields, read from JSON."""
    record = DecisionRecord.from_json({"route": route, **fields})
    if record is None:
        raise ValueError(f"{route!r} is no route")
    return record

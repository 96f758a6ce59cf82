"""Chooses columns of a file in the console's drop-downs."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import Page, expect

_TRIES = 5


def choose_columns(page: Page, prefix: str, wanted: Mapping[str, str]) -> None:
    """Choose the header names for columns that were not recognised; `prefix` starts the ids of the drop-downs."""
    boxes = {header: page.locator(f"#{prefix}{name} input") for name, header in wanted.items()}
    for box in boxes.values():
        expect(box).to_have_value("(none)")  # the choices are there
    for header, box in boxes.items():
        for _ in range(_TRIES):  # what is typed before the list has opened chooses nothing
            box.fill(header)
            box.press("Enter")
            box.blur()  # text that chose nothing goes
            if box.input_value() == header:
                break
        expect(box).to_have_value(header)

"""What the documents say about the project is true: links, paths, commands, settings and generated tables."""

from __future__ import annotations

from chatbot.cli.reference import README as REFERENCE
from chatbot.cli.reference import refreshed
from chatbot.settings import Settings


def test_the_tables_of_commands_and_settings_are_up_to_date() -> None:
    text = REFERENCE.read_text("utf-8")
    assert text == refreshed(text), "run: make docs"


def test_every_setting_is_explained() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []

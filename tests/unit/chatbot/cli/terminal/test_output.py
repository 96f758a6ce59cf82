"""Tables on a narrow terminal."""

from __future__ import annotations

import pytest

from chatbot.cli.terminal.output import print_table

VERSION = "20261127-172110-b80fb0-and-more"


def test_what_other_commands_take_stands_on_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    print_table(("kind", "version", "said of it"), [("intent", VERSION, "a long remark " * 5)], empty="")
    out = capsys.readouterr().out
    assert VERSION in out
    assert "…" not in out

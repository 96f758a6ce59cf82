"""The table of commands and the options before a command."""

from __future__ import annotations

from typer.testing import CliRunner

from chatbot import __version__
from chatbot.cli import COMMANDS, GROUPS, HIDDEN, app


def test_every_command_belongs_to_a_group_that_is_described() -> None:
    groups = {name.rpartition(" ")[0] for name, _ in COMMANDS}
    assert groups == {"", *GROUPS}


def test_no_name_stands_for_two_commands() -> None:
    names = [name for name, _ in COMMANDS]
    assert len(set(names)) == len(names)
    assert set(HIDDEN) <= set(names)


def test_the_version_is_printed_without_a_command() -> None:
    done = CliRunner().invoke(app, ["--version"])
    assert (done.exit_code, done.output) == (0, f"chatbot {__version__}\n")


def test_a_command_that_does_not_exist_is_a_usage_error() -> None:
    assert CliRunner().invoke(app, ["bogus"]).exit_code == 2

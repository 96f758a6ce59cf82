"""The tables of commands and settings in `chatbot/cli/README.md`, generated from the parser and from `Settings`.

Run `python -m chatbot.cli.reference` (or `make docs`) after a change; a test fails while the file is out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import typer
from typer.core import TyperArgument, TyperGroup, TyperOption

from chatbot.cli import app
from chatbot.settings import ENV_PREFIX, Settings

README = Path(__file__).with_name("README.md")


def commands_table() -> str:
    """One Markdown table per command group, the commands without a group first."""
    rows: dict[str, list[tuple[str, ...]]] = {}
    for group, row in _commands(typer.main.get_command(app), ("chatbot",)):
        rows.setdefault(group, []).append(row)
    return "\n\n".join(
        f"### `{group}`\n\n{_table(('command', 'what it does', 'options'), found)}" for group, found in rows.items()
    )


def settings_table() -> str:
    """One row per setting: environment variable, default, meaning."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = "computed" if field.default_factory is not None else _default(field.default)
        rows.append((f"`{ENV_PREFIX}{name.upper()}`", default, field.description or ""))
    return _table(("variable", "default", "meaning"), rows)


def refreshed(text: str) -> str:
    """The README with both tables up to date; everything outside their markers stays.

    Raises:
        ValueError: a marker is missing.
    """
    for name, table in (("commands", commands_table()), ("settings", settings_table())):
        start, end = f"<!-- {name}: generated -->\n", f"\n<!-- {name}: end -->"
        before, found, rest = text.partition(start)
        _, ended, after = rest.partition(end)
        if not found or not ended:
            raise ValueError(f"README.md has no lines {start.strip()!r} and {end.strip()!r}.")
        text = f"{before}{start}\n{table}\n{end}{after}"
    return text


def _commands(command: object, path: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Pairs of a group's name and the row of a command in it."""
    if not isinstance(command, TyperGroup):
        return
    for name, child in command.commands.items():
        if child.hidden:
            continue
        if isinstance(child, TyperGroup):
            yield from _commands(child, (*path, name))
            continue
        arguments = [_argument(p) for p in child.params if isinstance(p, TyperArgument)]
        options = [f"`{p.opts[0]}`" for p in child.params if isinstance(p, TyperOption) and not p.hidden]
        usage = " ".join((*path, name, *arguments))
        yield " ".join(path), (f"`{usage}`", _first_paragraph(child.help or ""), ", ".join(options))


def _argument(parameter: TyperArgument) -> str:
    name = (parameter.metavar or (parameter.name or "").upper()).strip("[]")
    return name if parameter.required else f"[{name}]"


def _first_paragraph(text: str) -> str:
    return " ".join(text.split("\n\n", maxsplit=1)[0].split())


def _default(value: object) -> str:
    return "empty" if value in (None, "") else f"`{value}`"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def main() -> None:
    """Rewrite the tables in place and say whether anything changed."""
    before = README.read_text("utf-8")
    after = refreshed(before)
    README.write_text(after, "utf-8")
    print(f"{README}: {'unchanged' if before == after else 'updated'}", file=sys.stderr)


if __name__ == "__main__":
    main()

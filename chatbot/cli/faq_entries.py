"""Commands on single entries: list, show, add, edit, switch, tag, review, delete, history, restore."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chatbot.cli.faq_check import replay_edit
from chatbot.cli.terminal.output import JsonOption, print_json, print_table
from chatbot.cli.terminal.session import stores
from chatbot.domain import EntryChange, EntryFilter, EntryOrder, FaqEntry, KeptEntry
from chatbot.errors import InputError

if TYPE_CHECKING:
    from chatbot.knowledge.entries import Editing

ACTOR = "cli"
IdArgument = Annotated[str, typer.Argument(metavar="ENTRY", help="Id of the entry.", show_default=False)]
IdsArgument = Annotated[list[str], typer.Argument(metavar="ENTRY...", help="Ids of entries.", show_default=False)]


@contextmanager
def editing() -> Iterator[Editing]:
    """The use case of editing on the stores of the home."""
    from chatbot.knowledge.entries import Editing

    with stores() as opened:
        yield Editing(opened.entries, opened.audit, lambda: None)


def faq_list(
    search: Annotated[str, typer.Option(help="Only entries that contain all of these words.")] = "",
    lang: Annotated[str, typer.Option(help="en or zh.")] = "",
    tag: Annotated[str, typer.Option(help="Only entries with this tag.")] = "",
    disabled: Annotated[bool, typer.Option("--disabled", help="Only entries that do not answer.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Include disabled entries.")] = False,
    due: Annotated[bool, typer.Option("--due", help="Only entries whose review is due.")] = False,
    never_used: Annotated[bool, typer.Option("--never-used", help="Only entries that have never answered.")] = False,
    sort: Annotated[EntryOrder, typer.Option(help="Sort by this.")] = EntryOrder.POSITION,
    descending: Annotated[bool, typer.Option("--desc", help="Largest or newest first.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Maximum number to show.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List entries, with how often each one answered."""
    enabled = False if disabled else (None if every else True)
    review_due = dt.datetime.now(dt.UTC).date() if due else None
    wanted = EntryFilter(search, lang, tag, enabled, review_due, never_used)
    with editing() as use:
        page = use.page(wanted, order=sort, descending=descending, limit=limit or 10_000_000)
    if as_json:
        print_json([entry_as_json(kept) for kept in page.entries])
        return
    rows = [
        (
            k.entry.id,
            k.entry.lang,
            k.entry.intent or "",
            len(k.entry.phrasings),
            k.answered,
            "" if k.enabled else "disabled",
            k.review_by or "",
            k.entry.question,
        )
        for k in page.entries
    ]
    columns = ("id", "lang", "intent", "phrasings", "answered", "state", "review by", "question")
    narrowed = any((search, lang, tag, disabled, due, never_used))
    empty = "No entry is like that." if narrowed else "No entries yet. Import some with: chatbot faq import FILE"
    print_table(columns, rows, empty=empty)


def faq_show(entry: IdArgument, as_json: JsonOption = False) -> None:
    """Show one entry with all its phrasings."""
    with editing() as use:
        kept = use.get(entry)
    if as_json:
        print_json(entry_as_json(kept))
        return
    for name, value in entry_as_json(kept).items():
        shown = "\n  ".join(map(str, value)) if isinstance(value, list) else value
        print(f"{name}: {'' if shown is None else shown}")


def faq_add(
    question: Annotated[str, typer.Option(help="The question.")],
    answer: Annotated[str, typer.Option(help="The answer, word for word.")],
    variant: Annotated[list[str] | None, typer.Option(help="A further phrasing; repeatable.")] = None,
    intent: Annotated[str, typer.Option(help="Its intent.")] = "",
    lang: Annotated[str, typer.Option(help="en or zh; default: detected from the question.")] = "",
    tag: Annotated[list[str] | None, typer.Option(help="A tag; repeatable.")] = None,
    entry_id: Annotated[str, typer.Option("--id", help="Its id; default: generated.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Add an entry."""
    given = FaqEntry(entry_id, question, answer, tuple(variant or ()), intent or None, lang, tuple(tag or ()))
    with editing() as use:
        made = use.create(given, actor=ACTOR)
        kept = use.get(made.id)
    if as_json:
        print_json(entry_as_json(kept))
    else:
        print(f"Entry {made.id} added.")


def faq_edit(
    entry: IdArgument,
    question: Annotated[str | None, typer.Option(help="New question.", show_default=False)] = None,
    answer: Annotated[str | None, typer.Option(help="New answer.", show_default=False)] = None,
    variant: Annotated[
        list[str] | None, typer.Option(help="Replace all further phrasings; repeatable.", show_default=False)
    ] = None,
    add_variant: Annotated[
        list[str] | None, typer.Option(help="Add one phrasing; repeatable.", show_default=False)
    ] = None,
    intent: Annotated[str | None, typer.Option(help="New intent.", show_default=False)] = None,
    lang: Annotated[str | None, typer.Option(help="en or zh.", show_default=False)] = None,
    try_it: Annotated[
        bool, typer.Option("--try", help="Show which logged questions would be answered differently, without saving.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Change an entry; fields that are not given keep their value."""
    with editing() as use:
        kept = use.get(entry)
        given: dict[str, Any] = {"question": question, "answer": answer, "lang": lang}
        changed = dataclasses.replace(kept.entry, **{name: value for name, value in given.items() if value is not None})
        if intent is not None:
            changed = dataclasses.replace(changed, intent=intent or None)
        variants = tuple(variant) if variant else changed.variants
        changed = dataclasses.replace(changed, variants=(*variants, *(add_variant or ())))
        if try_it:
            replay_edit(changed, as_json=as_json)
            return
        use.edit(changed, actor=ACTOR, seen=kept.updated_at)
        kept = use.get(entry)
    if as_json:
        print_json(entry_as_json(kept))
    else:
        print(f"Entry {entry} saved.")


def faq_enable(entries: IdsArgument, as_json: JsonOption = False) -> None:
    """Switch entries on, so that they answer again."""
    with editing() as use:
        _tell(use.set_enabled(entries, True, actor=ACTOR), "enabled", as_json)


def faq_disable(entries: IdsArgument, as_json: JsonOption = False) -> None:
    """Switch entries off without deleting them."""
    with editing() as use:
        _tell(use.set_enabled(entries, False, actor=ACTOR), "disabled", as_json)


def faq_tag(
    entries: IdsArgument,
    add: Annotated[list[str] | None, typer.Option(help="Tag to add; repeatable.")] = None,
    remove: Annotated[list[str] | None, typer.Option(help="Tag to remove; repeatable.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Add tags to entries, or remove them."""
    if not add and not remove:
        raise InputError("Say which tag: --add TAG or --remove TAG.")
    with editing() as use:
        _tell(use.change_tags(entries, add=add or (), remove=remove or (), actor=ACTOR), "tagged", as_json)


def faq_review(
    entries: IdsArgument,
    by: Annotated[str, typer.Option(help="Date as 2026-12-31; `never` removes it.")],
    as_json: JsonOption = False,
) -> None:
    """Set the date by which entries are to be reviewed; `faq list --due` lists those that are due."""
    with editing() as use:
        _tell(use.set_review(entries, review_day(by), actor=ACTOR), "set", as_json)


def faq_delete(entries: IdsArgument, as_json: JsonOption = False) -> None:
    """Delete entries; `faq restore` brings them back."""
    with editing() as use:
        _tell(use.delete(entries, actor=ACTOR), "deleted", as_json)


def faq_history(
    entry: Annotated[
        str | None, typer.Argument(metavar="[ENTRY]", help="Id of the entry; without it, deleted entries are listed.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show who changed an entry, when and how; without an entry, list deleted entries."""
    with editing() as use:
        found = use.history(entry) if entry else use.deleted()
    if as_json:
        print_json([change_as_json(change) for change in found])
        return
    rows = [
        (
            c.number,
            f"{c.at:%Y-%m-%d %H:%M}",
            c.actor,
            c.action,
            c.import_id or "",
            c.entry_id,
            "; ".join(differences(c)),
        )
        for c in found
    ]
    columns = ("change", "at (UTC)", "by", "what", "import", "entry", "difference")
    print_table(columns, rows, empty="Nothing was deleted." if entry is None else "Nothing was changed yet.")


def faq_restore(
    change: Annotated[int, typer.Argument(metavar="CHANGE", help="Number of the change, as shown by `faq history`.")],
) -> None:
    """Restore an entry to its state before a change."""
    with editing() as use:
        print(f"Entry {use.restore(change, actor=ACTOR)} is as it was before change {change}.")


def review_day(given: str) -> dt.date | None:
    """A day as written, None for `never`. Raises InputError."""
    if given.strip().casefold() in ("", "never", "none"):
        return None
    try:
        return dt.date.fromisoformat(given.strip())
    except ValueError:
        raise InputError(f"The day {given!r} is not of the form 2026-12-31.") from None


def entry_as_json(kept: KeptEntry) -> dict[str, Any]:
    """An entry as JSON has it."""
    entry = kept.entry
    return {
        "id": entry.id,
        "question": entry.question,
        "answer": entry.answer,
        "variants": list(entry.variants),
        "intent": entry.intent,
        "lang": entry.lang,
        "tags": list(entry.tags),
        "enabled": kept.enabled,
        "review_by": kept.review_by.isoformat() if kept.review_by else None,
        "updated_at": kept.updated_at.isoformat(),
        "answered": kept.answered,
        "last_answered": kept.last_answered.isoformat() if kept.last_answered else None,
    }


def change_as_json(change: EntryChange) -> dict[str, Any]:
    """A line of history as JSON has it."""
    return {
        "change": change.number,
        "entry": change.entry_id,
        "at": change.at.isoformat(),
        "actor": change.actor,
        "action": change.action,
        "import_id": change.import_id,
        "before": dataclasses.asdict(change.before) if change.before else None,
        "after": dataclasses.asdict(change.after) if change.after else None,
    }


def differences(change: EntryChange) -> list[str]:
    """What a change did, field by field."""
    if change.before is None or change.after is None:
        there = change.after or change.before
        return [there.question if there else ""]
    names = [f.name for f in dataclasses.fields(FaqEntry)]
    pairs = [(name, getattr(change.before, name), getattr(change.after, name)) for name in names]
    return [f"{name}: {_short(old)} -> {_short(new)}" for name, old, new in pairs if old != new]


def _change_text(change: EntryChange) -> str:
    return "; ".join(differences(change))


def _short(value: object) -> str:
    shown = " | ".join(value) if isinstance(value, tuple) else str(value or "")
    return shown if len(shown) <= 60 else shown[:59] + "…"


def _tell(changed: int, what: str, as_json: bool) -> None:
    if as_json:
        print_json({"changed": changed})
    else:
        print(f"{changed} entries {what}.")

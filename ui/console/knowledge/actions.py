"""What the console does with FAQ files and entries, as plain functions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

from chatbot.domain import (
    Duplicates,
    EntryFilter,
    EntryOrder,
    EntryPage,
    FaqEntry,
    ImportRecord,
    UndoReport,
)
from chatbot.errors import InputError, NotFoundError
from chatbot.knowledge.change_preview import Replay, after_edit, after_import
from chatbot.knowledge.entries import tidy
from chatbot.knowledge.faq_files import COLUMN_NAMES, Imported, ImportOptions, Look, import_file, look, read_entries
from chatbot.knowledge.rejected_rows import RejectedRows
from chatbot.text import split_lines, split_tags
from chatbot.types import Progress, no_progress
from ui.services import Services
from ui.web.header import REJECTS
from ui.wording.words import Words

ACTOR = "console"
PREVIEW_ROWS = 8
PAGE_SIZE = 50
WHICH = ("", "enabled", "disabled", "due", "unused")


def options_of(
    services: Services, mapping: Sequence[str | None], duplicates: str, all_or_nothing: bool, *, dry_run: bool = False
) -> ImportOptions:
    """The options from the values of the page.

    `mapping` is for each column of COLUMN_NAMES a header name, "" for none, or None where nobody has chosen.
    """
    given = {name: header for name, header in zip(COLUMN_NAMES, mapping, strict=True) if header is not None}
    return ImportOptions(
        mapping=given,
        duplicates=Duplicates(duplicates),
        all_or_nothing=all_or_nothing,
        dry_run=dry_run,
        max_mb=services.settings.max_import_mb,
        rejects_dir=services.settings.imports_dir,
    )


def look_at(services: Services, path: str | None, options: ImportOptions, say: Words) -> Look:
    """The header and first rows of an uploaded file. Raises ImportDataError, InputError."""
    file = _uploaded(path, say)
    return look(file, file.name, options, rows=PREVIEW_ROWS)


def run_import(
    services: Services, path: str | None, options: ImportOptions, say: Words, watch: Progress = no_progress
) -> Imported:
    """Import an uploaded file or try it. Raises ImportDataError, InputError, StorageError, CancelledError."""
    file = _uploaded(path, say)
    return import_file(services.knowledge.imports, file, file.name, options, actor=ACTOR, watch=watch)


def imports(services: Services) -> list[ImportRecord]:
    """The newest FAQ imports first."""
    return list(services.knowledge.store.imports(kind="faq", limit=30))


def undoable(found: Sequence[ImportRecord]) -> list[ImportRecord]:
    """Those that changed something and were not undone."""
    return [i for i in found if i.undone_at is None and i.counts.get("inserted", 0) + i.counts.get("updated", 0)]


def kept_rejects(services: Services) -> dict[str, str]:
    """The imports whose rejected rows are kept, with the address of each."""
    return {number: f"{REJECTS}?import_id={number}" for number in RejectedRows(services.settings.imports_dir).ids()}


def undo(services: Services, import_id: str | None, overwrite: bool, say: Words) -> UndoReport:
    """Undo an import. Raises NotFoundError, StorageError."""
    if not import_id:
        raise NotFoundError(say("nothing_to_undo"))
    return services.knowledge.imports.undo_import(import_id, actor=ACTOR, overwrite=overwrite)


def entry_filter(search: str, lang: str, which: str, tag: str) -> EntryFilter:
    """The filter from the values of the page."""
    return EntryFilter(
        search=search or "",
        lang=lang or "",
        tag=tag or "",
        enabled={"enabled": True, "disabled": False}.get(which or ""),
        review_due=dt.datetime.now(dt.UTC).date() if which == "due" else None,
        never_used=which == "unused",
    )


def entry_page(services: Services, wanted: EntryFilter, sort: str, first: int) -> EntryPage:
    """One page of entries; a `first` outside is moved to the nearest page."""
    order = EntryOrder(sort or "position")
    descending = order in (EntryOrder.UPDATED, EntryOrder.ANSWERED)
    page = services.knowledge.editing.page(
        wanted, order=order, descending=descending, limit=PAGE_SIZE, offset=max(0, first)
    )
    if page.entries or not page.total:
        return page
    last = (page.total - 1) // PAGE_SIZE * PAGE_SIZE
    return services.knowledge.editing.page(wanted, order=order, descending=descending, limit=PAGE_SIZE, offset=last)


def save(
    services: Services,
    entry_id: str,
    fields: tuple[str, str, str, str, str, str],
    seen: str,
) -> FaqEntry:
    """Create or change an entry from the form: question, answer, phrasings by line, intent, language, tags.

    Raises InputError, NotFoundError, StorageError.
    """
    question, answer, variants, intent, lang, tags = (value or "" for value in fields)
    entry = FaqEntry(entry_id, question, answer, split_lines(variants), intent.strip() or None, lang, split_tags(tags))
    if not entry_id:
        return services.knowledge.editing.create(entry, actor=ACTOR)
    return services.knowledge.editing.edit(entry, actor=ACTOR, seen=dt.datetime.fromisoformat(seen) if seen else None)


def form_entry(entry_id: str, fields: tuple[str, str, str, str, str, str]) -> FaqEntry:
    """The entry that the form holds, tidied. Raises InputError."""
    question, answer, variants, intent, lang, tags = (value or "" for value in fields)
    given = FaqEntry(entry_id or "new", question, answer, split_lines(variants), intent or None, lang, split_tags(tags))
    return tidy(given)


def replay_edit(services: Services, entry: FaqEntry, watch: Progress) -> Replay:
    """Which logged questions would get another answer with this entry."""
    return services.knowledge.preview(after_edit(services.knowledge.store.entries(), entry), watch)


def replay_import(services: Services, path: str | None, options: ImportOptions, say: Words, watch: Progress) -> Replay:
    """Which logged questions would get another answer after this import. Raises ImportDataError, InputError."""
    file = _uploaded(path, say)
    new = read_entries(file, file.name, options)
    return services.knowledge.preview(after_import(services.knowledge.store.entries(), new, options.duplicates), watch)


def review_day(given: str, say: Words) -> dt.date | None:
    """A day as written, None when empty. Raises InputError."""
    if not (given or "").strip():
        return None
    try:
        return dt.date.fromisoformat(given.strip())
    except ValueError:
        raise InputError(f"{say('review_day')}: {given!r}") from None


def bulk(services: Services, action: str, ids: Sequence[str], tags: str, day: str, say: Words) -> int:
    """Do one thing to many entries; returns how many changed. Raises InputError."""
    editing = services.knowledge.editing
    actions: dict[str, Callable[[], int]] = {
        "enable": lambda: editing.set_enabled(ids, True, actor=ACTOR),
        "disable": lambda: editing.set_enabled(ids, False, actor=ACTOR),
        "delete": lambda: editing.delete(ids, actor=ACTOR),
        "tag_add": lambda: editing.change_tags(ids, add=split_tags(tags or ""), actor=ACTOR),
        "tag_remove": lambda: editing.change_tags(ids, remove=split_tags(tags or ""), actor=ACTOR),
        "review_set": lambda: editing.set_review(ids, review_day(day, say), actor=ACTOR),
    }
    return actions[action]()


def _uploaded(path: str | None, say: Words) -> Path:
    if not path:
        raise InputError(say("no_file"))
    return Path(path)

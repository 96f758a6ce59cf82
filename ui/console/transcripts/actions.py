"""What the tab of past conversations does, as plain functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from chatbot.domain import Role, TranscriptSpeaker, TranscriptUndo
from chatbot.domain.drafts import Draft
from chatbot.errors import InputError, NotFoundError
from chatbot.knowledge.transcript_files import MAPPED, TranscriptColumns, TranscriptOptions, Transcripts
from chatbot.text import split_lines
from chatbot.types import Progress, no_progress
from ui.services import Services
from ui.wording.words import Words

SKIP = "skip"
LISTS = (Role.CUSTOMER.value, Role.AGENT.value, Role.ASSISTANT.value, SKIP)
"""The roles in the order of the lists on the page."""
SPEAKERS_SHOWN = 50


def options_of(
    services: Services, zone: str, mapping: Sequence[str | None], lists: Sequence[Sequence[str]]
) -> TranscriptOptions:
    """The options from the values of the page.

    `mapping` is for each column of MAPPED a header name, "" for none, or None where nobody has chosen; `lists` are the
    names chosen for each role of LISTS.
    """
    given = {name: header for name, header in zip(MAPPED, mapping, strict=False) if header is not None}
    return TranscriptOptions(chosen_roles(lists), (zone or "").strip() or "UTC", given, services.settings.max_import_mb)


def look_at(services: Services, path: str | None, options: TranscriptOptions) -> TranscriptColumns | None:
    """The columns of an uploaded file, None where it is no table. Raises ImportDataError."""
    return services.transcripts.columns(Path(path), options) if path else None


def read_file(
    services: Services,
    path: str | None,
    options: TranscriptOptions,
    say: Words,
    *,
    dry_run: bool,
    watch: Progress = no_progress,
) -> Transcripts:
    """Import an uploaded file, or say what an import would do.

    Raises ImportDataError, InputError, StorageError, CancelledError.
    """
    if not path:
        raise InputError(say("no_file"))
    return services.transcripts.read(Path(path), options, dry_run, watch)


def undo(services: Services, import_id: str | None, say: Words) -> TranscriptUndo:
    """Take an import back. Raises NotFoundError, StorageError."""
    if not import_id:
        raise NotFoundError(say("nothing_to_undo"))
    return services.transcripts.undo(import_id)


def chosen_roles(lists: Sequence[Sequence[str]]) -> dict[str, str]:
    """Folded names with their role; a name in several lists counts where it stands last."""
    return {
        " ".join(name.split()).casefold(): role
        for role, names in zip(LISTS, lists, strict=False)
        for name in names or ()
    }


def names_by_role(speakers: Sequence[TranscriptSpeaker]) -> tuple[list[str], list[list[str]]]:
    """All names to choose from, the busiest first, and for each role of LISTS those that have it."""
    shown = speakers[:SPEAKERS_SHOWN]
    return [one.name for one in shown], [[one.name for one in shown if one.role == role] for role in LISTS]


def propose(services: Services, progress: Progress) -> Mapping[str, int]:
    """Propose drafts from all past conversations. Raises TrainingError where people answered nothing yet."""
    return services.drafts.propose(progress)


def save_draft(services: Services, draft: int | None, words: tuple[str, str, str, str], say: Words) -> Draft:
    """Store question, answer, phrasings (one a line) and intent of an open draft. Raises InputError, NotFoundError."""
    if not draft:
        raise InputError(say("draft_none"))
    question, answer, variants, intent = words
    return services.drafts.decisions.edit(
        draft, question=question, answer=answer, variants=split_lines(variants), intent=intent
    )


def accept_draft(services: Services, draft: int | None, words: tuple[str, str, str, str], say: Words) -> None:
    """Make an entry of a draft as it stands on the page. Raises InputError, NotFoundError, StorageError."""
    saved = save_draft(services, draft, words, say)
    services.drafts.decisions.accept(saved.id, actor="console")


def reject_draft(services: Services, draft: int | None, say: Words) -> None:
    """Never propose a draft again. Raises InputError, NotFoundError."""
    if not draft:
        raise InputError(say("draft_none"))
    services.drafts.decisions.reject(draft, actor="console")

"""Importing files of past conversations, for both the command line and the console: preview, dry run, import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chatbot.domain import ImportReport, TranscriptSpeaker, TranscriptTurn
from chatbot.importing.transcripts.reading import MAPPED, TranscriptColumns, TranscriptOptions, look_at_columns
from chatbot.importing.transcripts.reading import read_transcript_file as read_file
from chatbot.knowledge.imports import Knowledge
from chatbot.knowledge.transcripts import masked_turns
from chatbot.types import Progress, no_progress

__all__ = ["MAPPED", "TranscriptColumns", "TranscriptOptions", "Transcripts", "import_transcripts", "look_at_columns"]

PLANNED = {"read": (0.0, 0.35), "mask": (0.35, 0.85), "store": (0.85, 1.0)}
"""The approximate part of the total progress that each step takes."""
SHOWN_TURNS = 10


@dataclass(frozen=True, slots=True)
class Transcripts:
    """The contents of a transcript file, and what an import did or would do.

    `turns` are the first ones, masked; `found` are columns with the header names that they were taken from, if the file
    is a table.
    """

    report: ImportReport
    layout: str
    speakers: tuple[TranscriptSpeaker, ...]
    turns: tuple[TranscriptTurn, ...] = ()
    found: Mapping[str, str] = field(default_factory=dict)


def import_transcripts(
    knowledge: Knowledge,
    source: bytes | Path,
    name: str,
    options: TranscriptOptions,
    *,
    actor: str,
    dry_run: bool = False,
    watch: Progress = no_progress,
) -> Transcripts:
    """Import a file with personal data masked, or with `dry_run` report what would happen.

    Raises:
        ImportDataError: the file cannot be read in any layout; nothing was changed.
        InputError: there is no such time zone.
        StorageError: the database cannot be written; nothing was changed.
    """

    def progress(step: str, done: float) -> None:
        first, last = PLANNED[step]
        watch(step, first + (last - first) * done)

    reading = read_file(source, name, options, progress=progress)
    report = knowledge.import_transcripts(
        reading.turns, reading.report, actor=actor, dry_run=dry_run, progress=progress
    )
    watch("done", 1.0)
    first = tuple(masked_turns(reading.turns[:SHOWN_TURNS]))
    return Transcripts(report, reading.layout, reading.speakers, first, reading.found)

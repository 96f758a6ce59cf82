"""The knowledge base: entries, search hits, import reports."""

from __future__ import annotations

from dataclasses import dataclass

from chatbot.errors import Problem
from chatbot.text import asked, content_hash


def entry_id(question: str, lang: str) -> str:
    """The id of an entry that has none of its own: 16 hex digits of a digest of its question and language.

    Case, full-width forms and closing punctuation (`?`, `。` and the like) do not count, so that importing a file again
    changes nothing; everything else does: "learn C" and "learn C++" are two entries. Stored ids are never recomputed,
    so an entry keeps its id when its question changes, and accepted drafts of earlier versions keep theirs.
    """
    return content_hash([asked(question), lang])


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """One curated answer and every phrasing that asks for it."""

    id: str
    question: str
    answer: str
    variants: tuple[str, ...] = ()
    intent: str | None = None
    lang: str = "en"
    tags: tuple[str, ...] = ()

    @property
    def phrasings(self) -> tuple[str, ...]:
        """The question first, then the variants."""
        return (self.question, *self.variants)


@dataclass(frozen=True, slots=True)
class FaqHit:
    """One entry found for a query.

    `score` is the calibrated probability, 0 to 1, that the entry answers the query; `phrasing` is its best-matching
    phrasing. For explanations: the raw dense and lexical scores of its phrasings and the raw score of its answer, and
    the nats that each adds to the entry's strength.
    """

    entry: FaqEntry
    score: float
    phrasing: str = ""
    dense: float = 0.0
    lexical: float = 0.0
    dense_part: float = 0.0
    lexical_part: float = 0.0
    answer: float = 0.0
    answer_part: float = 0.0


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why one row of an imported file was rejected.

    `row` counts from 1 below the header line; 0 stands for the whole file.
    """

    row: int
    column: str
    problem: Problem

    @property
    def reason(self) -> str:
        """The problem as an English sentence."""
        return self.problem.sentence


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The result of an import. `read == inserted + updated + skipped + failed`, always."""

    file: str
    encoding: str
    read: int
    inserted: int
    updated: int
    skipped: int
    failed: int
    problems: tuple[RowProblem, ...] = ()
    import_id: str | None = None

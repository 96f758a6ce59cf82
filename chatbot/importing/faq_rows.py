"""Reads the rows of an open file as FAQ entries, one by one, and records what became of each row.

A row fails if question or answer is empty or too long, the language is unknown, or its id belongs to another question
of the file. A question that occurs twice in one language (compared without case and closing punctuation) is taken once:
with the same answer, the later row's phrasings are added to the first; with another answer, the later row is left out.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from functools import lru_cache
from types import TracebackType
from typing import IO, Self

from chatbot import text
from chatbot.domain import Duplicates, FaqEntry, ImportReport, RowProblem, entry_id
from chatbot.domain.faq_limits import problems_of
from chatbot.errors import Problem
from chatbot.importing.files import cells
from chatbot.importing.files.columns import Column, Line
from chatbot.importing.files.opening import Reading

COLUMNS = (
    Column("question", "q,问题,問題,问,提问,标准问题,標準問題,标准问,prompt,title,faq,query"),
    Column("answer", "a,答案,回答,答,回复,回覆,答复,response,reply,completion"),
    Column(
        "variants",
        "variant,phrasings,similar questions,alternatives,paraphrases,相似问法,相似問法,相似问题,相似问,扩展问",
        required=False,
    ),
    Column("intent", "意图,意圖,label,category,类别,類別,分类", required=False),
    Column("lang", "language,locale,语言,語言", required=False),
    Column("tags", "tag,标签,標籤,keywords,关键词", required=False),
    Column("id", "faq_id,entry_id,编号,編號", required=False),
)
PROBLEM = "problem"
"""Extra column of a reject file; imports ignore it."""
SPOOL_BYTES = 4_000_000
_clean_name = lru_cache(maxsize=4_096)(text.clean)  # a file has few different intents


class FaqRows:
    """The entries of a file that is being read. Iterating over them once fills the report and the rejected rows."""

    def __init__(self, reading: Reading, *, duplicates: Duplicates = Duplicates.UPDATE) -> None:
        self._reading = reading
        self._keep = duplicates is Duplicates.KEEP
        self._first: dict[str, tuple[str, int, int]] = {}  # key of a question: id, row, hash of the answer
        self._row_of_id: dict[str, int] = {}
        self._problems: list[RowProblem] = []
        self._failed = self._skipped = 0
        self._rejected = 0
        self._spool: IO[bytes] = tempfile.SpooledTemporaryFile(SPOOL_BYTES)  # noqa: SIM115  closed by __exit__
        self._text = io.TextIOWrapper(self._spool, "utf-8-sig", newline="", write_through=True)
        self._writer = csv.writer(self._text)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._text.close()

    @property
    def file(self) -> str:
        return self._reading.file

    @property
    def share(self) -> float:
        """Share of the file that is read, 0 to 1."""
        return self._reading.share

    def __iter__(self) -> Iterator[FaqEntry]:
        """The valid entries. One with the id of an earlier one adds its phrasings to that one."""
        for line in self._reading:
            entry, key = entry_of(line)
            problem = line.problem or next((line.wrong(*found) for found in problems_of(entry)), None)
            if problem is not None:
                self._fail(line, problem)
                continue
            taken = self._take(line, entry, key)
            if taken is not None:
                yield taken

    def report(self) -> ImportReport:
        """What was read so far; the store adds the remaining counts."""
        reading = self._reading
        told = (*reading.notes, *self._problems)
        return ImportReport(reading.file, reading.encoding, reading.read, 0, 0, self._skipped, self._failed, told)

    def rejects(self) -> bytes:
        """The rejected rows as CSV, to be corrected and imported again; empty if there are none."""
        if not self._rejected:
            return b""
        self._text.flush()
        self._spool.seek(0)
        content = self._spool.read()
        self._spool.seek(0, io.SEEK_END)
        return content

    def _take(self, line: Line, entry: FaqEntry, key: str) -> FaqEntry | None:
        first = self._first.get(key)
        answer = hash(entry.answer)
        if first is not None and first[2] == answer:
            joined = Problem.of("rows_joined", "The same question as row {row}; the two were joined.", row=first[1])
            self._problems.append(line.wrong("question", joined))
            return _renamed(entry, first[0])
        if first is not None and not self._keep:
            why = Problem.of(
                "other_answer",
                "Row {row} has the same question with another answer; this row was left out.",
                row=first[1],
            )
            self._skipped += 1
            self._reject(line, line.wrong("question", why))
            return None
        if first is not None and entry.id == key:
            entry = _renamed(entry, text.content_hash([key, entry.answer]))
        other = self._row_of_id.get(entry.id)
        if other is not None:
            why = Problem.of(
                "id_repeated",
                "Row {row} has the id {id!r} with another question. Give each its own id.",
                row=other,
                id=entry.id,
            )
            self._fail(line, line.wrong("id", why))
            return None
        self._row_of_id[entry.id] = line.number
        self._first.setdefault(key, (entry.id, line.number, answer))
        return entry

    def _fail(self, line: Line, problem: RowProblem) -> None:
        self._failed += 1
        self._reject(line, problem)

    def _reject(self, line: Line, problem: RowProblem) -> None:
        self._problems.append(problem)
        names = [column.name for column in COLUMNS]
        if not self._rejected:
            self._writer.writerow([*names, PROBLEM])
        self._rejected += 1
        given = [line.cells[name] for name in names]
        # Surplus cells keep the row from being accepted before somebody has checked it.
        self._writer.writerow([*map(cells.guarded, given), problem.reason, *map(cells.guarded, line.surplus)])


def entry_of(line: Line) -> tuple[FaqEntry, str]:
    """The entry of a row, valid or not, and the key that it shares with rows of the same question.

    An entry without an id gets one from its question and language, so that importing a file again changes nothing.
    """
    given = line.cells
    question = text.clean(given["question"])
    named, own_id, variants, tags = given["lang"], given["id"], given["variants"], given["tags"]
    lang = cells.language_of(named, question) or named.strip()
    asked = text.asked(question)
    key = entry_id(question, lang)
    entry = FaqEntry(
        (text.clean(own_id) if own_id else "") or key,
        question,
        text.verbatim(given["answer"]),
        _distinct(asked, question, cells.split_phrasings(variants)) if variants else (),
        _clean_name(given["intent"]) or None,
        lang,
        cells.split_tags(tags) if tags else (),
    )
    return entry, key


def distinct(question: str, variants: Iterable[str]) -> tuple[str, ...]:
    """The variants without duplicates of each other or of the question."""
    return _distinct(text.asked(question), question, variants)


def _distinct(asked: str, question: str, variants: Iterable[str]) -> tuple[str, ...]:
    kept = {asked: question}
    for variant in variants:
        kept.setdefault(text.asked(variant), variant)
    return tuple(kept.values())[1:]


def _renamed(entry: FaqEntry, entry_id: str) -> FaqEntry:
    return FaqEntry(entry_id, entry.question, entry.answer, entry.variants, entry.intent, entry.lang, entry.tags)

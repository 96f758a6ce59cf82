r"""The FAQ as CSV: question,answer[,variants][,intent][,lang][,tags][,id].

Knows: columns, limits and what makes two rows the same question. Does not know: what is stored already.

A row fails when question or answer is empty or too long, the language is unknown, or its id is taken by another
question of the file. A question that comes twice in one language (compared without case and closing punctuation) is
taken once: with the same answer the later row's phrasings join the first, with another answer the later row is left
out. Both count as skipped and are named in the problems.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Iterable, Iterator

from chatbot import text
from chatbot.domain import FaqEntry, ImportReport, RowProblem
from chatbot.importing import cells
from chatbot.importing.csv_file import Column, Line, read_table, write_table

MAX_QUESTION_CHARS = 500
MAX_ANSWER_CHARS = 20_000
MAX_ID_CHARS = 64
MAX_INTENT_CHARS = 200
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
_CLOSING = " ?!.。？！…"


def read_faq(raw: bytes, file: str, *, max_mb: float | None = None) -> tuple[list[FaqEntry], ImportReport]:
    """The entries of a file and the report so far: read, skipped and failed rows with their problems.

    An entry without an id gets one from its question and language, so that importing a file again changes nothing.

    Raises:
        ImportDataError: the file cannot be read as such a table.
    """
    table = read_table(raw, COLUMNS, file, max_mb=max_mb)
    found: dict[str, tuple[FaqEntry, int]] = {}
    row_of_id: dict[str, int] = {}
    problems: list[RowProblem] = []
    failed = skipped = 0
    for line in table.lines:
        problem = next(_problems_of(line), None)
        if problem is not None:
            problems.append(problem)
            failed += 1
            continue
        entry, key = _entry(line)
        if key in found:
            first, row = found[key]
            merged, reason = _merge(first, entry, row)
            found[key] = merged, row
            problems.append(RowProblem(line.number, "question", reason))
            skipped += 1
        elif entry.id in row_of_id:
            reason = f"Row {row_of_id[entry.id]} has the id {entry.id!r} with another question. Give each its own."
            problems.append(RowProblem(line.number, "id", reason))
            failed += 1
        else:
            found[key] = entry, line.number
            row_of_id[entry.id] = line.number
    entries = [entry for entry, _ in found.values()]
    return entries, table.report(skipped=skipped, problems=problems, failed=failed)


def export_faq(entries: Iterable[FaqEntry]) -> bytes:
    """The entries as a CSV file that `read_faq` reads back equal."""
    return write_table(
        [column.name for column in COLUMNS],
        (
            (
                entry.question,
                entry.answer,
                cells.join_phrasings(entry.variants),
                entry.intent or "",
                entry.lang,
                cells.join_tags(entry.tags),
                entry.id,
            )
            for entry in entries
        ),
    )


def _problems_of(line: Line) -> Iterator[RowProblem]:
    """What is wrong with a row, most telling first."""
    given = line.cells
    if line.problem is not None:
        yield line.problem
    question, answer = text.clean(given["question"]), cells.verbatim(given["answer"])
    for column, content, limit in (
        ("question", question, MAX_QUESTION_CHARS),
        ("answer", answer, MAX_ANSWER_CHARS),
        ("id", text.clean(given["id"]), MAX_ID_CHARS),
        ("intent", text.clean(given["intent"]), MAX_INTENT_CHARS),
    ):
        if not content and column in ("question", "answer"):
            yield RowProblem(line.number, column, f"The {column} is empty.")
        if len(content) > limit:
            yield RowProblem(line.number, column, f"The {column} has {len(content)} characters, the limit is {limit}.")
    for variant in cells.split_phrasings(given["variants"]):
        if len(variant) > MAX_QUESTION_CHARS:
            reason = f"A variant has {len(variant)} characters, the limit is {MAX_QUESTION_CHARS}."
            yield RowProblem(line.number, "variants", reason)
    if cells.language_of(given["lang"], question) is None:
        reason = f"The language {given['lang'].strip()!r} is not known. Write en or zh, or leave it empty."
        yield RowProblem(line.number, "lang", reason)


def _entry(line: Line) -> tuple[FaqEntry, str]:
    """The entry of a sound row, and the key that it shares with rows of the same question."""
    given = line.cells
    question = text.clean(given["question"])
    lang = cells.language_of(given["lang"], question) or "en"
    key = text.content_hash([_compared(question), lang])
    entry = FaqEntry(
        id=text.clean(given["id"]) or key,
        question=question,
        answer=cells.verbatim(given["answer"]),
        variants=_distinct(question, cells.split_phrasings(given["variants"])),
        intent=text.clean(given["intent"]) or None,
        lang=lang,
        tags=cells.split_tags(given["tags"]),
    )
    return entry, key


def _merge(first: FaqEntry, later: FaqEntry, row: int) -> tuple[FaqEntry, str]:
    if later.answer != first.answer:
        return first, f"Row {row} has the same question with another answer; this row was left out."
    variants = _distinct(first.question, (*first.variants, *later.phrasings))
    return dataclasses.replace(first, variants=variants), f"The same question as row {row}; the two were joined."


def _distinct(question: str, variants: Iterable[str]) -> tuple[str, ...]:
    """The variants without repetitions of each other and of the question."""
    kept = {_compared(question): question}
    for variant in variants:
        kept.setdefault(_compared(variant), variant)
    return tuple(kept.values())[1:]


def _compared(question: str) -> str:
    # Narrower than `text.normalise`, for which "learn C" and "learn C++" are one question.
    folded = unicodedata.normalize("NFKC", question).casefold()
    return folded.rstrip(_CLOSING) or folded

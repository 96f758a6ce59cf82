"""Labelled utterances (text,intent[,lang]) and intents (intent,route,description) as CSV."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from chatbot import text
from chatbot.domain import OUT_OF_SCOPE, ImportReport, IntentDefinition, LabelledExample, Route, RowProblem
from chatbot.domain.faq_limits import empty, too_long, unknown_language
from chatbot.errors import Problem
from chatbot.importing.files import cells
from chatbot.importing.files.csv_file import Column, Line, has_columns, read_table, write_table

MAX_TEXT_CHARS = 2_000
MAX_INTENT_CHARS = 200
_INTENT_NAMES = "label,意图,意圖,标签,標籤,类别,類別,分类,class,category"
EXAMPLE_COLUMNS = (
    Column("text", "utterance,sentence,query,question,message,文本,语句,語句,句子,问题,問題,话术"),
    Column("intent", _INTENT_NAMES),
    Column("lang", "language,locale,语言,語言", required=False),
)
INTENT_COLUMNS = (
    Column("intent", f"name,{_INTENT_NAMES}"),
    Column("route", "路由,处理方式,處理方式"),
    Column("description", "meaning,描述,说明,說明", required=False),
)


def read_examples(raw: bytes, file: str, *, max_mb: float | None = None) -> tuple[list[LabelledExample], ImportReport]:
    """The utterances of a file in order, repetitions included, and the report so far.

    An empty intent, or `oos`, means out of scope.

    Raises:
        ImportDataError: the file cannot be read as such a table.
    """
    table = read_table(raw, EXAMPLE_COLUMNS, file, max_mb=max_mb)
    examples: list[LabelledExample] = []
    problems: list[RowProblem] = []
    for line in table.lines:
        made = _example(line)
        if isinstance(made, RowProblem):
            problems.append(made)
        else:
            examples.append(made)
    return examples, table.report(problems=problems, failed=len(problems))


def read_intents(raw: bytes, file: str, *, max_mb: float | None = None) -> tuple[list[IntentDefinition], ImportReport]:
    """The intents of a file in order and the report; accepted rows count as inserted.

    If an intent occurs twice, the later row is skipped.

    Raises:
        ImportDataError: the file cannot be read as such a table.
    """
    table = read_table(raw, INTENT_COLUMNS, file, max_mb=max_mb)
    found: dict[str, IntentDefinition] = {}
    problems: list[RowProblem] = []
    skipped = 0
    for line in table.lines:
        made = _definition(line)
        if isinstance(made, RowProblem):
            problems.append(made)
        elif made.intent in found:
            skipped += 1
        else:
            found[made.intent] = made
    failed = len(problems)
    report = table.report(skipped=skipped, problems=problems, failed=failed, inserted=len(found))
    return list(found.values()), report


def is_intent_list(raw: bytes, file: str) -> bool:
    """Whether a file contains intents with their routes rather than utterances.

    Raises:
        ImportDataError: the file is empty or not text.
    """
    return has_columns(raw, INTENT_COLUMNS, file) and not has_columns(raw, EXAMPLE_COLUMNS, file)


def export_examples(examples: Iterable[LabelledExample]) -> bytes:
    """The utterances as a CSV file that `read_examples` reads back."""
    rows = ((example.text, example.intent, example.lang) for example in examples)
    return write_table([column.name for column in EXAMPLE_COLUMNS], rows)


def _example(line: Line) -> LabelledExample | RowProblem:
    if line.problem is not None:
        return line.problem
    said, intent = text.clean(line.cells["text"]), cells.intent_of(line.cells["intent"])
    problem = _too_long(line, "text", said, MAX_TEXT_CHARS) or _too_long(line, "intent", intent, MAX_INTENT_CHARS)
    if problem is not None:
        return problem
    if not said:
        return line.wrong("text", empty("text"))
    lang = cells.language_of(line.cells["lang"], said)
    if lang is None:
        return line.wrong("lang", unknown_language(line.cells["lang"].strip()))
    return LabelledExample(said, intent, lang)


def _definition(line: Line) -> IntentDefinition | RowProblem:
    if line.problem is not None:
        return line.problem
    intent, route = text.clean(line.cells["intent"]), text.clean(line.cells["route"]).casefold()
    if not intent:
        return line.wrong("intent", empty("intent"))
    if intent == OUT_OF_SCOPE:
        return line.wrong("intent", Problem(f"{OUT_OF_SCOPE!r} stands for no intent and takes no route."))
    problem = _too_long(line, "intent", intent, MAX_INTENT_CHARS)
    if problem is not None:
        return problem
    known = [member.value for member in Route]
    if route and route not in known:
        near = difflib.get_close_matches(route, known, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"Known routes: {', '.join(known)}."
        return line.wrong("route", Problem(f"The route {route!r} is not known. {hint}"))
    return IntentDefinition(intent, Route(route or Route.FAQ), text.clean(line.cells["description"]))


def _too_long(line: Line, column: str, content: str, limit: int) -> RowProblem | None:
    return line.wrong(column, too_long(column, len(content), limit)) if len(content) > limit else None

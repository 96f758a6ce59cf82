"""Test queries for the FAQ search as CSV: query,faq."""

from __future__ import annotations

from chatbot import text
from chatbot.errors import ImportDataError
from chatbot.importing.files.csv_file import Column, read_table

COLUMNS = (
    Column("query", "text,utterance,customer question,用户问题,查询,查詢,问法,提问"),
    Column("faq", "question,faq question,expected,标准问题,標準問題,标准问,问题,問題,faq_id"),
)


def read_queries(raw: bytes, file: str, *, max_mb: float | None = None) -> list[tuple[str, str]]:
    """Pairs of a query and the exact stored question that answers it; an empty question means that no entry does.

    Raises:
        ImportDataError: the file cannot be read as such a table, or a row has no query: a measurement on some of the
            rows would be misleading.
    """
    pairs: list[tuple[str, str]] = []
    for line in read_table(raw, COLUMNS, file, max_mb=max_mb).lines:
        query = text.clean(line.cells["query"])
        if line.problem is not None or not query:
            reason = line.problem.reason if line.problem is not None else "The query is empty."
            raise ImportDataError(f"{file}, row {line.number}: {reason} Correct the row and try again.")
        pairs.append((query, text.clean(line.cells["faq"])))
    return pairs

"""Whatever a table holds, what an import reports adds up, and the same file twice changes nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot.domain import Duplicates, ImportReport
from chatbot.importing.faq_csv import read_faq
from chatbot.knowledge.faq_files import ImportOptions, import_file
from chatbot.knowledge.imports import Knowledge
from chatbot.storage.conversations.store import SqlConversationStore
from chatbot.storage.database.audit import SqlAuditLog
from chatbot.storage.database.engine import open_database
from chatbot.storage.faq.knowledge import SqlKnowledgeStore

CELL = st.sampled_from(
    ["", " ", "a", "A?", "b", "退款", "=1", "x" * 501, "en", "zh", "tlh", "i1", "a|b", "1\n2", "q,q"]
)
TABLES = st.lists(st.lists(CELL, min_size=0, max_size=8), min_size=1, max_size=12)
HEADER = ("question", "answer", "variants", "lang", "tags", "id")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlKnowledgeStore]:
    database = open_database(f"sqlite:///{tmp_path}/chatbot.db", backup_dir=None)
    yield SqlKnowledgeStore(database)
    database.close()


def knowledge(store: SqlKnowledgeStore) -> Knowledge:
    database = store._database
    return Knowledge(store, SqlConversationStore(database), SqlAuditLog(database), lambda: None)


def balanced(report: ImportReport) -> bool:
    return report.read == report.inserted + report.updated + report.skipped + report.failed


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=TABLES, duplicates=st.sampled_from(Duplicates))
def test_counts_always_balance(store: SqlKnowledgeStore, rows: list[list[str]], duplicates: Duplicates) -> None:
    target = io.StringIO(newline="")
    csv.writer(target).writerows([HEADER, *rows])
    raw = target.getvalue().encode()
    if not any("".join(row).strip() for row in rows):
        return
    use = knowledge(store)
    options = ImportOptions(duplicates=duplicates)
    tried = import_file(use, raw, "f.csv", ImportOptions(duplicates=duplicates, dry_run=True), actor="t").report
    before = store.entries()
    first = import_file(use, raw, "f.csv", options, actor="t")
    again = import_file(use, raw, "f.csv", options, actor="t").report
    assert balanced(tried) and balanced(first.report) and balanced(again)
    assert (tried.inserted, tried.updated) == (first.report.inserted, first.report.updated)
    assert (again.inserted, again.updated) == (0, 0)
    assert first.report.read == sum(1 for row in rows if "".join(row).strip())
    if first.report.failed:
        rejected, report = read_faq(first.rejects, "rejects.csv")
        assert report.read >= first.report.failed
        assert report.failed >= first.report.failed, rejected
    assert store.undo_import(again.import_id or "").put_back == 0
    assert store.undo_import(first.report.import_id or "").conflicts == ()
    assert store.entries() == before

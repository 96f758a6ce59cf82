"""An older database keeps what its imports changed: they can still be undone, and are the beginning of the history."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine, text

from chatbot.domain import FaqEntry
from chatbot.storage.database.engine import open_database
from chatbot.storage.database.upgrading import alembic_config
from chatbot.storage.faq import rows
from chatbot.storage.faq.editing import SqlEntryStore
from chatbot.storage.faq.knowledge import SqlKnowledgeStore

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
OLD = {"question": "How long?", "answer": "Two days.", "variants": ["eta"], "intent": None, "lang": "en", "tags": ["a"]}
NEW = OLD | {"answer": "Three days."}


def test_imports_of_before_can_be_undone_and_edited_entries_restored(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/chatbot.db"
    engine = create_engine(url)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0001")
        entry = rows.from_json("e", NEW)
        values = {
            "id": "e",
            "question": entry.question,
            "answer": entry.answer,
            "tags": json.dumps(["a"]),
            "key": rows.question_key(entry),
            "hash": rows.content_hash(entry),
            "now": "2026-01-01 00:00:00.000000",
            "counts": json.dumps({"read": 1, "inserted": 0, "updated": 1, "skipped": 0, "failed": 0}),
            "before": json.dumps(OLD),
            "after": json.dumps(NEW),
        }
        for statement in (
            "INSERT INTO faq_entry (id, position, question, answer, lang, tags, enabled, question_key, content_hash,"
            " created_at, updated_at) VALUES (:id, 1, :question, :answer, 'en', :tags, 1, :key, :hash, :now, :now)",
            "INSERT INTO faq_phrasing (entry_id, position, text) VALUES (:id, 0, 'eta')",
            "INSERT INTO import (id, kind, file, encoding, counts, created_at)"
            " VALUES (7, 'faq', 'old.csv', 'utf-8', :counts, :now)",
            "INSERT INTO import_change (import_id, entry_id, before, after) VALUES (7, :id, :before, :after)",
        ):
            connection.execute(text(statement), values)
    engine.dispose()
    database = open_database(url, backup_dir=tmp_path / "backups")
    entries, knowledge = SqlEntryStore(database), SqlKnowledgeStore(database)
    old = rows.from_json("e", OLD)
    (first,) = entries.history("e")
    assert (first.action, first.import_id, first.before, first.after, first.at) == ("import", "7", old, entry, NOW)
    assert knowledge.undo_import("7").put_back == 1
    assert knowledge.entries() == [old]
    assert isinstance(old, FaqEntry)
    database.close()

"""Conversations that waited before colleagues could answer them still wait, in every database, and are answered now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from chatbot.domain import Role
from chatbot.storage.conversations.handoffs import SqlHandoffStore
from chatbot.storage.conversations.store import SqlConversationStore
from chatbot.storage.database.audit import SqlAuditLog
from chatbot.storage.database.engine import open_database
from chatbot.storage.database.upgrading import alembic_config

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
OLD = (
    "INSERT INTO conversation (id, visitor_id, lang, origin, started_at) VALUES ('c', 'v', 'en', 'chat', :now)",
    "INSERT INTO message (conversation_id, position, role, text, created_at)"
    " VALUES ('c', 1, 'customer', 'a person please', :now)",
    "INSERT INTO message (conversation_id, position, role, text, created_at) VALUES ('c', 2, 'agent', 'Hello', :now)",
    "INSERT INTO handoff (conversation_id, asked_at, settled_at, settled_by) VALUES ('c', :now, NULL, '')",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database as it was before, with a conversation that waits."""
    where = (
        f"sqlite:///{tmp_path}/chatbot.db" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    )
    engine = create_engine(where)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0006")
        for statement in OLD:
            connection.execute(
                text(statement), {"now": NOW if request.param == "postgresql" else NOW.isoformat(" ")[:19]}
            )
    yield where
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    engine.dispose()


def test_who_waited_before_is_answered_now_and_old_messages_have_no_author(url: str, tmp_path: Path) -> None:
    database = open_database(url, backup_dir=tmp_path / "backups")
    conversations, handoffs = SqlConversationStore(database), SqlHandoffStore(database)
    (found,) = handoffs.list()
    assert (found.asked_at, found.conversation.held_by, found.taken_at, found.unanswered) == (NOW, "", None, True)
    handoffs.take("c", "Anna")
    conversations.add_message("c", Role.AGENT, "I am here.", author="Anna")
    said = [(m.role, m.text, m.author) for m in conversations.messages("c")]
    assert said == [
        (Role.CUSTOMER, "a person please", ""),
        (Role.AGENT, "Hello", ""),
        (Role.AGENT, "I am here.", "Anna"),
    ]
    assert SqlAuditLog(database).recent() == []
    database.close()

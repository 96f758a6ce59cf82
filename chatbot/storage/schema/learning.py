"""The tables of learning from conversations, as typed declarative models.

Rows about a message are deleted with it when its visitor is erased.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from chatbot.storage.schema.tables import Base


class SignalRow(Base):
    __tablename__ = "signal"
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    intent: Mapped[str | None] = mapped_column(String(200))
    detail: Mapped[str]


class Label(Base):
    """A person's label of a message; the newest one that was not undone counts."""

    __tablename__ = "label"
    __table_args__ = (Index("ix_label_message", "message_id"), Index("ix_label_batch", "batch"))
    id: Mapped[int] = mapped_column(primary_key=True)
    batch: Mapped[str] = mapped_column(String(32))
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    intent: Mapped[str | None] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(16))
    labelled_by: Mapped[str] = mapped_column(String(200))
    labelled_at: Mapped[dt.datetime]
    undone_at: Mapped[dt.datetime | None]


class Lease(Base):
    """A message that somebody is reviewing, and until when."""

    __tablename__ = "lease"
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    holder: Mapped[str] = mapped_column(String(200))
    until: Mapped[dt.datetime]


class JobRow(Base):
    __tablename__ = "job"
    __table_args__ = (
        # At most one job runs, whatever the code does.
        Index(
            "uq_job_running",
            "status",
            unique=True,
            sqlite_where=text("status = 'running'"),
            postgresql_where=text("status = 'running'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(16))
    options: Mapped[dict[str, Any]]
    started_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[dt.datetime]
    beat_at: Mapped[dt.datetime]
    step: Mapped[str]
    share: Mapped[float]
    attempts: Mapped[int]
    cancel_wanted: Mapped[bool]
    ended_at: Mapped[dt.datetime | None]
    message: Mapped[str]
    result: Mapped[dict[str, Any] | None]


class FrozenExample(Base):
    """An utterance of the held-out set. One that comes from a conversation is deleted with it."""

    __tablename__ = "frozen_example"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    intent: Mapped[str] = mapped_column(String(200))
    lang: Mapped[str] = mapped_column(String(16))
    origin: Mapped[str] = mapped_column(String(32))
    content_hash: Mapped[str] = mapped_column(String(64), unique=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    added_at: Mapped[dt.datetime]

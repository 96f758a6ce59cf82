"""The core tables, as typed declarative models with a naming convention."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, Index, MetaData, String, Table, Text, TypeDecorator, text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

REVISION = "0007"
"""The migration that these models belong to, so that a start at this revision does not need Alembic."""


class Moment(TypeDecorator[dt.datetime]):
    """A point in time: aware in, aware UTC out, however the database handles time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """The value in UTC; a naive one is a caller's bug and raises ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """The value in UTC; SQLite drops the zone, PostgreSQL may return another one."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Base(DeclarativeBase):
    """Naming convention and the column types of two annotations."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  SQLAlchemy reads a plain dict
        dict[str, Any]: JSON(none_as_null=True),
        list[str]: JSON(none_as_null=True),
        dt.datetime: Moment(),
        str: Text(),
    }


class Conversation(Base):
    __tablename__ = "conversation"
    __table_args__ = (
        Index("ix_conversation_visitor", "visitor_id", "started_at"),
        Index("ix_conversation_external", "external_id"),
        Index("ix_conversation_started", "started_at"),
    )
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    visitor_id: Mapped[str] = mapped_column(String(200))
    lang: Mapped[str] = mapped_column(String(16))
    origin: Mapped[str] = mapped_column(String(16))
    external_id: Mapped[str | None]
    content_hash: Mapped[str | None] = mapped_column(String(64))
    started_at: Mapped[dt.datetime]


class Message(Base):
    """Append-only: a trigger rejects every UPDATE."""

    __tablename__ = "message"
    __table_args__ = (Unique("conversation_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(16))
    text: Mapped[str]
    decision: Mapped[dict[str, Any] | None]
    created_at: Mapped[dt.datetime]
    author: Mapped[str | None] = mapped_column(String(200))


class Feedback(Base):
    __tablename__ = "feedback"
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    visitor_id: Mapped[str] = mapped_column(String(200))
    helpful: Mapped[bool]
    reason: Mapped[str | None]
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]


class FaqEntry(Base):
    __tablename__ = "faq_entry"
    __table_args__ = (Index("ix_faq_entry_position", "position"), Index("ix_faq_entry_question_key", "question_key"))
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int]
    question: Mapped[str]
    answer: Mapped[str]
    intent: Mapped[str | None] = mapped_column(String(200))
    lang: Mapped[str] = mapped_column(String(16))
    tags: Mapped[list[str]]
    enabled: Mapped[bool]
    question_key: Mapped[str] = mapped_column(String(64))
    content_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]
    review_by: Mapped[dt.date | None]


class FaqPhrasing(Base):
    """A further phrasing of an entry's question."""

    __tablename__ = "faq_phrasing"
    __table_args__ = (Unique("entry_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("faq_entry.id", ondelete="CASCADE"))
    position: Mapped[int]
    text: Mapped[str]


class Intent(Base):
    __tablename__ = "intent"
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    route: Mapped[str] = mapped_column(String(16))
    description: Mapped[str]


class Example(Base):
    __tablename__ = "example"
    __table_args__ = (Unique("content_hash"), Index("ix_example_intent", "intent"))
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    intent: Mapped[str] = mapped_column(String(200))
    lang: Mapped[str] = mapped_column(String(16))
    origin: Mapped[str] = mapped_column(String(32))
    content_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[dt.datetime]


class Import(Base):
    __tablename__ = "import"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    file: Mapped[str]
    encoding: Mapped[str] = mapped_column(String(32))
    counts: Mapped[dict[str, Any]]
    created_at: Mapped[dt.datetime]
    undone_at: Mapped[dt.datetime | None]


class FaqChange(Base):
    """One change of one entry: its content `before` (null: none) and its content hash `after` (null: deleted)."""

    __tablename__ = "faq_change"
    __table_args__ = (Index("ix_faq_change_entry", "entry_id", "id"), Index("ix_faq_change_import", "import_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[str] = mapped_column(String(64))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"))
    at: Mapped[dt.datetime]
    actor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(16))
    before: Mapped[dict[str, Any] | None]
    after_hash: Mapped[str | None] = mapped_column(String(64))


class FaqUse(Base):
    """How often an entry's answer was given, counted from the logged replies."""

    __tablename__ = "faq_use"
    entry_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    answered: Mapped[int]
    last_answered: Mapped[dt.datetime]


class Model(Base):
    __tablename__ = "model"
    __table_args__ = (
        Unique("kind", "version"),
        # At most one live version per kind, whatever the code does.
        Index(
            "uq_model_live",
            "kind",
            unique=True,
            sqlite_where=text("status = 'live'"),
            postgresql_where=text("status = 'live'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    version: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(16))
    metrics: Mapped[dict[str, Any]]
    created_at: Mapped[dt.datetime]
    promoted_at: Mapped[dt.datetime | None]
    parent: Mapped[str | None] = mapped_column(String(200))
    data_hash: Mapped[str | None] = mapped_column(String(64))
    promoted_by: Mapped[str | None] = mapped_column(String(200))
    verdict: Mapped[dict[str, Any] | None]


class State(Base):
    """Small strings: knowledge revision, password hash, cookie secret."""

    __tablename__ = "state"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str]


class Audit(Base):
    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]
    actor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]]


def table(model: type[Base]) -> Table:
    """The Core table of a model: the stores use Core, which costs a fraction of an ORM session."""
    found = model.__table__
    if not isinstance(found, Table):
        raise TypeError(f"{model.__name__} is not mapped to a table")
    return found

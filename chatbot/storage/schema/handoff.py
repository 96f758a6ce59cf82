"""The table of conversations that wait for an agent."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chatbot.storage.schema.tables import Base


class HandoffRow(Base):
    """A conversation that was handed off to the team; it waits until `settled_at` is set.

    `taken_by` is the agent who answers in it, empty if nobody has taken it; `told_at` is when the team was notified.
    """

    __tablename__ = "handoff"
    __table_args__ = (Index("ix_handoff_waiting", "settled_at", "asked_at"),)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True)
    asked_at: Mapped[dt.datetime]
    settled_at: Mapped[dt.datetime | None]
    settled_by: Mapped[str] = mapped_column(String(200))
    taken_at: Mapped[dt.datetime | None]
    taken_by: Mapped[str] = mapped_column(String(200), server_default="")
    told_at: Mapped[dt.datetime | None]

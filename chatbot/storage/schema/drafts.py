"""The table of drafts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chatbot.storage.schema.tables import Base


class Draft(Base):
    """A proposal and the decision on it; `words` is its content, `evidence` where it comes from."""

    __tablename__ = "draft"
    __table_args__ = (Index("ix_draft_status", "status", "kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    words: Mapped[dict[str, Any]]
    evidence: Mapped[dict[str, Any]]
    edited: Mapped[bool]
    created_at: Mapped[dt.datetime]
    decided_at: Mapped[dt.datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(200))

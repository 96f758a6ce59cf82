"""The table of which import added which messages."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from chatbot.storage.schema.tables import Base


class ImportedPart(Base):
    """Messages `first` to `last`, by position, of one conversation, added by one import."""

    __tablename__ = "imported_part"
    __table_args__ = (Index("ix_imported_part_conversation", "conversation_id"),)
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id"), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True)
    first: Mapped[int]
    last: Mapped[int]

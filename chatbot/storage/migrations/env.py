"""Alembic's entry point: migrates over the connection that the caller provides."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from chatbot.storage.schema import drafts, handoff, learning, transcripts  # noqa: F401  # their tables belong to the metadata
from chatbot.storage.schema.tables import Base


def migrate(connection: Connection) -> None:
    """Run the requested migrations inside the caller's transaction, so that a failed one leaves nothing behind."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


migrate(context.config.attributes["connection"])

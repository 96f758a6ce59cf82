"""Agents answer conversations that were handed off: who has one, who wrote a message, whether the team was notified."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("author", sa.String(length=200), nullable=True))
    op.add_column("handoff", sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("handoff", sa.Column("taken_by", sa.String(length=200), nullable=False, server_default=""))
    op.add_column("handoff", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in ("told_at", "taken_by", "taken_at"):
        op.drop_column("handoff", name)
    op.drop_column("message", "author")

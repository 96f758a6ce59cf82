"""Conversations that wait for an agent; those that were handed off before are settled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    handoff = op.create_table(
        "handoff",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_handoff_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_handoff")),
    )
    op.create_index("ix_handoff_waiting", "handoff", ["settled_at", "asked_at"], unique=False)
    # Who was called back is not recorded, and a waiting list with everything from the past would help nobody.
    message = sa.table(
        "message",
        sa.column("conversation_id", sa.String),
        sa.column("decision", sa.JSON),
        sa.column("created_at", sa.DateTime(timezone=True)),
    )
    passed_on = (
        sa.select(message.c.conversation_id, sa.func.max(message.c.created_at))
        .where(message.c.decision["route"].as_string() == "handoff")
        .group_by(message.c.conversation_id)
    )
    names = ["conversation_id", "asked_at", "settled_at", "settled_by"]
    rows = passed_on.add_columns(sa.func.max(message.c.created_at), sa.literal(""))
    op.execute(handoff.insert().from_select(names, rows))


def downgrade() -> None:
    op.drop_index("ix_handoff_waiting", table_name="handoff")
    op.drop_table("handoff")

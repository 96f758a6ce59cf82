"""Which import added which messages, so that an import of transcripts can be undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imported_part",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_imported_part_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name=op.f("fk_imported_part_import_id_import")),
        sa.PrimaryKeyConstraint("import_id", "conversation_id", name=op.f("pk_imported_part")),
    )
    op.create_index("ix_imported_part_conversation", "imported_part", ["conversation_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_imported_part_conversation", table_name="imported_part")
    op.drop_table("imported_part")

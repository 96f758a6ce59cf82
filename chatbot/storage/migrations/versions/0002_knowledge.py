"""History of entries, review dates and use counts; the changes of imports become part of the history."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from chatbot import text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROWS = 1_000


def upgrade() -> None:
    op.create_table(
        "faq_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after_hash", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name=op.f("fk_faq_change_import_id_import")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faq_change")),
    )
    op.create_index("ix_faq_change_entry", "faq_change", ["entry_id", "id"], unique=False)
    op.create_index("ix_faq_change_import", "faq_change", ["import_id"], unique=False)
    op.create_table(
        "faq_use",
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("last_answered", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_faq_use")),
    )
    op.add_column("faq_entry", sa.Column("review_by", sa.Date(), nullable=True))
    _move_changes()
    op.drop_table("import_change")


def downgrade() -> None:
    op.create_table(
        "import_change",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name=op.f("fk_import_change_import_id_import"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "entry_id", name=op.f("pk_import_change")),
    )
    op.drop_column("faq_entry", "review_by")
    op.drop_table("faq_use")
    op.drop_table("faq_change")


def _move_changes() -> None:
    bind = op.get_bind()
    old = sa.table(
        "import_change",
        sa.column("import_id"),
        sa.column("entry_id"),
        sa.column("before", sa.JSON(none_as_null=True)),
        sa.column("after", sa.JSON()),
    )
    imports = sa.table("import", sa.column("id"), sa.column("created_at", sa.DateTime(timezone=True)))
    new = sa.table(
        "faq_change",
        sa.column("entry_id"),
        sa.column("import_id"),
        sa.column("at", sa.DateTime(timezone=True)),
        sa.column("actor"),
        sa.column("action"),
        sa.column("before", sa.JSON(none_as_null=True)),
        sa.column("after_hash"),
    )
    wanted = sa.select(old.c.entry_id, old.c.import_id, imports.c.created_at, old.c.before, old.c.after)
    rows = bind.execute(wanted.join(imports, imports.c.id == old.c.import_id).order_by(old.c.import_id)).all()
    for first in range(0, len(rows), ROWS):
        bind.execute(
            sa.insert(new),
            [
                {
                    "entry_id": row.entry_id,
                    "import_id": row.import_id,
                    "at": row.created_at,
                    "actor": "",
                    "action": "import",
                    "before": row.before,
                    "after_hash": _hash(row.after if isinstance(row.after, dict) else json.loads(row.after)),
                }
                for row in rows[first : first + ROWS]
            ],
        )


def _hash(kept: dict[str, object]) -> str:
    """The content hash of an entry as the stores compute it."""
    variants, tags = list(kept["variants"]), list(kept["tags"])  # type: ignore[call-overload]
    parts = [kept["question"], kept["answer"], kept["intent"] or "", kept["lang"], str(len(variants))]
    return text.content_hash([*map(str, parts), *variants, *tags], length=32)

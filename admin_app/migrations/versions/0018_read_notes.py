"""Who looked at whose data: one line a person, day, way of looking and record."""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0018_read_notes"
down_revision = "0017_where_sessions_are"

ONE_LINE = ("actor_kind", "actor_id", "day", "act", "subject_ref", "resident_ref")


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "read_note",
        sa.Column("id", big, primary_key=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("actor_kind", sa.String(10), nullable=False),
        sa.Column("actor_id", big, nullable=False),
        sa.Column("actor_name", sa.String(130), nullable=False),
        sa.Column("actor_role", sa.String(20), nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("subject_ref", sa.String(64), nullable=False),
        sa.Column("resident_ref", sa.String(32), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", UTCDateTime(), nullable=False),
        sa.Column("last_at", UTCDateTime(), nullable=False),
        sa.Column("origin", sa.String(45)),
        sa.CheckConstraint("actor_kind IN ('staff','resident','client','system')", name=op.f("ck_read_note_actor_kind")),
        sa.UniqueConstraint(*ONE_LINE, name=op.f("uq_read_note_line")),
    )
    for column in ("resident_ref", "actor_id", ""):
        columns = [*filter(None, [column]), "last_at", "id"]
        op.create_index(f"ix_read_note_{'_'.join(columns)}", "read_note", columns)


def downgrade() -> None:
    op.drop_table("read_note")

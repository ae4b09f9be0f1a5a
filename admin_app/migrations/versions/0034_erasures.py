"""Erasures of a resident's data: who asked, who answered, what was done; since when a resident's data are erased.

A decision stays as it was given; of a resident whose data are erased its note may be emptied, and nothing else of it changed.
"""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0034_erasures"
down_revision = "0033_person_keys"
FIXED = ("id", "application_id", "kind", "decided_by_id", "decided_at", "decided_on")
IS_ERASED = (
    "EXISTS (SELECT 1 FROM application JOIN resident ON resident.id = application.resident_id "
    "WHERE application.id = OLD.application_id AND resident.erased_at IS NOT NULL)"
)
GIVEN = "decision: it was given"
WHY = "why IN ('period_over','asked','withdrawn','unlawful','authority')"


def upgrade() -> None:
    op.add_column("resident", sa.Column("erased_at", UTCDateTime()))
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "erasure",
        sa.Column("id", big, primary_key=True),
        sa.Column("public_id", sa.String(32), nullable=False, unique=True),
        sa.Column("resident_id", big, sa.ForeignKey("resident.id"), nullable=False),
        sa.Column("why", sa.String(12), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), sa.ForeignKey("ab_user.id"), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("answer", sa.String(10)),
        sa.Column("answered_by_id", sa.Integer(), sa.ForeignKey("ab_user.id")),
        sa.Column("answered_at", UTCDateTime()),
        sa.Column("job_id", big, sa.ForeignKey("job.id")),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("objects", sa.JSON(), nullable=False),
        sa.Column("ended_at", UTCDateTime()),
        sa.CheckConstraint(WHY, name=op.f("ck_erasure_why")),
        sa.CheckConstraint("answer IN ('carry_out','refuse')", name=op.f("ck_erasure_answer")),
        sa.CheckConstraint("(answer IS NULL) = (answered_by_id IS NULL)", name=op.f("ck_erasure_answered_whole")),
        sa.CheckConstraint(
            "answered_by_id IS NULL OR answered_by_id <> asked_by_id OR answer = 'refuse'", name=op.f("ck_erasure_answered_by_another")
        ),
        sa.CheckConstraint("ended_at IS NULL OR answer IS NOT NULL", name=op.f("ck_erasure_ended_answered")),
    )
    op.create_index("ix_erasure_resident_id_id", "erasure", ["resident_id", "id"])
    op.create_index("ix_erasure_asked_at_id", "erasure", ["asked_at", "id"])
    still = {"sqlite_where": sa.text("ended_at IS NULL"), "postgresql_where": sa.text("ended_at IS NULL")}
    op.create_index("uq_erasure_open_resident", "erasure", ["resident_id"], unique=True, **still)
    op.create_index("ix_erasure_open", "erasure", ["asked_at", "id"], **still)
    same = " AND ".join(f"OLD.{column} {'IS' if _is_sqlite() else 'IS NOT DISTINCT FROM'} NEW.{column}" for column in FIXED)
    _fix_decisions(f"NOT (NEW.note = '' AND {same} AND {IS_ERASED})")


def downgrade() -> None:
    _fix_decisions("true")
    op.drop_table("erasure")
    op.execute("ALTER TABLE resident DROP COLUMN erased_at")


def _fix_decisions(refused: str) -> None:
    """Refuse changes of a decision under this condition."""
    if _is_sqlite():
        op.execute("DROP TRIGGER decision_fixed")
        op.execute(f"CREATE TRIGGER decision_fixed BEFORE UPDATE ON decision WHEN {refused} BEGIN SELECT RAISE(ABORT, '{GIVEN}'); END")
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION decision_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {refused} THEN "
        f"RAISE EXCEPTION '{GIVEN}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
    )


def _is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")

"""A resident has until a day to bring what was asked for: the day, who was reminded, the two moves that end the waiting.

Cases that wait already were asked without a day: they have none, and none of them lapses. A decision may be the office's own.
A case that was completed goes back to whoever asked: that is the move by which a request is taken back as well, so it needs no window.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0042_answers_in_time"
down_revision = "0041_who_collected"

BACK = ("approved>in_review", "approved>recommended", "rejected>recommended")
"""Moves back that need a window, as before."""
COMPLETED, LAPSED = "needs_information>in_review", "needs_information>rejected"
BEFORE = (
    "draft>submitted", "draft>withdrawn", "submitted>in_review", "submitted>withdrawn", "in_review>submitted",
    "in_review>needs_information", "in_review>approved", "in_review>rejected", "in_review>withdrawn", "needs_information>submitted",
    "needs_information>withdrawn", "rejected>in_review", "in_review>recommended", "recommended>in_review", "recommended>approved",
    "recommended>rejected", "recommended>withdrawn", *BACK, COMPLETED,
)  # fmt: skip
WINDOW = (
    "EXISTS (SELECT 1 FROM undo_window w WHERE w.subject_kind = 'application' AND w.subject_id = NEW.id AND w.version = OLD.version"
    " AND w.taken_back_at IS NOT NULL)"
)
WAITING = text("status = 'needs_information'")


def upgrade() -> None:
    op.add_column("application", sa.Column("answer_by", sa.Date()))
    op.add_column("application", sa.Column("reminded_on", sa.Date()))
    op.create_index(
        "ix_application_to_remind", "application", ["centre_id", "answer_by", "id"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.create_index("ix_application_to_lapse", "application", ["answer_by", "id"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.execute("ALTER TABLE decision ALTER COLUMN decided_by_id DROP NOT NULL")
    _allow((*BEFORE, LAPSED), BACK)


def downgrade() -> None:
    _allow(BEFORE, (*BACK, COMPLETED))
    # The office before knows no decision of its own: the case stays rejected, without one.
    op.execute("DELETE FROM decision_reason WHERE decision_id IN (SELECT id FROM decision WHERE decided_by_id IS NULL)")
    op.execute("DELETE FROM decision WHERE decided_by_id IS NULL")
    op.execute("ALTER TABLE decision ALTER COLUMN decided_by_id SET NOT NULL")
    op.drop_index("ix_application_to_lapse", "application")
    op.drop_index("ix_application_to_remind", "application")
    op.execute("ALTER TABLE application DROP COLUMN reminded_on")
    op.execute("ALTER TABLE application DROP COLUMN answer_by")


def _allow(moves: tuple[str, ...], with_window: tuple[str, ...]) -> None:
    """Make the triggers anew that know these moves of a case and no others, and which of them need a window."""
    changed, move = "OLD.status <> NEW.status", "(OLD.status || '>' || NEW.status)"
    _refuse("application_moves", f"{changed} AND {move} NOT IN ({_listed(moves)})", "application: no such move")
    back = f"{changed} AND {move} IN ({_listed(with_window)}) AND NOT {WINDOW}"
    _refuse("application_taken_back", back, "application: no window to take it back")


def _listed(moves: tuple[str, ...]) -> str:
    return ",".join(f"'{move}'" for move in moves)


def _refuse(name: str, refused: str, said: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {name}")
        op.execute(f"CREATE TRIGGER {name} BEFORE UPDATE OF status ON application WHEN {refused} BEGIN SELECT RAISE(ABORT, '{said}'); END")
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {refused} THEN "
        f"RAISE EXCEPTION '{said}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
    )

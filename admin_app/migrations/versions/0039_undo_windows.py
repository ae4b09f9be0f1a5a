"""What was done can be taken back for some seconds: the windows, and the moves back that the database allows through one of them alone."""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0039_undo_windows"
down_revision = "0038_next_case_wanted"

MOVES = {
    "application": (
        "draft>submitted", "draft>withdrawn", "submitted>in_review", "submitted>withdrawn", "in_review>submitted",
        "in_review>needs_information", "in_review>approved", "in_review>rejected", "in_review>withdrawn", "needs_information>submitted",
        "needs_information>withdrawn", "rejected>in_review", "in_review>recommended", "recommended>in_review", "recommended>approved",
        "recommended>rejected", "recommended>withdrawn",
    ),
    "card": ("requested>made", "requested>spoiled", "made>ready", "made>spoiled", "ready>spoiled", "ready>posted", "ready>collected"),
    "mailing_batch": ("open>labelled", "open>cancelled", "labelled>posted", "labelled>cancelled"),
    "parcel": ("planned>labelled", "planned>removed", "labelled>posted", "labelled>removed"),
}  # fmt: skip
BACK = {
    "application": ("approved>in_review", "needs_information>in_review", "approved>recommended", "rejected>recommended"),
    "card": ("ready>made", "posted>ready"),
    "mailing_batch": ("posted>labelled",),
    "parcel": ("posted>labelled",),
}
"""Moves back. A rejection is taken back into review by a supervisor as well (reopened), so that one needs no window."""
OF_ROW = "EXISTS (SELECT 1 FROM undo_window w WHERE w.subject_kind = '{0}' AND w.subject_id = NEW.id AND w.version = OLD.version AND {1})"
OF_BATCH = "EXISTS (SELECT 1 FROM undo_window w {0} WHERE w.subject_kind = 'mailing_batch' AND {1} AND w.taken_back_at IS NOT NULL)"
USED = "w.taken_back_at IS NOT NULL"
PASSED = {
    "application": OF_ROW.format("application", USED),
    "card": "(" + OF_ROW.format("card", USED) + " OR "
    + OF_BATCH.format("JOIN parcel ON parcel.batch_id = w.subject_id", "parcel.card_id = NEW.id") + ")",
    "mailing_batch": OF_ROW.format("mailing_batch", USED),
    "parcel": OF_BATCH.format("", "w.subject_id = NEW.batch_id"),
}  # fmt: skip
FIXED = ("action", "subject_kind", "subject_id", "version", "staff_id", "opened_at", "closes_at")


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "undo_window",
        sa.Column("id", number, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("subject_kind", sa.String(20), nullable=False),
        sa.Column("subject_id", number, nullable=False),
        sa.Column("subject_ref", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("staff_id", number, nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("closes_at", UTCDateTime(), nullable=False),
        sa.Column("taken_back_at", UTCDateTime()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undo_window")),
        sa.UniqueConstraint("public_id", name=op.f("uq_undo_window_public_id")),
    )
    op.create_index(op.f("ix_undo_window_subject_kind_subject_id_version"), "undo_window", ["subject_kind", "subject_id", "version"])
    op.create_index(op.f("ix_undo_window_closes_at"), "undo_window", ["closes_at"])
    for table, moves in MOVES.items():
        _replace(f"{table}_moves", table, _not_among((*moves, *BACK[table])), f"{table}: no such move")
        back = f"OLD.status <> NEW.status AND (OLD.status || '>' || NEW.status) IN ({_listed(BACK[table])}) AND NOT {PASSED[table]}"
        _create(f"{table}_taken_back", table, "UPDATE OF status", back, f"{table}: no window to take it back")
    changed = " OR ".join(f"OLD.{column} {'IS NOT' if _is_sqlite() else 'IS DISTINCT FROM'} NEW.{column}" for column in FIXED)
    once = f"OLD.taken_back_at IS NOT NULL OR {changed}"
    _create("undo_window_once", "undo_window", "UPDATE", once, "undo_window: it is used once")


def downgrade() -> None:
    _drop("undo_window_once", "undo_window")
    for table, moves in MOVES.items():
        _drop(f"{table}_taken_back", table)
        _replace(f"{table}_moves", table, _not_among(moves), f"{table}: no such move")
    op.drop_table("undo_window")


def _listed(moves: tuple[str, ...]) -> str:
    return ",".join(f"'{move}'" for move in moves)


def _not_among(moves: tuple[str, ...]) -> str:
    return f"OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ({_listed(moves)})"


def _replace(name: str, table: str, refused: str, said: str) -> None:
    _drop(name, table)
    _create(name, table, "UPDATE OF status", refused, said)


def _create(name: str, table: str, when: str, refused: str, said: str) -> None:
    if _is_sqlite():
        op.execute(f"CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN {refused} BEGIN SELECT RAISE(ABORT, '{said}'); END")
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {refused} THEN "
        f"RAISE EXCEPTION '{said}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _drop(name: str, table: str) -> None:
    op.execute(f"DROP TRIGGER {name}" + ("" if _is_sqlite() else f" ON {table}"))
    if not _is_sqlite():
        op.execute(f"DROP FUNCTION {name}()")


def _is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")

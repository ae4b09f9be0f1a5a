"""A parcel is stuffed before it is posted: label and card were scanned as a pair. Wrong pairs, why a labelled parcel was taken out, postage.

What is labelled today has to be checked by scan before it leaves; what was posted stays posted.
"""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0062_stuffing"
down_revision = "0061_returned_mail"

AWAY = (
    "posted>delivered", "inquired>delivered", "delivered>posted", "posted>inquired", "inquired>lost", "posted>returned",
    "inquired>returned", "delivered>returned", "lost>returned", "returned>resolved",
)  # fmt: skip
"""What becomes of a parcel that has left, as before."""
BEFORE = ("planned>labelled", "planned>removed", "labelled>posted", "labelled>removed", "posted>labelled", *AWAY)
AFTER = (
    "planned>labelled", "planned>removed", "labelled>stuffed", "stuffed>labelled", "stuffed>posted", "labelled>removed", "stuffed>removed",
    "posted>stuffed", *AWAY,
)  # fmt: skip
WINDOW = (
    "EXISTS (SELECT 1 FROM undo_window w WHERE w.subject_kind = 'mailing_batch' AND w.subject_id = NEW.batch_id"
    " AND w.taken_back_at IS NOT NULL)"
)
POSTAGE = ("registered", "ems", "parcel")
FAULTS = ("no_label", "void_label", "other_batch", "not_here", "no_card", "other_card", "spoiled")


def upgrade() -> None:
    op.add_column("parcel", sa.Column("stuffed_at", UTCDateTime()))
    op.execute("ALTER TABLE parcel ADD COLUMN stuffed_by_id INTEGER CONSTRAINT fk_parcel_stuffed_by_id_ab_user REFERENCES ab_user (id)")
    op.add_column("parcel", sa.Column("removed_why", sa.String(12), nullable=False, server_default=""))
    op.execute(
        "ALTER TABLE mailing_batch ADD COLUMN postage VARCHAR(12) NOT NULL DEFAULT '' CONSTRAINT ck_mailing_batch_postage"
        f" CHECK (postage IN ('',{_listed(POSTAGE)}))"
    )
    op.add_column("mailing_batch", sa.Column("postage_fen", sa.Integer()))
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "stuffing_stop",
        sa.Column("id", number, nullable=False),
        sa.Column("batch_id", number, nullable=False),
        sa.Column("parcel_id", number),
        sa.Column("other_id", number),
        sa.Column("fault", sa.String(12), nullable=False),
        sa.Column("stopped_at", UTCDateTime(), nullable=False),
        sa.Column("stopped_by_id", sa.Integer(), nullable=False),
        sa.Column("settled_at", UTCDateTime()),
        sa.CheckConstraint(f"fault IN ({_listed(FAULTS)})", name=op.f("ck_stuffing_stop_fault")),
        sa.ForeignKeyConstraint(["batch_id"], ["mailing_batch.id"], name=op.f("fk_stuffing_stop_batch_id_mailing_batch")),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_stuffing_stop_parcel_id_parcel")),
        sa.ForeignKeyConstraint(["other_id"], ["parcel.id"], name=op.f("fk_stuffing_stop_other_id_parcel")),
        sa.ForeignKeyConstraint(["stopped_by_id"], ["ab_user.id"], name=op.f("fk_stuffing_stop_stopped_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stuffing_stop")),
    )
    op.create_index(op.f("ix_stuffing_stop_batch_id_settled_at_id"), "stuffing_stop", ["batch_id", "settled_at", "id"])
    _allow(AFTER, "posted>stuffed")


def downgrade() -> None:
    _allow((*BEFORE, "stuffed>labelled"), "posted>labelled")
    op.execute("UPDATE parcel SET status = 'labelled' WHERE status = 'stuffed'")
    _allow(BEFORE, "posted>labelled")
    op.drop_table("stuffing_stop")
    for column in ("removed_why", "stuffed_by_id", "stuffed_at"):
        op.execute(f"ALTER TABLE parcel DROP COLUMN {column}")
    for column in ("postage_fen", "postage"):
        op.execute(f"ALTER TABLE mailing_batch DROP COLUMN {column}")


def _allow(moves: tuple[str, ...], with_window: str) -> None:
    """Make the triggers anew that know these moves of a parcel and no others, and which one needs a window."""
    changed, move = "OLD.status <> NEW.status", "(OLD.status || '>' || NEW.status)"
    _refuse("parcel_moves", f"{changed} AND {move} NOT IN ({_listed(moves)})", "parcel: no such move")
    _refuse("parcel_taken_back", f"{changed} AND {move} IN ('{with_window}') AND NOT {WINDOW}", "parcel: no window to take it back")


def _listed(words: tuple[str, ...]) -> str:
    return ",".join(f"'{word}'" for word in words)


def _refuse(name: str, refused: str, said: str) -> None:
    if _is_sqlite():
        op.execute(f"DROP TRIGGER {name}")
        op.execute(f"CREATE TRIGGER {name} BEFORE UPDATE OF status ON parcel WHEN {refused} BEGIN SELECT RAISE(ABORT, '{said}'); END")
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {refused} THEN "
        f"RAISE EXCEPTION '{said}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
    )


def _is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")

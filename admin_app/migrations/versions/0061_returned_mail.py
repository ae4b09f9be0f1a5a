"""What comes back by post and what gets lost: states of parcels and cards, returns, attempts to reach residents, questions to the carrier.

Of parcels that left before today nobody asks by itself: they have no day on which to look at them. The word «returned» for a card goes: its
parcel came back, the card lies on a shelf.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

from admin_app.foundation.database import UTCDateTime

revision = "0061_returned_mail"
down_revision = "0060_outbox"

STATES_BEFORE = {
    "card": (
        "requested", "in_production", "made", "checked", "ready", "posted", "delivered", "returned", "held", "collected", "spoiled", "sealed",
        "destroyed",
    ),
    "parcel": ("planned", "labelled", "stuffed", "posted", "delivered", "returned", "resolved", "removed"),
}  # fmt: skip
STATES = {
    "card": (
        "requested", "in_production", "made", "checked", "ready", "posted", "delivered", "held", "collected", "spoiled", "lost", "sealed",
        "destroyed",
    ),
    "parcel": ("planned", "labelled", "stuffed", "posted", "inquired", "delivered", "returned", "resolved", "lost", "removed"),
}  # fmt: skip
MOVES_BEFORE = {
    "card": (
        "requested>made", "requested>spoiled", "made>ready", "made>spoiled", "ready>spoiled", "ready>posted", "ready>collected",
        "ready>made", "posted>ready", "requested>in_production", "in_production>requested", "in_production>made", "in_production>spoiled",
    ),
    "parcel": ("planned>labelled", "planned>removed", "labelled>posted", "labelled>removed", "posted>labelled"),
}  # fmt: skip
MOVES = {
    "card": (
        *MOVES_BEFORE["card"], "posted>delivered", "delivered>posted", "posted>held", "delivered>held", "held>ready", "posted>lost",
        "held>spoiled", "held>sealed", "ready>sealed", "lost>sealed", "sealed>destroyed",
    ),
    "parcel": (
        *MOVES_BEFORE["parcel"], "posted>delivered", "inquired>delivered", "delivered>posted", "posted>inquired", "inquired>lost",
        "posted>returned", "inquired>returned", "delivered>returned", "lost>returned", "returned>resolved",
    ),
}  # fmt: skip
UNCOLLECTED = text("status = 'ready' AND delivery = 'collect' AND ready_at IS NOT NULL")
TO_DESTROY = text("destruction_id IS NOT NULL")
IS_DUE = text("next_on IS NOT NULL")
NOWHERE = {
    "card": {"delivered": "posted", "held": "posted", "lost": "spoiled", "sealed": "spoiled", "destroyed": "spoiled"},
    "parcel": {"inquired": "posted", "delivered": "posted", "returned": "posted", "lost": "posted", "resolved": "removed"},
}
"""Where the office before believes what has such a state: it knew the post, the bin, and parcels that were taken out."""

FIXED = ("public_id", "reference", "resident_id", "reason", "channel", "applicant", "decided_by_id")
DECIDED = "OLD.status = NEW.status AND OLD.status IN ('approved','rejected','withdrawn')"
GONE_BEFORE = (
    "(OLD.status <> 'approved' OR OLD.posted_on IS NOT NULL OR EXISTS (SELECT 1 FROM card WHERE card.application_id = OLD.id"
    " AND card.status IN ('posted','collected')) OR EXISTS (SELECT 1 FROM card JOIN parcel ON parcel.card_id = card.id"
    " WHERE card.application_id = OLD.id AND parcel.status NOT IN ('resolved','removed')))"
)
GONE = (
    "(OLD.status <> 'approved' OR EXISTS (SELECT 1 FROM card WHERE card.application_id = OLD.id"
    " AND card.status IN ('posted','delivered','collected')) OR EXISTS (SELECT 1 FROM card JOIN parcel ON parcel.card_id = card.id"
    " WHERE card.application_id = OLD.id AND parcel.status NOT IN ('returned','resolved','lost','removed')))"
)
"""A card that came back goes another way; a day of posting alone says nothing any more."""


def upgrade() -> None:
    for table in ("card", "parcel"):
        _know(table, STATES[table])
        _allow(table, MOVES[table])
    _fix(GONE)
    op.add_column("parcel", sa.Column("since_on", sa.Date()))
    op.add_column("parcel", sa.Column("next_on", sa.Date()))
    op.create_index("ix_parcel_next", "parcel", ["status", "next_on", "id"], sqlite_where=IS_DUE, postgresql_where=IS_DUE)
    _create_tables()
    _create_destruction()


def downgrade() -> None:
    op.drop_index("ix_card_destruction", "card")
    op.drop_index("ix_card_uncollected", "card")
    op.execute("ALTER TABLE card DROP COLUMN destruction_id")
    op.drop_table("destruction")
    for table in ("carrier_inquiry", "contact_attempt", "mail_return"):
        op.drop_table(table)
    op.drop_index("ix_parcel_next", "parcel")
    op.execute("ALTER TABLE parcel DROP COLUMN next_on")
    op.execute("ALTER TABLE parcel DROP COLUMN since_on")
    _fix(GONE_BEFORE)
    for table in ("card", "parcel"):
        # Where nothing is refused for a moment: the office before believes its cards with the post, or in the bin.
        _allow(table, tuple(f"{old}>{new}" for old, new in NOWHERE[table].items()))
        for old, new in NOWHERE[table].items():
            op.execute(f"UPDATE {table} SET status = '{new}' WHERE status = '{old}'")  # noqa: S608  # words of ours
        _allow(table, MOVES_BEFORE[table])
        _know(table, STATES_BEFORE[table])


def _know(table: str, states: tuple[str, ...]) -> None:
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_status")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_status CHECK (status IN ({_listed(states)}))")


def _allow(table: str, moves: tuple[str, ...]) -> None:
    """Make the trigger anew that knows these moves and no others."""
    refused, said = f"OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ({_listed(moves)})", f"{table}: no such move"
    _refuse(f"{table}_moves", table, "status", refused, said)


def _fix(gone: str) -> None:
    """Make the trigger anew that refuses another way for a card which is gone."""
    change = f"({_changed(FIXED)} OR {_changed(('delivery',))} AND {gone})"
    _refuse("application_decided", "application", ", ".join((*FIXED, "delivery")), f"{DECIDED} AND {change}", "application: it is decided")


def _changed(columns: tuple[str, ...]) -> str:
    differs = "IS NOT" if _is_sqlite() else "IS DISTINCT FROM"
    return " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in columns)


def _refuse(name: str, table: str, columns: str, refused: str, said: str) -> None:
    if _is_sqlite():
        op.execute(f"DROP TRIGGER {name}")
        op.execute(f"CREATE TRIGGER {name} BEFORE UPDATE OF {columns} ON {table} WHEN {refused} BEGIN SELECT RAISE(ABORT, '{said}'); END")
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {refused} THEN "
        f"RAISE EXCEPTION '{said}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
    )


def _listed(words: tuple[str, ...]) -> str:
    return ",".join(f"'{word}'" for word in words)


def _create_tables() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "mail_return",
        sa.Column("id", number, nullable=False),
        sa.Column("parcel_id", number, nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("shelf", sa.String(20), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("received_by_id", sa.Integer(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.Column("ended_at", UTCDateTime()),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.CheckConstraint("reason IN ('moved','unknown','refused','not_collected','damaged','other')", name=op.f("ck_mail_return_reason")),
        sa.CheckConstraint("outcome IN ('','again','counter','replaced','sealed')", name=op.f("ck_mail_return_outcome")),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_mail_return_parcel_id_parcel")),
        sa.ForeignKeyConstraint(["received_by_id"], ["ab_user.id"], name=op.f("fk_mail_return_received_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_return")),
        sa.UniqueConstraint("parcel_id", name=op.f("uq_mail_return_parcel_id")),
    )
    op.create_index(op.f("ix_mail_return_received_by_id_id"), "mail_return", ["received_by_id", "id"])
    op.create_table(
        "contact_attempt",
        sa.Column("id", number, nullable=False),
        sa.Column("parcel_id", number, nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("way", sa.String(10), nullable=False),
        sa.Column("result", sa.String(10), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("way IN ('phone','message','letter','in_person')", name=op.f("ck_contact_attempt_way")),
        sa.CheckConstraint("result IN ('no_answer','wrong','waits','address','counter')", name=op.f("ck_contact_attempt_result")),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_contact_attempt_parcel_id_parcel")),
        sa.ForeignKeyConstraint(["made_by_id"], ["ab_user.id"], name=op.f("fk_contact_attempt_made_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_attempt")),
    )
    op.create_index(op.f("ix_contact_attempt_parcel_id_id"), "contact_attempt", ["parcel_id", "id"])
    op.create_table(
        "carrier_inquiry",
        sa.Column("id", number, nullable=False),
        sa.Column("parcel_id", number, nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("carrier_reference", sa.String(40), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("answer", sa.String(10), nullable=False),
        sa.Column("answered_on", sa.Date()),
        sa.CheckConstraint("answer IN ('','delivered','returned','lost')", name=op.f("ck_carrier_inquiry_answer")),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_carrier_inquiry_parcel_id_parcel")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["ab_user.id"], name=op.f("fk_carrier_inquiry_asked_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier_inquiry")),
    )
    op.create_index(op.f("ix_carrier_inquiry_parcel_id_id"), "carrier_inquiry", ["parcel_id", "id"])


def _create_destruction() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "destruction",
        sa.Column("id", number, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("centre_id", number),
        sa.Column("card_count", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("answer", sa.String(10), nullable=False),
        sa.Column("answered_by_id", sa.Integer()),
        sa.Column("answered_at", UTCDateTime()),
        sa.CheckConstraint("answer IN ('','destroy','refuse')", name=op.f("ck_destruction_answer")),
        sa.CheckConstraint("(answer = '') = (answered_by_id IS NULL)", name=op.f("ck_destruction_answered_whole")),
        sa.CheckConstraint("answer <> 'destroy' OR answered_by_id <> asked_by_id", name=op.f("ck_destruction_two_people")),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_destruction_centre_id_centre")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["ab_user.id"], name=op.f("fk_destruction_asked_by_id_ab_user")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["ab_user.id"], name=op.f("fk_destruction_answered_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destruction")),
        sa.UniqueConstraint("public_id", name=op.f("uq_destruction_public_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_destruction_reference")),
    )
    op.create_index(op.f("ix_destruction_answer_id"), "destruction", ["answer", "id"])
    kind = "INTEGER" if _is_sqlite() else "BIGINT"
    op.execute(
        f"ALTER TABLE card ADD COLUMN destruction_id {kind} CONSTRAINT fk_card_destruction_id_destruction REFERENCES destruction (id)"
    )
    op.create_index("ix_card_uncollected", "card", ["ready_at", "id", "centre_id"], sqlite_where=UNCOLLECTED, postgresql_where=UNCOLLECTED)
    op.create_index("ix_card_destruction", "card", ["destruction_id", "id"], sqlite_where=TO_DESTROY, postgresql_where=TO_DESTROY)


def _is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")

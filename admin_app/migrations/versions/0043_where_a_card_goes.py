"""Where the card of an approved case goes may change until it lies in a mailing batch or has left.

Of everything else that a case was decided about nothing changes, as before; nor does this of a case that was rejected or withdrawn.
"""

from alembic import op

revision = "0043_where_a_card_goes"
down_revision = "0042_answers_in_time"

FIXED = ("public_id", "reference", "resident_id", "reason", "channel", "applicant", "decided_by_id")
DECIDED = "OLD.status = NEW.status AND OLD.status IN ('approved','rejected','withdrawn')"
GONE = (
    "(OLD.status <> 'approved' OR OLD.posted_on IS NOT NULL OR EXISTS (SELECT 1 FROM card WHERE card.application_id = OLD.id"
    " AND card.status IN ('posted','collected')) OR EXISTS (SELECT 1 FROM card JOIN parcel ON parcel.card_id = card.id"
    " WHERE card.application_id = OLD.id AND parcel.status NOT IN ('resolved','removed')))"
)
SAID = "application: it is decided"


def upgrade() -> None:
    _refuse(f"({_changed(FIXED)} OR {_changed(('delivery',))} AND {GONE})")


def downgrade() -> None:
    _refuse(f"({_changed((*FIXED, 'delivery'))})")


def _changed(columns: tuple[str, ...]) -> str:
    differs = "IS NOT" if _is_sqlite() else "IS DISTINCT FROM"
    return " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in columns)


def _refuse(change: str) -> None:
    """Make the trigger anew that refuses this change of a decided case."""
    refused, columns = f"{DECIDED} AND {change}", ", ".join((*FIXED, "delivery"))
    if _is_sqlite():
        op.execute("DROP TRIGGER application_decided")
        op.execute(
            f"CREATE TRIGGER application_decided BEFORE UPDATE OF {columns} ON application WHEN {refused} "
            f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
        )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION application_decided() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {refused} THEN "
        f"RAISE EXCEPTION '{SAID}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
    )


def _is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")

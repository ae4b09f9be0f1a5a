"""What the carrier was asked for each parcel, and the number it gave; the database knows which states may follow which."""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0057_carrier_bookings"
down_revision = "0056_faults"

MOVES = ("waiting>booked", "waiting>refused", "waiting>unknown", "refused>waiting", "unknown>waiting")


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "carrier_booking",
        sa.Column("id", number, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("parcel_id", number, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("number", sa.String(20)),
        sa.Column("asked_at", UTCDateTime()),
        sa.Column("asked_times", sa.Integer(), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("job_id", number, nullable=False),
        sa.Column("fault", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("status IN ('waiting','booked','refused','unknown')", name=op.f("ck_carrier_booking_status")),
        sa.CheckConstraint("number IS NULL OR status = 'booked'", name=op.f("ck_carrier_booking_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier_booking")),
        sa.UniqueConstraint("public_id", name=op.f("uq_carrier_booking_public_id")),
        sa.UniqueConstraint("parcel_id", name=op.f("uq_carrier_booking_parcel_id")),
        sa.UniqueConstraint("number", name=op.f("uq_carrier_booking_number")),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_carrier_booking_parcel_id_parcel")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_carrier_booking_job_id_job")),
    )
    name, table, said = "carrier_booking_moves", "carrier_booking", "carrier_booking: no such move"
    allowed = ",".join(f"'{move}'" for move in MOVES)
    refused = f"OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ({allowed})"
    if _is_sqlite():
        op.execute(f"CREATE TRIGGER {name} BEFORE UPDATE OF status ON {table} WHEN {refused} BEGIN SELECT RAISE(ABORT, '{said}'); END")
        # REPLACE would take the old row away and put one in another state into its place.
        is_there = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608  # names of ours
        op.execute(
            f"CREATE TRIGGER {table}_not_replaced BEFORE INSERT ON {table} WHEN {is_there} "
            f"BEGIN SELECT RAISE(ABORT, '{table}: it is there already'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {refused} THEN "
        f"RAISE EXCEPTION '{said}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE UPDATE OF status ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    op.drop_table("carrier_booking")
    if not _is_sqlite():
        op.execute("DROP FUNCTION carrier_booking_moves()")


def _is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")

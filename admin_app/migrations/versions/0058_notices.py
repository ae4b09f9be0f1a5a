"""What residents are told: letters, sealed, each once; the database knows how a notice moves, those by messages to come among them."""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0058_notices"
down_revision = "0057_carrier_bookings"

KINDS = "kind IN ('approved','rejected','information','reminder','lapsed','ready','posted','returned')"
STATES = "status IN ('waiting','printed','dropped','sending','sent','failed','unknown')"
MOVES = (
    "'waiting>printed','waiting>dropped','dropped>waiting','waiting>sending','sending>sent','sending>failed','sending>unknown',"
    "'sending>waiting','failed>waiting','unknown>waiting'"
)
MOVED = f"OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ({MOVES})"


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "notice",
        sa.Column("id", number, primary_key=True),
        sa.Column("public_id", sa.String(32), nullable=False, unique=True),
        sa.Column("dedupe_key", sa.String(120), nullable=False, unique=True),
        sa.Column("resident_id", number, sa.ForeignKey("resident.id"), nullable=False),
        sa.Column("centre_id", number, sa.ForeignKey("centre.id"), nullable=False),
        sa.Column("case_ref", sa.String(32), nullable=False),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("template", sa.String(30), nullable=False),
        sa.Column("template_version", sa.Integer(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary()),
        sa.Column("recipient_sealed", sa.LargeBinary()),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime()),
        sa.Column("printed_by_id", sa.Integer(), sa.ForeignKey("ab_user.id")),
        sa.CheckConstraint(KINDS, name=op.f("ck_notice_kind")),
        sa.CheckConstraint("channel IN ('letter','sms')", name=op.f("ck_notice_channel")),
        sa.CheckConstraint(STATES, name=op.f("ck_notice_status")),
    )
    for columns in (["channel", "status", "id"], ["centre_id", "channel", "status", "id"], ["case_ref", "id"], ["resident_id", "id"]):
        op.create_index(op.f(f"ix_notice_{'_'.join(columns)}"), "notice", columns)
    if _is_sqlite():
        op.execute(
            f"CREATE TRIGGER notice_moves BEFORE UPDATE OF status ON notice WHEN {MOVED} BEGIN SELECT RAISE(ABORT, 'notice: no such move'); END"
        )
        there = "EXISTS (SELECT 1 FROM notice WHERE id = NEW.id)"
        op.execute(
            f"CREATE TRIGGER notice_not_replaced BEFORE INSERT ON notice WHEN {there} "
            "BEGIN SELECT RAISE(ABORT, 'notice: it is there already'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION notice_moves() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {MOVED} THEN "
        "RAISE EXCEPTION 'notice: no such move' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute("CREATE TRIGGER notice_moves BEFORE UPDATE OF status ON notice FOR EACH ROW EXECUTE FUNCTION notice_moves()")


def downgrade() -> None:
    op.drop_table("notice")
    if not _is_sqlite():
        op.execute("DROP FUNCTION notice_moves()")


def _is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")

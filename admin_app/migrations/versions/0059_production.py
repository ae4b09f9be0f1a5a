"""Cards are made by a maker in batches: makers, batches, the cards in them, what was answered; what of it never changes."""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0059_production"
down_revision = "0058_notices"

CARD_MOVES = (
    "requested>made", "requested>spoiled", "made>ready", "made>spoiled", "ready>spoiled", "ready>posted", "ready>collected",
    "ready>made", "posted>ready",
)  # fmt: skip
NEW_CARD_MOVES = ("requested>in_production", "in_production>requested", "in_production>made", "in_production>spoiled")
BATCH_MOVES = ("frozen>sent", "frozen>cancelled", "sent>closed")
OUTCOMES = "'waiting','left_out','made','faulty','missing'"
FIXED = ("batch_id", "position", "card_id", "key")
OF_BATCH = "EXISTS (SELECT 1 FROM production_batch b WHERE b.id = NEW.batch_id AND b.status = '{0}')"
LEFT, ANSWERED = OF_BATCH.format("frozen"), OF_BATCH.format("sent")
LATER = f"NEW.outcome = 'left_out' AND {LEFT} OR NEW.outcome IN ('made','faulty','missing') AND {ANSWERED}"
ENDED = f"OLD.outcome <> NEW.outcome AND NOT (OLD.outcome = 'waiting' AND ({LATER}))"


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "card_maker",
        sa.Column("id", number, nullable=False),
        sa.Column("code", sa.String(30), nullable=False),
        sa.Column("name_en", sa.String(80), nullable=False),
        sa.Column("name_zh", sa.String(80), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_maker")),
        sa.UniqueConstraint("code", name=op.f("uq_card_maker_code")),
    )
    op.create_index(op.f("ix_card_maker_name_en_id"), "card_maker", ["name_en", "id"])
    op.create_table(
        "production_batch",
        sa.Column("id", number, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("maker_id", number, nullable=False),
        sa.Column("card_count", sa.Integer(), nullable=False),
        sa.Column("waiting_count", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("job_id", number),
        sa.Column("package_id", number),
        sa.Column("package_sha256", sa.String(64), server_default="", nullable=False),
        sa.Column("manifest_sha256", sa.String(64), server_default="", nullable=False),
        sa.Column("exported_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("exported_at", UTCDateTime()),
        sa.Column("sent_by_id", sa.Integer()),
        sa.Column("sent_at", UTCDateTime()),
        sa.Column("ended_at", UTCDateTime()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("status IN ('frozen','sent','closed','cancelled')", name=op.f("ck_production_batch_status")),
        sa.ForeignKeyConstraint(["maker_id"], ["card_maker.id"], name=op.f("fk_production_batch_maker_id_card_maker")),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_production_batch_created_by_id_ab_user")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_production_batch_job_id_job")),
        sa.ForeignKeyConstraint(["package_id"], ["stored_file.id"], name=op.f("fk_production_batch_package_id_stored_file")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["ab_user.id"], name=op.f("fk_production_batch_sent_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_production_batch")),
        sa.UniqueConstraint("public_id", name=op.f("uq_production_batch_public_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_production_batch_reference")),
    )
    op.create_index(op.f("ix_production_batch_status_id"), "production_batch", ["status", "id"])
    op.create_table(
        "production_line",
        sa.Column("id", number, nullable=False),
        sa.Column("batch_id", number, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("card_id", number, nullable=False),
        sa.Column("key", sa.String(12), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("why", sa.String(15), server_default="", nullable=False),
        sa.Column("ended_at", UTCDateTime()),
        sa.CheckConstraint(f"outcome IN ({OUTCOMES})", name=op.f("ck_production_line_outcome")),
        sa.ForeignKeyConstraint(["batch_id"], ["production_batch.id"], name=op.f("fk_production_line_batch_id_production_batch")),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_production_line_card_id_card")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_production_line")),
        sa.UniqueConstraint("key", name=op.f("uq_production_line_key")),
    )
    op.create_index(op.f("ix_production_line_batch_id_position"), "production_line", ["batch_id", "position"], unique=True)
    op.create_index(op.f("ix_production_line_card_id_id"), "production_line", ["card_id", "id"])
    op.create_table(
        "maker_answer",
        sa.Column("id", number, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("batch_id", number, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("file_id", number),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("handed_in_by_id", sa.Integer(), nullable=False),
        sa.Column("handed_in_at", UTCDateTime(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer()),
        sa.Column("confirmed_at", UTCDateTime()),
        sa.Column("reason", sa.String(200), server_default="", nullable=False),
        sa.Column("job_id", number),
        sa.Column("taken_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ended_at", UTCDateTime()),
        sa.ForeignKeyConstraint(["batch_id"], ["production_batch.id"], name=op.f("fk_maker_answer_batch_id_production_batch")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_maker_answer_file_id_stored_file")),
        sa.ForeignKeyConstraint(["handed_in_by_id"], ["ab_user.id"], name=op.f("fk_maker_answer_handed_in_by_id_ab_user")),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["ab_user.id"], name=op.f("fk_maker_answer_confirmed_by_id_ab_user")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_maker_answer_job_id_job")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maker_answer")),
        sa.UniqueConstraint("public_id", name=op.f("uq_maker_answer_public_id")),
    )
    op.create_index(op.f("ix_maker_answer_batch_id_sha256"), "maker_answer", ["batch_id", "sha256"], unique=True)
    _replace_moves((*CARD_MOVES, *NEW_CARD_MOVES))
    _create("production_batch_moves", "production_batch", "UPDATE OF status", _not_among(BATCH_MOVES), "production_batch: no such move")
    changed = " OR ".join(f"OLD.{column} <> NEW.{column}" for column in FIXED)
    _create("production_line_fixed", "production_line", f"UPDATE OF {', '.join(FIXED)}", changed, "production_line: what was chosen stays")
    _create("production_line_forward", "production_line", "UPDATE OF outcome", ENDED, "production_line: no such outcome now")
    _create("production_line_kept", "production_line", "DELETE", "true", "production_line: what was chosen stays")
    alone = "NEW.confirmed_at IS NOT NULL AND NEW.reason <> '' AND NEW.confirmed_by_id = NEW.handed_in_by_id"
    _create("maker_answer_four_eyes", "maker_answer", "UPDATE", alone, "maker_answer: somebody else confirms what differs")
    if _is_sqlite():
        said = "SELECT RAISE(ABORT, 'production_batch: it is there already')"
        there = "EXISTS (SELECT 1 FROM production_batch WHERE id = NEW.id)"
        op.execute(f"CREATE TRIGGER production_batch_not_replaced BEFORE INSERT ON production_batch WHEN {there} BEGIN {said}; END")


def downgrade() -> None:
    if _is_sqlite():
        op.execute("DROP TRIGGER production_batch_not_replaced")
    _drop("maker_answer_four_eyes", "maker_answer")
    for name in ("kept", "forward", "fixed"):
        _drop(f"production_line_{name}", "production_line")
    _drop("production_batch_moves", "production_batch")
    op.drop_table("maker_answer")
    op.drop_table("production_line")
    op.drop_table("production_batch")
    op.drop_table("card_maker")
    # Cards that were at a maker are requested again: the office as it was knows no other place for them. No move may refuse that.
    _drop("card_moves", "card")
    op.execute("UPDATE card SET status = 'requested' WHERE status = 'in_production'")
    _create("card_moves", "card", "UPDATE OF status", _not_among(CARD_MOVES), "card: no such move")


def _replace_moves(moves: tuple[str, ...]) -> None:
    _drop("card_moves", "card")
    _create("card_moves", "card", "UPDATE OF status", _not_among(moves), "card: no such move")


def _not_among(moves: tuple[str, ...]) -> str:
    listed = ",".join(f"'{move}'" for move in moves)
    return f"OLD.status <> NEW.status AND OLD.status || '>' || NEW.status NOT IN ({listed})"


def _create(name: str, table: str, when: str, refused: str, said: str) -> None:
    if _is_sqlite():
        op.execute(f"CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN {refused} BEGIN SELECT RAISE(ABORT, '{said}'); END")
        return
    row = "OLD" if when == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {refused} THEN "
        f"RAISE EXCEPTION '{said}' USING ERRCODE = 'check_violation'; END IF; RETURN {row}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _drop(name: str, table: str) -> None:
    op.execute(f"DROP TRIGGER {name}" + ("" if _is_sqlite() else f" ON {table}"))
    if not _is_sqlite():
        op.execute(f"DROP FUNCTION {name}()")


def _is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")

"""Two people decide where the rules ask for it: what was recommended, and the facts that the rules read.

Cases that are there already were neither recommended nor drawn; who made a loss report formal is read from the log. An address that was
changed before today is not known as changed: the log says that something was written, not whether it was the first time.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

from admin_app.foundation.database import UTCDateTime

revision = "0023_second_decisions"
down_revision = "0022_moves"

RECOMMENDED = text("status = 'recommended'")
SECOND = ["due_on", "id", "recommended_by_id", "centre_id"]
STAFF = "INTEGER CONSTRAINT fk_{0}_{1}_ab_user REFERENCES ab_user (id)"
WHOLE = "(recommendation IS NULL) = (recommended_by_id IS NULL) AND (status <> 'recommended' OR recommended_by_id IS NOT NULL)"
COLUMNS = (
    ("resident", "address_changed_on", "DATE"),
    ("loss_report", "formal_by_id", STAFF.format("loss_report", "formal_by_id")),
    ("application", "address_changed_on", "DATE"),
    ("application", "is_sampled", "BOOLEAN"),
    (
        "application",
        "recommended_by_id",
        STAFF.format("application", "recommended_by_id")
        + " CONSTRAINT ck_application_recommender_is_not_taker CHECK (recommended_by_id <> taken_by_id)"
        " CONSTRAINT ck_application_decider_is_not_recommender CHECK (decided_by_id <> recommended_by_id)",
    ),
    # What is said of two new columns stands with the one that leaves first.
    (
        "application",
        "recommendation",
        "VARCHAR(10) CONSTRAINT ck_application_recommendation CHECK (recommendation IN ('approve','reject'))"
        f" CONSTRAINT ck_application_recommended_whole CHECK ({WHOLE})",
    ),
)
FORMAL_BY = """
UPDATE loss_report SET formal_by_id = COALESCE(
  (SELECT entry.actor_id FROM audit_entry AS entry JOIN ab_user ON ab_user.id = entry.actor_id
   WHERE entry.subject_ref = loss_report.reference AND entry.action = 'loss_reports.formalised' AND entry.actor_kind = 'staff'
   ORDER BY entry.id DESC LIMIT 1),
  CASE WHEN formal_at = reported_at THEN taken_by_id END)
WHERE formal_at IS NOT NULL
"""
HAD_A_HAND = (
    "EXISTS (SELECT 1 FROM document WHERE document.application_id = NEW.id AND document.removed_at IS NULL"
    " AND document.added_by_id = NEW.decided_by_id)"
    " OR EXISTS (SELECT 1 FROM loss_report WHERE loss_report.id = NEW.loss_report_id AND loss_report.formal_by_id = NEW.decided_by_id)"
)
SAID = "application_four_eyes: whoever added papers or made the loss report formal does not decide the case"
TRIGGER_ON_SQLITE = (
    "CREATE TRIGGER application_four_eyes BEFORE UPDATE OF decided_by_id ON application WHEN NEW.decided_by_id IS NOT NULL "
    f"BEGIN SELECT RAISE(ABORT, '{SAID}') WHERE {HAD_A_HAND}; END"
)
TRIGGER_ON_POSTGRESQL = (
    "CREATE FUNCTION application_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF {HAD_A_HAND} THEN RAISE EXCEPTION '{SAID}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER application_four_eyes BEFORE UPDATE OF decided_by_id ON application FOR EACH ROW "
    "WHEN (NEW.decided_by_id IS NOT NULL) EXECUTE FUNCTION application_four_eyes()",
)


def upgrade() -> None:
    for table, column, kind in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
    op.execute(FORMAL_BY)
    op.create_index("ix_application_second", "application", SECOND, sqlite_where=RECOMMENDED, postgresql_where=RECOMMENDED)
    _create_recommendation()
    for statement in (TRIGGER_ON_SQLITE,) if _is_sqlite() else TRIGGER_ON_POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER application_four_eyes" + ("" if _is_sqlite() else " ON application"))
    if not _is_sqlite():
        op.execute("DROP FUNCTION application_four_eyes()")
    # The office before knows no second person: what waits for one goes back to whoever recommended, where anybody may take it over.
    op.execute(
        "UPDATE application SET status = 'in_review', owner_id = recommended_by_id, claimed_at = submitted_at, lease_until = submitted_at "
        "WHERE status = 'recommended'"
    )
    op.drop_table("recommendation")
    op.drop_index("ix_application_second", "application")
    for table, column, _kind in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")


def _create_recommendation() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "recommendation",
        sa.Column("id", number, nullable=False),
        sa.Column("application_id", number, nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("why", sa.String(200), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("asked_by", sa.JSON(), nullable=False),
        sa.Column("recommended_by_id", sa.Integer(), nullable=False),
        sa.Column("recommended_at", UTCDateTime(), nullable=False),
        sa.Column("answer", sa.String(10)),
        sa.Column("answered_by_id", sa.Integer()),
        sa.Column("answered_at", UTCDateTime()),
        sa.Column("answer_note", sa.String(800), nullable=False),
        sa.CheckConstraint("outcome IN ('approve','reject')", name=op.f("ck_recommendation_outcome")),
        sa.CheckConstraint("answer IN ('approve','reject','send_back')", name=op.f("ck_recommendation_answer")),
        sa.CheckConstraint("(answer IS NULL) = (answered_by_id IS NULL)", name=op.f("ck_recommendation_answered_whole")),
        sa.CheckConstraint("answered_by_id IS NULL OR answered_by_id <> recommended_by_id", name=op.f("ck_recommendation_two_people")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_recommendation_application_id_application")),
        sa.ForeignKeyConstraint(["recommended_by_id"], ["ab_user.id"], name=op.f("fk_recommendation_recommended_by_id_ab_user")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["ab_user.id"], name=op.f("fk_recommendation_answered_by_id_ab_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation")),
    )
    op.create_index(op.f("ix_recommendation_application_id_id"), "recommendation", ["application_id", "id"])


def _is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")

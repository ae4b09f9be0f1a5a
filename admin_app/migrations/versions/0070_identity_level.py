"""How sure the office was of whoever filed a case or a loss report from outside; until now nobody has."""

from alembic import op

revision = "0070_identity_level"
down_revision = "0069_phones_on_labels"
TABLES = ("application", "loss_report")


def upgrade() -> None:
    for table in TABLES:
        known = f"CONSTRAINT ck_{table}_identity_level CHECK (identity_level BETWEEN 1 AND 3)"
        outsiders = f"CONSTRAINT ck_{table}_level_of_outsiders CHECK ((identity_level IS NULL) = (filed_by_kind IS NULL))"
        op.execute(f"ALTER TABLE {table} ADD COLUMN identity_level INTEGER {known} {outsiders}")


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} DROP COLUMN identity_level")

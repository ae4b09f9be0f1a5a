"""Who collected a card at the counter: the resident or a proxy, by which document, and who handed it over; not known of earlier ones."""

from alembic import op

revision = "0041_who_collected"
down_revision = "0040_photo_desk"
COLUMNS = {
    "collector": "VARCHAR(10) NOT NULL DEFAULT '' CONSTRAINT ck_card_collector CHECK (collector IN ('','resident','proxy'))",
    "collector_id_masked": "VARCHAR(18) NOT NULL DEFAULT ''",
    "collector_number_confirmed": "VARCHAR(20) NOT NULL DEFAULT ''",
    "authority": ("VARCHAR(15) NOT NULL DEFAULT '' CONSTRAINT ck_card_authority CHECK (authority IN ('','authorisation','guardianship'))"),
    "handed_over_by_id": "INTEGER CONSTRAINT fk_card_handed_over_by_id_ab_user REFERENCES ab_user (id)",
}


def upgrade() -> None:
    kind = "BLOB" if op.get_bind().dialect.name == "sqlite" else "BYTEA"
    for column, declared in {**COLUMNS, "collector_id_sealed": kind}.items():
        op.execute(f"ALTER TABLE card ADD COLUMN {column} {declared}")


def downgrade() -> None:
    for column in ("collector_id_sealed", *reversed(COLUMNS)):
        op.execute(f"ALTER TABLE card DROP COLUMN {column}")

"""Figures of portraits, what a file was cut out of, and who saw one face on a photo; of earlier photos nothing of it is known."""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0040_photo_desk"
down_revision = "0039_undo_windows"
FILE = "CONSTRAINT fk_stored_file_derived_from_id_stored_file REFERENCES stored_file (id)"
STAFF = "CONSTRAINT fk_document_face_seen_by_id_ab_user REFERENCES ab_user (id)"


def upgrade() -> None:
    number = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.add_column("stored_file", sa.Column("measured", sa.JSON()))
    op.execute(f"ALTER TABLE stored_file ADD COLUMN derived_from_id {number} {FILE}")
    op.create_index("ix_stored_file_derived_from_id", "stored_file", ["derived_from_id"])
    op.execute(f"ALTER TABLE document ADD COLUMN face_seen_by_id INTEGER {STAFF}")
    op.add_column("document", sa.Column("face_seen_at", UTCDateTime()))


def downgrade() -> None:
    op.drop_index("ix_stored_file_derived_from_id", "stored_file")
    for column in ("document DROP COLUMN face_seen_at", "document DROP COLUMN face_seen_by_id"):
        op.execute(f"ALTER TABLE {column}")
    for column in ("stored_file DROP COLUMN derived_from_id", "stored_file DROP COLUMN measured"):
        op.execute(f"ALTER TABLE {column}")

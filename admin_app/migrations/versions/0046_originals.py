"""Who saw the original of a copy, when, at which counter; and in the table of materials of which an original must be seen.

Of what was filed before nothing of it is known. An office begins with «only for paper applications» for what people bring as a copy;
nothing waits for it until a line says so.
"""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0046_originals"
down_revision = "0045_symbols_of_labels"

STAFF = "CONSTRAINT fk_document_original_seen_by_id_ab_user REFERENCES ab_user (id)"
CENTRE = "CONSTRAINT fk_document_original_centre_id_centre REFERENCES centre (id)"
WHICH = "CONSTRAINT ck_material_rule_original CHECK (original IN ('no','paper','yes'))"
STOPS = "CONSTRAINT ck_material_rule_original_stops CHECK (original_stops IN ('','accept','approve'))"
BEGIN_WITH = (
    "UPDATE material_rule SET original = 'paper' WHERE material IN"
    " ('id_copy','change_proof','proxy_id','authorisation','guardian_id','kinship_proof','household_register')"
)


def upgrade() -> None:
    number = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(f"ALTER TABLE material_rule ADD COLUMN original VARCHAR(10) NOT NULL DEFAULT 'no' {WHICH}")
    op.execute(f"ALTER TABLE material_rule ADD COLUMN original_stops VARCHAR(10) NOT NULL DEFAULT '' {STOPS}")
    op.execute(BEGIN_WITH)
    op.execute(f"ALTER TABLE document ADD COLUMN original_seen_by_id INTEGER {STAFF}")
    op.add_column("document", sa.Column("original_seen_at", UTCDateTime()))
    op.execute(f"ALTER TABLE document ADD COLUMN original_centre_id {number} {CENTRE}")


def downgrade() -> None:
    for column in ("original_centre_id", "original_seen_at", "original_seen_by_id"):
        op.execute(f"ALTER TABLE document DROP COLUMN {column}")
    for column in ("original_stops", "original"):
        op.execute(f"ALTER TABLE material_rule DROP COLUMN {column}")

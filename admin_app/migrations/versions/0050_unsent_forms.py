"""Forms of the counter that somebody began and did not send are kept for that person, encrypted, for some days."""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0050_unsent_forms"
down_revision = "0049_sheets_of_makers"


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "unsent_form",
        sa.Column("id", number, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(20), nullable=False),
        sa.Column("resident_id", number, nullable=False),
        sa.Column("about_ref", sa.String(32), nullable=False),
        sa.Column("form_key", sa.String(32), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary()),
        sa.Column("kept_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsent_form")),
        sa.UniqueConstraint("public_id", name=op.f("uq_unsent_form_public_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["ab_user.id"], name=op.f("fk_unsent_form_staff_id_ab_user")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_unsent_form_resident_id_resident")),
    )
    once = ["staff_id", "form", "resident_id", "about_ref"]
    op.create_index(op.f("ix_unsent_form_staff_id_form_resident_id_about_ref"), "unsent_form", once, unique=True)
    op.create_index(op.f("ix_unsent_form_resident_id"), "unsent_form", ["resident_id"])
    op.create_index(op.f("ix_unsent_form_kept_at_id"), "unsent_form", ["kept_at", "id"])


def downgrade() -> None:
    op.drop_table("unsent_form")

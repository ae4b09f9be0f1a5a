"""Messages to phones: how often and when each was handed over, why it failed, and the letter that is written then."""

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.database import UTCDateTime

revision = "0060_outbox"
down_revision = "0059_production"


def upgrade() -> None:
    op.add_column("notice", sa.Column("instead_text_sealed", sa.LargeBinary()))
    op.add_column("notice", sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("notice", sa.Column("tried_at", UTCDateTime()))
    op.add_column("notice", sa.Column("error", sa.String(20), nullable=False, server_default=""))
    tried = {"sqlite_where": sa.text("tried_at IS NOT NULL"), "postgresql_where": sa.text("tried_at IS NOT NULL")}
    op.create_index("ix_notice_tried_at", "notice", ["tried_at"], **tried)


def downgrade() -> None:
    op.drop_index("ix_notice_tried_at", "notice")
    for name in ("instead_text_sealed", "tries", "tried_at", "error"):
        op.execute(f"ALTER TABLE notice DROP COLUMN {name}")

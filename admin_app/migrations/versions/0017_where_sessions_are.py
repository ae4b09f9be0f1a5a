"""A session says where it is: browser, address, and a name by which its owner ends it. Sessions of strangers are rows no more."""

import sqlalchemy as sa
from alembic import op

revision = "0017_where_sessions_are"
down_revision = "0016_sign_in_attempts"


def upgrade() -> None:
    op.execute("DELETE FROM browser_session WHERE staff_id IS NULL")
    with op.batch_alter_table("browser_session") as table:
        table.add_column(sa.Column("public_id", sa.String(32)))
        table.add_column(sa.Column("network", sa.String(45), nullable=False, server_default=""))
        table.add_column(sa.Column("browser", sa.String(60), nullable=False, server_default=""))
    op.execute("UPDATE browser_session SET public_id = substr(key_hash, 1, 32)")
    with op.batch_alter_table("browser_session") as table:
        table.alter_column("public_id", existing_type=sa.String(32), nullable=False)
        table.alter_column("network", existing_type=sa.String(45), server_default=None)
        table.alter_column("browser", existing_type=sa.String(60), server_default=None)
        table.create_unique_constraint("uq_browser_session_public_id", ["public_id"])


def downgrade() -> None:
    with op.batch_alter_table("browser_session") as table:
        table.drop_constraint("uq_browser_session_public_id", type_="unique")
        table.drop_column("browser")
        table.drop_column("network")
        table.drop_column("public_id")

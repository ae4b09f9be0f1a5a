"""A job says from when on it may be taken; when a message about it was sent no longer matters, as workers look for themselves.

The index by status is in the order in which workers take what is due.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007_jobs_due"
down_revision = "0006_filters_in_the_index"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("job") as job:
        job.drop_index("ix_job_status_created_at")
        job.drop_column("sent_at")
        job.add_column(sa.Column("due_at", MOMENT))
    op.execute("UPDATE job SET due_at = created_at")
    with op.batch_alter_table("job") as job:
        job.alter_column("due_at", existing_type=MOMENT, nullable=False)
        job.create_index("ix_job_status_due_at", ["status", "due_at"])


def downgrade() -> None:
    with op.batch_alter_table("job") as job:
        job.drop_index("ix_job_status_due_at")
        job.drop_column("due_at")
        job.add_column(sa.Column("sent_at", MOMENT))
        job.create_index("ix_job_status_created_at", ["status", "created_at"])

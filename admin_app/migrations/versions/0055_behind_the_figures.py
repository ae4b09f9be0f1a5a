"""The report's indexes by day of decision and of posting give the order of the lists behind their figures: the id follows the day."""

from alembic import op

revision = "0055_behind_the_figures"
down_revision = "0054_calendar_years"

REST = {
    "decided_on": ("centre_id", "channel", "due_on", "decided_in_days", "decided_by_id"),
    "posted_on": ("centre_id", "channel", "decided_on", "received_on", "paused_days"),
}


def upgrade() -> None:
    for day, rest in REST.items():
        _replace(day, [day, "id", *rest])


def downgrade() -> None:
    for day, rest in REST.items():
        _replace(day, [day, *rest])


def _replace(day: str, columns: list[str]) -> None:
    name = f"ix_application_{day}_report"
    op.drop_index(name, "application")
    op.create_index(name, "application", columns)

"""Residents are told of cards that are lost, delivered and destroyed, too."""

from alembic import op

revision = "0071_kinds_of_notices"
down_revision = "0070_identity_level"
BEFORE = ("approved", "rejected", "information", "reminder", "lapsed", "ready", "posted", "returned")
NEAREST = {"lost": "returned", "delivered": "posted", "destroyed": "returned"}
"""What the office before calls a notice that it has no word for: its sentences stay as they were said."""


def upgrade() -> None:
    _know((*BEFORE, *NEAREST))


def downgrade() -> None:
    for kind, nearest in NEAREST.items():
        op.execute(f"UPDATE notice SET kind = '{nearest}' WHERE kind = '{kind}'")  # noqa: S608  # words of ours
    _know(BEFORE)


def _know(kinds: tuple[str, ...]) -> None:
    words = ",".join(f"'{kind}'" for kind in kinds)
    op.execute("ALTER TABLE notice DROP CONSTRAINT ck_notice_kind")
    op.execute(f"ALTER TABLE notice ADD CONSTRAINT ck_notice_kind CHECK (kind IN ({words}))")

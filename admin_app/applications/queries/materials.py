"""The office's table «materials per reason» as the rules read it."""

from typing import Any

from sqlalchemy import select

from admin_app.applications import rules
from admin_app.applications.models import MaterialRule
from admin_app.foundation.cache import cached
from admin_app.foundation.database import db

_COLUMNS = (
    MaterialRule.material,
    MaterialRule.reasons,
    MaterialRule.applicant,
    MaterialRule.channel,
    MaterialRule.age_from,
    MaterialRule.age_below,
    MaterialRule.instead,
    MaterialRule.instead_below,
    MaterialRule.original,
    MaterialRule.original_stops,
)


@cached
def in_force() -> tuple[rules.Requirement, ...]:
    """The lines that are in use, in their order (one statement; kept for a moment)."""
    rows = db.session.execute(select(*_COLUMNS).where(MaterialRule.is_active).order_by(MaterialRule.sort, MaterialRule.id))
    return tuple(_requirement(tuple(row)) for row in rows)


def _requirement(row: tuple[Any, ...]) -> rules.Requirement:
    material, reasons, *others = row
    return rules.Requirement(rules.Material(material), frozenset(reasons), *others)


def hold_still() -> None:
    """Let nobody else change a line until the transaction ends: whether the table is right is a question about all of it."""
    db.session.execute(select(MaterialRule.id).order_by(MaterialRule.id).with_for_update()).all()

"""Who brought a record into the house: a staff member in a column of their own, or a resident or client as a pair (kind, id).

Of an outsider it is kept, too, how sure the office was who they were.
"""

from enum import IntEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint

from admin_app.foundation.actor import Actor, Kind

OUTSIDERS = (Kind.RESIDENT, Kind.CLIENT)


class Level(IntEnum):
    """How sure the office is of who an outsider is: the greater, the surer."""

    UNPROVED = 1
    PHONE = 2
    PROVED = 3


LEVEL_LABELS = {
    Level.UNPROVED: _l("identity not verified"),
    Level.PHONE: _l("identity by a code to the phone on file"),
    Level.PROVED: _l("identity verified"),
}


class NoLevel(TypeError):
    """An outsider filed something and nobody said how sure the office is of them."""


def checks(staff_column: str) -> tuple[CheckConstraint, ...]:
    """The constraints of a table with `staff_column`, filed_by_kind and filed_by_id: exactly one of them brought it in."""
    kinds = ",".join(repr(str(kind)) for kind in OUTSIDERS)
    return (
        CheckConstraint(f"filed_by_kind IN ({kinds})", name="filed_by_kind"),
        CheckConstraint("(filed_by_id IS NULL) = (filed_by_kind IS NULL)", name="filed_by_whole"),
        CheckConstraint(f"({staff_column} IS NULL) <> (filed_by_id IS NULL)", name="one_filer"),
    )


def level_checks() -> tuple[CheckConstraint, ...]:
    """The constraints of a table that also has identity_level: of every outsider, and of nobody else."""
    return (
        CheckConstraint("identity_level BETWEEN 1 AND 3", name="identity_level"),
        CheckConstraint("(identity_level IS NULL) = (filed_by_kind IS NULL)", name="level_of_outsiders"),
    )


def columns(staff_column: str, by: Actor) -> dict[str, Any]:
    """The columns of a record that `by` brings in."""
    if by.kind == Kind.STAFF:
        return {staff_column: by.staff_id}
    return {"filed_by_kind": str(by.kind), "filed_by_id": by.id}


def columns_with_level(staff_column: str, by: Actor) -> dict[str, Any]:
    """The same of a table with identity_level; NoLevel for an outsider of whom nobody said it."""
    if by.kind != Kind.STAFF and by.identity_level is None:
        raise NoLevel(f"{by.kind} {by.id} files without a level of identity")
    return columns(staff_column, by) | ({} if by.kind == Kind.STAFF else {"identity_level": int(by.identity_level or 0)})


def is_filer(staff_column: str, record: Any, by: Actor) -> bool:
    """Whether `by` brought this record in."""
    if by.kind == Kind.STAFF:
        return by.is_staff_member(getattr(record, staff_column))
    return by.id is not None and (record.filed_by_kind, record.filed_by_id) == (by.kind, by.id)

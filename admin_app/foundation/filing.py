"""Who brought a record into the house: a staff member in a column of their own, or a resident or client as a pair (kind, id)."""

from typing import Any

from sqlalchemy import CheckConstraint

from admin_app.foundation.actor import Actor, Kind

OUTSIDERS = (Kind.RESIDENT, Kind.CLIENT)


def checks(staff_column: str) -> tuple[CheckConstraint, ...]:
    """The constraints of a table with `staff_column`, filed_by_kind and filed_by_id: exactly one of them brought it in."""
    kinds = ",".join(repr(str(kind)) for kind in OUTSIDERS)
    return (
        CheckConstraint(f"filed_by_kind IN ({kinds})", name="filed_by_kind"),
        CheckConstraint("(filed_by_id IS NULL) = (filed_by_kind IS NULL)", name="filed_by_whole"),
        CheckConstraint(f"({staff_column} IS NULL) <> (filed_by_id IS NULL)", name="one_filer"),
    )


def columns(staff_column: str, by: Actor) -> dict[str, Any]:
    """The columns of a record that `by` brings in."""
    if by.kind == Kind.STAFF:
        return {staff_column: by.staff_id}
    return {"filed_by_kind": str(by.kind), "filed_by_id": by.id}


def is_filer(staff_column: str, record: Any, by: Actor) -> bool:
    """Whether `by` brought this record in."""
    if by.kind == Kind.STAFF:
        return by.is_staff_member(getattr(record, staff_column))
    return by.id is not None and (record.filed_by_kind, record.filed_by_id) == (by.kind, by.id)

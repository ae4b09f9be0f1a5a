"""Who acts: one shape for staff, residents, clients and the office itself, and the only way to compare one with a column of ids.

Ids of staff members, residents' accounts and clients overlap: an id says who somebody is only together with its kind.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, false, true

from admin_app.foundation.i18n import pick


class Kind(StrEnum):
    """What sort of actor somebody is; which table the id belongs to."""

    STAFF = "staff"
    RESIDENT = "resident"
    CLIENT = "client"
    SYSTEM = "system"


class NotOfTheStaff(TypeError):
    """An operation wrote somebody who is not of the staff where only staff members can stand."""


@dataclass(frozen=True)
class Actor:
    """Somebody who acts or looks. Equal for those who may do and see the same, so that a statement can be cached by it."""

    kind: Kind
    id: int | None
    """Of the staff member, account or client; None for the office itself."""
    role: str
    """A role of staff/permissions/; for others the word of their kind."""
    centre_id: int | None = None
    rights: frozenset[str] = frozenset()
    """Permissions."""
    identity_level: int | None = None
    """Of an outsider: how sure the office is of who they are now (foundation/filing.py, Level)."""
    name_en: str = field(default="", compare=False)
    name_zh: str = field(default="", compare=False)

    @property
    def display_name(self) -> str:
        """The name that the log keeps: both scripts."""
        return f"{self.name_en} {self.name_zh}".strip()

    @property
    def name_shown(self) -> str:
        """The name in the reader's script."""
        return pick(self, "name")

    @property
    def staff_id(self) -> int:
        """The id for a column that holds ids of staff members; NotOfTheStaff for everybody else, whose number means nothing there."""
        if self.kind != Kind.STAFF or self.id is None:
            raise NotOfTheStaff(f"{self.kind} {self.id} cannot stand in a column of staff members")
        return self.id

    def may(self, permission: str) -> bool:
        """Whether this actor holds `permission`."""
        return permission in self.rights

    def is_staff_member(self, staff_id: int | None) -> bool:
        """Whether this is the staff member with that id; never for anybody of another kind."""
        return self.kind == Kind.STAFF and self.id is not None and self.id == staff_id


SYSTEM = Actor(Kind.SYSTEM, None, "system", rights=frozenset({"system.work"}), name_en="Card Desk")
"""The office by itself: the clock, a job that nobody asked for."""


def is_staff_member(column: Any, actor: Actor) -> ColumnElement[bool]:
    """The condition that `column`, which holds ids of staff members, names `actor`: false for every other kind."""
    return column == actor.id if actor.kind == Kind.STAFF else false()


def is_somebody_else(column: Any, actor: Actor) -> ColumnElement[bool]:
    """The condition that `column`, which holds ids of staff members or nothing, does not name `actor`: nothing is somebody else."""
    return column.is_distinct_from(actor.id) if actor.kind == Kind.STAFF else true()


def is_actor(kind_column: Any, id_column: Any, actor: Actor) -> ColumnElement[bool]:
    """The condition that a pair of columns (kind, id) names `actor`."""
    is_same = id_column.is_(None) if actor.id is None else id_column == actor.id
    return and_(kind_column == str(actor.kind), is_same)

"""How far a new office is: what a first case needs, counted in one statement."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ScalarSelect, func, select

from admin_app.applications.models import Application
from admin_app.centres.models import Centre
from admin_app.foundation.database import db
from admin_app.staff.models import StaffMember
from admin_app.staff.permissions import Role


@dataclass(frozen=True)
class Guide:
    """What is there of centre, staff and first case. A clerk counts who works at a centre in use."""

    centres: int
    clerks: int
    reviewers: int
    mailroom: int
    supervisors: int
    has_case: bool

    @property
    def steps(self) -> tuple[bool, bool, bool]:
        """Whether each of the three steps is done: a centre, those without whom no case gets through, the first case."""
        return self.centres > 0, min(self.clerks, self.reviewers, self.mailroom) > 0, self.has_case

    @property
    def done(self) -> int:
        """How many of the steps are done."""
        return sum(self.steps)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to be set up."""
        return all(self.steps)

    @property
    def now(self) -> int:
        """The number of the first step that is not done, from 1; 0 if all are."""
        return 0 if self.is_done else self.steps.index(False) + 1


def guide() -> Guide:
    """How far this office is; whether there is any case is all that is told of cases."""
    centres = select(func.count()).select_from(Centre).where(Centre.is_active).scalar_subquery()
    clerks = _staff(Role.INTAKE_CLERK, StaffMember.centre_id.in_(select(Centre.id).where(Centre.is_active)))
    case = select(Application.id).where(Application.submitted_at.is_not(None)).exists()
    others = (_staff(Role.REVIEWER), _staff(Role.MAILROOM_CLERK), _staff(Role.SUPERVISOR))
    *counts, has_case = db.session.execute(select(centres, clerks, *others, case)).one()
    return Guide(*counts, has_case=bool(has_case))


def _staff(role: Role, *more: Any) -> ScalarSelect[int]:
    return (
        select(func.count()).select_from(StaffMember).where(StaffMember.role == role, StaffMember.active.is_(True), *more).scalar_subquery()
    )

"""Which applications a person may know of: the one condition that every read and command goes through."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from admin_app.applications.models import Application
from admin_app.applications.rules import Status
from admin_app.foundation.actor import Actor, Kind, is_actor, is_staff_member
from admin_app.foundation.database import db, literal
from admin_app.foundation.errors import NotFound
from admin_app.staff.permissions import Role


def visible_to(staff: Actor) -> ColumnElement[bool]:
    """The condition on Application for `staff`: select(Application).where(visible_to(staff), …).

    Intake clerk: own centre, what they took in, and what waits for its resident anywhere; reviewer and auditor: the whole office;
    supervisor: own centre, or all without one; a client: what it filed itself; everybody else: nothing.
    """
    if staff.kind == Kind.CLIENT:
        return is_actor(Application.filed_by_kind, Application.filed_by_id, staff)
    if staff.role == Role.INTAKE_CLERK:
        mine = is_staff_member(Application.taken_by_id, staff)
        waits = Application.status == literal(Status.NEEDS_INFORMATION)  # its resident may bring the papers to any counter
        return or_(Application.centre_id == staff.centre_id, mine, waits) if staff.centre_id else or_(mine, waits)
    if staff.role == Role.SUPERVISOR and staff.centre_id:
        return Application.centre_id == staff.centre_id
    return true() if sees_all(staff) else false()


def sees_all(staff: Actor) -> bool:
    """Whether no application is hidden from `staff`, so that figures need not ask whom each belongs to."""
    return staff.role in (Role.REVIEWER, Role.AUDITOR) or (staff.role == Role.SUPERVISOR and not staff.centre_id)


def listed_for(staff: Actor) -> ColumnElement[bool]:
    """The condition on Application in the lists of `staff`: the part of visible_to() that one walk along an index answers.

    It differs for clerks only: their lists are those of their centre. What they took in for another centre stands among their own
    cases on the counter desk and opens by its reference; asking every list for «this centre or mine» would read the whole table.
    """
    if staff.role == Role.INTAKE_CLERK and staff.centre_id:
        return Application.centre_id == staff.centre_id
    return visible_to(staff)


def by_public_id(staff: Actor, public_id: str, *options: ExecutableOption) -> Application:
    """The application with this public id, resident and centre loaded; NotFound if there is none or `staff` may not know of it."""
    return _one(staff, Application.public_id == public_id[:64], *options)


def by_reference(staff: Actor, reference: str, *options: ExecutableOption) -> Application:
    """The same by reference (BK-26-0048207)."""
    return _one(staff, Application.reference == reference[:64], *options)


def _one(staff: Actor, condition: ColumnElement[bool], *options: ExecutableOption) -> Application:
    loaded = (joinedload(Application.resident), joinedload(Application.centre), *options)
    found = db.session.scalar(select(Application).where(condition, visible_to(staff)).options(*loaded))
    return found_or_not(found)


def found_or_not(found: Application | None) -> Application:
    """`found`, or the same NotFound for what is not there and for what may not be known."""
    if found is None:
        raise NotFound(_l("There is no such application, or it belongs to a part of the office that you do not see."))
    return found


def sees(staff: Actor, application: Application) -> bool:
    """Whether `staff` may know of this application."""
    return db.session.scalar(select(Application.id).where(Application.id == application.id, visible_to(staff))) is not None

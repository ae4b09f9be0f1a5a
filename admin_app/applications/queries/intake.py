"""What intake reads: the checklist of a case, the resident's other cases, what is on this clerk's desk."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from admin_app.applications.models import Application, Decision, Document
from admin_app.applications.queries.missing import ChecklistLine
from admin_app.applications.queries.visibility import listed_for, visible_to
from admin_app.applications.queries.waiting import remind_from
from admin_app.applications.rules import DecisionKind, Material, Status, Verdict
from admin_app.foundation import keyset
from admin_app.foundation.actor import Actor, is_staff_member
from admin_app.foundation.database import db, literal
from admin_app.foundation.errors import NotFound
from admin_app.residents.models import Resident
from admin_app.staff.permissions import Role

TABS = ("drafts", "waiting", "remind", "running")
NEWEST = keyset.Order((Application.id,))
BY_ANSWER = keyset.Order((Application.answer_by, Application.id), is_set=True)


def missing_materials(lines: tuple[ChecklistLine, ...]) -> tuple[Material, ...]:
    """Required materials of a checklist without a document that could stand for them (a refused one does not)."""
    return tuple(line.material for line in lines if line.is_required and line.state in ("absent", str(Verdict.REFUSED)))


def unfinished_of(resident: Resident, *, reason: str | None = None) -> Sequence[Application]:
    """Drafts and open cases of one resident, whatever centre has them; the guard against handling one thing twice."""
    unfinished = or_(Application.is_open, Application.status == Status.DRAFT)
    query = select(Application).where(Application.resident_id == resident.id, unfinished)
    if reason is not None:
        query = query.where(Application.reason == reason)
    return db.session.scalars(query.order_by(Application.id.desc()).limit(20)).all()


def of_resident(resident: Resident, *, limit: int = 50) -> Sequence[Application]:
    """The newest applications of one resident, newest first, whatever centre has them (one statement)."""
    query = select(Application).where(Application.resident_id == resident.id).options(joinedload(Application.centre))
    return db.session.scalars(query.order_by(Application.id.desc()).limit(limit)).all()


def visible_references(staff: Actor, resident: Resident) -> frozenset[str]:
    """The references among a resident's applications that `staff` may open."""
    return frozenset(db.session.scalars(select(Application.reference).where(Application.resident_id == resident.id, visible_to(staff))))


def newest_request(application: Application, *options: ExecutableOption) -> Decision | None:
    """The newest request for information of a case."""
    asked = (Decision.application_id == application.id, Decision.kind == DecisionKind.REQUEST_INFORMATION)
    return db.session.scalar(select(Decision).where(*asked).options(*options).order_by(Decision.id.desc()).limit(1))


def document(staff: Actor, public_id: str) -> Document:
    """The document with this public id, its file and case loaded; NotFound unless `staff` may read documents of that case."""
    query = select(Document).join(Document.application).where(Document.public_id == public_id[:64], visible_to(staff))
    loaded = query.options(joinedload(Document.file), joinedload(Document.application).joinedload(Application.resident))
    found = db.session.scalar(loaded) if staff.may("documents.read") else None
    if found is None:
        raise NotFound(_l("There is no such document, or it belongs to a case that you do not see."))
    return found


def _in_tab(staff: Actor, tab: str) -> tuple[ColumnElement[bool], ...]:
    # What a clerk took in is visible to them: asking that too would leave the index for each of thousands of cases.
    mine = [is_staff_member(Application.taken_by_id, staff)]
    own = mine if staff.role == Role.INTAKE_CLERK else [*mine, visible_to(staff)]
    conditions: dict[str, list[ColumnElement[bool]]] = {
        "drafts": [*own, Application.status == literal(Status.DRAFT)],
        "waiting": [listed_for(staff), Application.status == literal(Status.NEEDS_INFORMATION)],
        "remind": [
            listed_for(staff),
            Application.status == literal(Status.NEEDS_INFORMATION),
            Application.reminded_on.is_(None),
            Application.answer_by <= remind_from(),
        ],
        "running": [*own, Application.is_open.is_(True)],
    }
    return tuple(conditions[tab])


def waiting(staff: Actor) -> Select[tuple[int]]:
    """The ids of the cases that wait for their residents."""
    return select(Application.id).where(*_in_tab(staff, "waiting"))  # type: ignore[return-value]


def listed(who: Actor, tab: str, _today: date) -> Select[Any]:
    """A tab of a clerk's desk: own drafts, cases that wait for a resident, own cases in work; with resident and owner."""
    return select(Application).where(*_in_tab(who, tab)).options(joinedload(Application.resident), joinedload(Application.owner))


def desk_page(staff: Actor, tab: str, *, size: int = keyset.PAGE_SIZE) -> keyset.Page[Application]:
    """The newest of a tab (one statement)."""
    return keyset.page_of(listed, NEWEST, staff, tab, descending=True, size=size)


def ids(who: Actor, tab: str, _today: date) -> Select[Any]:
    """The ids of a tab, to be counted."""
    return select(Application.id).where(*_in_tab(who, tab))


def desk_counts(staff: Actor) -> dict[str, int]:
    """How many are in each tab of the desk, counted up to 1,001 (one statement)."""
    return keyset.capped_counts({tab: select(Application.id).where(*_in_tab(staff, tab)) for tab in TABS})

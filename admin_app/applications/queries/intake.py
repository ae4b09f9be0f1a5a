"""What intake reads: the checklist of a case, the resident's other cases, what is on this clerk's desk."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from admin_app.applications import rules
from admin_app.applications.models import Application, Document
from admin_app.applications.queries.visibility import visible_to
from admin_app.applications.rules import Material, Status, Verdict
from admin_app.foundation import keyset
from admin_app.foundation.database import db
from admin_app.foundation.errors import NotFound
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember

TABS = ("drafts", "waiting", "running")
COUNT_CAP = 1000


@dataclass(frozen=True)
class MaterialLine:
    """One line of the checklist. A refused document does not fulfil anything."""

    material: Material
    is_required: bool
    documents: tuple[Document, ...]

    @property
    def is_fulfilled(self) -> bool:
        """Whether at least one document stands for it."""
        return any(document.verdict != Verdict.REFUSED for document in self.documents)


def required_materials(application: Application) -> tuple[Material, ...]:
    """What this case needs by reason, applicant and the resident's age on the day of intake."""
    age = rules.age_on(application.received_on, application.resident.birth_on)
    return rules.required_materials(application.reason, application.applicant, age)


def documents_of(application: Application, *, with_removed: bool = False) -> Sequence[Document]:
    """The documents of a case with their files, in the order they were added (one statement)."""
    query = select(Document).where(Document.application_id == application.id).options(joinedload(Document.file))
    if not with_removed:
        query = query.where(Document.removed_at.is_(None))
    return db.session.scalars(query.order_by(Document.id)).all()


def checklist(application: Application) -> tuple[MaterialLine, ...]:
    """Required materials in the order of the table, then others that documents were handed in for."""
    documents = documents_of(application)
    required = required_materials(application)
    others = [material for material in Material if material not in required and any(one.material == material for one in documents)]
    return tuple(
        MaterialLine(material, material in required, tuple(one for one in documents if one.material == material))
        for material in (*required, *others)
    )


def missing_materials(application: Application) -> tuple[Material, ...]:
    """Required materials without a document that could stand for them."""
    return tuple(line.material for line in checklist(application) if line.is_required and not line.is_fulfilled)


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


def visible_references(staff: StaffMember, resident: Resident) -> frozenset[str]:
    """The references among a resident's applications that `staff` may open."""
    return frozenset(db.session.scalars(select(Application.reference).where(Application.resident_id == resident.id, visible_to(staff))))


def document(staff: StaffMember, public_id: str) -> Document:
    """The document with this public id, its file and case loaded; NotFound unless `staff` may read documents of that case."""
    query = select(Document).join(Document.application).where(Document.public_id == public_id[:64], visible_to(staff))
    loaded = query.options(joinedload(Document.file), joinedload(Document.application))
    found = db.session.scalar(loaded) if staff.may("documents.read") else None
    if found is None:
        raise NotFound(_l("There is no such document, or it belongs to a case that you do not see."))
    return found


def _in_tab(staff: StaffMember, tab: str) -> tuple:  # type: ignore[type-arg]
    conditions = {
        "drafts": (Application.status == Status.DRAFT, Application.taken_by_id == staff.id),
        "waiting": (Application.status == Status.NEEDS_INFORMATION,),
        "running": (Application.is_open, Application.taken_by_id == staff.id),
    }
    return (visible_to(staff), *conditions[tab])


def desk_page(staff: StaffMember, tab: str, *, cursor: str | None = None, size: int = keyset.PAGE_SIZE) -> keyset.Page[Application]:
    """One page of a clerk's desk, newest first (one statement): own drafts, cases that wait for a resident, own cases in work."""
    query = select(Application).where(*_in_tab(staff, tab)).options(joinedload(Application.resident), joinedload(Application.owner))
    return keyset.page(query, Application.id, cursor=cursor, size=size, descending=True, key=lambda row: (row.id,))


def desk_counts(staff: StaffMember) -> dict[str, int]:
    """How many are in each tab of the desk, counted up to 1,001 (one statement)."""
    capped = [
        select(func.count())
        .select_from(select(Application.id).where(*_in_tab(staff, tab)).limit(COUNT_CAP + 1).subquery())
        .scalar_subquery()
        for tab in TABS
    ]
    return dict(zip(TABS, db.session.execute(select(*capped)).one(), strict=True))

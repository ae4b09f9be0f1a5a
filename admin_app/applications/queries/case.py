"""Everything that the page of one case shows, in few statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from admin_app.applications.models import Application, Decision, DecisionReason, Document
from admin_app.applications.queries.visibility import by_public_id, by_reference, visible_to
from admin_app.audit.models import AuditEntry
from admin_app.foundation.database import db
from admin_app.loss_reports.models import LossReport
from admin_app.staff.models import StaffMember

HISTORY_MOST = 20
TIMELINE_MOST = 200


@dataclass(frozen=True)
class PastCase:
    """Another application of the same resident."""

    reference: str
    reason: str
    status: str
    received_on: date
    decided_on: date | None
    is_visible: bool


def _people() -> tuple[ExecutableOption, ...]:
    roles = (Application.taken_by, Application.owner, Application.decided_by)
    return tuple(joinedload(role).lazyload(StaffMember.centre) for role in roles)


def case_by_reference(staff: StaffMember, reference: str) -> Application:
    """The case with its people, documents (files, verdicts) and decisions (reasons) loaded: four statements. NotFound as ever."""
    return by_reference(staff, reference, *_people(), *_papers())


def case_by_public_id(staff: StaffMember, public_id: str) -> Application:
    """The same by public id."""
    return by_public_id(staff, public_id, *_people(), *_papers())


def _papers() -> tuple[ExecutableOption, ...]:
    documents = selectinload(Application.documents)
    decisions = selectinload(Application.decisions)
    return (
        joinedload(Application.loss_report).lazyload(LossReport.proof),
        documents.options(
            joinedload(Document.file),
            joinedload(Document.verdict_reason),
            joinedload(Document.added_by).lazyload(StaffMember.centre),
            joinedload(Document.verdict_by).lazyload(StaffMember.centre),
        ),
        decisions.options(
            joinedload(Decision.decided_by).lazyload(StaffMember.centre),
            selectinload(Decision.reasons).joinedload(DecisionReason.reason_code),
        ),
    )


def timeline(application: Application) -> Sequence[AuditEntry]:
    """What happened to the case, the latest first."""
    entries = select(AuditEntry).where(AuditEntry.case_ref == application.public_id)
    return db.session.scalars(entries.order_by(AuditEntry.id.desc()).limit(TIMELINE_MOST)).all()


def history(application: Application, staff: StaffMember) -> list[PastCase]:
    """The other applications of the same resident, the latest first, whatever centre took them; `is_visible`: `staff` may open it."""
    columns = (
        Application.reference,
        Application.reason,
        Application.status,
        Application.received_on,
        Application.decided_on,
        visible_to(staff),
    )
    others = select(*columns).where(Application.resident_id == application.resident_id, Application.id != application.id)
    rows = db.session.execute(others.order_by(Application.id.desc()).limit(HISTORY_MOST))
    return [PastCase(*row) for row in rows]

"""Everything that the page of one case shows, in few statements."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload, lazyload, load_only, selectinload
from sqlalchemy.sql.base import ExecutableOption

from admin_app.applications.models import Application, Decision, DecisionReason, Document
from admin_app.applications.queries.visibility import found_or_not, visible_to
from admin_app.audit.models import AuditEntry
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db, literal, rows
from admin_app.loss_reports.models import LossReport
from admin_app.staff.models import StaffMember

HISTORY_MOST = 20
TIMELINE_MOST = 200
STATEMENTS_CACHED = 500


class PastCase(NamedTuple):
    """Another application of the same resident."""

    reference: str
    reason: str
    status: str
    received_on: date
    decided_on: date | None
    is_visible: bool


def case_by_reference(staff: Actor, reference: str) -> Application:
    """The case with its people, documents (files, verdicts) and decisions (reasons) loaded: four statements. NotFound as ever."""
    found = db.session.scalar(_by_reference(staff), {"reference": reference[:64]})
    return found_or_not(found)


@lru_cache(maxsize=STATEMENTS_CACHED)
def _by_reference(who: Actor) -> Select[Any]:
    people = (_names(Application.taken_by), _names(Application.owner), _names(Application.decided_by))
    loaded = (joinedload(Application.resident), joinedload(Application.centre), *people, *_papers())
    return select(Application).where(Application.reference == bindparam("reference"), visible_to(who)).options(*loaded)


def _names(role: Any) -> Any:
    """Load the person in this role with what a page says of them, and nothing more."""
    return joinedload(role).options(load_only(StaffMember.username, StaffMember.name_en, StaffMember.name_zh), lazyload(StaffMember.centre))


def _papers() -> tuple[ExecutableOption, ...]:
    documents = selectinload(Application.documents)
    decisions = selectinload(Application.decisions)
    return (
        joinedload(Application.loss_report).lazyload(LossReport.proof),
        documents.options(
            joinedload(Document.file),
            joinedload(Document.verdict_reason),
            _names(Document.added_by),
            _names(Document.verdict_by),
            _names(Document.original_seen_by),
            joinedload(Document.original_centre),
        ),
        decisions.options(
            _names(Decision.decided_by),
            selectinload(Decision.reasons).joinedload(DecisionReason.reason_code),
        ),
    )


def timeline(application: Application) -> Sequence[AuditEntry]:
    """What happened to the case, the latest first."""
    entries = select(AuditEntry).where(AuditEntry.case_ref == application.public_id)
    return db.session.scalars(entries.order_by(AuditEntry.id.desc()).limit(literal(TIMELINE_MOST))).all()


def history(application: Application, staff: Actor) -> list[PastCase]:
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
    return [PastCase._make(row) for row in rows(others.order_by(Application.id.desc()).limit(literal(HISTORY_MOST)))]

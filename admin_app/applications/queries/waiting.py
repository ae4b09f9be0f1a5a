"""Cases that wait for their residents: whether something was brought, whose day is over."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from admin_app.applications import rules
from admin_app.applications.models import Application, Decision, Document, ReasonCode
from admin_app.applications.rules import DecisionKind, Status
from admin_app.audit.models import AuditEntry
from admin_app.centres import queries as centres
from admin_app.foundation import clock, settings
from admin_app.foundation.database import db
from admin_app.residents.models import Resident

ANSWERS = ("applications.changed", "applications.loss_report_linked")
"""What the log says of a case when something of it was changed or linked for the resident."""


def is_answered(application: Application) -> bool:
    """Whether a paper was added, something changed or a loss report linked since the newest request for information."""
    return db.session.scalar(select(Application.id).where(Application.id == application.id, _answered())) is not None


def due_to_lapse(*, limit: int) -> Sequence[Application]:
    """Cases whose residents brought nothing by the day that was set, the oldest first. Where something was brought, the office is due."""
    restricted = select(Resident.id).where(Resident.is_restricted)  # kept as they are
    late = (Application.status == Status.NEEDS_INFORMATION, Application.answer_by < clock.today())
    query = select(Application).where(*late, Application.resident_id.not_in(restricted), ~_answered())
    return db.session.scalars(query.order_by(Application.answer_by, Application.id).limit(limit)).all()


def remind_from() -> date:
    """Whoever is to answer by this day or before it is to be reminded now."""
    return centres.calendar().add(clock.today(), settings.current().reminder_days)


def due_to_be_reminded(*, limit: int) -> Sequence[Application]:
    """Cases whose residents have few days left, have brought nothing and were not reminded, the shortest time first.

    Whoever was asked today knows it, and whoever's day is over is not reminded: that case lapses. Nor are restricted records, about
    which nothing leaves.
    """
    silent = select(Resident.id).where(or_(Resident.is_restricted, Resident.erased_at.is_not(None)))
    near = (Application.status == Status.NEEDS_INFORMATION, Application.answer_by >= clock.today(), Application.answer_by <= remind_from())
    new = (Application.reminded_on.is_(None), Application.paused_on < clock.today())
    query = select(Application).where(*near, *new, Application.resident_id.not_in(silent), ~_answered())
    return db.session.scalars(query.order_by(Application.answer_by, Application.id).limit(limit)).all()


def lapse_reason() -> ReasonCode | None:
    """The coded reason of a lapse, whether or not it is offered to reviewers."""
    return db.session.scalar(select(ReasonCode).where(ReasonCode.code == rules.LAPSE_REASON))


def _answered() -> ColumnElement[bool]:
    asked = _asked_at().scalar_subquery()
    paper = exists().where(Document.application_id == Application.id, Document.removed_at.is_(None), Document.added_at >= asked)
    entry = exists().where(AuditEntry.case_ref == Application.public_id, AuditEntry.action.in_(ANSWERS), AuditEntry.at >= asked)
    return or_(paper, entry)


def _asked_at() -> Select[Any]:
    requests = (Decision.application_id == Application.id, Decision.kind == DecisionKind.REQUEST_INFORMATION)
    return select(func.max(Decision.decided_at)).where(*requests).correlate(Application)

"""What the home pages show beside the lists of the rooms below: numbers and short lists, a few statements a page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from admin_app.applications.models import Application, Decision
from admin_app.applications.queries import intake, visible_to
from admin_app.applications.queries.queue import Line, lines, read_lines
from admin_app.applications.rules import DecisionKind, Status
from admin_app.audit import queries as audit
from admin_app.audit.models import REFUSED, AuditEntry
from admin_app.cards import queries as cards
from admin_app.foundation import clock, keyset
from admin_app.foundation.actor import Actor, is_staff_member
from admin_app.foundation.database import db
from admin_app.mailing.models import MailingBatch
from admin_app.mailing.queries import batches
from admin_app.mailing.rules import BatchStatus
from admin_app.residents.rules import ALARMS
from admin_app.staff.models import StaffMember

WATCHED_DAYS = 7
"""How far back the auditor's page looks for refused attempts and revealed numbers."""
Ids = Callable[[Actor], Select[Any]]


def numbers(staff: Actor, counted: Mapping[str, Ids]) -> dict[str, int]:
    """Each select of ids counted for `staff`, up to the cap, in one statement."""
    return keyset.capped_counts({name: ids(staff) for name, ids in counted.items()})


def draft_ids(staff: Actor) -> Select[Any]:
    """What `staff` began to take in and has not submitted, as their desk lists it."""
    return intake.ids(staff, "drafts", clock.today())


def collect_ids(staff: Actor) -> Select[Any]:
    """Cards that lie ready at the counter and wait for their holders."""
    return cards.ids_in(staff, "to_collect")


def came_back(staff: Actor, *, limit: int) -> Sequence[Line]:
    """Cases for which `staff` asked for information, completed and waiting for a reviewer again, the most urgent first."""
    return read_lines(lines(*_back_again(staff)).order_by(Application.due_on, Application.id).limit(limit))


def came_back_ids(staff: Actor) -> Select[Any]:
    """All of came_back(), to be counted."""
    return select(Application.id).where(*_back_again(staff))


def _back_again(staff: Actor) -> tuple[ColumnElement[bool], ...]:
    asked = select(Decision.id).where(
        Decision.application_id == Application.id,
        Decision.kind == DecisionKind.REQUEST_INFORMATION,
        is_staff_member(Decision.decided_by_id, staff),
    )
    own = and_(Application.status == Status.IN_REVIEW, is_staff_member(Application.owner_id, staff))
    return (visible_to(staff), or_(Application.status == Status.SUBMITTED, own), asked.exists())


def decided_by(staff: Actor, day: date) -> int:
    """How many cases `staff` approved or rejected on `day`."""
    mine = (Application.decided_on == day, is_staff_member(Application.decided_by_id, staff), visible_to(staff))
    return db.session.scalar(select(func.count()).select_from(Application).where(*mine)) or 0


@dataclass(frozen=True)
class Workload:
    """The open cases of one person."""

    member: StaffMember
    open_cases: int
    overdue: int
    first_due_on: date
    decided: int = 0
    """In the last seven days, today included."""


def workloads(staff: Actor, *, limit: int = 40) -> list[Workload]:
    """Who holds how many of the open cases that `staff` sees, the most first; one statement."""
    today, count = clock.today(), func.count().label("cases")
    late = func.sum(case((Application.paused_on.is_(None) & (Application.due_on < today), 1), else_=0)).label("late")
    held = (
        select(Application.owner_id, count, late, func.min(Application.due_on).label("first_due_on"))
        .where(visible_to(staff), Application.is_open.is_(True), Application.owner_id.is_not(None))
        .group_by(Application.owner_id)
        .subquery()
    )
    done = (
        select(Application.decided_by_id, func.count().label("cases"))
        .where(visible_to(staff), Application.decided_on.between(today - timedelta(days=6), today))
        .group_by(Application.decided_by_id)
        .subquery()
    )
    query = (
        select(StaffMember, held.c.cases, held.c.late, held.c.first_due_on, func.coalesce(done.c.cases, 0))
        .join(held, held.c.owner_id == StaffMember.id)
        .outerjoin(done, done.c.decided_by_id == StaffMember.id)
        .order_by(held.c.cases.desc(), StaffMember.id)
        .limit(limit)
    )
    return [Workload(*row) for row in db.session.execute(query)]


def posted_today(staff: Actor) -> tuple[int, int]:
    """Batches and parcels posted today."""
    query = select(func.count(), func.coalesce(func.sum(MailingBatch.parcel_count), 0))
    batch_count, parcels = db.session.execute(query.where(MailingBatch.posted_on == clock.today(), batches.visible_to(staff))).one()
    return batch_count, int(parcels)


def batches_under_way(staff: Actor, *, limit: int) -> Sequence[MailingBatch]:
    """Batches that are not posted yet, those with labels first, the oldest of each first."""
    under_way = (MailingBatch.status.in_((BatchStatus.LABELLED, BatchStatus.OPEN)), batches.visible_to(staff))
    query = select(MailingBatch).where(*under_way).order_by(MailingBatch.status, MailingBatch.id).limit(limit)
    return db.session.scalars(query).all()


def latest_entries(*, limit: int) -> Sequence[AuditEntry]:
    """The newest entries of the log."""
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)).all()


def alarms(staff: Actor, *, limit: int) -> Sequence[AuditEntry]:
    """Alarms about who looked at whom in the last days, newest first; nothing for whoever may not read about that."""
    raised = (AuditEntry.action.in_(tuple(ALARMS)), AuditEntry.at >= _watched_from())
    query = select(AuditEntry).where(*raised).order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit)
    return db.session.scalars(query).all() if staff.may("readings.read") else ()


def refused_attempts(*, limit: int) -> Sequence[AuditEntry]:
    """What was refused in the last days, newest first."""
    refused = (AuditEntry.at >= _watched_from(), REFUSED)
    return db.session.scalars(select(AuditEntry).where(*refused).order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit)).all()


def revealed_ids(staff: Actor) -> Select[Any]:
    """Entries about full ID numbers that somebody saw in the last days."""
    return select(AuditEntry.id).where(audit.visible_to(staff), AuditEntry.action == "residents.revealed", AuditEntry.at >= _watched_from())


def refused_ids(staff: Actor) -> Select[Any]:
    """Entries about sign-ins that were refused in the last days."""
    refused = AuditEntry.action == "staff.sign_in_refused"
    return select(AuditEntry.id).where(audit.visible_to(staff), AuditEntry.at >= _watched_from(), refused)


def entry_ids_of_today(staff: Actor) -> Select[Any]:
    """Today's entries."""
    now = clock.to_office(clock.now())
    return select(AuditEntry.id).where(audit.visible_to(staff), AuditEntry.at >= now.replace(hour=0, minute=0, second=0, microsecond=0))


def first_watched_day() -> date:
    """The first of the WATCHED_DAYS; today is the last."""
    return clock.today() - timedelta(days=WATCHED_DAYS - 1)


def _watched_from() -> datetime:
    return clock.start_of(first_watched_day())


def staff_by_role() -> dict[str, int]:
    """Active staff members of each role."""
    query = select(StaffMember.role, func.count()).where(StaffMember.active.is_(True)).group_by(StaffMember.role)
    return {role: count for role, count in db.session.execute(query)}


def paused_members(*, limit: int) -> tuple[Sequence[StaffMember], int]:
    """The first accounts with so many wrong passwords that unknown browsers cannot sign in for a while, and how many there are in all."""
    paused = select(StaffMember, func.count().over()).where(StaffMember.paused_until > clock.now())
    found = db.session.execute(paused.order_by(StaffMember.username).limit(limit)).all()
    return [member for member, _count in found], found[0][1] if found else 0

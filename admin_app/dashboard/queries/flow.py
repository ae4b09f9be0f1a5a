"""How the work flows: received, decided, posted; backlog and age; time per stage; outcomes and reasons."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from admin_app.applications import rules as application_rules
from admin_app.applications.models import Application, Decision, DecisionReason, ReasonCode
from admin_app.applications.queries import visible_to
from admin_app.centres.rules import WorkingCalendar
from admin_app.dashboard import rules
from admin_app.dashboard.rules import Period
from admin_app.foundation.database import db
from admin_app.foundation.i18n import pick
from admin_app.staff.models import StaffMember
from reports.rows import BacklogRow, DayCount, ReasonCount, StageTime


@dataclass(frozen=True)
class Filter:
    """What a report is about: whose view, which days, which centres (ids; empty: all visible), which channel ('' : both)."""

    staff: StaffMember
    period: Period
    centres: tuple[int, ...] = field(default=())
    channel: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        """The conditions on Application that hold for every figure."""
        parts = [visible_to(self.staff)]
        if self.centres:
            parts.append(Application.centre_id.in_(self.centres))
        if self.channel:
            parts.append(Application.channel == self.channel)
        return parts

    def within(self, column: Any, period: Period | None = None) -> list[ColumnElement[bool]]:
        """The conditions with `column` (a day) inside the period."""
        period = period or self.period
        return [*self.conditions(), column.between(period.start, period.end)]


def _per_day(chosen: Filter, column: Any, period: Period, *extra: ColumnElement[bool]) -> dict[date, int]:
    query = select(column, func.count()).where(*chosen.within(column, period), *extra).group_by(column)
    return {day: count for day, count in db.session.execute(query)}


def days(chosen: Filter) -> tuple[DayCount, ...]:
    """Received, decided and posted for each day of the period (three grouped statements)."""
    received = _per_day(chosen, Application.received_on, chosen.period, Application.status != application_rules.Status.DRAFT)
    decided = _per_day(chosen, Application.decided_on, chosen.period)
    posted = _per_day(chosen, Application.posted_on, chosen.period)
    return tuple(DayCount(day, received.get(day, 0), decided.get(day, 0), posted.get(day, 0)) for day in chosen.period.days)


def totals(chosen: Filter, period: Period) -> tuple[int, int, int]:
    """Received, decided and posted in `period`, in one statement."""
    counted = [
        select(func.count()).select_from(Application).where(*chosen.within(Application.received_on, period), Application.status != "draft"),
        select(func.count()).select_from(Application).where(*chosen.within(Application.decided_on, period)),
        select(func.count()).select_from(Application).where(*chosen.within(Application.posted_on, period)),
    ]
    received, decided, posted = db.session.execute(select(*(query.scalar_subquery() for query in counted))).one()
    return received, decided, posted


def decided_on_time(chosen: Filter, period: Period) -> tuple[int, int]:
    """Decided in `period`, and how many of them not later than promised."""
    in_time = func.coalesce(func.sum(case((Application.decided_on <= Application.due_on, 1), else_=0)), 0)
    row = db.session.execute(select(func.count(), in_time).where(*chosen.within(Application.decided_on, period))).one()
    return row[0], row[1]


def backlog(chosen: Filter, *, today: date, calendar: WorkingCalendar) -> tuple[BacklogRow, ...]:
    """Open cases per status by age in working days since they were received, whatever the period (one grouped statement)."""
    query = (
        select(Application.status, Application.received_on, func.count())
        .where(*chosen.conditions(), Application.is_open.is_(True))
        .group_by(Application.status, Application.received_on)
    )
    ages: dict[str, list[tuple[int, int]]] = {}
    known: dict[date, int] = {}
    for status, received_on, count in db.session.execute(query):
        if received_on not in known:
            known[received_on] = calendar.between(received_on, today) if received_on < today else 0
        ages.setdefault(status, []).append((known[received_on], count))
    order = [status for status in application_rules.Status if status in ages]
    return tuple(BacklogRow(str(application_rules.STATUS_LABELS[status]), *rules.bands(ages[status])) for status in order)


def stages(chosen: Filter, labels: tuple[str, str, str], calendar: WorkingCalendar) -> tuple[StageTime, ...]:
    """Working days p50 and p90 of the three stages submitted → decided → posted, and of the whole way, for what ended in the period."""
    decided = select(Application.decided_in_days, func.count()).where(
        *chosen.within(Application.decided_on), Application.decided_in_days.is_not(None)
    )
    to_decision = {value: count for value, count in db.session.execute(decided.group_by(Application.decided_in_days))}
    posted = select(Application.received_on, Application.decided_on, Application.posted_on, func.count()).where(
        *chosen.within(Application.posted_on), Application.decided_on.is_not(None)
    )
    rows = list(
        db.session.execute(posted.group_by(Application.received_on, Application.decided_on, Application.posted_on).order_by(None)).tuples()
    )
    to_post = _spans(((start, end, count) for _, start, end, count in rows), calendar)
    whole = _spans(((start, end, count) for start, _, end, count in rows), calendar)
    return tuple(_stage(label, histogram) for label, histogram in zip(labels, (to_decision, to_post, whole), strict=True))


def _spans(spans: Iterable[tuple[date | None, date | None, int]], calendar: WorkingCalendar) -> dict[int, int]:
    counts: Counter[int] = Counter()
    known: dict[tuple[date, date], int] = {}
    for start, end, count in spans:
        if start is None or end is None or end < start:
            continue
        if (start, end) not in known:
            known[start, end] = calendar.between(start, end)
        counts[known[start, end]] += count
    return dict(counts)


def _stage(label: str, histogram: dict[int, int]) -> StageTime:
    return StageTime(label, rules.percentile(histogram, 0.5), rules.percentile(histogram, 0.9), sum(histogram.values()))


def outcomes(chosen: Filter, outcome_labels: dict[str, str], *, limit: int = 12) -> tuple[ReasonCount, ...]:
    """Decisions of the period that were not approvals, by coded reason, the most frequent first (one grouped statement)."""
    query = (
        select(Decision.kind, ReasonCode.id, func.count())
        .join(DecisionReason, DecisionReason.decision_id == Decision.id)
        .join(ReasonCode, ReasonCode.id == DecisionReason.reason_code_id)
        .join(Application, Application.id == Decision.application_id)
        .where(*chosen.within(Decision.decided_on), Decision.kind.in_(("reject", "request_information")))
        .group_by(Decision.kind, ReasonCode.id)
        .order_by(func.count().desc(), ReasonCode.id)
        .limit(limit)
    )
    rows = list(db.session.execute(query).tuples())
    codes = {code.id: code for code in db.session.scalars(select(ReasonCode).where(ReasonCode.id.in_([row[1] for row in rows])))}
    return tuple(ReasonCount(outcome_labels[kind], pick(codes[code_id], "text"), count) for kind, code_id, count in rows)

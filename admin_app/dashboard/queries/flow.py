"""How the work flows: received, decided, posted; backlog and age; time per stage; outcomes and reasons. One statement a figure."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, case, cast, func, literal, null, select, union_all

from admin_app.applications import rules as application_rules
from admin_app.applications.models import Application, Decision, DecisionReason, ReasonCode
from admin_app.applications.queries import sees_all, visible_to
from admin_app.centres.models import Centre
from admin_app.centres.rules import WorkingCalendar
from admin_app.dashboard import rules
from admin_app.dashboard.rules import Period, WorkingDays
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.i18n import pick
from reports.tables.rows import BacklogRow, DayCount, ReasonCount, StageTime

DRAFT = str(application_rules.Status.DRAFT)
OPEN = tuple(sorted(str(status) for status in application_rules.OPEN))
"""Said beside is_open: the index by status then leads to the open cases, whatever the database knows of the rest."""


@dataclass(frozen=True)
class Filter:
    """What a report is about: whose view, which days, which centres (ids; empty: all visible), which channel ('' : both)."""

    staff: Actor
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

    @property
    def is_narrowed(self) -> bool:
        """Whether it leaves any application out: then figures of decisions have to ask their applications."""
        return bool(self.centres or self.channel or not sees_all(self.staff))

    def within(self, column: Any, *, with_before: bool = False) -> list[ColumnElement[bool]]:
        """The conditions with `column` (a day) inside the period, or inside it and the one before."""
        start = self.period.before().start if with_before else self.period.start
        return [*self.conditions(), column.between(start, self.period.end)]


@dataclass(frozen=True)
class Counts:
    """What happened in one period; `in_time`: decided not later than promised."""

    received: int = 0
    decided: int = 0
    in_time: int = 0
    posted: int = 0

    @property
    def on_time_share(self) -> float | None:
        """Share of the decisions that came in time (0..1); None without decisions."""
        return self.in_time / self.decided if self.decided else None


@dataclass(frozen=True)
class Flow:
    """The days of the period, its sums, and the sums of the period before."""

    days: tuple[DayCount, ...]
    now: Counts
    before: Counts


def flow(chosen: Filter) -> Flow:
    """Received, decided, decided in time and posted for each day of the period, and the sums of both periods."""
    in_time = func.sum(case((Application.decided_on <= Application.due_on, 1), else_=0))
    parts = (
        _per_day("received", chosen, Application.received_on, literal(0), Application.status != DRAFT),
        _per_day("decided", chosen, Application.decided_on, in_time),
        _per_day("posted", chosen, Application.posted_on, literal(0)),
    )
    counted: dict[str, Counter[date]] = {name: Counter() for name in ("received", "decided", "posted", "in_time")}
    for name, day, count, timely in db.session.execute(union_all(*parts)):
        counted[name][day] = count
        if name == "decided":
            counted["in_time"][day] = timely
    days = tuple(DayCount(day, *(counted[name][day] for name in ("received", "decided", "posted"))) for day in chosen.period.days)
    return Flow(days, _sums(counted, chosen.period), _sums(counted, chosen.period.before()))


def _per_day(name: str, chosen: Filter, column: Any, timely: Any, *extra: ColumnElement[bool]) -> Any:
    counted = select(literal(name).label("what"), column.label("day"), func.count().label("cases"), timely.label("timely"))
    return counted.where(*chosen.within(column, with_before=True), *extra).group_by(column)


def _sums(counted: dict[str, Counter[date]], period: Period) -> Counts:
    sums = {name: sum(count for day, count in days.items() if period.start <= day <= period.end) for name, days in counted.items()}
    return Counts(**sums)


@dataclass(frozen=True)
class Backlog:
    """Open cases: a row for each status that has some, the statuses beside them, how many are late, and the days behind the age bands."""

    rows: tuple[BacklogRow, ...]
    statuses: tuple[str, ...]
    overdue: int
    band_days: tuple[tuple[date | None, date | None], ...]

    @property
    def total(self) -> int:
        """All open cases."""
        return sum(row.total for row in self.rows)


def backlog(chosen: Filter, calendar: WorkingCalendar) -> Backlog:
    """Open cases per status by age in working days since they were received, whatever the period."""
    today = clock.today()
    late = case((Application.paused_on.is_(None) & (Application.due_on < today), 1), else_=0)
    query = (
        select(Application.status, Application.received_on, func.count(), func.sum(late))
        .where(*chosen.conditions(), Application.is_open.is_(True), Application.status.in_(OPEN))
        .group_by(Application.status, Application.received_on)
    )
    found = db.session.execute(query).all()
    worked = WorkingDays(calendar, min([today - 3 * rules.AGE_BANDS[-1] * rules.ONE_DAY, *(row[1] for row in found)]), today)
    ages: dict[str, list[tuple[int, int]]] = {}
    for status, received_on, count, _late in found:
        ages.setdefault(status, []).append((worked.between(received_on, today), count))
    order = tuple(str(status) for status in application_rules.Status if status in ages)
    labels = application_rules.STATUS_LABELS
    rows = tuple(BacklogRow(str(labels[application_rules.Status(status)]), *rules.bands(ages[status])) for status in order)
    return Backlog(rows, order, sum(row[3] for row in found), worked.band_days(today))


@dataclass(frozen=True)
class Stages:
    """Times of what ended in the period, and the p90 of the whole way in the period before."""

    rows: tuple[StageTime, ...]
    whole_p90: float | None
    whole_p90_before: float | None


def stages(chosen: Filter, calendar: WorkingCalendar) -> Stages:
    """Working days p50 and p90 from submission to decision, from decision to posting, and of the whole way without paused days."""
    found = db.session.execute(union_all(*_spans(chosen))).all()
    starts = [row[2] for row in found if row[2] is not None]
    worked = WorkingDays(calendar, min(starts, default=chosen.period.end), chosen.period.end)
    times: dict[tuple[str, bool], Counter[int]] = {(stage, now): Counter() for stage in rules.STAGE_LABELS for now in (True, False)}
    for stage, is_now, start, end, days, count in found:
        length = days if start is None else max(0, worked.between(start, end) - days)
        times[stage, bool(is_now)][length] += count
    rows = tuple(_stage(str(label), times[stage, True]) for stage, label in rules.STAGE_LABELS.items())
    return Stages(rows, rows[-1].p90_days, rules.percentile(times["whole", False], 0.9))


def _spans(chosen: Filter) -> tuple[Any, ...]:
    def is_now(column: Any) -> Any:
        return case((column >= chosen.period.start, 1), else_=0)

    posted, decided = Application.posted_on, Application.decided_on
    whole = (Application.received_on, posted, Application.paused_days)
    after = (decided, posted)
    took, no_day = Application.decided_in_days, cast(null(), Date)
    return (
        select(literal("whole"), is_now(posted), *whole, func.count()).where(*chosen.within(posted, with_before=True))
        .group_by(*whole),
        select(literal("post"), literal(1), *after, literal(0), func.count())
        .where(*chosen.within(posted), decided.is_not(None)).group_by(*after),
        select(literal("decision"), literal(1), no_day, no_day, took, func.count())
        .where(*chosen.within(decided), took.is_not(None)).group_by(took),
    )  # fmt: skip


def _stage(label: str, histogram: Counter[int]) -> StageTime:
    return StageTime(label, rules.percentile(histogram, 0.5), rules.percentile(histogram, 0.9), sum(histogram.values()))


def outcomes(chosen: Filter) -> tuple[ReasonCount, ...]:
    """Decisions of the period that were not approvals, by kind and coded reason, the most frequent first."""
    count = func.count().label("cases")
    joined = (
        select(Decision.kind, ReasonCode.code, ReasonCode.text_en, ReasonCode.text_zh, count)
        .join(DecisionReason, DecisionReason.decision_id == Decision.id)
        .join(ReasonCode, ReasonCode.id == DecisionReason.reason_code_id)
    )
    if chosen.is_narrowed:
        joined = joined.join(Application, Application.id == Decision.application_id).where(*chosen.conditions())
    period = Decision.decided_on.between(chosen.period.start, chosen.period.end)
    query = (
        joined.where(Decision.kind.in_(tuple(rules.OUTCOME_LABELS)), period)
        .group_by(Decision.kind, ReasonCode.id, ReasonCode.code, ReasonCode.text_en, ReasonCode.text_zh)
        .order_by(count.desc(), ReasonCode.id, Decision.kind)
    )
    labels = {kind: str(label) for kind, label in rules.OUTCOME_LABELS.items()}
    rows = db.session.execute(query)
    return tuple(ReasonCount(labels[row.kind], pick(row, "text"), row.cases, row.kind, row.code) for row in rows)


def centres_of(staff: Actor) -> list[Centre]:
    """The centres that `staff` may choose from, by name: the own one for who is bound to one."""
    query = select(Centre).order_by(Centre.code).limit(500)
    return list(db.session.scalars(query.where(Centre.id == staff.centre_id) if staff.centre_id else query))

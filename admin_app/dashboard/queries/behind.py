"""The lists behind the figures of a report: the very cases and decisions that a bar, a point or a cell of a table counts."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, false, func, select

from admin_app.applications import rules as application_rules
from admin_app.applications.models import Application, Decision, DecisionReason, ReasonCode
from admin_app.applications.queries import queue, sees_all, visible_to
from admin_app.applications.queries.queue import Line, Place
from admin_app.centres.models import Centre
from admin_app.dashboard import rules
from admin_app.foundation import keyset, ranges
from admin_app.foundation.actor import Actor
from admin_app.foundation.cache import cached
from admin_app.foundation.database import db, literal
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember

Conditions = list[ColumnElement[bool]]
BY_RECEIPT = queue.BY_RECEIPT
# The days of decision and posting may be missing in the table; a list that is walked by them asks for rows that have them.
BY_DECISION = keyset.Order((Application.decided_on, Application.id), is_set=True)
BY_POSTING = keyset.Order((Application.posted_on, Application.id), is_set=True)
BY_DAY = keyset.Order((Decision.decided_on, Decision.id))
DAYS = {"received": Application.received_on, "decided": Application.decided_on, "posted": Application.posted_on}
"""Tab of the list of cases -> the day that it is about."""
MEASURED = {"decided": ("decision",), "posted": ("post", "whole")}
"""Tab -> the stages (rules.STAGE_LABELS) whose time is taken of its cases."""


@dataclass(frozen=True)
class Asked:
    """What somebody looks at: a tab, and the filters of the report that led there."""

    tab: str
    first: date | None = None
    last: date | None = None
    centres: tuple[Place, ...] = ()
    channel: str = ""
    measured: str = ""
    """A stage: only the cases whose time it was measured on. '' : all."""
    reason: int | None = None
    """The id of a coded reason: only the decisions that name it."""

    def of_cases(self, who: Actor) -> Conditions:
        """The conditions on Application that hold whatever the tab."""
        found = [] if sees_all(who) else [checked(visible_to(who))]
        if self.centres:
            found.append(checked(Application.centre_id.in_([centre.id for centre in self.centres])))
        if self.channel:
            found.append(Application.channel == literal(self.channel))
        return found

    def within(self, day: Any) -> Conditions:
        """The conditions with `day` inside the days that were asked for; it is set in any case."""
        found: Conditions = [day >= self.first] if self.first else []
        found += [day <= self.last] if self.last else []
        return found or [day.is_not(None)]


def checked(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """A condition on the centre that is checked row by row, inside the index of days.

    Left as it is, a database may begin with an index by centre and sort all that the centre ever did.
    """
    return case((condition, literal(1)), else_=literal(0)) == literal(1)


class Case(NamedTuple):
    """A case as the list shows it: the columns of Line, and the day its card was posted."""

    line: Line
    posted_on: date | None


def cases(who: Actor, asked: Asked, _today: date) -> keyset.Query:
    """The cases of a tab: the columns of Line, then posted_on."""
    loaded = queue.lines().add_columns(Application.posted_on)
    return ranges.walked(Application.id, _case_ranges(who, asked), loaded)


def case_ids(who: Actor, asked: Asked, _today: date) -> Select[Any]:
    """Their ids, to be counted."""
    return ranges.counted(Application.id, _case_ranges(who, asked))


def _case_ranges(who: Actor, asked: Asked) -> list[ranges.Range]:
    found = [*asked.of_cases(who), *asked.within(DAYS[asked.tab]), *_taken(asked)]
    if asked.tab != "received":
        return [found]
    # The index by day of receipt begins with whether a case is open: two walks, merged.
    found.append(Application.status != literal(application_rules.Status.DRAFT))
    return [(*found, Application.is_open.is_(is_open)) for is_open in (True, False)]


def _taken(asked: Asked) -> Conditions:
    """The conditions with which dashboard/queries/flow.py takes the times of a stage."""
    if not asked.measured:
        return []
    if asked.measured not in MEASURED.get(asked.tab, ()):
        return [false()]
    taken: dict[str, Conditions] = {
        "decision": [Application.decided_in_days.is_not(None)],
        "post": [Application.decided_on.is_not(None)],
        "whole": [],
    }
    return taken[asked.measured]


class Decided(NamedTuple):
    """A decision as the list shows it; columns of the decision, its case, the case's resident and centre, and whoever decided."""

    id: int
    decided_on: date
    kind: str
    reference: str
    status: str
    channel: str
    name: str
    name_latin: str
    centre_name_en: str
    centre_name_zh: str
    by_username: str | None
    """None, like the names: the office itself decided."""
    by_name_en: str | None
    by_name_zh: str | None
    reason_ids: str | None
    """The ids of its coded reasons, separated by commas; None where it has none."""

    @property
    def reasons(self) -> list[int]:
        """The ids of its coded reasons, in one order."""
        return sorted(int(one) for one in (self.reason_ids or "").split(",") if one)


_REASON_IDS = select(func.aggregate_strings(cast(DecisionReason.reason_code_id, String), ",")).where(
    DecisionReason.decision_id == Decision.id
)
DECIDED = (
    Decision.id, Decision.decided_on, Decision.kind, Application.reference, Application.status,
    Application.channel, Resident.name, Resident.name_latin, Centre.name_en.label("centre_name_en"), Centre.name_zh.label("centre_name_zh"),
    StaffMember.username.label("by_username"), StaffMember.name_en.label("by_name_en"), StaffMember.name_zh.label("by_name_zh"),
    _REASON_IDS.scalar_subquery().label("reason_ids"),
)  # fmt: skip


def decisions(who: Actor, asked: Asked, _today: date) -> keyset.Query:
    """The decisions of a tab (a kind): the columns of Decided."""
    # Outer joins, as for queue.lines(): the list begins with the decisions, in their order.
    joined = select(*DECIDED).outerjoin(Decision.application).outerjoin(Application.resident).outerjoin(Application.centre)
    return ranges.walked(Decision.id, [_of_decisions(who, asked)], joined.outerjoin(Decision.decided_by))


def decision_ids(who: Actor, asked: Asked, _today: date) -> Select[Any]:
    """Their ids, to be counted."""
    return ranges.counted(Decision.id, [_of_decisions(who, asked)])


def _of_decisions(who: Actor, asked: Asked) -> Conditions:
    found: Conditions = [Decision.kind == literal(asked.tab), *asked.within(Decision.decided_on)]
    if of_cases := asked.of_cases(who):
        found.append(Decision.application.has(and_(*of_cases)))
    if asked.reason is not None:
        found.append(Decision.reasons.any(DecisionReason.reason_code_id == asked.reason))
    return found


class Named(NamedTuple):
    """A coded reason of a decision."""

    id: int
    code: str
    kind: str
    text_en: str
    text_zh: str


@cached
def reasons() -> tuple[Named, ...]:
    """Every reason that a decision of these lists may name, offered today or not, in the office's order."""
    columns = (ReasonCode.id, ReasonCode.code, ReasonCode.kind, ReasonCode.text_en, ReasonCode.text_zh)
    query = select(*columns).where(ReasonCode.kind.in_(tuple(rules.OUTCOME_LABELS)))
    return tuple(map(Named._make, db.session.execute(query.order_by(ReasonCode.sort, ReasonCode.id).limit(500))))


def reason_called(code: str) -> int | None:
    """The id of the reason with this code."""
    return next((reason.id for reason in reasons() if reason.code == code), None)

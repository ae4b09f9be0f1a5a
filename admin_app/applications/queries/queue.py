"""The queue: one page by key, counts up to a cap, who and what its filters offer."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Select, bindparam, select, union_all

from admin_app.applications import rules
from admin_app.applications.models import Application
from admin_app.applications.queries.queue_filter import DECIDERS, STATUSES, TABS, Place, QueueFilter, conditions
from admin_app.centres.models import Centre
from admin_app.foundation import clock, keyset, ranges, statements
from admin_app.foundation.actor import Actor, is_staff_member
from admin_app.foundation.cache import cached
from admin_app.foundation.database import db, literal, rows
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember

BY_DUE = keyset.Order((Application.due_on, Application.id))
BY_RECEIPT = keyset.Order((Application.received_on, Application.id))


class Line(NamedTuple):
    """A case as a list shows it: columns of the application, of its resident (name), its centre and whoever holds it (owner)."""

    id: int
    public_id: str
    reference: str
    reason: str
    channel: str
    status: str
    is_open: bool
    due_on: date
    paused_on: date | None
    answer_by: date | None
    received_at: datetime
    received_on: date
    submitted_at: datetime | None
    decided_on: date | None
    taken_by_id: int | None
    recommended_by_id: int | None
    recommendation: str | None
    name: str
    name_latin: str
    centre_name_en: str
    centre_name_zh: str
    owner_username: str | None
    """None, like the owner's names: nobody holds the case."""
    owner_name_en: str | None
    owner_name_zh: str | None


def queue_page(staff: Actor, wanted: QueueFilter, *, cursor: str | None = None, size: int = 25) -> keyset.Page[Line]:
    """One page of the queue, the most urgent first (decided ones: the latest first); one statement, with people and centre."""
    order, is_down = first_order(wanted)
    page = keyset.page_of(listed, order, staff, wanted, descending=is_down, cursor=cursor, size=size)
    return replace(page, rows=[Line._make(row) for row in page.rows])


def first_order(wanted: QueueFilter) -> tuple[keyset.Order, bool]:
    """The order of somebody who asks for none, and whether it falls.

    A range of days of receipt is walked along its own index: by due date, old decided cases would lie behind all newer ones.
    """
    return BY_RECEIPT if wanted.by_receipt else BY_DUE, wanted.tab == "closed"


def listed(who: Actor, wanted: QueueFilter, today: date) -> keyset.Query:
    """The lines of a view, in no order."""
    if wanted.by_receipt:
        # The index of days has all that is asked, but not all that a line shows: ids are found in it alone, however many somebody holds.
        return ranges.walked(Application.id, [conditions(who, wanted, today)], lines())
    if wanted.tab != "closed" or len(wanted.centres) < 2 or wanted.owner:
        return lines(*conditions(who, wanted, today))
    # The decided cases of several centres: each status of each centre is a walk of its own, or a database sorts all that they ever decided.
    statuses = [wanted.status] if wanted.status else sorted(STATUSES["closed"])
    parts = [replace(wanted, centres=(centre,), status=status) for centre in wanted.centres for status in statuses]
    return ranges.walked(Application.id, [conditions(who, part, today) for part in parts], lines())


def ids(who: Actor, wanted: QueueFilter, today: date) -> Select[Any]:
    """The ids of a view, to be counted."""
    # Ordered like the page: the planner then walks the page's index instead of hoping to meet enough rows in the whole table.
    return select(Application.id).where(*conditions(who, wanted, today)).order_by(*first_order(wanted)[0].columns)


def tab_counts(staff: Actor, wanted: QueueFilter) -> dict[str, int]:
    """How many cases each tab holds under the filters, counted up to the cap; one statement."""
    return keyset.counts_of(ids, staff, [(tab, replace(wanted, tab=tab)) for tab in TABS if tab != "closed"])


def around(staff: Actor, wanted: QueueFilter, case: Application, *, before: int = 3, after: int = 12) -> list[Line]:
    """The case among its neighbours in this view, in the view's order, even if it no longer belongs to it; one statement."""
    names = [column.key for column in first_order(wanted)[0].columns]
    statement = _neighbours(staff, wanted, clock.today(), before, after)
    found = read_lines(statement, {name: getattr(case, name) for name in names})
    return sorted(found, key=lambda row: [getattr(row, name) for name in names], reverse=wanted.tab == "closed")


def held_by(who: Actor) -> list[str]:
    """References of the cases that somebody holds and has not decided, the most urgent first; a hundred at most."""
    mine = (is_staff_member(Application.owner_id, who), Application.is_open.is_(True), Application.status.in_(rules.HELD))
    return list(db.session.scalars(select(Application.reference).where(*mine).order_by(Application.due_on, Application.id).limit(100)))


def unclaimed_ids(who: Actor) -> Select[Any]:
    """The ids of what waits for a reviewer, for a number in the sidebar."""
    return ids(who, QueueFilter("unclaimed"), clock.today())


def mine_ids(who: Actor) -> Select[Any]:
    """The ids of a person's own open cases, for a number in the sidebar."""
    return ids(who, QueueFilter("mine"), clock.today())


@cached
def centres() -> tuple[Place, ...]:
    """All centres, for the filter."""
    return tuple(Place(*row) for row in db.session.execute(select(*PLACE).order_by(Centre.code).limit(500)))


def centre_called(code: str) -> Place | None:
    """The centre with this code, as a filter needs it."""
    return next((centre for centre in centres() if centre.code == code), None)


class Decider(NamedTuple):
    """Somebody who may hold a case."""

    id: int
    username: str
    name_en: str
    name_zh: str


def deciders(staff: Actor) -> tuple[Decider, ...]:
    """Who may hold a case that `staff` sees, by name, for filter and hand-over; nobody for whoever reads no cases."""
    if not staff.may("applications.read"):
        return ()
    return _deciders(staff.centre_id if staff.role in DECIDERS[1:] else None)


def decider(staff: Actor, username: str) -> Actor | None:
    """One of deciders(), by user name, as one who acts."""
    found = next((one for one in deciders(staff) if one.username == username), None)
    member = db.session.get(StaffMember, found.id) if found else None
    return member.actor if member else None


PLACE = (Centre.id, Centre.code, Centre.name_en, Centre.name_zh)
LINE = (
    Application.id, Application.public_id, Application.reference, Application.reason, Application.channel, Application.status,
    Application.is_open, Application.due_on, Application.paused_on, Application.answer_by, Application.received_at,
    Application.received_on, Application.submitted_at, Application.decided_on, Application.taken_by_id, Application.recommended_by_id,
    Application.recommendation,
    Resident.name, Resident.name_latin,
    Centre.name_en.label("centre_name_en"), Centre.name_zh.label("centre_name_zh"), StaffMember.username.label("owner_username"),
    StaffMember.name_en.label("owner_name_en"), StaffMember.name_zh.label("owner_name_zh"),
)  # fmt: skip


def lines(*wanted: Any) -> Select[Any]:
    """The columns of Line, for the applications that fulfil `wanted`.

    Everyone has a resident and a centre; the outer joins tell the database to begin with the applications: led by the few centres,
    SQLite sorts all the cases of a status at a million.
    """
    joined = select(*LINE).outerjoin(Application.resident).outerjoin(Application.centre).outerjoin(Application.owner)
    return joined.where(*wanted)


def read_lines(statement: Select[Any] | CompoundSelect[Any], values: Mapping[str, Any] | None = None) -> list[Line]:
    """What a select made of lines() finds."""
    return [Line._make(row) for row in rows(statement, values).all()]


@statements.cached
def _neighbours(who: Actor, wanted: QueueFilter, today: date, before: int, after: int) -> CompoundSelect[Any]:
    order = first_order(wanted)[0].columns
    here = [bindparam(column.key, type_=column.type) for column in order]
    others = lines(*conditions(who, wanted, today), Application.id != here[-1])
    earlier = others.where(keyset.beyond(order, here, downwards=True)).order_by(*(column.desc() for column in order)).limit(literal(before))
    later = others.where(keyset.beyond(order, here, downwards=False)).order_by(*order).limit(literal(after))
    return union_all(*(select(part.subquery()) for part in (earlier, lines(Application.id == here[-1]), later)))


@cached
def _deciders(centre_id: int | None) -> tuple[Decider, ...]:
    # Those of one centre, and those who work for the whole office; or everybody.
    wanted = [StaffMember.role.in_(DECIDERS), StaffMember.active.is_(True)]
    if centre_id:
        wanted.append((StaffMember.centre_id == centre_id) | StaffMember.centre_id.is_(None))
    query = select(StaffMember.id, StaffMember.username, StaffMember.name_en, StaffMember.name_zh).where(*wanted)
    return tuple(map(Decider._make, rows(query.order_by(StaffMember.name_en, StaffMember.id).limit(200))))

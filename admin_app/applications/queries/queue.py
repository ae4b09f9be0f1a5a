"""The queue: tabs, filters, one page by key, counts up to a cap."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, false, select
from sqlalchemy.orm import joinedload, load_only
from sqlalchemy.sql.base import ExecutableOption

from admin_app.applications import rules
from admin_app.applications.models import Application
from admin_app.applications.queries.visibility import listed_for
from admin_app.centres.models import Centre
from admin_app.foundation import clock, keyset
from admin_app.foundation.database import db
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember
from admin_app.staff.permissions import PERMISSIONS

ME, NOBODY = "me", "nobody"
FIRST_TAB = "todo"
"""What somebody who asks for nothing in particular looks at: the open cases that wait for the office, not for their residents."""
TABS: dict[str, Any] = {
    "todo": _l("To do"),
    "unclaimed": _l("Unclaimed"),
    "mine": _l("Mine"),
    "waiting": _l("Waiting for resident"),
    "second": _l("Second decision"),
    "overdue": _l("Overdue"),
    "all": _l("All open"),
    "closed": _l("Decided"),
}
STATUSES: dict[str, frozenset[rules.Status]] = {
    "todo": rules.OPEN - {rules.Status.NEEDS_INFORMATION},
    "unclaimed": frozenset({rules.Status.SUBMITTED}),
    "waiting": frozenset({rules.Status.NEEDS_INFORMATION}),
    "second": frozenset({rules.Status.RECOMMENDED}),
    "closed": rules.CLOSED,
}
"""The statuses that a tab can hold; all open ones in the other tabs."""
DECIDERS = tuple(str(role) for role, allowed in PERMISSIONS.items() if "applications.decide" in allowed)


@dataclass(frozen=True)
class QueueFilter:
    """What a person looks at: a tab and filters. Nothing personal: it stands in the address."""

    tab: str = FIRST_TAB
    centres: tuple[Centre, ...] = ()
    """Empty: all that the person sees."""
    reasons: tuple[str, ...] = ()
    channel: str = ""
    status: str = ""
    owner: str = ""
    """ME, NOBODY or a user name."""
    received_from: date | None = None
    received_to: date | None = None

    @property
    def by_receipt(self) -> bool:
        """Whether the view is sorted by the day of receipt instead of the due date."""
        return self.received_from is not None or self.received_to is not None

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the tab is chosen."""
        return self != QueueFilter(self.tab)


def queue_page(staff: StaffMember, wanted: QueueFilter, *, cursor: str | None = None, size: int = 25) -> keyset.Page[Application]:
    """One page of the queue, the most urgent first (decided ones: the latest first); one statement, with people and centre."""
    query = select(Application).where(*conditions(staff, wanted)).options(*_row())
    order = _order(wanted)
    names = [column.key for column in order]
    return keyset.page(
        query, *order, cursor=cursor, size=size, descending=wanted.tab == "closed", key=lambda row: [getattr(row, name) for name in names]
    )


def _order(wanted: QueueFilter) -> tuple[Any, Any]:
    # A range of days of receipt is walked along its own index: by due date, old decided cases would lie behind all newer ones.
    return (Application.received_on if wanted.by_receipt else Application.due_on, Application.id)


def tab_counts(staff: StaffMember, wanted: QueueFilter) -> dict[str, int]:
    """How many cases each tab holds under the filters, counted up to the cap; one statement."""
    return keyset.capped_counts({tab: _ids(staff, replace(wanted, tab=tab)) for tab in TABS if tab != "closed"})


def around(staff: StaffMember, wanted: QueueFilter, case: Application, *, before: int = 3, after: int = 12) -> list[Application]:
    """The case among its neighbours in this view, in the view's order, even if it no longer belongs to it; two statements."""
    others = select(Application).where(*conditions(staff, wanted), Application.id != case.id).options(*_row())
    order = _order(wanted)
    here = [getattr(case, column.key) for column in order]
    earlier = others.where(keyset.beyond(order, here, downwards=True)).order_by(*(column.desc() for column in order)).limit(before)
    later = others.where(keyset.beyond(order, here, downwards=False)).order_by(*order).limit(after)
    found = [*reversed(db.session.scalars(earlier).all()), case, *db.session.scalars(later).all()]
    return found[::-1] if wanted.tab == "closed" else found


def unclaimed_ids(staff: StaffMember) -> Select[Any]:
    """The ids of what waits for a reviewer, for a number in the sidebar."""
    return select(Application.id).where(*conditions(staff, QueueFilter("unclaimed")))


def mine_ids(staff: StaffMember) -> Select[Any]:
    """The ids of a person's own open cases, for a number in the sidebar."""
    return select(Application.id).where(*conditions(staff, QueueFilter("mine")))


def centres() -> Sequence[Centre]:
    """All centres, for the filter."""
    return db.session.scalars(select(Centre).order_by(Centre.code).limit(500)).all()


def deciders(staff: StaffMember) -> Sequence[StaffMember]:
    """Who may hold a case that `staff` sees, by name (for filter and hand-over)."""
    query = select(StaffMember).where(StaffMember.role.in_(DECIDERS), StaffMember.active.is_(True))
    if staff.centre_id and staff.role in DECIDERS[1:]:
        query = query.where((StaffMember.centre_id == staff.centre_id) | StaffMember.centre_id.is_(None))
    return db.session.scalars(query.order_by(StaffMember.name_en, StaffMember.id).limit(200)).all()


def decider(staff: StaffMember, username: str) -> StaffMember | None:
    """One of deciders(), by user name."""
    return next((member for member in deciders(staff) if member.username == username), None)


def conditions(staff: StaffMember, wanted: QueueFilter) -> list[ColumnElement[bool]]:
    """The WHERE of a view, visibility included."""
    found = [listed_for(staff), *_in_tab(staff, wanted)]
    if wanted.centres:
        found.append(Application.centre_id.in_([centre.id for centre in wanted.centres]))
    if wanted.reasons:
        found.append(Application.reason.in_(wanted.reasons))
    if wanted.channel:
        found.append(Application.channel == wanted.channel)
    if wanted.status:
        is_possible = wanted.status in STATUSES.get(wanted.tab, rules.OPEN)
        found.append(Application.status == wanted.status if is_possible else false())
    if wanted.owner:
        found.append(_owned(staff, wanted.owner))
    return found + _received(wanted)


def _in_tab(staff: StaffMember, wanted: QueueFilter) -> list[ColumnElement[bool]]:
    # A status says whether a case is open. Said twice, PostgreSQL takes the two for independent, expects a handful of rows
    # where there are thousands, and reads them all instead of walking the index in the order of the page.
    # The index by owner begins with both, and an owner's cases are few: there it stays.
    says_enough = wanted.status and not (wanted.owner or wanted.tab == "mine")
    is_open: list[ColumnElement[bool]] = [] if says_enough else [Application.is_open.is_(True)]
    tabs: dict[str, list[ColumnElement[bool]]] = {
        "todo": is_open if wanted.status else [*is_open, Application.paused_on.is_(None)],
        "unclaimed": [Application.status == rules.Status.SUBMITTED],
        "mine": [*is_open, Application.owner_id == staff.id],
        "waiting": [Application.status == rules.Status.NEEDS_INFORMATION],
        "second": [Application.status == rules.Status.RECOMMENDED],
        "overdue": [*is_open, Application.paused_on.is_(None), Application.due_on < clock.today()],
        "all": is_open,
        "closed": [] if wanted.status else [Application.is_open.is_(False), Application.status.in_(sorted(rules.CLOSED))],
    }
    return tabs[wanted.tab]


def _owned(staff: StaffMember, owner: str) -> ColumnElement[bool]:
    if owner == ME:
        return Application.owner_id == staff.id
    if owner == NOBODY:
        return Application.owner_id.is_(None)
    return Application.owner_id == select(StaffMember.id).where(StaffMember.username == owner).scalar_subquery()


def _received(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.received_from:
        found.append(Application.received_on >= wanted.received_from)
    if wanted.received_to:
        found.append(Application.received_on <= wanted.received_to)
    return found


def _ids(staff: StaffMember, wanted: QueueFilter) -> Select[Any]:
    # Ordered like the page: the planner then walks the page's index instead of hoping to meet enough rows in the whole table.
    return select(Application.id).where(*conditions(staff, wanted)).order_by(*_order(wanted))


def _row() -> tuple[ExecutableOption, ...]:
    columns = (
        Application.public_id, Application.reference, Application.reason, Application.channel, Application.status, Application.is_open,
        Application.due_on, Application.paused_on, Application.received_at, Application.submitted_at, Application.decided_on,
        Application.owner_id, Application.lease_until, Application.taken_by_id, Application.version, Application.centre_id,
        Application.resident_id, Application.received_on,
    )  # fmt: skip
    owner = joinedload(Application.owner)
    return (
        load_only(*columns),
        joinedload(Application.resident, innerjoin=True).load_only(Resident.name, Resident.name_latin),
        joinedload(Application.centre, innerjoin=True).load_only(Centre.code, Centre.name_en, Centre.name_zh),
        owner.load_only(StaffMember.name_en, StaffMember.name_zh, StaffMember.username),
        owner.lazyload(StaffMember.centre),
    )

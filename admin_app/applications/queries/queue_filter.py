"""What somebody looks at in the queue: the tabs, the filters, and the condition that they make."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, false, select

from admin_app.applications import rules
from admin_app.applications.models import Application
from admin_app.applications.queries.visibility import listed_for
from admin_app.foundation.actor import Actor, is_somebody_else, is_staff_member
from admin_app.foundation.database import literal
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
CLOSED = [literal(status) for status in sorted(rules.CLOSED)]
_RECOMMENDED = Application.status == literal(rules.Status.RECOMMENDED)
DECIDERS = tuple(str(role) for role, allowed in PERMISSIONS.items() if "applications.decide" in allowed)


class Place(NamedTuple):
    """A centre as a filter needs it."""

    id: int
    code: str
    name_en: str
    name_zh: str


@dataclass(frozen=True)
class QueueFilter:
    """What a person looks at: a tab and filters. Nothing personal: it stands in the address."""

    tab: str = FIRST_TAB
    centres: tuple[Place, ...] = ()
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


EVERYTHING = QueueFilter("all")
"""Every open case that somebody sees."""


def to_claim(wanted: QueueFilter) -> QueueFilter:
    """The part of a view out of which «next case» takes: its filters, and whether it is overdue.

    Which status a case has and who holds it is decided by what may be claimed at all, so a tab or a filter for these narrows nothing.
    """
    return replace(wanted, tab="overdue" if wanted.tab == "overdue" else EVERYTHING.tab, status="", owner="")


def conditions(staff: Actor, wanted: QueueFilter, today: date) -> list[ColumnElement[bool]]:
    """The WHERE of a view, visibility included."""
    found = [listed_for(staff), *_in_tab(staff, wanted, today)]
    if wanted.centres:
        found.append(Application.centre_id.in_([centre.id for centre in wanted.centres]))
    if wanted.reasons:
        found.append(Application.reason.in_([literal(reason) for reason in wanted.reasons]))
    if wanted.channel:
        found.append(Application.channel == literal(wanted.channel))
    if wanted.status:
        is_possible = wanted.status in STATUSES.get(wanted.tab, rules.OPEN)
        found.append(Application.status == literal(wanted.status) if is_possible else false())
    if wanted.owner:
        found.append(_owned(staff, wanted.owner))
    return found + _received(wanted)


def _in_tab(staff: Actor, wanted: QueueFilter, today: date) -> list[ColumnElement[bool]]:
    # A status says whether a case is open. Said twice, PostgreSQL takes the two for independent, expects a handful of rows
    # where there are thousands, and reads them all instead of walking the index in the order of the page.
    # The index by owner begins with both, and an owner's cases are few: there it stays.
    # By day of receipt there is one index, which begins with it.
    says_enough = wanted.status and not (wanted.owner or wanted.tab == "mine" or wanted.by_receipt)
    is_open: list[ColumnElement[bool]] = [] if says_enough else [Application.is_open.is_(True)]
    said: list[ColumnElement[bool]] = [Application.is_open.is_(wanted.tab != "closed")] if wanted.by_receipt else []
    tabs: dict[str, list[ColumnElement[bool]]] = {
        "todo": is_open if wanted.status else [*is_open, Application.paused_on.is_(None)],
        "unclaimed": said if wanted.status else [*said, Application.status == literal(rules.Status.SUBMITTED)],
        "mine": [*is_open, is_staff_member(Application.owner_id, staff)],
        "waiting": said if wanted.status else [*said, Application.status == literal(rules.Status.NEEDS_INFORMATION)],
        "second": [*(said if wanted.status else [*said, _RECOMMENDED]), is_somebody_else(Application.recommended_by_id, staff)],
        "overdue": [*is_open, Application.paused_on.is_(None), Application.due_on < today],
        "all": is_open,
        "closed": said if wanted.status else [Application.is_open.is_(False), Application.status.in_(CLOSED)],
    }
    return tabs[wanted.tab]


def _owned(staff: Actor, owner: str) -> ColumnElement[bool]:
    if owner == ME:
        return is_staff_member(Application.owner_id, staff)
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

"""A small office whose figures can be counted by hand."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from admin_app.applications.models import Application
from admin_app.applications.queries import reason_codes
from admin_app.centres.models import Centre
from admin_app.dashboard.queries.flow import Filter
from admin_app.dashboard.rules import Period
from admin_app.foundation import clock
from admin_app.staff.models import StaffMember
from tests.factories.applications import make_application, make_decision
from tests.factories.cards import make_card
from tests.factories.mailing import make_batch, make_parcel, make_return
from tests.factories.production import make_line, make_production

TODAY = date(2026, 9, 18)
"""A Friday; the two weeks that end here have five working days each."""
WEEK = Period(date(2026, 9, 14), TODAY)


@dataclass
class Office:
    """Two centres and the cases A to H; the numbers that the tests expect are counted from `fill`."""

    west: Centre
    east: Centre
    clerk: StaffMember
    reviewer: StaffMember
    supervisor: StaffMember

    def filter(self, **changes: Any) -> Filter:
        """The supervisor's view of the week."""
        return Filter(**({"staff": self.supervisor, "period": WEEK} | changes))


def september(day: int) -> date:
    """A day of September 2026."""
    return date(2026, 9, day)


def fill(office: Office) -> None:
    """The cases. Nothing else is in the database."""
    west, east = office.west, office.east
    approved = {"status": "approved", "is_open": False, "decided_by_id": office.reviewer.id}
    # A: in time, posted two days after the decision.
    add(office, west, 14, due=16, decided_on=september(16), decided_in_days=2, posted_on=september(18), **approved)
    # B: online, rejected one day late, for two reasons.
    rejected = add(office, west, 14, due=17, channel="online", decided_on=september(18), decided_in_days=4,
                   **(approved | {"status": "rejected"}))  # fmt: skip
    decide(office, rejected, "reject", september(18), 0, 1)
    # C: the other centre, received the week before, stood still for a day, asked for information once.
    asked = add(office, east, 11, due=22, decided_on=september(14), decided_in_days=1, posted_on=september(17), paused_days=1, **approved)
    decide(office, asked, "request_information", september(14), 0)
    # D: a draft.
    add(office, west, 14, due=30, status="draft", is_open=False)
    # E: new; F: the resident owes something; H: late.
    add(office, west, 15, due=30)
    add(office, east, 7, due=16, channel="online", status="needs_information", paused_on=september(8))
    add(office, west, 1, due=10, status="in_review", owner_id=office.reviewer.id)
    # G: the week before.
    add(office, west, 9, due=11, decided_on=september(11), decided_in_days=2, posted_on=september(11), **approved)


def add(office: Office, centre: Centre, received: int, *, due: int, **columns: Any) -> Application:
    """A case received and due on these days of September."""
    return make_application(office.clerk, centre, received_on=september(received), due_on=september(due), **columns)


def add_remade(office: Office, mailer: StaffMember) -> None:
    """Three parcels that came back, and cards that were made once more for each cause: two of them by a maker, one of these by hand.

    All before the end of the week of the tests; every third one in August.
    """
    west, east = (add(office, place, 1, due=10, status="approved", is_open=False, delivery="post") for place in (office.west, office.east))
    batch, made_in = make_batch(mailer, "posted"), make_production(mailer, "sent")
    for number, case in enumerate((west, west, east), 1):
        back = make_card(case, "held", copy=number)
        at = clock.start_of(september(15) if number < 3 else date(2026, 8, 20)) + timedelta(hours=3)
        make_return(make_parcel(batch, back, number, status="returned"), mailer, received_at=at, reason=("moved", "refused")[number % 2])
    faults = ("maker", "maker", "post", "resident", "office", "")
    for number, fault in enumerate(faults):
        case = add(office, (office.west, office.east)[number % 2], 1, due=10, status="approved", is_open=False, channel="online")
        before = make_card(case, "spoiled")
        if number:
            make_line(made_in, before, number)
        at = clock.start_of(september(16)) + timedelta(hours=number)
        make_card(case, "requested", copy=2, replaces_id=before.id, fault=fault, cost_fen=1250 if number else None, requested_at=at)


def decide(office: Office, case: Application, kind: str, day: date, *reasons: int) -> None:
    """A decision with the reasons at these places of the office's list."""
    codes = reason_codes(kind)
    make_decision(case, office.reviewer, kind, *(codes[place] for place in reasons), decided_on=day)

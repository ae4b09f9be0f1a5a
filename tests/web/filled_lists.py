"""An office with rows in every list: for tests that look at each list there is."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app, url_for
from flask.testing import FlaskClient

from admin_app.audit.operations import reading
from admin_app.foundation import clock
from admin_app.foundation.database import db, new_public_id, transaction
from admin_app.foundation.jobs.models import FAILED
from admin_app.mailing.models import MailingBatch
from admin_app.mailing.queries import batches
from admin_app.menu import LISTS
from admin_app.notices.rules import TABS
from admin_app.production.models import ProductionBatch
from admin_app.production.queries import batches as production
from admin_app.staff.models import StaffMember
from admin_app.staff.permissions import PERMISSIONS, Role
from admin_app.web.lists import export
from admin_app.web.lists.description import ListPage
from tests.factories.applications import held_by, make_application, make_decision, make_material_rule, make_photo_profile, make_reason_code
from tests.factories.audit import make_entry
from tests.factories.cards import approved, make_card, make_destruction
from tests.factories.centres import make_calendar_day, make_calendar_year, make_centre
from tests.factories.clients import make_client, make_key
from tests.factories.erasures import make_erasure
from tests.factories.foundation import make_job
from tests.factories.loss_reports import make_loss_report
from tests.factories.mailing import make_batch, make_label, make_label_printer, make_label_stock, make_parcel, make_return, make_sheet
from tests.factories.notices import make_notice
from tests.factories.production import make_line, make_maker, make_production
from tests.factories.residents import make_resident
from tests.factories.restrictions import make_restriction
from tests.factories.staff import make_staff

READERS = ("reviewer", "supervisor", "mailroom_clerk", "auditor", "administrator", "intake_clerk")
"""Who reads a list: the first of them who may."""
TYPED = {"people": "Wang", "hits": "9000001"}
"""What is searched for where the page of a list is what a search found: a short number names a case of this year and one of the last."""


def reader_of(page: ListPage) -> str:
    """The role that reads a list."""
    return next(role for role in READERS if page.permission in PERMISSIONS[Role(role)])


def tabs_of(page: ListPage) -> list[str]:
    """Its tabs; of a list without any, ''."""
    return [tab.name for tab in page.tabs if not tab.endpoint] or [""]


class Filled:
    """An office in which every list has the same number of rows, each with people, a centre and a clerk of its own."""

    def __init__(self, signed_in: Callable[..., FlaskClient]) -> None:
        self.rows = 0
        self.centre = make_centre("HQ")
        self.browsers = {
            role: signed_in(role, **({"centre": self.centre} if role == "intake_clerk" else {}))
            for role in sorted(set(map(reader_of, LISTS)))
        }
        self.people = {member.role: member for member in db.session.scalars(sa.select(StaffMember))}
        self.batch, self.made_in = new_public_id(), new_public_id()
        for year in (clock.today().year, clock.today().year - 1):
            make_application(self.people["intake_clerk"], self.centre, reference=f"BK-{year % 100:02d}-{TYPED['hits']}")

    def fill(self, rows: int) -> None:
        """Add what is missing until each list has `rows` rows."""
        with transaction():
            for number in range(self.rows, rows):
                name = f"x{number:03d}"
                self.member = make_staff("reviewer", username=name)
                self.place = make_centre(name)
                self._reference_data(number, name)
                self._casework()
                self._mailroom(number)
        looks = [reading.Look("resident", f"x{number}", f"x{number}") for number in range(self.rows, rows)]
        reading.write(looks, by=self.people["auditor"].actor)
        self.rows = rows

    def _reference_data(self, number: int, name: str) -> None:
        make_calendar_day(clock.today() + timedelta(days=number + 3000))
        make_calendar_year(2030 + number)
        self.reason = make_reason_code(name)
        make_label_stock(name)
        make_maker(name)
        make_label_printer(name)
        make_key(make_client(name))
        make_client(f"off {name}", is_active=False)
        make_material_rule("photo", sort=number + 1000)
        make_photo_profile(name)
        make_job(name="mailing.render_labels", dedupe_key=name, status=FAILED, error=name)

    def _casework(self) -> None:
        clerk, mine, owner, soon = self.people["intake_clerk"], self.people["reviewer"], self.member, clock.now() + timedelta(minutes=1)
        make_application(clerk, self.place, status="draft", is_open=False)
        make_application(clerk, self.place, due_on=clock.today() - timedelta(days=9))
        make_application(owner, self.place, **held_by(mine))
        make_application(owner, self.place, **held_by(owner))
        make_application(owner, self.place, status="recommended", recommended_by_id=clerk.id, recommendation="approve")
        gone = make_application(
            owner, self.place, status="approved", is_open=False, decided_on=clock.today(), decided_in_days=1, posted_on=clock.today()
        )
        for kind in ("reject", "request_information"):
            make_decision(gone, mine, kind, self.reason)
        waits = {"status": "needs_information", "paused_on": clock.today(), "answer_by": clock.today()}
        make_application(owner, self.centre, **held_by(owner, **waits))
        for status, facts in (("provisional", {"lapses_at": soon}), ("formal", {}), ("lapsed", {"ended_at": clock.now()})):
            make_loss_report(make_resident(), owner, self.place, status, channel="phone", **facts)
        make_entry(actor_id=owner.id, actor_name=owner.username)
        make_restriction(make_resident(), owner)
        for channel, state in (place for tab in TABS.values() for place in tab):
            make_notice(gone, channel=str(channel), status=str(state), ended_at=clock.now())
        make_erasure(make_resident(), owner)

    def _mailroom(self, number: int) -> None:
        for status, delivery in (("requested", "post"), ("made", "post"), ("ready", "post"), ("ready", "collect")):
            make_card(approved(self.member, self.place, delivery=delivery), status)
        self._gone()
        make_sheet()
        for state in batches.TABS:
            is_first = number == 0 and state == "labelled"
            public_id = self.batch if is_first else new_public_id()
            make_batch(self.member, state, public_id=public_id, labelled_at=clock.now())
        for state in production.TABS:
            is_first = number == 0 and state == "frozen"
            make_production(self.member, state, public_id=self.made_in if is_first else new_public_id())
        made_in = db.session.scalars(sa.select(ProductionBatch).where(ProductionBatch.public_id == self.made_in)).one()
        make_line(made_in, make_card(approved(self.member, self.place), "in_production"), number + 1)
        batch = db.session.scalars(sa.select(MailingBatch).where(MailingBatch.public_id == self.batch)).one()
        batch.parcel_count = number + 1
        stuffed = {"status": "stuffed", "stuffed_at": clock.now()}  # a batch with a card beside its envelope shows no list to post by
        make_label(make_parcel(batch, make_card(approved(self.member, self.place), "posted"), number + 1, **stuffed))

    def _gone(self) -> None:
        """A parcel that came back, one that the carrier is asked about, one that nobody heard of; cards to seal and to destroy."""
        posted = make_batch(self.member, "posted", posted_on=clock.today())
        today = {"since_on": clock.today(), "next_on": clock.today()}
        back = make_parcel(posted, make_card(approved(self.member, self.place), "held"), status="returned", **today)
        make_return(back, self.member)
        for state in ("inquired", "posted"):
            make_parcel(posted, make_card(approved(self.member, self.place), "posted"), status=state, next_on=clock.today())
        make_card(approved(self.member, self.place), "sealed", ended_at=clock.now())
        bad = make_card(approved(self.member, self.place), "spoiled")
        make_card(bad.application, "in_production", copy=2, replaces_id=bad.id, fault="maker")
        long_ago = clock.now() - timedelta(days=400)
        make_card(approved(self.member, self.place, delivery="collect"), "ready", ready_at=long_ago)
        make_destruction(self.member)
        make_destruction(self.member, answer="refuse", answered_by_id=self.member.id, answered_at=clock.now())

    def addresses(self, page: ListPage, size: int) -> list[str]:
        """Where the list is, one address a tab, asked for `size` rows; a search is made anew."""
        place = {}
        for name in export.places_of(page):
            own = self.made_in if page.name == "production-cards" else self.batch
            place[name] = own if name == "public_id" else self._search(page)
        with current_app.test_request_context():
            return [url_for(page.endpoint, **place, tab=tab or None, size=size if page.listed else None) for tab in tabs_of(page)]

    def _search(self, page: ListPage) -> str:
        found = self.browsers[reader_of(page)].post("/search/", data={"q": TYPED[page.name]})
        return str(found.headers["Location"]).rpartition("/")[2]

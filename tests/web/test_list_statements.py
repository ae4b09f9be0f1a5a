"""Every list page asks the database at most ten times, and no more often at 100 rows than at 25."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, current_app, url_for
from flask.testing import FlaskClient

from admin_app.applications.models import Application
from admin_app.audit.operations import reading
from admin_app.foundation import browser_sessions, cache, clock
from admin_app.foundation.database import db, new_public_id, transaction
from admin_app.foundation.jobs.models import FAILED
from admin_app.mailing.models import MailingBatch
from admin_app.mailing.queries import batches
from admin_app.menu import LISTS, NAVIGATION
from admin_app.staff.models import StaffMember
from admin_app.staff.permissions import PERMISSIONS, Role
from admin_app.web.lists import export
from admin_app.web.lists.description import ListPage
from tests.factories.applications import held_by, make_application, make_material_rule, make_reason_code
from tests.factories.audit import make_entry
from tests.factories.cards import approved, make_card
from tests.factories.centres import make_calendar_day, make_centre
from tests.factories.foundation import make_job
from tests.factories.loss_reports import make_loss_report
from tests.factories.mailing import make_batch, make_label, make_label_stock, make_parcel
from tests.factories.residents import make_resident
from tests.factories.restrictions import make_restriction
from tests.factories.staff import make_staff
from tests.routes import routes

MOST = 10
"""statements of one list page (BEGIN is the connection's, not the page's)"""
FEW, MANY = 25, 100


SHORT = {
    "permissions": "one line a permission",
    "failed-jobs": "the latest failures only",
    "hits": "what one number names exactly",
}
"""Lists that are never as long as MANY: why. Their statements are counted all the same."""
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


NO_LISTS = {
    "QueueView.second_rules": "the rules that ask for a second person, a line each",
    "ProofView.index": "what the last check of the log found",
    "RetentionView.index": "the dozen kinds of records",
    "HomeView.index": "a few rows of each kind; tests/dashboard counts its statements",
    "ReportView.index": "figures; tests/dashboard counts their statements",
    "ReportView.monthly": "the choice of a month",
    "ReportView.monthly_pdf": "a document",
    "ResidentView.index": "the form that finds a resident",
    "SearchView.index": "what can be looked for; what was found is SearchView.results",
    "SignInView.sign_in": "a form",
    "AccountView.index": "one's own account",
    "AccountView.password": "a form",
    "SignInView.code": "a form",
    "PasskeysView.index": "the few passkeys of one person",
    "SecondFactorView.index": "one's own second factor",
    "SecondFactorView.enrol": "a form",
    "SessionsView.index": "the few browsers of one person",
    "HealthView.health": "one line for machines",
    "StaffView.new": "a form",
    "ReasonCodeReferenceView.add": "a form",
    "LabelStockReferenceView.add": "a form",
    "CentreReferenceView.add": "a form",
    "CalendarDayReferenceView.add": "a form",
    "MaterialRuleReferenceView.add": "a form",
}


def unknown_pages(app: Flask) -> set[str]:
    """Endpoints of the sidebar and of GET routes without arguments that nobody has called a list or no list."""
    plain = {route.endpoint for route in routes(app) if route.method == "GET" and "<" not in route.rule}
    return (plain | {item.endpoint for item in NAVIGATION}) - {page.endpoint for page in LISTS} - set(NO_LISTS)


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
        self.batch = new_public_id()
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
        make_reason_code(name)
        make_label_stock(name)
        make_material_rule("photo", sort=number + 1000)
        make_job(name="mailing.render_labels", dedupe_key=name, status=FAILED, error=name)

    def _casework(self) -> None:
        clerk, mine, owner, soon = self.people["intake_clerk"], self.people["reviewer"], self.member, clock.now() + timedelta(minutes=1)
        make_application(clerk, self.place, status="draft", is_open=False)
        make_application(clerk, self.place, due_on=clock.today() - timedelta(days=9))
        make_application(owner, self.place, **held_by(mine))
        make_application(owner, self.place, **held_by(owner))
        make_application(owner, self.place, status="recommended", recommended_by_id=clerk.id, recommendation="approve")
        make_application(owner, self.centre, **held_by(owner, status="needs_information", paused_on=clock.today()))
        for status, facts in (("provisional", {"lapses_at": soon}), ("formal", {}), ("lapsed", {"ended_at": clock.now()})):
            make_loss_report(make_resident(), owner, self.place, status, channel="phone", **facts)
        make_entry(actor_id=owner.id, actor_name=owner.username)
        make_restriction(make_resident(), owner)

    def _mailroom(self, number: int) -> None:
        for status, delivery in (("requested", "post"), ("made", "post"), ("ready", "post"), ("ready", "collect")):
            make_card(approved(self.member, self.place, delivery=delivery), status)
        for state in batches.TABS:
            is_first = number == 0 and state == "labelled"
            public_id = self.batch if is_first else new_public_id()
            make_batch(self.member, state, public_id=public_id, labelled_at=clock.now())
        batch = db.session.scalars(sa.select(MailingBatch).where(MailingBatch.public_id == self.batch)).one()
        batch.parcel_count = number + 1
        make_label(make_parcel(batch, make_card(approved(self.member, self.place), "posted"), number + 1))

    def addresses(self, page: ListPage, size: int) -> list[str]:
        """Where the list is, one address a tab, asked for `size` rows; a search is made anew."""
        place = {}
        for name in export.places_of(page):
            place[name] = self.batch if name == "public_id" else self._search(page)
        with current_app.test_request_context():
            return [url_for(page.endpoint, **place, tab=tab or None, size=size if page.listed else None) for tab in tabs_of(page)]

    def _search(self, page: ListPage) -> str:
        found = self.browsers[reader_of(page)].post("/search/", data={"q": TYPED[page.name]})
        return str(found.headers["Location"]).rpartition("/")[2]


@pytest.fixture
def filled(app: Flask, sign_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch) -> Filled:
    """An office with nothing in its lists yet, where every page pays for what a session costs once a minute."""
    monkeypatch.setattr(browser_sessions, "TOUCH_EVERY", timedelta(0))
    return Filled(sign_in)


def cost(browser: FlaskClient, address: str, count_statements: Any) -> tuple[int, int]:
    """(statements, rows shown without the head of the table) of a page that must answer, with nothing cached."""
    cache.forget()
    with count_statements() as statements:
        answer = browser.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return sum(not statement.startswith("BEGIN") for statement in statements), answer.text.count("<tr") - 1


def faults(costs: dict[Any, tuple[int, int]]) -> dict[Any, tuple[int, int]]:
    """The pages whose statements (at FEW rows, at MANY rows) are too many or grow."""
    return {address: (few, many) for address, (few, many) in costs.items() if max(few, many) > MOST or many > few}


def test_every_list_takes_ten_statements_at_most_whatever_its_length(filled: Filled, count_statements) -> None:
    found: dict[int, dict[tuple[str, str], tuple[int, int]]] = {}
    for rows in (FEW, MANY):
        filled.fill(rows)
        found[rows] = {
            (page.name, tab): cost(filled.browsers[reader_of(page)], address, count_statements)
            for page in LISTS
            for tab, address in zip(tabs_of(page), filled.addresses(page, rows), strict=True)
        }
    asked = [(rows, *name, shown) for rows, costs in found.items() for name, (_count, shown) in costs.items()]
    short = [(rows, name, tab, shown) for rows, name, tab, shown in asked if shown < rows and name not in SHORT]
    assert not short, "these lists were not full, so that nothing is proven about them"
    assert not faults({name: (found[FEW][name][0], found[MANY][name][0]) for name in found[FEW]})


def test_every_page_is_called_a_list_or_no_list(app: Flask) -> None:
    assert not unknown_pages(app)


def test_a_page_that_nobody_has_named_is_noticed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.LISTS", LISTS[1:])
    assert unknown_pages(app) == {"QueueView.index"}


def test_a_list_that_asks_once_a_row_is_caught(filled: Filled, count_statements) -> None:
    costs = []
    for rows in (FEW, MANY):
        filled.fill(rows)
        with count_statements() as statements:
            for case in db.session.scalars(sa.select(Application).where(Application.status == "submitted")):
                assert case.resident.name
        costs.append(len(statements))
        db.session.rollback()
    assert faults({"a list": (costs[0], costs[1])})

"""Every list page asks the database at most ten times, and no more often at 100 rows than at 25."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.applications.models import Application, ReasonCode
from admin_app.applications.queries import queue_filter
from admin_app.audit.models import AuditEntry
from admin_app.cards import queries as cards
from admin_app.cards.models import Card
from admin_app.centres.models import CalendarDay, Centre
from admin_app.foundation import browser_sessions, cache, clock
from admin_app.foundation.database import db, new_public_id, transaction
from admin_app.foundation.jobs.models import FAILED, Job
from admin_app.loss_reports.models import LossReport
from admin_app.mailing.models import Label, LabelStock, MailingBatch, Parcel
from admin_app.mailing.queries import batches
from admin_app.menu import NAVIGATION
from admin_app.residents.models import Resident, ResidentName
from admin_app.residents.rules import search_key
from admin_app.staff.models import StaffMember
from tests.conftest import make_centre
from tests.routes import routes

MOST = 10
"""statements of one list page (BEGIN is the connection's, not the page's)"""
FEW, MANY = 25, 100


@dataclass(frozen=True)
class ListPage:
    """One list: its endpoint, who reads it, the tabs it has, and how many rows it shows of `MANY`."""

    endpoint: str
    role: str
    address: str
    tabs: tuple[str, ...] = ()
    shows: int = MANY
    """MANY where the page takes ?size=, else the length of its page"""

    def addresses(self, size: int) -> Iterator[str]:
        """The address of each tab, asked for `size` rows."""
        choice = f"size={size}" if self.shows == MANY else ""
        for tab in self.tabs or ("",):
            arguments = "&".join(filter(None, (f"tab={tab}" if tab else "", choice)))
            yield f"{self.address}?{arguments}" if arguments else self.address


BATCH = "/mailing/batches/{batch}"
LISTS = (
    ListPage("QueueView.index", "supervisor", "/queue/", tabs=tuple(queue_filter.TABS)),
    ListPage("IntakeView.index", "intake_clerk", "/intake/", tabs=("drafts", "waiting", "running"), shows=25),
    ListPage("SearchView.results", "reviewer", "{search}", shows=25),
    ListPage("LossReportView.index", "reviewer", "/loss-reports/", tabs=("call", "provisional", "formal", "ended"), shows=25),
    ListPage("CardView.index", "mailroom_clerk", "/cards/", tabs=tuple(cards.TABS)),
    ListPage("MailingView.ready", "mailroom_clerk", "/mailing/"),
    ListPage("MailingView.batches", "mailroom_clerk", "/mailing/batches", tabs=tuple(batches.TABS)),
    ListPage("BatchView.show", "mailroom_clerk", BATCH),
    ListPage("BatchView.stuffing", "mailroom_clerk", BATCH + "/stuffing"),
    ListPage("PostingView.ask", "mailroom_clerk", BATCH + "/post"),
    ListPage("AuditView.index", "auditor", "/audit/"),
    ListPage("StaffView.index", "administrator", "/staff/"),
    ListPage("StaffView.matrix", "administrator", "/staff/permissions", shows=25),
    ListPage("CentresView.index", "reviewer", "/centres/"),
    ListPage("HealthView.index", "administrator", "/system", shows=20),
    ListPage("ReasonCodeReferenceView.list", "supervisor", "/reference/reasons/"),
    ListPage("LabelStockReferenceView.list", "mailroom_clerk", "/reference/label-stocks/"),
    ListPage("CentreReferenceView.list", "administrator", "/reference/centres/"),
    ListPage("CalendarDayReferenceView.list", "administrator", "/reference/calendar/"),
)
NO_LISTS = {
    "HomeView.index": "a few rows of each kind; tests/dashboard counts its statements",
    "ReportView.index": "figures; tests/dashboard counts their statements",
    "ReportView.monthly": "the choice of a month",
    "ReportView.monthly_pdf": "a document",
    "ResidentView.index": "the form that finds a resident",
    "SearchView.index": "what can be looked for; what was found is SearchView.results",
    "SignInView.sign_in": "a form",
    "AccountView.index": "one's own account",
    "AccountView.password": "a form",
    "HealthView.health": "one line for machines",
    "StaffView.new": "a form",
    "ReasonCodeReferenceView.add": "a form",
    "LabelStockReferenceView.add": "a form",
    "CentreReferenceView.add": "a form",
    "CalendarDayReferenceView.add": "a form",
    "MaterialRuleReferenceView.list": "the whole table of materials, which is read in one statement",
    "MaterialRuleReferenceView.add": "a form",
}


def unknown_pages(app: Flask) -> set[str]:
    """Endpoints of the sidebar and of GET routes without arguments that nobody has called a list or no list."""
    plain = {route.endpoint for route in routes(app) if route.method == "GET" and "<" not in route.rule}
    return (plain | {item.endpoint for item in NAVIGATION}) - {page.endpoint for page in LISTS} - set(NO_LISTS)


class Filled:
    """An office in which every list has the same number of rows, each with people, a centre and a clerk of its own."""

    def __init__(self, signed_in: Callable[..., FlaskClient], password: str) -> None:
        self.password, self.rows = password, 0
        self.centre = make_centre("HQ")
        self.browsers = {
            role: signed_in(role, **({"centre": self.centre} if role == "intake_clerk" else {}))
            for role in sorted({page.role for page in LISTS})
        }
        self.people = {member.role: member.id for member in db.session.scalars(sa.select(StaffMember))}
        self.stock = db.session.scalars(sa.select(LabelStock.id)).first()
        self.batch = new_public_id()

    def fill(self, rows: int) -> None:
        """Add what is missing until each list has `rows` rows."""
        with transaction() as session:
            for number in range(self.rows, rows):
                session.add_all(self._reference_data(number))
                session.flush()
                self._casework(session, number)
        self.rows = rows

    def _reference_data(self, number: int) -> list[Any]:
        name = f"x{number:03d}"
        sheet = {"page_width_mm": 210, "page_height_mm": 297, "columns": 3, "rows": 7, "left_mm": 7, "top_mm": 15}
        place = {key: name for key in ("district_en", "district_zh", "address_en", "address_zh", "phone")}
        self.member = StaffMember(username=name, first_name=name, last_name="", email=f"{name}@example.invalid", password=self.password,
                                  active=True, role="reviewer", name_en=name, name_zh=name, language="en")  # fmt: skip
        self.place = Centre(
            code=name, name_en=name, name_zh=name, district_code="330106", latitude=30, longitude=120, hours=[[]] * 7, **place
        )
        return [
            self.member,
            self.place,
            CalendarDay(day=clock.today() + timedelta(days=number + 3000), kind="holiday", name_en=name, name_zh=name),
            ReasonCode(code=name, kind="reject", text_en=name, text_zh=name),
            LabelStock(code=name, name_en=name, name_zh=name, cell_width_mm=63, cell_height_mm=38, **sheet),
            Job(name="mailing.render_labels", dedupe_key=name, status=FAILED, error=name, created_at=clock.now()),
        ]

    def _casework(self, session: Any, number: int) -> None:
        clerk, mine, owner = self.people["intake_clerk"], self.people["supervisor"], self.member.id
        held = {"claimed_at": clock.now(), "lease_until": clock.now() + timedelta(minutes=20)}
        late = {"due_on": clock.today() - timedelta(days=9)}
        self._application(session, "draft", is_open=False, taken_by_id=clerk)
        self._application(session, "submitted", taken_by_id=clerk, **late)
        self._application(session, "in_review", owner_id=mine, **held)
        self._application(session, "recommended", owner_id=owner, **held)
        self._application(session, "needs_information", owner_id=owner, centre_id=self.centre.id, paused_on=clock.today())
        for status, lapses in (("provisional", timedelta(minutes=1)), ("formal", None), ("lapsed", None)):
            session.add(self._loss_report(session, status, lapses))
        session.add(AuditEntry(at=clock.now(), actor_id=owner, actor_name=self.member.username, actor_role="reviewer",
                               action="applications.claimed", subject_type="application", subject_ref=new_public_id()))  # fmt: skip
        self._mailroom(session, number)

    def _mailroom(self, session: Any, number: int) -> None:
        for status, delivery in (("requested", "post"), ("made", "post"), ("ready", "post"), ("ready", "collect")):
            self._card(session, status, delivery)
        for state in batches.TABS:
            is_first = number == 0 and state == "labelled"
            public_id, now = self.batch if is_first else new_public_id(), clock.now()
            session.add(MailingBatch(public_id=public_id, reference=f"JJ-{state[:3]}-{number:03d}", status=state, stock_id=self.stock,
                                     created_by_id=self.member.id, created_at=now, labelled_at=now))  # fmt: skip
        batch = session.scalar(sa.select(MailingBatch).where(MailingBatch.public_id == self.batch))
        batch.parcel_count = number + 1
        parcel = Parcel(number=f"P{number:05d}", batch_id=batch.id, position=number + 1, card=self._card(session, "posted", "post"),
                        recipient="王䶮", postcode="310012", address="文三路90号", status="stuffed")  # fmt: skip
        session.add(parcel)
        session.add(Label(parcel=parcel, code=f"P{number:05d}", created_at=clock.now(), printed_at=clock.now()))

    def _card(self, session: Any, status: str, delivery: str) -> Card:
        case = self._application(session, "approved", is_open=False, delivery=delivery)
        now = clock.now()
        made = Card(application_id=case.id, delivery=delivery, status=status, requested_at=now, made_at=now, ready_at=now)
        session.add(made)
        return made

    def _application(self, session: Any, status: str, **columns: Any) -> Application:
        resident, today = self._resident(session), clock.today()
        values = {
            "reference": f"BK-26-{resident.id:07d}", "resident_id": resident.id, "centre_id": self.place.id, "channel": "counter",
            "reason": "damaged", "delivery": "post", "recipient": resident.name, "postcode": "310012", "address": resident.address,
            "status": status, "is_open": True, "taken_by_id": self.member.id, "received_at": clock.now(), "received_on": today,
            "submitted_at": clock.now(), "due_on": today + timedelta(days=7), "statutory_on": today + timedelta(days=15),
        }  # fmt: skip
        made = Application(**(values | columns))
        session.add(made)
        session.flush()
        return made

    def _loss_report(self, session: Any, status: str, lapses: timedelta | None) -> LossReport:
        resident = self._resident(session)
        return LossReport(
            reference=f"GS-26-{resident.id:07d}", resident_id=resident.id, centre_id=self.place.id, channel="phone", status=status,
            taken_by_id=self.member.id, reported_at=clock.now(), lapses_at=clock.now() + lapses if lapses else None,
            ended_at=clock.now() if status == "lapsed" else None,
        )  # fmt: skip

    def _resident(self, session: Any) -> Resident:
        made = Resident(
            public_id=new_public_id(), name="王䶮", name_latin="Wang Yan", id_number_sealed=b"x", id_number_index=new_public_id()[:32],
            id_number_masked="330106********002X", birth_on=clock.today(), sex="female", address="文三路90号", created_at=clock.now(),
        )  # fmt: skip
        session.add(made)
        session.flush()
        session.add(ResidentName(resident_id=made.id, key=search_key("Wang Yan")))
        return made

    def addresses(self, page: ListPage, size: int) -> list[str]:
        """Where the page is, one address a tab; a search is made anew."""
        places = {"batch": self.batch, "search": ""}
        if "{search}" in page.address:
            places["search"] = self.browsers[page.role].post("/search/", data={"q": "Wang"}).headers["Location"]
        return [address.format(**places) for address in page.addresses(size)]


@pytest.fixture
def filled(app: Flask, sign_in: Callable[..., FlaskClient], hashed_password: str, monkeypatch: pytest.MonkeyPatch) -> Filled:
    """An office with nothing in its lists yet, where every page pays for what a session costs once a minute."""
    monkeypatch.setattr(browser_sessions, "TOUCH_EVERY", timedelta(0))
    return Filled(sign_in, hashed_password)


def cost(browser: FlaskClient, address: str, count_statements: Any) -> tuple[int, int]:
    """(statements, rows shown without the head of the table) of a page that must answer, with nothing cached."""
    cache._memory.forget()
    with count_statements() as statements:
        answer = browser.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return sum(not statement.startswith("BEGIN") for statement in statements), answer.text.count("<tr") - 1


def faults(costs: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """The pages whose statements (at FEW rows, at MANY rows) are too many or grow."""
    return {address: (few, many) for address, (few, many) in costs.items() if max(few, many) > MOST or many > few}


def test_every_list_takes_ten_statements_at_most_whatever_its_length(filled: Filled, count_statements) -> None:
    found: dict[int, dict[str, tuple[int, int]]] = {}
    for rows in (FEW, MANY):
        filled.fill(rows)
        found[rows] = {
            f"{page.endpoint} {tab}": cost(filled.browsers[page.role], address, count_statements)
            for page in LISTS
            for tab, address in zip(page.tabs or ("",), filled.addresses(page, rows), strict=True)
        }
    short = {
        name: (rows, shown)
        for rows, costs in found.items()
        for name, (_count, shown) in costs.items()
        if shown < min(rows, next(page.shows for page in LISTS if page.endpoint == name.split()[0]))
    }
    assert not short, "these lists were not full, so that nothing is proven about them (asked, shown)"
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

"""Every list page asks the database at most ten times, and no more often at 100 rows than at 25."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.applications.models import Application
from admin_app.foundation import browser_sessions, cache
from admin_app.foundation.database import db
from admin_app.menu import LISTS, NAVIGATION
from tests.routes import routes
from tests.web.filled_lists import Filled, reader_of, tabs_of

MOST = 10
"""statements of one list page (BEGIN is the connection's, not the page's)"""
FEW, MANY = 25, 100


SHORT = {
    "permissions": "one line a permission",
    "failed-jobs": "the latest failures only",
    "hits": "what one number names exactly",
}
"""Lists that are never as long as MANY: why. Their statements are counted all the same."""
NO_LISTS = {
    "QueueView.second_rules": "the rules that ask for a second person, a line each",
    "ProofView.index": "what the last check of the log found",
    "RetentionView.index": "the dozen kinds of records",
    "RunView.show": "how far the opening of batches is",
    "AddressView.choose": "the divisions of one province and city, for a form that waits",
    "GuideView.index": "the steps from an empty office to its first case",
    "NoticeView.letters": "the letters of one print, fifty at most",
    "NoticeView.letters_pdf": "a document",
    "UnsentFormView.index": "the few forms that one began oneself",
    "HomeView.index": "a few rows of each kind; tests/dashboard counts its statements",
    "ReportView.index": "figures; tests/dashboard counts their statements",
    "ReportView.monthly": "the choice of a month",
    "ReportView.monthly_pdf": "a document",
    "ProductionView.new": "a form",
    "CheckView.index": "a field to scan into",
    "TogetherView.index": "the few cards of one visit",
    "CarrierFileView.ask": "a form",
    "CounterBagView.show": "the few cards that were selected",
    "CounterBagView.pdf": "a document",
    "LabelDesignView.index": "the rules that choose a label design, a line each",
    "online.start": "what a resident may do",
    "online.what_you_need": "a form, and the papers that one case asks for",
    "online.centres": "the centres of one district, or the first of all",
    "online.look_up": "a form",
    "online.sign_in": "a form",
    "online.code": "a form",
    "online.signed_out": "a sentence",
    "online.mine": "the newest few cases of one resident",
    "TogetherView.ask": "a form",
    "TogetherView.slips": "the few cards of one visit",
    "TogetherView.slips_pdf": "a document",
    "ReceiptView.index": "the few cases that were selected",
    "ReceiptView.pdf": "a document",
    "ResidentView.index": "the form that finds a resident",
    "ClientView.new": "a form",
    "intake_api.contract": "a document",
    "SearchView.index": "what can be looked for; what was found is SearchView.results",
    "SignInView.sign_in": "a form",
    "AccountView.index": "one's own account",
    "AccountView.password": "a form",
    "SignInView.code": "a form",
    "PasskeysView.index": "the few passkeys of one person",
    "SecondFactorView.index": "one's own second factor",
    "SecondFactorView.enrol": "a form",
    "SessionsView.index": "the few browsers of one person",
    "AliveView.health": "one line for machines",
    "StaffView.new": "a form",
    "ReasonCodeReferenceView.add": "a form",
    "LabelStockReferenceView.add": "a form",
    "CardMakerReferenceView.add": "a form",
    "LabelPrinterReferenceView.add": "a form",
    "CentreReferenceView.add": "a form",
    "CalendarDayReferenceView.add": "a form",
    "CalendarYearReferenceView.add": "a form",
    "MaterialRuleReferenceView.add": "a form",
    "PhotoProfileReferenceView.add": "a form",
}


def unknown_pages(app: Flask) -> set[str]:
    """Endpoints of the sidebar and of GET routes without arguments that nobody has called a list or no list."""
    plain = {route.endpoint for route in routes(app) if route.method == "GET" and "<" not in route.rule}
    return (plain | {item.endpoint for item in NAVIGATION}) - {page.endpoint for page in LISTS} - set(NO_LISTS)


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


@pytest.mark.about_pages
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

"""The sidebar shows what a person may do, marks the page in view, and counts in one statement."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from admin_app.foundation import keyset
from admin_app.foundation.browser_sessions import BrowserSession
from admin_app.staff.models import StaffMember
from admin_app.web import navigation
from admin_app.web.navigation import NavItem

ITEMS = (
    NavItem("Account", "AccountView.index", "user", "account"),
    NavItem("Password", "AccountView.password", "key", "account", arguments={"first": "yes"}),
    NavItem("Audit", "SignInView.sign_in", "shield-check", "audit.read", count="people"),
)
COUNTERS: dict[str, navigation.Counter] = {"people": lambda _member: select(StaffMember.id)}
MakeStaff = Callable[..., StaffMember]


def test_only_what_the_role_may_do_is_shown(app: Flask, make_staff: MakeStaff) -> None:
    with app.test_request_context("/"):
        assert [line.label for line in navigation.lines(make_staff("reviewer"), ITEMS, COUNTERS)] == ["Account", "Password"]
        assert [line.label for line in navigation.lines(make_staff("auditor"), ITEMS, COUNTERS)] == ["Account", "Password", "Audit"]


@pytest.mark.parametrize(
    ("address", "marked"),
    [
        ("/account/", ["Account"]),
        ("/account/password", ["Account"]),
        ("/account/password?first=yes", ["Password"]),
        ("/preferences/", []),
    ],
)
def test_the_line_that_fits_the_address_best_is_marked(app: Flask, make_staff: MakeStaff, address: str, marked: list[str]) -> None:
    with app.test_request_context(address):
        shown = navigation.lines(make_staff("reviewer"), ITEMS, COUNTERS)
    assert [line.label for line in shown if line.active] == marked


def test_all_numbers_come_in_one_statement(app: Flask, make_staff: MakeStaff, count_statements: Callable[[], Any]) -> None:
    member = make_staff("auditor")
    counters = COUNTERS | {
        "sessions": lambda _member: select(BrowserSession.id),
        "me": lambda me: select(StaffMember.id).where(StaffMember.id == me.id),
    }
    assert member.id
    with count_statements() as statements:
        numbers = navigation.count(member, counters)
    assert numbers == {"people": 1, "sessions": 0, "me": 1}
    assert len(statements) == 1


def test_counting_stops_at_the_cap(app: Flask, make_staff: MakeStaff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyset, "COUNT_CAP", 2)
    members = [make_staff("auditor") for _ in range(5)]
    assert navigation.count(members[0], COUNTERS) == {"people": 3}


def test_a_person_without_numbers_costs_no_statement(app: Flask, make_staff: MakeStaff, count_statements: Callable[[], Any]) -> None:
    member = make_staff("reviewer")
    assert member.may("account")
    with app.test_request_context("/"), count_statements() as statements:
        navigation.lines(member, ITEMS, COUNTERS)
    assert statements == []

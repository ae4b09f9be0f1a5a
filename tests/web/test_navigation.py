"""The sidebar shows what a person may do, marks the page in view, and counts in one statement."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from admin_app import menu
from admin_app.centres.models import Centre
from admin_app.foundation import clock, keyset
from admin_app.foundation.browser_sessions import BrowserSession
from admin_app.staff.models import StaffMember
from admin_app.web import navigation
from admin_app.web.navigation import NavItem

ITEMS = (
    NavItem("Account", "AccountView.index", "user", "account"),
    NavItem("Password", "AccountView.password", "key", "account", arguments={"first": "yes"}),
    NavItem("Audit", "SignInView.sign_in", "shield-check", "audit.read", count="people"),
)
COUNTERS: dict[str, navigation.Counter] = {"people": lambda _who: select(StaffMember.id)}
SHOWN = navigation.Navigation(ITEMS, COUNTERS)
MakeStaff = Callable[..., StaffMember]


def test_only_what_the_role_may_do_is_shown(app: Flask, make_staff: MakeStaff) -> None:
    with app.test_request_context("/"):
        assert [line.label for line in SHOWN.lines(make_staff("reviewer"))] == ["Account", "Password"]
        assert [line.label for line in SHOWN.lines(make_staff("auditor"))] == ["Account", "Password", "Audit"]


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
        shown = SHOWN.lines(make_staff("reviewer"))
    assert [line.label for line in shown if line.active] == marked


def test_all_numbers_come_in_one_statement(app: Flask, make_staff: MakeStaff, count_statements: Callable[[], Any]) -> None:
    member = make_staff("auditor")
    counters = {
        "everybody": lambda _who: select(StaffMember.id),
        "sessions": lambda _who: select(BrowserSession.id),
        "me": lambda who: select(StaffMember.id).where(StaffMember.id == who.id),
    }
    items = [NavItem(name, "AccountView.index", "user", "account", count=name) for name in counters]
    assert member.id
    with app.test_request_context("/"), count_statements() as statements:
        shown = navigation.Navigation(items, counters).lines(member)
    assert {line.label: line.count for line in shown} == {"everybody": 1, "sessions": 0, "me": 1}
    assert len(statements) == 1


def test_a_kept_statement_counts_what_is_there_now_and_each_person_their_own(app: Flask, make_staff: MakeStaff) -> None:
    members = [make_staff("auditor", username=name) for name in ("first", "second")]
    own = {"own": lambda who: select(StaffMember.id).where(StaffMember.id <= who.id)}
    shown = navigation.Navigation([NavItem("Own", "AccountView.index", "user", "account", count="own")], own)
    with app.test_request_context("/"):
        assert [shown.lines(member)[0].count for member in members] == [1, 2]
        everybody = navigation.Navigation([NavItem("All", "AccountView.index", "user", "account", count="people")], COUNTERS)
        assert everybody.lines(members[0])[0].count == 2
        make_staff("auditor", username="third")
        assert everybody.lines(members[0])[0].count == 3


def test_counting_stops_at_the_cap(app: Flask, make_staff: MakeStaff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyset, "COUNT_CAP", 2)
    members = [make_staff("auditor") for _ in range(5)]
    with app.test_request_context("/"):
        assert [line.count for line in navigation.Navigation(ITEMS, COUNTERS).lines(members[0])] == [None, None, 3]


def test_a_person_without_numbers_costs_no_statement(app: Flask, make_staff: MakeStaff, count_statements: Callable[[], Any]) -> None:
    member = make_staff("reviewer")
    assert member.may("account")
    with app.test_request_context("/"), count_statements() as statements:
        SHOWN.lines(member)
    assert statements == []


def test_what_the_numbers_count_depends_on_the_person_and_the_day_only(
    app: Flask, centre: Centre, make_staff: MakeStaff, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = make_staff("intake_clerk", centre=centre).actor
    morning = clock.now().replace(hour=2, minute=0)

    def at(moment: datetime) -> dict[str, str]:
        monkeypatch.setattr(clock, "now", lambda: moment)
        compiled = {name: count(who).compile() for name, count in menu.COUNTERS.items()}
        return {name: f"{one} {one.params}" for name, one in compiled.items()}

    assert at(morning) == at(morning + timedelta(hours=5))
    assert at(morning) != at(morning + timedelta(days=1)), "the day is in what is late today"

"""Role by role and verb by verb: who may do what, as a table that people read; and how the question is asked."""

from pathlib import Path

import pytest
from flask import Flask

from admin_app.foundation.actor import SYSTEM, Actor, Kind
from admin_app.foundation.errors import NotAllowed
from admin_app.staff import permissions
from admin_app.staff.permissions import PERMISSIONS, VERBS, Role
from tests.access_table import TABLE
from tests.routes import LETTERS, routes

OFFICE = "office"
WHO = {
    words[0]: words[1].replace("-", "")
    for line in (Path(__file__).parents[1] / "verbs.txt").read_text(encoding="utf-8").splitlines()
    if len(words := line.split()) == 2 and not line.startswith("#")
}
"""Verb -> letters of the roles, or `office`."""


def actor(role: str) -> Actor:
    return Actor(Kind.STAFF, 1, role, rights=permissions.rights_of(role))


def who_may(name: str) -> str:
    letters = "".join(letter for letter, role in LETTERS.items() if permissions.is_allowed(actor(role), name))
    return OFFICE + letters if permissions.is_allowed(SYSTEM, name) else letters


def test_each_verb_may_be_done_by_whom_the_table_says_and_by_nobody_else() -> None:
    assert {name: who_may(name) for name in VERBS} == WHO


@pytest.mark.parametrize("database_name", ["sqlite"], indirect=True)
def test_each_route_is_open_to_whom_the_table_of_routes_says(app: Flask) -> None:
    assert {route.key: route.declared for route in routes(app)} == TABLE


@pytest.mark.parametrize("database_name", ["sqlite"], indirect=True)
def test_nobody_holds_a_permission_that_no_route_and_no_verb_asks_for(app: Flask) -> None:
    asked = {route.permission for route in routes(app)} | frozenset().union(*VERBS.values())
    held = frozenset().union(*PERMISSIONS.values())
    assert held - asked <= ASKED_INSIDE


ASKED_INSIDE = {"residents.names", "reports.read", "search"}
"""Asked of the reader within a page, for what it shows."""


def test_an_unknown_role_may_nothing() -> None:
    assert permissions.rights_of("somebody") == frozenset()
    assert not permissions.allows("somebody", "home")
    assert permissions.allows(Role.REVIEWER, "home") and not permissions.allows(Role.REVIEWER, "staff.edit")


def planted(done: list[str]) -> object:
    def operation(*, by: Actor = SYSTEM) -> str:
        done.append(by.role)
        return f"done by {by.role}"

    return permissions.verb("cards.spoil")(operation)


def test_whoever_may_not_is_refused_before_anything_is_done() -> None:
    done: list[str] = []
    operation = planted(done)
    with pytest.raises(NotAllowed, match="NotAllowed"):
        operation(by=actor("auditor"))  # type: ignore[operator]
    with pytest.raises(NotAllowed):
        operation()  # type: ignore[operator]
    assert done == [], "the office itself holds only what it does by itself"
    assert operation(by=actor("mailroom_clerk")) == "done by mailroom_clerk"  # type: ignore[operator]
    assert (done, operation.verb) == (["mailroom_clerk"], "cards.spoil")  # type: ignore[attr-defined]


@pytest.mark.parametrize("database_name", ["sqlite"], indirect=True)
def test_what_stands_around_every_verb_is_told_its_name_and_all_that_it_is_given(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, tuple[object, ...]]] = []

    def around(name: str, given: object) -> object:
        told.append((name, tuple(given)))  # type: ignore[arg-type, call-overload]
        return permissions._nothing(name, ())

    monkeypatch.setattr(permissions.AROUND, "get", lambda: around)
    clerk = actor("mailroom_clerk")
    assert permissions.verb("cards.spoil")(lambda row, *, by: (row, by))("row", by=clerk) == ("row", clerk)
    assert told == [("cards.spoil", ("row", clerk))]

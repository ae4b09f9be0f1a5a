"""Every address of the URL map with arguments and ids that are none of ours: a clear answer, and never what belongs to somebody else."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import quote

import pytest
import sqlalchemy as sa
import time_machine
from flask import request
from flask.testing import FlaskClient
from werkzeug.datastructures import ImmutableMultiDict

from admin_app.foundation import clock, settings
from admin_app.foundation.database import db
from admin_app.residents.models import Resident
from tests.access_table import TABLE
from tests.faults.full_office import LANGUAGES
from tests.faults.furnished import FullOffice
from tests.faults.not_yours import strangers
from tests.routes import EXAMPLES, LETTERS, PUBLIC, RESIDENT, SIGNED_IN_ONLINE, Route, address, checksum, first_of, routes

MARKUP = "\"'><b id=zz>"
HOSTILE = (
    "", "-1", "0", "9" * 30, "1e309", "NaN", "²", "٣", "2026-02-30", "' OR 1=1 --", MARKUP, "../../etc/passwd", "\u202e\u0007", "𠮷" * 100,
    "W10=", "eyJ2IjpbMV19", "a" * 3000,
)  # fmt: skip
"""Values for any argument; two of them look like the key of a page."""
NO_IDS = ("0" * 32, "1", "-1", "9" * 30, "none", "..", "'", MARKUP, "𠮷", "x" * 300, "BK-26-9999999", "٣")
SHARED = {
    "resident",
    "restriction",
    "erasure",
    "loss_report",
    "centre",
    "job",
    "calendar_day",
    "calendar_year",
    "reason_code",
    "material_rule",
    "photo_profile",
    "label_stock",
    "card_maker",
    "label_printer",
    "api_client",
    "api_key",
    "ab_user",
}
"""What every centre works with: residents may turn to any counter; a loss report, a restriction, an erasure hold everywhere."""
NO_RECORD = {"rest"}
"""What stood behind an old address of the framework: nobody looks at it, all of them lead to the sign-in page."""
MIXED = {"mailing_batch", "label_sheet", "production_batch", "maker_answer", "production_line"}
"""A batch or sheet holds cards or labels of all centres: it opens, or leads to what opens, and shows nothing of those not one's own."""
EXPIRED = {"en": "This form has expired", "zh": "表单已过期"}


class Noting(ImmutableMultiDict):  # type: ignore[type-arg]
    """Arguments of a request that note which names are asked for."""

    asked: ClassVar[set[str]] = set()

    def getlist(self, key: str, *more: Any, **extra: Any) -> Any:
        Noting.asked.add(key)
        return super().getlist(key, *more, **extra)

    def get(self, key: str, *more: Any, **extra: Any) -> Any:
        Noting.asked.add(key)
        return super().get(key, *more, **extra)

    def __contains__(self, key: object) -> bool:
        Noting.asked.add(str(key))
        return super().__contains__(key)


def readers(route: Route) -> str:
    """Who may use the route: one who reads English and one who reads Chinese, where there are both."""
    if TABLE[route.key].startswith(RESIDENT):
        return SIGNED_IN_ONLINE
    allowed = "".join(LETTERS) if TABLE[route.key] == PUBLIC else TABLE[route.key]
    by_language = {LANGUAGES[letter]: letter for letter in reversed(allowed)}
    return "".join(by_language.values())


def get_routes(office: FullOffice) -> Iterator[tuple[Route, str]]:
    """Every GET route with a real address."""
    for route in routes(office.app):
        if route.method == "GET" and not route.rule.startswith("/static/"):
            yield route, address(route)


def wrong_with(answer: Any, letter: str) -> str:
    """What is wrong with an answer; '' if nothing is."""
    if answer.status_code >= 500:
        return str(answer.status_code)
    if answer.mimetype != "text/html":
        return ""
    if "<b id=zz" in answer.text:
        return "markup"
    wanted = {"en": "en", "zh": "zh-Hans"}[LANGUAGES[letter]]
    is_page = "<html" in answer.text and not 300 <= answer.status_code < 400
    return "" if not is_page or re.search(rf'<html[^>]* lang="{wanted}"', answer.text) else f"not in {wanted}"


def arguments_of(office: FullOffice, place: str, letter: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The arguments that the page at `place` reads."""
    Noting.asked.clear()
    with monkeypatch.context() as patched:
        patched.setattr(office.app.request_class, "parameter_storage_class", Noting)
        office.people[letter].get(place)
    return sorted(Noting.asked)


def faults_of_arguments(
    office: FullOffice, route: Route, place: str, monkeypatch: pytest.MonkeyPatch, turns: int = 1
) -> tuple[int, list[Any]]:
    """How many arguments the page reads, and what goes wrong with hostile ones (with every `turns`-th, the arguments taking turns)."""
    letters = readers(route)
    names = arguments_of(office, place, letters[0], monkeypatch)
    asked = [(name, value) for place_of, name in enumerate(names) for value in HOSTILE[place_of % turns :: turns]] + [
        ("nobody_knows", "1"),
        (MARKUP, MARKUP),
    ]
    faults = []
    for number, (name, value) in enumerate(asked):
        letter = letters[number % len(letters)]
        wrong = wrong_with(office.people[letter].get(place, query_string={name: value}), letter)
        faults += [(route.rule, name, value[:40], wrong)] if wrong else []
    return len(names), faults


@pytest.mark.about_pages
@pytest.mark.parametrize("turns", [3, pytest.param(1, marks=pytest.mark.proof)])
def test_hostile_arguments_get_a_clear_answer_on_every_page(full_office: FullOffice, monkeypatch: pytest.MonkeyPatch, turns: int) -> None:
    before, count, faults = checksum(), 0, []
    for route, place in get_routes(full_office):
        read, wrong = faults_of_arguments(full_office, route, place, monkeypatch, turns)
        count, faults = count + read, faults + wrong
    assert faults == []
    assert count > 50, "hardly any argument was found"
    assert checksum() == before


@pytest.mark.about_pages
def test_control_an_argument_that_breaks_a_page_is_noticed(full_office: FullOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    def careless() -> str:
        return f"<html lang='en'>{request.args.get('text', '')}{1 / int(request.args.get('number', '1'))}"

    careless.is_public = True  # type: ignore[attr-defined]
    monkeypatch.setitem(full_office.app.view_functions, "AccountView.index", careless)
    route = next(route for route, _place in get_routes(full_office) if route.rule == "/account/")
    _count, faults = faults_of_arguments(full_office, route, "/account/", monkeypatch)
    assert {("text", "markup"), ("number", "500")} <= {(name, wrong) for _rule, name, _value, wrong in faults}


def token_of(browser: FlaskClient) -> str:
    """The form token of a page of this person."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/account/").text)
    assert found
    return found[1]


@pytest.mark.about_pages
def test_a_form_that_was_open_too_long_is_refused_everywhere_and_says_so(full_office: FullOffice) -> None:
    full_office.app.config["WTF_CSRF_ENABLED"] = True
    tokens = {SIGNED_IN_ONLINE: ""}  # the tokens of residents end with their session: an old form brings none that is good
    for letter in LETTERS:
        token_of(full_office.people[letter])
        with time_machine.travel(clock.now() - timedelta(hours=settings.current().session_hours, minutes=1), tick=False):
            tokens[letter] = token_of(full_office.people[letter])
    before, faults = checksum(), []
    for route in routes(full_office.app):
        for letter in readers(route) if route.method == "POST" else ():
            answer = full_office.people[letter].post(address(route), data={"csrf_token": tokens[letter]})
            if answer.status_code != 400 or EXPIRED[LANGUAGES[letter]] not in answer.text:
                faults.append((route.key, letter, answer.status_code))
    assert faults == []
    assert checksum() == before


def test_control_a_fresh_token_is_taken(full_office: FullOffice) -> None:
    full_office.app.config["WTF_CSRF_ENABLED"] = True
    browser = full_office.people["r"]
    assert browser.post("/queue/next", data={"csrf_token": token_of(browser)}).status_code == 302


def noun_of(example: Any) -> str:
    """The table that an example comes from."""
    return "" if isinstance(example, str) else str(next(iter(example.selected_columns)).table.name)


def parameters(rule: str) -> Iterator[tuple[str, str]]:
    """(name, noun) of each parameter of a rule; noun '' where it is no record."""
    for name in re.findall(r"<(\w+)>", rule):
        starts = [start for start, other in EXAMPLES if other == name and rule.startswith(start)]
        yield name, noun_of(EXAMPLES[max(starts, key=len), name]) if starts else ""


def foreign_addresses(route: Route) -> Iterator[str]:
    """The address with each parameter in turn replaced by an id of another kind of record, or by none at all."""
    values = {noun_of(example): str(first_of(example)) for example in EXAMPLES.values() if not isinstance(example, str)}
    for name, noun in parameters(route.rule):
        if name in NO_RECORD:
            continue
        others = [value for other, value in values.items() if other != noun and name != "pk" and not value.isdigit()]
        for value in (*NO_IDS, *others):
            if name in ("pk", "number") and value in ("1", "٣"):  # both are numbers, and there may be such a row
                continue
            rest = Route(route.method, route.rule.replace(f"<{name}>", quote(value, safe="")), route.endpoint, route.permission)
            yield address(rest)


@pytest.mark.about_pages
def test_an_id_of_something_else_is_not_found_anywhere(full_office: FullOffice) -> None:
    before, faults = checksum(), []
    for route in routes(full_office.app):
        if route.rule.startswith("/static/"):
            continue
        for number, place in enumerate(foreign_addresses(route)):
            letter = readers(route)[number % len(readers(route))]
            answer = full_office.people[letter].open(place, method=route.method)
            wrong = wrong_with(answer, letter)
            if wrong or not 400 <= answer.status_code < 500:
                faults.append((route.key, place, answer.status_code, wrong))
    assert faults == []
    assert checksum() == before


def persons() -> list[str]:
    """What no stranger may read: the names of all residents."""
    return sorted(set(db.session.scalars(sa.select(Resident.name))))


def test_what_belongs_to_another_centre_is_not_found_anywhere(full_office: FullOffice) -> None:
    browsers, names = strangers(full_office), persons()
    before, faults = checksum(), []
    for route in routes(full_office.app):
        nouns = {noun for _name, noun in parameters(route.rule)} - {""}
        if not nouns or nouns & SHARED:
            continue
        for letter, browser in browsers.items():
            leads_on = nouns <= MIXED and route.method == "GET"
            answer = browser.open(address(route), method=route.method, follow_redirects=leads_on)
            told = [name for name in names if name in answer.text] if answer.mimetype == "text/html" else []
            if route.permission.startswith(RESIDENT) and answer.status_code == 302:
                continue  # to the sign-in of residents; tests/online/test_sign_in.py asks for cases of others
            if told or not (answer.status_code in (400, 403, 404) or (nouns <= MIXED and answer.status_code == 200)):
                faults.append((route.key, letter, answer.status_code, told))
    assert faults == []
    assert checksum() == before


def test_control_ones_own_centre_is_found(full_office: FullOffice) -> None:
    found = []
    for route, place in get_routes(full_office):
        nouns = {noun for _name, noun in parameters(route.rule)} - {""}
        if nouns and not nouns & SHARED and "i" in TABLE[route.key]:
            found.append(full_office.people["i"].get(place).status_code)
    assert 200 in found

"""Who looked at whose data is noted before the page leaves: every page of a record, found by the URL map; searches; refusals."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.applications.models import Application
from admin_app.audit.models import ReadNote
from admin_app.audit.operations import reading
from admin_app.cards.models import Card
from admin_app.foundation import clock
from admin_app.foundation.database import db
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember
from tests.factories.residents import make_resident
from tests.office import furnish
from tests.routes import LETTERS, PUBLIC, address, routes

OF_A_BATCH = ("", "/stuffing", "/posting", "/carrier")
LISTS = frozenset({f"/mailing/batches/<public_id>{page}" for page in OF_A_BATCH} | {"/production/<public_id>"})
"""Pages of a batch are lists: they show the people of many records, and opened is nobody."""
LEAST = 12
"""Pages of records that show a name, at the least; fewer would say that the addresses lead nowhere."""


def notes() -> list[ReadNote]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(ReadNote).order_by(ReadNote.id)))


def forget() -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.delete(ReadNote))


def told(text: str) -> set[str]:
    """Public ids of the residents whose names stand in the text."""
    people = db.session.execute(sa.select(Resident.public_id, Resident.name)).all()
    return {public_id for public_id, name in people if name in text}


def pages_of_records(app: Flask) -> Iterator[tuple[str, str]]:
    """Rule and address of each GET page of one record."""
    for route in routes(app):
        if route.method == "GET" and "<" in route.rule and route.permission != PUBLIC and route.rule not in LISTS:
            yield route.rule, address(route)
    for case in db.session.scalars(sa.select(Application).where(Application.status != "draft").limit(3)):
        yield "/applications/<reference>", f"/applications/{case.reference}"
    for card in db.session.scalars(sa.select(Card).limit(3)):
        yield "/cards/<public_id>", f"/cards/{card.public_id}"


@pytest.fixture
def people(app: Flask) -> dict[str, FlaskClient]:
    """Everybody signed in, in an office in which each address leads somewhere."""
    return furnish(app)


@pytest.mark.about_pages
def test_every_page_of_a_record_that_names_somebody_leaves_a_note(app: Flask, people: dict[str, FlaskClient]):
    silent, noted = [], set()
    for rule, url in list(pages_of_records(app)):
        for letter in LETTERS:
            forget()
            answer = people[letter].get(url)
            if answer.status_code != 200 or not answer.mimetype.startswith("text/"):
                continue
            shown, known = told(answer.get_data(as_text=True)), {note.resident_ref for note in notes()}
            if shown and not shown & known:
                silent.append((letter, rule))
            if shown & known:
                noted.add(rule)
    assert silent == []
    assert len(noted) >= LEAST, sorted(noted)


def test_the_same_look_of_one_day_is_one_line_with_a_count(app: Flask, reviewer: StaffMember, sign_in):  # type: ignore[no-untyped-def]
    resident, browser = make_resident(), sign_in(reviewer)
    for _again in range(3):
        browser.get(f"/residents/{resident.public_id}")
    assert [(note.act, note.subject_ref, note.resident_ref, note.times) for note in notes()] == [
        ("resident", resident.public_id, resident.public_id, 3)
    ]
    assert notes()[0].actor_id == reviewer.id and notes()[0].actor_role == "reviewer"


def test_whoever_a_search_finds_is_noted(app: Flask, reviewer: StaffMember, sign_in):  # type: ignore[no-untyped-def]
    one, other, browser = make_resident("王芳"), make_resident("王芳"), sign_in(reviewer)
    browser.post("/search/", data={"q": "王芳"}, follow_redirects=True)
    assert {(note.act, note.resident_ref) for note in notes()} == {("found", one.public_id), ("found", other.public_id)}


def test_a_full_number_is_noted_and_a_refused_one_too(app: Flask, reviewer: StaffMember, sign_in):  # type: ignore[no-untyped-def]
    resident, browser = make_resident(), sign_in(reviewer)
    browser.post(f"/residents/{resident.public_id}/reveal", data={"reason": ""})
    browser.post(f"/residents/{resident.public_id}/reveal", data={"reason": "compared with the card"})
    assert [note.act for note in notes()] == ["number_refused", "resident", "number"]


def test_a_page_that_is_not_of_ones_role_is_noted(app: Flask, mailer: StaffMember, sign_in):  # type: ignore[no-untyped-def]
    browser = sign_in(mailer)
    assert browser.get(f"/residents/{make_resident().public_id}").status_code == 403
    assert [(note.act, note.subject_ref, note.resident_ref) for note in notes()] == [("denied", "ResidentView.show", "")]


def test_no_page_leaves_without_its_note(app: Flask, reviewer: StaffMember, sign_in, monkeypatch):  # type: ignore[no-untyped-def]
    resident, browser = make_resident(), sign_in(reviewer)

    def fail(*_looks: object, **_by: object) -> None:
        raise sa.exc.OperationalError("", {}, Exception("disk full"))

    monkeypatch.setattr(reading, "write", fail)
    answer = browser.get(f"/residents/{resident.public_id}")
    assert answer.status_code >= 500 and resident.name not in answer.text


def test_a_page_without_a_person_leaves_no_note(app: Flask, reviewer: StaffMember, sign_in):  # type: ignore[no-untyped-def]
    sign_in(reviewer).get("/queue/")
    assert notes() == []


def test_supervisor_and_auditor_see_who_looked_and_others_do_not(app: Flask, people: dict[str, FlaskClient]):
    resident = db.session.scalars(sa.select(Resident).limit(1)).one()
    people["i"].get(f"/residents/{resident.public_id}")
    url = f"/audit/readings/?resident={resident.public_id}"
    found = {letter: people[letter].get(url) for letter in LETTERS}
    assert {letter for letter, answer in found.items() if answer.status_code == 200} == {"s", "a"}
    assert "m-i" in found["a"].text or "Opened the resident" in found["a"].text


def test_an_unknown_way_to_look_is_refused(app: Flask):
    with pytest.raises(ValueError, match="no such way"):
        reading.opened("peeped", "x")


def test_days_of_the_notes_are_those_of_the_office(app: Flask, reviewer: StaffMember, make_staff, sign_in):  # type: ignore[no-untyped-def]
    reading.write([reading.Look("resident", "x", "x")], by=reviewer.actor)
    browser, today = sign_in(make_staff("auditor")), clock.today()
    for first, is_there in ((today, True), (today + timedelta(days=1), False)):
        page = browser.get(f"/audit/readings/?from_day={first}&to_day={first}").text
        assert ("Opened the resident" in page.partition("<tbody")[2]) == is_there

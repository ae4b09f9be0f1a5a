"""Whoever has no right to names sees none, and nobody a full number unasked: on each page found by the URL map, in each PDF and file."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from admin_app.applications.models import Application
from admin_app.cards.models import Card
from admin_app.foundation.database import db, transaction
from admin_app.loss_reports.models import LossReport
from admin_app.mailing.models import Parcel
from admin_app.residents.models import Resident
from admin_app.staff.permissions import PERMISSIONS, Role
from tests.office import furnish
from tests.routes import LETTERS, PUBLIC, address, routes

WITH_PEOPLE = 12
"""Pages on which a reviewer or a clerk reads names, at the least; fewer would say that the addresses lead nowhere."""


@pytest.fixture
def people(app: Flask) -> dict[str, FlaskClient]:
    """Everybody signed in, in an office in which each address leads somewhere."""
    return furnish(app)


def secrets() -> set[str]:
    """Names and addresses of everybody whom the office knows; what two characters or less would also be found by chance."""
    found: set[str] = set()
    for resident in db.session.scalars(sa.select(Resident)):
        found |= {resident.name, resident.name_latin, *resident.address.splitlines()}
    for case in db.session.scalars(sa.select(Application)):
        found |= {case.recipient, case.agent_name, *case.address.splitlines()}
    for parcel in db.session.scalars(sa.select(Parcel)):
        found |= {parcel.recipient, *parcel.address.splitlines()}
    found |= set(db.session.scalars(sa.select(Card.collected_by)))
    return {text for text in found if len(text) > 1}


def numbers() -> set[str]:
    """The full ID numbers and phones of everybody whom the office knows."""
    residents = db.session.scalars(sa.select(Resident)).all()
    found = {number for one in residents for number in (one.open_id_number(), one.open_phone()) if number}
    assert len(found) > 10
    return found


def addresses(app: Flask) -> Iterator[str]:
    """A page of each GET route, of each kind of record, the lists with their tabs included."""
    for route in routes(app):
        if route.method == "GET" and route.permission != PUBLIC:
            yield address(route)
    for case in db.session.scalars(sa.select(Application)):
        yield f"/applications/{case.reference}"
        yield f"/intake/{case.reference}/receipt.pdf"
    for report in db.session.scalars(sa.select(LossReport)):
        yield f"/loss-reports/{report.public_id}"
        yield f"/loss-reports/{report.public_id}/receipt.pdf"


def text_of(answer: Any) -> str:
    """All of an answer that a person or a program could read: text, attributes, scripts, JSON, the text of a PDF, cells."""
    if answer.status_code != 200 or answer.mimetype.startswith("image/"):
        return ""
    data = answer.get_data()
    if answer.mimetype == "application/pdf":
        return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return "\n".join(book.read(name).decode() for name in book.namelist())
    return str(data.decode(errors="replace"))


def answers(browser: FlaskClient, url: str, *, files: bool) -> Iterator[tuple[str, str]]:
    """What the person is sent from that address: the page, and the files of the list on it."""
    page = text_of(browser.get(url))
    yield url, page
    if files and "/export" in page:
        for form in html.fromstring(page).xpath("//form[starts-with(@action, '/lists/') and contains(@action, '/export')]"):
            fields = {one.get("name"): one.get("value") for one in form.xpath(".//input")}
            for kind in ("csv", "xlsx"):
                yield f"{form.get('action')} {url} {kind}", text_of(browser.post(form.get("action"), data=fields | {"file": kind}))


def found_in(app: Flask, browser: FlaskClient, *, files: bool = False) -> dict[str, set[str]]:
    """Address -> the names, addresses and full numbers of people that stand in what is sent from there."""
    wanted, plain, found = secrets(), numbers(), {}
    for url in list(addresses(app)):
        for place, text in answers(browser, url, files=files):
            bare = re.sub(r"[\s\u2009-]", "", text)
            told = {secret for secret in wanted if secret in text} | {number for number in plain if number in bare}
            if told:
                found[place] = told
    return found


def with_numbers(found: dict[str, set[str]]) -> list[str]:
    """The addresses that tell a full number."""
    plain = numbers()
    return [place for place, told in found.items() if told & plain]


def test_an_auditor_reads_no_name_no_address_and_no_full_number_of_a_resident_anywhere(app: Flask, people: dict[str, FlaskClient]):
    assert found_in(app, people["a"]) == {}


def test_a_supervisor_reads_names_on_the_same_pages_but_no_full_number(app: Flask, people: dict[str, FlaskClient]):
    found = found_in(app, people["s"])
    assert len(found) >= WITH_PEOPLE and any(url.endswith(".pdf") for url in found)
    assert with_numbers(found) == []


@pytest.mark.proof
@pytest.mark.parametrize("letter", LETTERS)
def test_nobody_is_sent_what_they_may_not_see_in_a_page_a_document_or_a_file(app: Flask, people: dict[str, FlaskClient], letter: str):
    found = found_in(app, people[letter], files=True)
    assert with_numbers(found) == []
    if "residents.names" not in PERMISSIONS[Role(LETTERS[letter])]:
        assert found == {}
    else:  # the control: files are read as pages are
        assert any(place.endswith("csv") for place in found) and any(place.endswith("xlsx") for place in found)


@pytest.mark.proof
def test_control_numbers_that_are_not_masked_are_found_on_pages_and_in_documents(app: Flask, people: dict[str, FlaskClient]):
    with transaction() as session:
        for resident in session.scalars(sa.select(Resident)):
            resident.id_number_masked = resident.open_id_number()
    found = with_numbers(found_in(app, people["s"]))
    assert {place.endswith(".pdf") for place in found} == {True, False}

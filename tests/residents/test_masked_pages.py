"""Whoever has no right to names sees none: on each page of the auditor, found by the URL map, and in each PDF."""

from collections.abc import Iterator

import pypdfium2
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.applications.models import Application
from admin_app.cards.models import Card
from admin_app.foundation.database import db
from admin_app.loss_reports.models import LossReport
from admin_app.mailing.models import Parcel
from admin_app.residents.models import Resident
from tests.office import furnish
from tests.routes import PUBLIC, address, routes

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


def text_of(browser: FlaskClient, url: str) -> str:
    """What a person reads there; '' where the page is not for them."""
    answer = browser.get(url)
    if answer.status_code != 200:
        return ""
    if answer.mimetype == "application/pdf":
        document = pypdfium2.PdfDocument(answer.get_data())
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    return answer.get_data(as_text=True) if answer.mimetype.startswith("text/") else ""


def pages_with_people(app: Flask, browser: FlaskClient) -> dict[str, list[str]]:
    """Address -> the names and addresses of people that stand there."""
    wanted, found = secrets(), {}
    for url in list(addresses(app)):
        text = text_of(browser, url)
        told = sorted(secret for secret in wanted if secret in text)
        if told:
            found[url] = told
    return found


def test_an_auditor_reads_no_name_and_no_address_of_a_resident_anywhere(app: Flask, people: dict[str, FlaskClient]):
    assert pages_with_people(app, people["a"]) == {}


def test_a_supervisor_reads_them_on_the_same_pages(app: Flask, people: dict[str, FlaskClient]):
    found = pages_with_people(app, people["s"])
    assert len(found) >= WITH_PEOPLE and any(url.endswith(".pdf") for url in found)

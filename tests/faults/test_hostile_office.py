"""An office into which somebody typed twenty-eight texts that want to be more: each paper that its addresses give holds them as text.

What is printed of a row: tests/reports/test_injection.py; what is stored of a field: test_every_text_field.py. This is the way between.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pytest
import sqlalchemy as sa
from flask import Response
from python_calamine import CalamineWorkbook

from admin_app.applications.models import Application
from admin_app.cards.models import Card
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.mailing.operations import posting
from admin_app.notices.models import Notice
from admin_app.staff.models import StaffMember
from reports.tables.csv_file import FORMULA_STARTS
from reports.text.characters import without_controls
from tests.access_table import TABLE
from tests.factories.mailing import open_batch, ready_cards, s10, stock, stuff_all
from tests.faults.furnished import FullOffice
from tests.faults.hostile_office import fill, stored
from tests.reports.printed_kinds import active_parts
from tests.reports.vectors import vectors
from tests.reports.watching import listening
from tests.routes import EXAMPLES, Route, routes

PRINTED = re.compile(r"\.(pdf|csv|xlsx)$")
NAMED = re.compile(r"(inline|attachment); filename=\"?[\w.() -]+\"?(; filename\*=UTF-8''[\w.%-]+)?")
NOT_HERE = {
    "/mailing/batches/<public_id>/carrier/<parcel_id>/label.pdf": "made by the carrier: tests/mailing/test_carrier_page.py",
}
"""Papers that hold no text of this office, and why."""
ASKED = {
    "/notices/letters.pdf": ("notice", sa.select(Notice.public_id).where(Notice.channel == "letter", Notice.status != "dropped")),
    "/cards/together/slips.pdf": ("card", sa.select(Card.public_id).where(Card.status == "collected")),
    "/intake/receipts/all.pdf": ("case", sa.select(Application.public_id).where(Application.status == "submitted")),
}
"""Papers of several records -> how these are named, and which."""
OF_A_BATCH = ("labels.pdf", "posting-list.pdf", "posting-list.xlsx")
NO_PERSON = {"/mailing/printers/<code>/test-page.pdf", "/reports/<name>.csv", "/production/<public_id>/cover.pdf", "/reports/monthly.pdf"}
"""What names no resident: the words of centres and makers may be longer than their place there."""


def places(route: Route) -> Iterator[str]:
    """Addresses of the route, each of another record."""
    if route.rule in ASKED:
        name, wanted = ASKED[route.rule]
        yield from (f"{route.rule}?{name}={found}" for found in db.session.scalars(wanted.limit(60)))
        return
    if "<" not in route.rule:
        yield route.rule
        return
    start, name = max(
        (key for key in EXAMPLES if route.rule.startswith(key[0]) and f"<{key[1]}>" in route.rule), key=lambda key: len(key[0])
    )
    example = EXAMPLES[start, name]
    values = [example] if isinstance(example, str) else db.session.scalars(example.limit(60))
    yield from (route.rule.replace(f"<{name}>", str(value)) for value in values)


def files_of(office: FullOffice, wanted: set[str]) -> Iterator[tuple[Route, Any]]:
    """Each of these GET rules with its first file for somebody who may ask."""
    for route in routes(office.app):
        if route.method == "GET" and route.rule in wanted:
            letter = TABLE[route.key][0]
            for place in list(places(route)):
                answer = office.people[letter].get(place)
                if answer.status_code == 200:
                    yield route, answer
                    break


def words_of(answer: Any) -> list[str]:
    """The texts in a file, without white space; a PDF is one text."""
    if answer.mimetype == "application/pdf":
        with pypdfium2.PdfDocument(answer.data) as document:
            return ["".join("".join(page.get_textpage().get_text_range() for page in document).split())]
    if answer.mimetype.endswith("sheet"):
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
        return ["".join(str(cell).split()) for row in sheet for cell in row]
    return [answer.get_data(as_text=True)]


def faults_in(answer: Any) -> Iterator[str]:
    """What is wrong with a file, whatever stands in it."""
    told = answer.headers.get("Content-Disposition", "inline; filename=x")
    if not NAMED.fullmatch(told):
        yield f"its name is {told!r}"
    if {name for name, _value in answer.headers if name.lower() in ("bcc", "location", "refresh", "link")}:
        yield "headers that nobody meant"
    if answer.mimetype == "application/pdf" and (acting := active_parts(answer.data)):
        yield f"holds {acting}"
    if answer.mimetype == "text/csv":
        yield from (f"{line!r} is calculated" for line in answer.get_data(as_text=True).splitlines() if line.startswith(FORMULA_STARTS))


def literal(found: list[str], kept: list[str]) -> list[str]:
    """Those of the texts that stand whole in what was found."""
    return [text for text in kept if any("".join(without_controls(text).split()) in words for words in found)]


@pytest.fixture
def hostile(full_office: FullOffice) -> Iterator[tuple[FullOffice, list[str], list[str]]]:
    """The office, its texts as they are kept, and who visits the server that they name."""
    with listening() as (host, visits):
        typed = list(vectors(host).values())
        filled = fill(typed)
        assert len(filled["resident.name"]) == len(typed) and len(filled) > 25
        yield full_office, [stored(text) for text in typed], visits


def posted_batch(office: FullOffice, kept: list[str]) -> str:
    """A parcel to each of the texts, at an address that is one, too: printed, packed and posted at the addresses of the desk."""
    db.session.rollback()
    clerk, mailer = (db.session.scalars(sa.select(StaffMember).where(StaffMember.username == f"m-{one}")).one() for one in "im")
    centre = db.session.scalars(sa.select(Centre).order_by(Centre.id)).first()
    cards = [ready_cards(1, clerk, centre, mailer, recipient=text, address=text)[0] for text in kept]
    batch = open_batch(cards, mailer, stock=stock("T100150"))
    assert office.people["m"].post(f"/mailing/batches/{batch.public_id}/labels", data={"version": batch.version}).status_code == 302
    db.session.rollback()
    assert batch.status == "labelled", batch.job.error
    stuff_all(batch, mailer)
    with transaction():
        numbers = {parcel.public_id: s10(900 + place) for place, parcel in enumerate(batch.parcels)}
        posting.mark_posted(batch, numbers, posted_on=clock.today(), version=batch.version, by=mailer)
    return str(batch.public_id)


@pytest.mark.proof
def test_every_paper_and_file_of_the_office_holds_them_as_text(hostile: tuple[FullOffice, list[str], list[str]]) -> None:
    office, kept, visits = hostile
    batch = posted_batch(office, kept)
    for name in OF_A_BATCH:
        ask = office.people["m"].post if name == "labels.pdf" else office.people["m"].get
        answer = ask(f"/mailing/batches/{batch}/{name}", data={"reason": "read by a test"})
        assert (name, list(faults_in(answer)), set(kept) - set(literal(words_of(answer), kept))) == (name, [], set())
    wanted = {route.rule for route in routes(office.app) if route.method == "GET" and PRINTED.search(route.rule)}
    found = list(files_of(office, wanted))
    assert wanted - {route.rule for route, _answer in found} <= NOT_HERE.keys()
    assert {route.rule: faults for route, answer in found if (faults := list(faults_in(answer)))} == {}
    with_people = {route.rule: answer for route, answer in found if route.rule in wanted - NO_PERSON - NOT_HERE.keys()}
    assert len(with_people) >= 8
    assert [rule for rule, answer in with_people.items() if not literal(words_of(answer), kept)] == []
    assert visits == []


def test_control_a_file_that_acts_or_leaves_a_text_out_is_noticed() -> None:
    answer = Response("=1+1\r\n", mimetype="text/csv", headers={"Content-Disposition": 'inline; filename=x"; a=b', "Refresh": "0"})
    assert len(list(faults_in(answer))) == 3
    assert literal(words_of(answer), ["=1+1", "=1+2"]) == ["=1+1"]

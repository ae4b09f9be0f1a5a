"""The receipts of several cases that were selected at the counter: one document, each on a page of its own."""

import io
from collections.abc import Callable

import pikepdf
import pypdfium2
import pytest
from flask.testing import FlaskClient

from admin_app.applications.models import Application
from admin_app.applications.views.receipts import MOST
from admin_app.centres.models import Centre
from admin_app.foundation.database import db, transaction
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember
from tests.factories.applications import make_application
from tests.factories.centres import make_centre
from tests.factories.residents import make_resident

CHOSEN, PAGE, PDF = "/intake/receipts/chosen", "/intake/receipts/", "/intake/receipts/all.pdf"


@pytest.fixture
def cases(clerk: StaffMember, centre: Centre) -> list[Application]:
    """Three cases of three residents."""
    return [make_application(clerk, centre, make_resident(name)) for name in ("王一", "李二", "张三")]


@pytest.fixture
def browser(sign_in: Callable[..., FlaskClient], clerk: StaffMember) -> FlaskClient:
    return sign_in(clerk)


def ids(cases: list[Application]) -> list[str]:
    return [case.public_id for case in cases]


def asked(cases: list[Application]) -> str:
    return "&".join(f"case={one}" for one in ids(cases))


def texts(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def test_rows_of_the_counter_lead_to_their_receipts(browser: FlaskClient, cases: list[Application]) -> None:
    page = browser.get("/intake/?tab=running").text
    assert f'formaction="{CHOSEN}"' in page and page.count('name="case"') == 3
    answer = browser.post(CHOSEN, data={"verb": "receipts", "case": ids(cases)})
    assert answer.headers["Location"].startswith(f"{PAGE}?case=")
    assert browser.get(answer.headers["Location"]).text.count("receipt.pdf") == 3


@pytest.mark.parametrize("language", ["zh", "en"])
def test_they_are_one_document_with_a_page_for_each(browser: FlaskClient, cases: list[Application], language: str) -> None:
    answer = browser.get(f"{PDF}?{asked(cases)}&language={language}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    pages = texts(answer.data)
    assert [case.reference in page for case, page in zip(cases, pages, strict=True)] == [True] * 3
    with pikepdf.Pdf.open(io.BytesIO(answer.data)) as document:
        assert str(document.Root.Lang).startswith(language)


def test_nothing_is_printed_about_a_resident_whose_records_are_restricted(browser: FlaskClient, cases: list[Application]) -> None:
    with transaction() as session:
        session.get_one(Resident, cases[1].resident_id).is_restricted = True
    assert browser.get(f"{PAGE}?{asked(cases)}").text.count("nothing is printed about this resident") == 1
    printed = "".join(texts(browser.get(f"{PDF}?{asked(cases)}").data))
    assert [case.reference in printed for case in cases] == [True, False, True]
    assert browser.get(f"{PDF}?{asked(cases[1:2])}").status_code == 409


def test_cases_of_another_centre_are_not_among_them(browser: FlaskClient, cases: list[Application], make_staff) -> None:  # type: ignore[no-untyped-def]
    there = make_centre("BJ")
    foreign = make_application(make_staff("intake_clerk", username="stranger", centre=there), there)
    assert len(texts(browser.get(f"{PDF}?{asked([*cases, foreign])}").data)) == 3
    db.session.rollback()


def test_nothing_and_too_much_are_said(browser: FlaskClient) -> None:
    many = [f"{number:032x}" for number in range(MOST + 1)]
    for chosen, said in (([], "Nothing was selected"), (many, "At most 20 receipts at once")):
        assert said in browser.post(CHOSEN, data={"verb": "receipts", "case": chosen}, follow_redirects=True).text

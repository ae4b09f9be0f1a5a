"""The pages of loss reports."""

import html
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from admin_app.foundation.database import db, new_public_id, transaction
from admin_app.loss_reports import operations
from admin_app.loss_reports.models import LossReport
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember
from tests.factories.centres import make_centre
from tests.factories.residents import register
from tests.foundation.storage import samples

SignIn = Callable[..., FlaskClient]
MARKUP = "<img src=x onerror=alert(1)>"


@pytest.fixture
def browser(sign_in: SignIn, clerk: StaffMember) -> FlaskClient:
    """The clerk's browser."""
    return sign_in(clerk)


def take(by: StaffMember, resident: Resident | None = None, **values) -> LossReport:  # type: ignore[no-untyped-def]
    resident = resident or register(by)
    with transaction():
        return operations.take(resident, **({"channel": "phone", "is_formal": False, "by": by} | values))


def report() -> LossReport:
    return db.session.scalars(select(LossReport)).one()


def test_a_provisional_report_is_taken_at_once(browser: FlaskClient, clerk: StaffMember) -> None:
    data = {"key": new_public_id(), "channel": "phone", "kind": "provisional", "circumstances": "on the bus", "email": "Li.Min@Example.org"}
    answer = browser.post(f"/loss-reports/new/{register(clerk).public_id}", data=data)
    assert answer.status_code == 302 and (report().status, report().circumstances) == ("provisional", "on the bus")
    assert report().resident.email == "Li.Min@example.org"


def test_a_formal_report_is_taken_only_after_its_consequences_were_shown(browser: FlaskClient, clerk: StaffMember) -> None:
    place = f"/loss-reports/new/{register(clerk).public_id}"
    data = {"key": new_public_id(), "channel": "counter", "kind": "formal"}
    shown = browser.post(place, data=data)
    assert shown.status_code == 200 and "void for good" in shown.text and db.session.scalar(select(func.count(LossReport.id))) == 0
    browser.post(place, data=data | {"confirmed": "yes"})
    assert report().status == "formal"


def test_a_double_click_takes_one_report(browser: FlaskClient, clerk: StaffMember) -> None:
    place, data = f"/loss-reports/new/{register(clerk).public_id}", {"key": new_public_id(), "channel": "phone", "kind": "provisional"}
    assert browser.post(place, data=data).location == browser.post(place, data=data).location and report().reference


@pytest.mark.parametrize(
    "data",
    [
        {"channel": "phone", "kind": "formal"},
        {"channel": "fax", "kind": "provisional"},
        {"channel": "counter", "kind": "maybe"},
        {"channel": "counter", "kind": "provisional", "key": "not a key"},
        {"channel": "counter", "kind": "formal", "email": "nobody"},
    ],
)
def test_a_report_that_is_not_possible_gets_an_answer_and_no_row(browser: FlaskClient, clerk: StaffMember, data: dict[str, str]) -> None:
    answer = browser.post(f"/loss-reports/new/{register(clerk).public_id}", data={"circumstances": "typed", "key": new_public_id()} | data)
    assert answer.status_code in (409, 422) and "typed" in answer.text and db.session.scalar(select(func.count(LossReport.id))) == 0


def test_making_it_formal_says_first_what_will_happen(browser: FlaskClient, clerk: StaffMember) -> None:
    place = f"/loss-reports/{take(clerk).public_id}/formal"
    assert "void for good" in browser.get(place).text
    assert browser.post(place, data={"version": "1"}).status_code == 302 and report().status == "formal"


def test_a_second_click_on_formal_changes_nothing_more(browser: FlaskClient, clerk: StaffMember) -> None:
    place = f"/loss-reports/{take(clerk).public_id}/formal"
    assert [browser.post(place, data={"version": "1"}).status_code for _ in range(2)] == [302, 409]


def test_lifting_needs_a_reason_and_keeps_the_page(browser: FlaskClient, clerk: StaffMember) -> None:
    place = f"/loss-reports/{take(clerk).public_id}/lift"
    assert browser.post(place, data={"version": "1", "reason": ""}).status_code == 422
    assert browser.post(place, data={"version": "1", "reason": "found"}).status_code == 302 and report().status == "lifted"


def test_a_proof_is_kept_and_shown_as_a_picture(browser: FlaskClient, clerk: StaffMember) -> None:
    place = f"/loss-reports/{take(clerk).public_id}"
    answer = browser.post(f"{place}/proof", data={"proof": (io.BytesIO(samples.jpeg()), "notice.jpg")})
    page = browser.get(f"{place}/proof/pages/1")
    assert answer.status_code == 302 and page.content_type == "image/jpeg" and page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.4 broken"])
def test_a_refused_proof_gets_a_sentence(browser: FlaskClient, clerk: StaffMember, content: bytes) -> None:
    answer = browser.post(f"/loss-reports/{take(clerk).public_id}/proof", data={"proof": (io.BytesIO(content), "x.pdf")})
    assert answer.status_code == 422 and "form-error" in answer.text and report().proof_id is None


@pytest.mark.parametrize("number", ["2", "0", "99999999999999999999", "x"])
def test_pages_that_do_not_exist_are_not_found(browser: FlaskClient, clerk: StaffMember, number: str) -> None:
    place = f"/loss-reports/{take(clerk).public_id}"
    browser.post(f"{place}/proof", data={"proof": (io.BytesIO(samples.jpeg()), "notice.jpg")})
    assert browser.get(f"{place}/proof/pages/{number}").status_code == 404


@pytest.mark.parametrize("language", ["en", "zh", ""])
def test_the_receipt_is_a_pdf_in_either_language(browser: FlaskClient, clerk: StaffMember, language: str) -> None:
    answer = browser.get(f"/loss-reports/{take(clerk).public_id}/receipt.pdf", query_string={"language": language})
    assert answer.status_code == 200 and answer.data.startswith(b"%PDF-")


def test_markup_is_shown_literally(browser: FlaskClient, clerk: StaffMember) -> None:
    made = take(clerk, register(clerk, MARKUP), circumstances=MARKUP)
    for place in (f"/loss-reports/{made.public_id}", "/loss-reports/?tab=provisional"):
        page = browser.get(place).text
        assert MARKUP not in page and html.escape(MARKUP, quote=False) in page


@pytest.mark.parametrize("place", ["", "/formal", "/receipt.pdf", "/proof/pages/1"])
def test_an_ended_report_of_another_centre_is_not_found(clerk: StaffMember, sign_in: SignIn, make_staff, place: str) -> None:  # type: ignore[no-untyped-def]
    made = take(clerk)
    with transaction():
        operations.lift(made, version=1, reason="found", by=clerk)
    other = sign_in(make_staff("intake_clerk", username="other", centre=make_centre("BJ")))
    assert other.get(f"/loss-reports/{made.public_id}{place}").status_code == 404


@pytest.mark.parametrize(
    ("query", "status"), [("tab=nope", 400), ("page=%00", 400), ("page=abc", 400), ("page=" + "A" * 5000, 400), ("tab=ended", 200)]
)
def test_hostile_arguments_get_a_clear_answer(browser: FlaskClient, query: str, status: int) -> None:
    assert browser.get(f"/loss-reports/?{query}").status_code == status

"""The one door that serves files of cases."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from admin_app.applications.models import Document
from admin_app.applications.operations import documents, intake
from admin_app.applications.operations.details import CaseDetails
from admin_app.foundation.database import transaction
from admin_app.foundation.storage import operations as storage
from admin_app.staff.models import StaffMember
from tests.factories.centres import make_centre
from tests.factories.residents import register
from tests.foundation.storage import samples

SignIn = Callable[..., FlaskClient]


def add(by: StaffMember, content: bytes, name: str) -> Document:
    resident, ready = register(by), storage.prepare(content, name)
    with transaction():
        case = intake.take_in(resident, CaseDetails("counter", "damaged", delivery="collect"), by=by)
        return documents.add(case, "id_copy", ready, by=by)


@pytest.fixture
def picture(clerk: StaffMember) -> Document:
    """A picture of a case, with a name in Chinese."""
    return add(clerk, samples.jpeg(), '身份证 "正面".jpg')


@pytest.mark.parametrize("place", ["", "/pages/1", "/thumb"])
def test_a_picture_is_shown_in_a_sandbox_and_never_cached(sign_in: SignIn, clerk: StaffMember, picture: Document, place: str) -> None:
    answer = sign_in(clerk).get(f"/documents/{picture.public_id}{place}")
    assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox") and answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_name_of_a_file_stands_in_both_forms(sign_in: SignIn, clerk: StaffMember, picture: Document) -> None:
    answer = sign_in(clerk).get(f"/documents/{picture.public_id}")
    header = answer.headers["Content-Disposition"]
    assert header.startswith("inline; filename=\"___ _______.jpg\"; filename*=UTF-8''%E8") or "filename*=UTF-8''%E8%BA%AB" in header
    assert '\\"' not in header and header.count('"') == 2


def test_a_pdf_is_shown_as_pictures_and_saved_as_a_file(sign_in: SignIn, clerk: StaffMember) -> None:
    document, browser = add(clerk, samples.pdf(pages=2), "form.pdf"), sign_in(clerk)
    assert browser.get(f"/documents/{document.public_id}/pages/2").content_type == "image/jpeg"
    assert browser.get(f"/documents/{document.public_id}/pages/3").status_code == 404
    assert browser.get(f"/documents/{document.public_id}").headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("role", "status"), [("reviewer", 200), ("supervisor", 200), ("mailroom_clerk", 403), ("auditor", 403), ("administrator", 403)]
)
def test_who_may_see_documents(sign_in: SignIn, picture: Document, role: str, status: int) -> None:
    assert sign_in(role).get(f"/documents/{picture.public_id}/pages/1").status_code == status


def test_a_document_of_another_centre_is_not_found(sign_in: SignIn, picture: Document, make_staff) -> None:  # type: ignore[no-untyped-def]
    other = sign_in(make_staff("intake_clerk", username="other", centre=make_centre("BJ")))
    for place in ("", "/pages/1", "/thumb"):
        assert other.get(f"/documents/{picture.public_id}{place}").status_code == 404


@pytest.mark.parametrize(
    "place", ["/documents/1", "/documents/" + "f" * 32, "/documents/%2e%2e/thumb", "/documents/x/pages/-1", "/documents/x/pages/y"]
)
def test_what_does_not_exist_is_not_found(sign_in: SignIn, clerk: StaffMember, place: str) -> None:
    assert sign_in(clerk).get(place).status_code == 404

"""What the photo desk measured is on the reviewer's page, and each figure that fails is a sentence to ask with, no other."""

import html
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from PIL import Image

from admin_app.applications import rules
from admin_app.applications.models import Application
from admin_app.applications.operations import decisions, documents
from admin_app.applications.queries import portraits
from admin_app.applications.queries.missing import is_true_of
from admin_app.applications.rules import photo
from admin_app.centres.models import Centre
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.storage import portraits as measuring
from admin_app.staff.models import StaffMember
from tests.factories.applications import held_by, make_application
from tests.foundation.storage import samples


@pytest.fixture
def case(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> Application:
    """A case under review with a small red picture as its photo."""
    data = samples.saved(Image.new("RGB", (60, 40), "red"), "JPEG")
    ready = measuring.measured(storage.prepare(io.BytesIO(data), "red.jpg"), handed_bytes=len(data))
    case = make_application(clerk, centre, status="draft")
    with transaction():
        documents.add(case, "photo", ready, by=clerk)
    for values in ({"status": "submitted"}, held_by(reviewer)):
        with transaction() as session:
            for name, value in values.items():
                setattr(session.get_one(Application, case.id), name, value)
    return case


def said_of(case: Application) -> set[str]:
    """The coded reasons about its photo that are true."""
    return {code for code in rules.SAYS_PHOTO if is_true_of(code, case)}


def test_every_figure_belongs_to_one_reason() -> None:
    named = [name for names in rules.SAYS_PHOTO.values() for name in names]
    assert sorted(named) == sorted((photo.PIXELS, *(figure.name for figure in photo.MEASURED)))


def test_only_what_fails_can_be_asked_for(case: Application) -> None:
    failed = {one["figure"] for one in portraits.outside(case.documents[0])}
    assert "pixels" in failed and "colour" not in failed
    assert said_of(case) == {code for code, names in rules.SAYS_PHOTO.items() if names & failed}
    assert "photo_pixels" in said_of(case) and "photo_grey" not in said_of(case)


def test_the_page_of_the_reviewer_names_figures_and_offers_those_sentences(
    case: Application, sign_in: Callable[..., FlaskClient], reviewer: StaffMember
) -> None:
    text = html.unescape(sign_in(reviewer).get(f"/applications/{case.reference}").text)
    assert text.count("The picture is 60 × 40 pixels; at least 358 × 441 are needed.") > 1, "beside the paper and in the form"
    assert 'value="photo_pixels"' in text and 'value="photo_grey"' not in text


def test_a_request_says_it_to_the_counter_and_refuses_what_is_not_so(
    case: Application, sign_in: Callable[..., FlaskClient], clerk: StaffMember, reviewer: StaffMember
) -> None:
    with pytest.raises(DomainError), transaction():
        decisions.request_information(case, by=reviewer.actor, reasons=["photo_grey"])
    with transaction():
        decisions.request_information(case, by=reviewer.actor, reasons=["photo_pixels", "photo_backdrop"])
    browser = sign_in(clerk)
    assert "Please send a photo of the asked size" in browser.get(f"/intake/{case.reference}").text
    browser.post("/preferences/", data={"language": "zh"})
    assert "请重新提交纯白背景、无阴影的照片" in browser.get(f"/intake/{case.reference}").text


def test_a_photo_that_was_not_measured_fails_nothing(case: Application) -> None:
    with transaction() as session:
        session.get_one(Application, case.id).documents[0].file.measured = None
    assert said_of(case) == set()

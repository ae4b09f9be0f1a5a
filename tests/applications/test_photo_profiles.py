"""Photo profiles: figures are changed on a screen, photos keep the rules that measured them, a case has those of its age and day."""

import html
import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from PIL import Image

from admin_app.applications.models import Application, DecisionReason, PhotoProfile, PhotoRulesKept
from admin_app.applications.operations import decisions, documents
from admin_app.applications.queries import portraits, profiles, telling
from admin_app.applications.rules import photo
from admin_app.audit.models import AuditEntry
from admin_app.centres.models import Centre
from admin_app.extracts.queries.records import record
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.storage import portraits as measuring
from admin_app.notices.rules import Kind
from admin_app.staff.models import StaffMember
from tests.applications.photo_rules import STANDARD
from tests.factories.applications import held_by, make_application, make_photo_profile
from tests.factories.residents import make_resident
from tests.factories.staff import make_staff
from tests.foundation.storage import samples

SMALLER = {"width_least": 236, "height_least": 295, "shape_least": 0.79, "crown_least": 5, "crown_most": 14, "eyes_least": 138,
           "middle_least": 107, "middle_most": 129, "head_least": 166, "head_most": 235, "head_wanted": 191}  # fmt: skip
"""A portrait of 236 × 295 pixels."""


@pytest.fixture
def administrator(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(make_staff("administrator"))


def standard() -> PhotoProfile:
    db.session.rollback()
    return db.session.scalars(sa.select(PhotoProfile).where(PhotoProfile.code == "standard")).one()


def form_of(row: PhotoProfile, **changes: object) -> dict[str, object]:
    """What the form of a profile sends with these changes; False takes a tick away."""
    names = [column.key for column in PhotoProfile.__table__.columns if column.key not in ("id", "code")]
    values = {name: getattr(row, name) for name in names} | changes
    return {name: value for name, value in values.items() if value not in (None, False)}


def change(browser: FlaskClient, row: PhotoProfile, **changes: object):
    return browser.post(f"/reference/photo-profiles/{row.id}/edit", data=form_of(row, **changes))


def red_photo() -> storage.Prepared:
    """A small red picture, measured."""
    data = samples.saved(Image.new("RGB", (240, 320), "red"), "JPEG")
    return measuring.measured(storage.prepare(io.BytesIO(data), "red.jpg"), handed_bytes=len(data))


@pytest.fixture
def case(clerk: StaffMember, centre: Centre) -> Application:
    """A draft with a small red picture as its photo."""
    case = make_application(clerk, centre, status="draft")
    with transaction():
        documents.add(case, "photo", red_photo(), by=clerk)
    return case


def kept() -> list[tuple[int, dict[str, object]]]:
    db.session.rollback()
    of = PhotoRulesKept.profile_id == standard().id
    return [tuple(row) for row in db.session.execute(sa.select(PhotoRulesKept.version, PhotoRulesKept.figures).where(of))]


def test_a_changed_figure_is_in_the_log_and_its_rules_are_kept(administrator: FlaskClient) -> None:
    assert change(administrator, standard(), **SMALLER).status_code == 302
    entry = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.subject_ref) == ("reference.photo_profile_changed", "standard")
    assert (entry.changes["before"]["width_least"], entry.changes["after"]["width_least"]) == (358, 236)
    assert [version for version, _figures in kept()] == [1, 2]
    assert photo.PhotoRules(**kept()[0][1]) == STANDARD


def test_another_name_leaves_the_rules_as_they_are(administrator: FlaskClient) -> None:
    assert change(administrator, standard(), name_en="Photo on the card").status_code == 302
    assert [version for version, _figures in kept()] == [1]


def test_a_photo_keeps_the_rules_that_measured_it_and_says_so(
    administrator: FlaskClient, case: Application, sign_in: Callable[..., FlaskClient], clerk: StaffMember
) -> None:
    counter = sign_in(clerk)
    before = html.unescape(counter.get(f"/intake/{case.reference}").text)
    assert "The picture is 240 × 320 pixels; at least 358 × 441 are needed." in before and "Measured by the rules" not in before
    change(administrator, standard(), **SMALLER)
    after = html.unescape(counter.get(f"/intake/{case.reference}").text)
    assert "at least 358 × 441 are needed." in after
    assert "Measured by the rules of “Card photo”" in after and "(version 1)" in after


def test_a_new_photo_is_measured_by_the_rules_of_today(administrator: FlaskClient, case: Application, clerk: StaffMember) -> None:
    change(administrator, standard(), **SMALLER)
    other = make_application(clerk, case.centre, status="draft")
    with transaction():
        made = documents.add(other, "photo", red_photo(), by=clerk)
    assert profiles.of_document(made).version == 2
    assert [one for one in portraits.outside(made) if one["figure"] == "pixels"] == []


def test_what_was_asked_for_stays_as_it_was_measured_then(
    administrator: FlaskClient, case: Application, reviewer: StaffMember, sign_in: Callable[..., FlaskClient], clerk: StaffMember
) -> None:
    for values in ({"status": "submitted"}, held_by(reviewer)):
        with transaction() as session:
            for name, value in values.items():
                setattr(session.get_one(Application, case.id), name, value)
    with transaction():
        decisions.request_information(case, by=reviewer.actor, reasons=["photo_pixels", "id_copy_unreadable"])
    change(administrator, standard(), **SMALLER)
    counter = sign_in(clerk)
    said = "The picture is 240 × 320 pixels; at least 358 × 441 are needed."
    assert said in html.unescape(counter.get(f"/intake/{case.reference}").text)
    told = telling.decision_told(case, Kind.INFORMATION)
    assert told is not None and any("照片为 240 × 320 像素" in reason for reason in told.reasons), (
        "in the letter, in the resident's language"
    )
    counter.post("/preferences/", data={"language": "zh"})
    assert "照片为 240 × 320 像素；至少需要 358 × 441 像素。" in html.unescape(counter.get(f"/intake/{case.reference}").text)
    reasons = {reason.reason_code.code: reason for reason in db.session.scalars(sa.select(DecisionReason))}
    assert reasons["id_copy_unreadable"].findings is None
    assert said in record(reasons["photo_pixels"])["text"], "also in the person's copy"


def test_a_child_has_the_profile_of_its_age(clerk: StaffMember, centre: Centre) -> None:
    make_photo_profile("child", age_below=7, head_wanted=275)
    young = make_resident(born=clock.today() - timedelta(days=4 * 366))
    of = [profiles.for_case(make_application(clerk, centre, resident)) for resident in (young, make_resident())]
    assert [(one.name_en, one.rules.head_wanted) for one in of] == [("child", 275), ("Card photo", 290)]


def test_a_profile_begins_on_its_day_for_cases_received_from_then_on(clerk: StaffMember, centre: Centre) -> None:
    today = clock.today()
    make_photo_profile("new", valid_from=today)
    days = (today - timedelta(days=1), today)
    assert [profiles.for_case(make_application(clerk, centre, received_on=day)).name_en for day in days] == ["Card photo", "new"]


def test_the_desk_cuts_to_the_profile_of_the_case(case: Application, sign_in: Callable[..., FlaskClient], clerk: StaffMember) -> None:
    make_photo_profile("smaller", valid_from=date(2000, 1, 1), **SMALLER, width_most=236, height_most=295)
    page = sign_in(clerk).get(f"/intake/{case.reference}/photos/{case.documents[0].public_id}").text
    assert 'data-out-width="236" data-out-height="295" data-head="191"' in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"is_active": False}, "For age 0 no profile would hold."),
        ({"age_from": 7}, "For age 0 no profile would hold."),
        ({"valid_to": "2030-05-01"}, "For age 0 no profile would hold from"),
        ({"width_most": 300}, "This is less than “Width, at least (pixels)”."),
        ({"width_least": 300, "width_most": 400}, "has 0.68, which is outside."),
        ({"head_wanted": 400}, "Not between what is asked at least and at most."),
        ({"head_most": 430, "crown_most": 21}, "would not both be in a portrait of 441 pixels."),
        ({"middle_most": 358}, "This is outside a portrait of 358 pixels."),
        ({"eyes_least": 430}, "The eyes would stand above the crown."),
        ({"age_from": 9, "age_below": 9}, "No age is from 9 and below 9."),
    ],
)
def test_a_profile_that_cannot_be_is_refused_with_words(administrator: FlaskClient, changes, said) -> None:
    answer = change(administrator, standard(), **changes)
    assert answer.status_code == 422
    assert said in html.unescape(answer.text)
    assert standard().version == 1


SPANS = {
    "none": ([], (0, date.min)),
    "everybody": ([photo.Span()], None),
    "from seven": ([photo.Span(age_from=7)], (0, date.min)),
    "both": ([photo.Span(age_from=7), photo.Span(age_below=7)], None),
    "one after the other": ([photo.Span(valid_to=date(2027, 1, 1)), photo.Span(valid_from=date(2027, 1, 2))], None),
    "a day between": ([photo.Span(valid_to=date(2027, 1, 1)), photo.Span(valid_from=date(2027, 1, 3))], (0, date(2027, 1, 2))),
    "children end": ([photo.Span(age_from=7), photo.Span(age_below=7, valid_to=date(2027, 1, 1))], (0, date(2027, 1, 2))),
}


@pytest.mark.parametrize(("spans", "bare"), SPANS.values(), ids=SPANS)
def test_every_age_and_day_has_a_profile_or_the_first_without_is_named(spans, bare) -> None:
    assert photo.uncovered(spans) == bare


def test_the_page_of_a_profile_draws_the_portrait(administrator: FlaskClient) -> None:
    assert "A portrait of 358 × 441 pixels" in administrator.get(f"/reference/photo-profiles/{standard().id}").text

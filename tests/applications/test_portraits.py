"""The photo desk: each figure that does not fit is said with both numbers; a portrait is cut out of a larger photo."""

import html
import io
import random
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from PIL import Image, ImageDraw, ImageFilter
from sqlalchemy import select

from admin_app.applications.models import Application, Document
from admin_app.applications.operations import intake
from admin_app.applications.operations.details import CaseDetails
from admin_app.applications.queries import portraits
from admin_app.applications.rules import photo
from admin_app.audit.models import AuditEntry
from admin_app.demo.portraits import draw_portrait
from admin_app.foundation.database import db, transaction
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.storage.limits import Limits
from admin_app.foundation.storage.measure_photo import measure
from admin_app.staff.models import StaffMember
from tests.applications.photo_rules import STANDARD
from tests.factories.residents import register
from tests.foundation.storage import samples

FRAME = portraits.Frame(crown=300, chin=980, eyes=640, middle=800)
"""Of a face in a photo of 1600 by 2000 pixels."""
GOOD = {"crown": 300, "chin": 980, "eyes": 640, "middle": 800}


@pytest.fixture
def draft(clerk: StaffMember) -> Application:
    """A case that is being taken in."""
    details = CaseDetails(channel="counter", reason="damaged", postcode="310012", address="文三路90号")
    resident = register(clerk)
    with transaction():
        return intake.take_in(resident, details, by=clerk)


@pytest.fixture
def browser(sign_in: Callable[..., FlaskClient], clerk: StaffMember) -> FlaskClient:
    return sign_in(clerk)


def portrait(**changes):
    return draw_portrait(random.Random(3), sex="female", age=30, **changes)


def jpeg(image, **options):
    return samples.saved(image, "JPEG", **({"quality": 85, "dpi": (350, 350)} | options))


def photo_of_phone() -> bytes:
    """A face in the middle of a large white photo."""
    image = Image.new("RGB", (1600, 2000), "white")
    ImageDraw.Draw(image).ellipse((560, 300, 1040, 980), fill=(205, 160, 130), outline="black", width=12)
    return jpeg(image, quality=70)


def failing(data):
    """The names of the bands that a photo misses."""
    return {one["figure"] for one in photo.outside(measure(data, Limits()) | {"bytes": len(data)}, STANDARD)}


def take(browser, case, data, name="photo.jpg"):
    return browser.post(f"/intake/{case.reference}/documents", data={"material": "photo", "files": [(io.BytesIO(data), name)]})


def photos(case):
    db.session.rollback()
    query = select(Document).where(Document.application_id == case.id, Document.material == "photo").order_by(Document.id)
    return db.session.scalars(query).all()


def actions(case):
    db.session.rollback()
    query = select(AuditEntry.action).where(AuditEntry.subject_ref == case.reference).order_by(AuditEntry.id)
    return db.session.scalars(query).all()


def file(width=1600, height=2000):
    return SimpleNamespace(width=width, height=height)


def test_a_portrait_of_the_profile_fails_nothing():
    assert failing(jpeg(portrait())) == set()


@pytest.mark.parametrize(
    ("image", "missed"),
    [
        (lambda: Image.new("RGB", (60, 40), "red"), {"pixels", "shape", "kilobytes", "whiteness", "sharpness", "brightness"}),
        (lambda: portrait().convert("L"), {"colour"}),
        (lambda: portrait().filter(ImageFilter.GaussianBlur(2)), {"sharpness"}),
        (lambda: portrait(fault="background"), {"whiteness"}),
        (lambda: portrait(fault="dark"), {"whiteness", "brightness"}),
        (lambda: portrait(fault="too_small"), {"pixels"}),
        (lambda: portrait().point(lambda value: min(255, value * 2)), {"clipped"}),
        (lambda: portrait().resize((441, 441)), {"pixels", "shape"}),
    ],
    ids=["red", "grey", "blurred", "background", "dark", "small", "glaring", "square"],
)
def test_each_fault_is_measured(image, missed):
    assert missed <= failing(jpeg(image()))


def test_a_shadow_behind_the_head_is_measured():
    image = portrait()
    image.paste((150, 150, 150), (0, 60, 28, 150))
    assert "unevenness" in failing(jpeg(image))


def test_a_photo_without_resolution_says_so():
    assert failing(jpeg(portrait(), dpi=(0, 0))) == {"dpi"}


FINE = {"width": 358, "height": 441, "dpi": 350, "colour": 9, "whiteness": 250, "unevenness": 0, "sharpness": 9, "brightness": 150,
        "clipped": 0, "bytes": 20_000}  # fmt: skip
SENTENCES = {
    "small": ({"width": 240, "height": 320}, "The picture is 240 × 320 pixels; at least 358 × 441 are needed."),
    "narrow": ({"width": 300, "height": 500}, "The picture is 300 × 500 pixels; at least 358 × 441 are needed."),
    "large": ({"width": 716, "height": 882}, "The picture is 716 × 882 pixels; at most 358 × 441 are taken."),
    "unsaid": ({"dpi": 0}, "Resolution: the file does not say it, asked are 350 dots per inch."),
    "coarse": ({"dpi": 72}, "Resolution: 72 dots per inch, asked are 350."),
    "bytes": ({"bytes": 8_000}, "Size of the file: 8 KB, asked are 14 to 40."),
    "grey": ({"colour": 0}, "Colour: 0 of 255, asked are at least 4. The photo is black and white."),
}


@pytest.mark.parametrize(("changes", "said"), SENTENCES.values(), ids=SENTENCES)
def test_the_sentence_says_what_was_measured_and_what_is_asked(app, changes, said):
    with app.test_request_context():
        assert said in [photo.sentence(one) for one in photo.outside(FINE | changes, STANDARD)]


@pytest.mark.parametrize("figure", photo.MEASURED, ids=lambda figure: figure.name)
def test_each_figure_has_a_sentence_with_both_numbers(app, figure):
    values = {"measured": "1.5", "lowest": "2", "highest": "3"}
    with app.test_request_context():
        sentence = figure.fails % values
    assert "1.5" in sentence
    assert "2" in sentence or "3" in sentence


def test_a_photo_is_measured_when_it_is_handed_in(browser: FlaskClient, draft: Application) -> None:
    data = jpeg(Image.new("RGB", (60, 40), "red"))
    take(browser, draft, data)
    assert photos(draft)[0].file.measured["bytes"] == len(data)
    page = html.unescape(browser.get(f"/intake/{draft.reference}").text)
    assert "The picture is 60 × 40 pixels; at least 358 × 441 are needed." in page
    assert "It is not white." in page


def test_other_papers_are_not_measured(browser: FlaskClient, draft: Application) -> None:
    browser.post(f"/intake/{draft.reference}/documents", data={"material": "id_copy", "files": [(io.BytesIO(samples.jpeg()), "id.jpg")]})
    db.session.rollback()
    assert draft.documents[0].file.measured is None


def test_a_pdf_as_photo_is_told_from_a_picture(browser: FlaskClient, draft: Application) -> None:
    take(browser, draft, samples.pdf(), "photo.pdf")
    assert "A photo must be a picture, not a PDF" in browser.get(f"/intake/{draft.reference}").text


def test_a_portrait_is_cut_to_the_profile_and_both_files_stay(browser: FlaskClient, draft: Application) -> None:
    take(browser, draft, photo_of_phone())
    photo = photos(draft)[0]
    answer = browser.post(f"/intake/{draft.reference}/photos/{photo.public_id}/cut", data=GOOD)
    assert answer.status_code == 302
    before, made = photos(draft)
    assert (made.file.width, made.file.height, made.file.measured["dpi"]) == (358, 441, 350)
    assert (made.file.derived_from_id, before.removed_at is None, made.removed_at) == (before.file_id, False, None)
    assert storage.read(before.file)
    assert actions(draft)[-3:] == ["documents.added", "documents.removed", "documents.cut"]


def test_the_cut_puts_crown_and_middle_where_the_profile_has_them(browser: FlaskClient, draft: Application) -> None:
    take(browser, draft, photo_of_phone())
    browser.post(f"/intake/{draft.reference}/photos/{photos(draft)[0].public_id}/cut", data=GOOD)
    dark = samples.opened(storage.read(photos(draft)[1].file)).convert("L").point(lambda value: 255 if value < 200 else 0)
    left, top, right, bottom = dark.getbbox()
    assert STANDARD.crown_least <= top <= STANDARD.crown_most
    assert STANDARD.middle_least <= (left + right) / 2 <= STANDARD.middle_most
    assert STANDARD.head_least <= bottom - top <= STANDARD.head_most


def test_a_photo_cut_twice_alike_is_there_once(browser: FlaskClient, draft: Application) -> None:
    take(browser, draft, photo_of_phone())
    place = f"/intake/{draft.reference}/photos/{photos(draft)[0].public_id}/cut"
    assert [browser.post(place, data=GOOD).status_code for _ in range(2)] == [302, 404]
    assert len(photos(draft)) == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"eyes": 200}, "between crown and chin"),
        ({"crown": 5000, "chin": 6000, "eyes": 5500}, "outside the picture"),
        ({"middle": 20}, "missing at the left"),
        ({"middle": "x"}, 'value="x"'),
        ({"chin": ""}, "invalid"),
    ],
)
def test_lines_that_leave_no_portrait_are_refused_with_words_and_kept(browser: FlaskClient, draft: Application, changes, said) -> None:
    take(browser, draft, photo_of_phone())
    answer = browser.post(f"/intake/{draft.reference}/photos/{photos(draft)[0].public_id}/cut", data=GOOD | changes)
    assert answer.status_code == 422
    assert said in html.unescape(answer.text)
    assert len(photos(draft)) == 1


def test_one_face_seen_by_eye_is_written_down_once(browser: FlaskClient, draft: Application, clerk: StaffMember) -> None:
    take(browser, draft, photo_of_phone())
    place = f"/intake/{draft.reference}/photos/{photos(draft)[0].public_id}/face"
    assert [browser.post(place).status_code for _ in range(2)] == [302, 302]
    assert photos(draft)[0].face_seen_by_id == clerk.id
    assert actions(draft).count("documents.face_seen") == 1
    assert "One face, seen by eye" in browser.get(f"/intake/{draft.reference}").text


def test_the_page_works_without_script(browser: FlaskClient, draft: Application) -> None:
    take(browser, draft, photo_of_phone())
    page = browser.get(f"/intake/{draft.reference}/photos/{photos(draft)[0].public_id}").text
    assert all(f'name="{name}"' in page for name in GOOD)


@pytest.mark.parametrize("material", ["id_copy", "photo"])
def test_only_a_photo_of_the_case_has_the_page(browser: FlaskClient, draft: Application, material) -> None:
    data = {"material": material, "files": [(io.BytesIO(samples.jpeg() if material != "photo" else samples.pdf()), "x")]}
    browser.post(f"/intake/{draft.reference}/documents", data=data)
    db.session.rollback()
    assert browser.get(f"/intake/{draft.reference}/photos/{draft.documents[0].public_id}").status_code == 404


@pytest.mark.parametrize(("frame", "above"), [(FRAME, 14), (portraits.Frame(17, 697, 357, 800), 7)])
def test_the_crown_moves_up_where_the_picture_ends_above_it(frame, above):
    cut = portraits.cut_of(file(), frame, STANDARD)
    scale = cut.height / (cut.box[3] - cut.box[1])
    assert round((frame.crown - cut.box[1]) * scale) == above


def test_the_head_grows_within_its_band_where_the_picture_is_narrow():
    cut = portraits.cut_of(file(width=700), portraits.Frame(300, 980, 640, 350), STANDARD)
    head = 680 * cut.width / (cut.box[2] - cut.box[0])
    assert STANDARD.head_wanted < head <= STANDARD.head_most
    assert 0 <= cut.box[0] < cut.box[2] <= 700


def test_a_picture_that_is_too_narrow_says_how_much_is_missing(app):
    with app.test_request_context(), pytest.raises(portraits.NoFrame) as refused:
        portraits.cut_of(file(width=500), portraits.Frame(300, 980, 640, 250), STANDARD)
    assert "pixels are missing at the left" in str(refused.value.message)

"""Files that nobody should send, through the pages, in both languages: a sentence that says why, and nothing else is lost."""

import html
import io
import zipfile
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import select

from admin_app.applications.models import Application, Document
from admin_app.foundation.database import db, transaction
from admin_app.foundation.storage.kinds import limits_in_force, sentences
from admin_app.foundation.storage.limits import Reason
from admin_app.loss_reports import operations as loss_reports
from admin_app.loss_reports.models import LossReport
from admin_app.staff.models import StaffMember
from admin_app.web.error_pages import TEXTS
from tests.factories.residents import register
from tests.foundation.storage import pdf_samples, samples

MEGABYTE = 1024 * 1024


def zip_bomb() -> bytes:
    """A few kilobytes that unpack to ten megabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("scan.jpg", b"\0" * 10 * MEGABYTE)
    return out.getvalue()


BAD_FILES: dict[str, tuple[Callable[[], bytes], Reason]] = {
    "virus.exe": (lambda: b"MZ" + b"\0" * 200, Reason.NOT_ACCEPTED),
    "page.jpg": (lambda: b"<html><script>alert(1)</script>", Reason.NOT_ACCEPTED),
    "drawing.svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", Reason.NOT_ACCEPTED),
    "photos.zip": (zip_bomb, Reason.NOT_ACCEPTED),
    "empty.pdf": (bytes, Reason.EMPTY),
    "large.jpg": (lambda: samples.jpeg() + b"\0" * 10 * MEGABYTE, Reason.TOO_LARGE),
    "cut off.jpg": (lambda: samples.jpeg(600, 400)[:700], Reason.BROKEN),
    "cut off.pdf": (lambda: b"%PDF-1.7\n" + b"\0" * 400, Reason.BROKEN),
    "bomb.png": (lambda: samples.one_bit_png(9_000), Reason.TOO_MANY_PIXELS),
    "claim.png": (lambda: samples.png_claiming(65_535, 65_535), Reason.TOO_MANY_PIXELS),
    "locked.pdf": (samples.locked_pdf, Reason.ENCRYPTED),
    "wait.pdf": (pdf_samples.xfa_form, Reason.DYNAMIC_FORM),
    "folder.pdf": (pdf_samples.portfolio, Reason.PORTFOLIO),
    "book.pdf": (lambda: samples.pdf(21), Reason.TOO_MANY_PAGES),
}


@pytest.fixture
def browser(sign_in: Callable[..., FlaskClient], clerk: StaffMember) -> FlaskClient:
    return sign_in(clerk)


@pytest.fixture
def report(clerk: StaffMember) -> LossReport:
    resident = register(clerk)
    with transaction():
        return loss_reports.take(resident, channel="counter", is_formal=True, by=clerk)


def sentence(app: Flask, reason: Reason, language: str) -> str:
    """Why a file is refused, as the person reads it."""
    with app.test_request_context(), force_locale(language):
        return str(sentences(limits_in_force())[reason])


def file(name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(BAD_FILES[name][0]()), name


def good(name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(samples.jpeg()), name


def names_kept(case: Application) -> list[str]:
    db.session.rollback()
    documents = db.session.scalars(select(Document).where(Document.application_id == case.id).order_by(Document.id))
    return [document.file.original_name for document in documents]


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_document_gets_its_sentence_and_the_good_ones_are_kept(
    app: Flask, browser: FlaskClient, draft: Application, name: str
) -> None:
    for language in ("en", "zh"):
        browser.post("/preferences/", data={"language": language})
        data = {"material": "photo", "files": [good("first.jpg"), file(name), good("last.jpg")]}
        answer = browser.post(f"/intake/{draft.reference}/documents", data=data)
        text = html.unescape(answer.text)
        assert (answer.status_code, names_kept(draft)) == (422, ["first.jpg", "last.jpg"])
        assert sentence(app, BAD_FILES[name][1], language) in text and name in text
    assert (draft.statement, draft.address, draft.status) == ("It broke.", "文三路90号", "draft")


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_proof_gets_its_sentence_and_the_one_from_before_stays(
    app: Flask, browser: FlaskClient, report: LossReport, name: str
) -> None:
    place = f"/loss-reports/{report.public_id}/proof"
    assert browser.post(place, data={"proof": good("first.jpg")}).status_code == 302
    for language in ("en", "zh"):
        browser.post("/preferences/", data={"language": language})
        answer = browser.post(place, data={"proof": file(name)})
        db.session.rollback()
        assert (answer.status_code, report.proof.original_name) == (422, "first.jpg")
        assert sentence(app, BAD_FILES[name][1], language) in html.unescape(answer.text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_request_that_is_too_large_as_a_whole_says_so_and_loses_nothing(
    app: Flask, browser: FlaskClient, draft: Application, report: LossReport, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.post("/preferences/", data={"language": language})
    browser.post(f"/intake/{draft.reference}/documents", data={"material": "photo", "files": [good("first.jpg")]})
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 20_000)
    large = {"files": (io.BytesIO(b"\0" * 50_000), "large.jpg"), "proof": (io.BytesIO(b"\0" * 50_000), "large.jpg")}
    with app.test_request_context(), force_locale(language):
        title = str(TEXTS[413][0])
    for place, field in ((f"/intake/{draft.reference}/documents", "files"), (f"/loss-reports/{report.public_id}/proof", "proof")):
        answer = browser.post(place, data={"material": "photo", field: large[field]})
        assert answer.status_code == 413 and title in html.unescape(answer.text)
    assert names_kept(draft) == ["first.jpg"] and draft.statement == "It broke."


def test_control_a_good_file_is_taken(browser: FlaskClient, draft: Application) -> None:
    answer = browser.post(f"/intake/{draft.reference}/documents", data={"material": "photo", "files": [good("first.jpg")]})
    assert (answer.status_code, names_kept(draft)) == (302, ["first.jpg"])

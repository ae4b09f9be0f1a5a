"""Every door that takes files asks about a PDF that would not be kept as it came; its person's answer decides, and nothing is left."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.applications.models import Application, Document
from admin_app.audit.models import AuditEntry
from admin_app.cards import operations as cards
from admin_app.cards.models import Card
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.storage import held, objects, work
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.storage.held import HeldUpload
from admin_app.foundation.storage.limits import Reason
from admin_app.foundation.storage.models import StoredFile
from admin_app.loss_reports import operations as loss_reports
from admin_app.loss_reports.models import LossReport
from admin_app.staff.models import StaffMember
from tests.factories import production
from tests.factories.cards import ready_card
from tests.factories.mailing import ready_cards, stuffed_batch
from tests.factories.residents import register
from tests.foundation.storage import doubtful, samples

SignIn = Callable[..., FlaskClient]
TOKEN = re.compile(r"/held/[0-9a-f]{32}$")


@pytest.fixture(autouse=True)
def nobody_has_used_up_their_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """All these files come from one clerk within a minute, and a busy machine takes long for each."""
    monkeypatch.setattr(work, "PERSON_SECONDS", 1e9)


@pytest.fixture
def browser(sign_in: SignIn, clerk: StaffMember) -> FlaskClient:
    return sign_in(clerk)


@pytest.fixture
def report(clerk: StaffMember) -> LossReport:
    resident = register(clerk)
    with transaction():
        return loss_reports.take(resident, channel="counter", is_formal=True, by=clerk)


def doors(draft: Application, report: LossReport) -> dict[str, tuple[str, dict[str, str], str]]:
    """Endpoint that takes files -> an address of it, what it wants besides, the name of its field of files."""
    return {
        "DraftView.upload": (f"/intake/{draft.reference}/documents", {"material": "change_proof"}, "files"),
        "LossReportView.attach": (f"/loss-reports/{report.public_id}/proof", {}, "proof"),
    }


def handed_in(browser: FlaskClient, door: tuple[str, dict[str, str], str], *files: bytes) -> Any:
    address, more, field = door
    return browser.post(address, data=more | {field: [(io.BytesIO(data), f"scan-{at}.pdf") for at, data in enumerate(files, 1)]})


def test_the_scan_of_a_proxys_document_is_asked_about_too(
    browser: FlaskClient, clerk: StaffMember, centre: Centre, mailer: StaffMember
) -> None:
    card = ready_card(clerk, centre, by=mailer, delivery="collect")
    said = {"name": "王小明", "id_number": "11010519491231002X", "authority": "authorisation", "without_paper": "the scanner is broken"}
    with transaction():
        cards.hand_over(card, cards.Collected("proxy", **said), by=clerk)
    door = (f"/cards/{card.public_id}/authority", {}, "authority_file")
    answer = handed_in(browser, door, doubtful.with_layer())
    assert answer.status_code == 302, answer.text
    place = answer.location
    assert place in browser.get(f"/cards/{card.public_id}").text
    assert sent(browser, place, page_1="picture").location == f"/cards/{card.public_id}"
    db.session.rollback()
    kept = db.session.get_one(Card, card.id, populate_existing=True).authority_file
    assert kept.chosen["pages"]["1"][0] == "picture" and waiting() == []
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "cards.authority_attached")).one()
    assert entry.fact("pages_chosen") == ["1:picture"]


def test_a_scan_that_is_handed_in_with_the_card_is_asked_about_once_the_card_is_given(
    browser: FlaskClient, clerk: StaffMember, centre: Centre, mailer: StaffMember
) -> None:
    card = ready_card(clerk, centre, by=mailer, delivery="collect")
    typed = {
        "collector": "proxy", "collected_by": "王小明", "collector_id_number": "11010519491231002X", "authority": "authorisation",
        "is_compared": "y",
    }  # fmt: skip
    answer = handed_in(browser, (f"/cards/{card.public_id}/hand-over", typed, "authority_file"), doubtful.with_layer())
    assert answer.status_code == 302 and TOKEN.search(answer.location), answer.text
    db.session.rollback()
    given = db.session.get_one(Card, card.id, populate_existing=True)
    assert (given.status, given.authority_file_id) == ("collected", None)
    assert "its clerk decides about it" in given.authority_missing
    assert sent(browser, answer.location, page_1="picture").location == f"/cards/{card.public_id}"
    db.session.rollback()
    assert db.session.get_one(Card, card.id, populate_existing=True).authority_file.chosen["pages"]["1"][0] == "picture"


def sent(browser: FlaskClient, place: str, **chosen: str) -> Any:
    """The answer to the form of the page as it stands there."""
    text = browser.get(place).text
    hidden = {name: re.search(rf'name="{name}" value="([^"]*)"', text)[1] for name in ("file", "aside")}
    return browser.post(place, data=hidden | {"choose": "take"} | {name.replace("_", "-"): value for name, value in chosen.items()})


def waiting() -> list[HeldUpload]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(HeldUpload).order_by(HeldUpload.id)))


def files_of(report_or_case: Any) -> list[StoredFile]:
    db.session.rollback()
    if isinstance(report_or_case, LossReport):
        return [report_or_case.proof] if report_or_case.proof else []
    query = sa.select(Document).where(Document.application_id == report_or_case.id).order_by(Document.id)
    return [document.file for document in db.session.scalars(query)]


def test_every_door_that_takes_files_is_tried_here(app: Flask, draft: Application, report: LossReport) -> None:
    taking = {rule.endpoint for rule in app.url_map.iter_rules() if getattr(app.view_functions[rule.endpoint], "takes_files", 0)}
    assert taking == set(doors(draft, report)) | OF_CARDS | TABLES


OF_CARDS = {"CardView.attach_authority", "CardView.hand_over"}
"""Each in a test of its own, above."""
TABLES = {"AnswerView.hand_in", "CarrierFileView.check", "PostingView.check"}
"""Take a table, whose cells are read and of which nothing is drawn: a PDF is none."""


def test_where_a_table_is_wanted_a_pdf_is_refused_in_words_and_nothing_waits(
    sign_in: SignIn, mailer: StaffMember, clerk: StaffMember, centre: Centre
) -> None:
    production.cards_with_photos(1, clerk, centre)
    batch = production.sent_production(mailer)
    mailed = stuffed_batch(ready_cards(1, clerk, centre, mailer), mailer)
    posted = {"posted_on": clock.today().isoformat(), "version": str(mailed.version)}
    tables = {
        "PostingView.check": (f"/mailing/batches/{mailed.public_id}/post", posted, "numbers_file"),
        "AnswerView.hand_in": (f"/production/{batch.public_id}/answers", {}, "answer"),
        "CarrierFileView.check": ("/mailing/carrier-file/", {"lines": ""}, "carrier_file"),
    }
    assert tables.keys() == TABLES
    for door in tables.values():
        answer = handed_in(sign_in(mailer), door, doubtful.with_layer())
        assert (answer.status_code, "neither a CSV table nor an XLSX workbook" in answer.text, waiting()) == (422, True, [])


@pytest.mark.parametrize("endpoint", ["DraftView.upload", "LossReportView.attach"])
@pytest.mark.parametrize(("how", "is_dark"), [("picture", False), ("kept", True)])
def test_each_door_shows_both_pictures_and_keeps_the_one_that_is_chosen(
    browser: FlaskClient, draft: Application, report: LossReport, endpoint: str, how: str, is_dark: bool
) -> None:
    answer = handed_in(browser, doors(draft, report)[endpoint], doubtful.with_layer(pages=2, only=2))
    assert answer.status_code == 302 and TOKEN.search(answer.location)
    page = browser.get(answer.location)
    pictures = re.findall(r'<img src="([^"]+/pages/\d+)"', page.text)
    seen = [samples.opened(browser.get(one).data).convert("L").getpixel((285, 847)) for one in pictures]
    assert len(pictures) == 2 and seen[0] > 200 > 60 > seen[1]
    assert "<rect" in page.text and "16.8 per cent" in page.text
    assert sent(browser, answer.location, page_2=how).status_code == 302
    target = draft if endpoint == "DraftView.upload" else report
    (stored,) = files_of(target)
    drawn = samples.opened(storage.page_image(stored, 2, 800)).convert("L")
    assert (stored.pages, drawn.getpixel((285, 847)) < 60) == (2, is_dark)
    assert stored.chosen["pages"]["2"][0] == how and stored.chosen_by_id
    assert waiting() == []


def test_neither_keeps_nothing_and_says_the_way_on(browser: FlaskClient, draft: Application, report: LossReport) -> None:
    place = handed_in(browser, doors(draft, report)["DraftView.upload"], doubtful.with_layer()).location
    key = waiting()[0].sha256
    answer = sent(browser, place, choose="none")
    assert (files_of(draft), waiting(), objects.store().exists(key)) == ([], [], False)
    assert "Print it to a PDF" in browser.get(answer.location).text


def test_a_page_without_an_answer_is_asked_again_and_the_others_stay(browser: FlaskClient, draft: Application, report: LossReport) -> None:
    place = handed_in(browser, doors(draft, report)["DraftView.upload"], doubtful.with_layer(pages=2)).location
    answer = sent(browser, place, page_1="kept")
    assert answer.status_code == 422 and "Please choose a picture for page 2" in answer.text
    assert re.search(r'name="page-1" value="kept" required checked', answer.text)
    assert len(waiting()) == 1


def test_pages_are_chosen_one_by_one(browser: FlaskClient, draft: Application, report: LossReport) -> None:
    place = handed_in(browser, doors(draft, report)["DraftView.upload"], doubtful.with_layer(pages=2)).location
    sent(browser, place, page_1="picture", page_2="kept")
    (stored,) = files_of(draft)
    dark = [samples.opened(storage.page_image(stored, page, 800)).convert("L").getpixel((285, 847)) < 60 for page in (1, 2)]
    assert dark == [False, True]


@pytest.mark.parametrize("endpoint", ["DraftView.upload", "LossReportView.attach"])
def test_files_inside_are_named_and_left_behind_only_after_a_word(
    browser: FlaskClient, draft: Application, report: LossReport, endpoint: str
) -> None:
    target = draft if endpoint == "DraftView.upload" else report
    answer = handed_in(browser, doors(draft, report)[endpoint], doubtful.with_files_inside("发票.xml", "list.xlsx"))
    text = browser.get(answer.location).text
    assert "发票.xml" in text and "list.xlsx" in text and files_of(target) == []
    sent(browser, answer.location)
    (stored,) = files_of(target)
    assert set(stored.chosen["inside"]) == {"发票.xml", "list.xlsx"}
    assert b"EmbeddedFile" not in storage.read(stored)


def test_the_log_says_what_was_chosen_and_by_whom(browser: FlaskClient, draft: Application, report: LossReport) -> None:
    sent(browser, handed_in(browser, doors(draft, report)["DraftView.upload"], doubtful.with_layer()).location, page_1="picture")
    sent(browser, handed_in(browser, doors(draft, report)["LossReportView.attach"], doubtful.with_files_inside("a.xml")).location)
    db.session.rollback()
    actions = ("documents.added", "loss_reports.proof_attached")
    first, second = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action.in_(actions)).order_by(AuditEntry.id))
    assert first.fact("pages_chosen") == ["1:picture"] and second.fact("inside") == 1
    assert first.actor_name == second.actor_name != ""


def test_good_files_beside_it_are_kept_and_it_waits_on_the_page_of_the_case(
    browser: FlaskClient, draft: Application, report: LossReport
) -> None:
    door = doors(draft, report)["DraftView.upload"]
    places = [handed_in(browser, door, samples.pdf(), doubtful.with_layer(), doubtful.with_layer(pages=2)).location]
    assert [file.original_name for file in files_of(draft)] == ["scan-1.pdf"]
    listed = re.findall(r'href="([^"]+/held/[0-9a-f]{32})"', browser.get(f"/intake/{draft.reference}").text)
    assert len(listed) == 2 and places[0] in listed
    second = sent(browser, places[0], choose="none").location
    assert second in listed and second != places[0]
    assert sent(browser, second, choose="none").location == f"/intake/{draft.reference}"
    assert "/held/" not in browser.get(f"/intake/{draft.reference}").text


def test_nobody_else_and_no_other_session_sees_it(
    sign_in: SignIn, clerk: StaffMember, make_staff: Callable[..., StaffMember], draft: Application, report: LossReport
) -> None:
    mine = sign_in(clerk)
    place = handed_in(mine, doors(draft, report)["DraftView.upload"], doubtful.with_layer()).location
    colleague = make_staff("intake_clerk", username="colleague", centre=draft.centre)
    for browser in (sign_in(colleague), sign_in(clerk)):
        assert browser.get(place).status_code == 404
        assert browser.get(f"{place}/pages/1").status_code == 404
        assert browser.post(place, data={"choose": "take", "file": waiting()[0].sha256, "page-1": "kept"}).status_code == 404
        assert "/held/" not in browser.get(f"/intake/{draft.reference}").text
    assert mine.get(place).status_code == 200 and files_of(draft) == []


def test_an_answer_about_another_file_decides_nothing(browser: FlaskClient, draft: Application, report: LossReport) -> None:
    place = handed_in(browser, doors(draft, report)["DraftView.upload"], doubtful.with_layer()).location
    answer = browser.post(place, data={"choose": "take", "file": "0" * 64, "page-1": "kept"})
    assert answer.status_code == 409 and files_of(draft) == [] and len(waiting()) == 1


def test_it_is_no_upload_of_another_case(browser: FlaskClient, draft: Application, report: LossReport) -> None:
    place = handed_in(browser, doors(draft, report)["DraftView.upload"], doubtful.with_layer()).location
    token = place.rpartition("/")[2]
    assert browser.get(f"/loss-reports/{report.public_id}/held/{token}").status_code == 404


def test_a_second_press_keeps_it_once(browser: FlaskClient, draft: Application, report: LossReport) -> None:
    place = handed_in(browser, doors(draft, report)["DraftView.upload"], doubtful.with_layer()).location
    text = browser.get(place).text
    form = {"choose": "take", "page-1": "kept"} | {
        name: re.search(rf'name="{name}" value="([^"]*)"', text)[1] for name in ("file", "aside")
    }
    answers = [browser.post(place, data=form).status_code for _ in range(2)]
    assert answers == [302, 404] and len(files_of(draft)) == 1


def test_after_its_time_it_is_gone_with_its_object(
    browser: FlaskClient, draft: Application, report: LossReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = handed_in(browser, doors(draft, report)["DraftView.upload"], doubtful.with_layer()).location
    key, later = waiting()[0].sha256, clock.now() + held.KEPT_FOR + timedelta(seconds=1)
    held.forget_old()
    assert objects.store().exists(key)
    monkeypatch.setattr(held.clock, "now", lambda: later)
    db.session.rollback()
    assert db.session.scalar(sa.select(HeldUpload.id).where(HeldUpload.created_at > later - held.KEPT_FOR)) is None
    held.forget_old()
    assert (waiting(), objects.store().exists(key), files_of(draft)) == ([], False, [])
    monkeypatch.undo()
    assert browser.get(place).status_code == 404


def test_what_waits_is_unreadable_in_the_store_and_its_address_names_nothing(
    browser: FlaskClient, draft: Application, report: LossReport
) -> None:
    place = handed_in(browser, doors(draft, report)["DraftView.upload"], doubtful.with_files_inside("secret-name.xml")).location
    sealed = objects.store().sealed(waiting()[0].sha256)
    assert b"secret-name" not in sealed and b"%PDF" not in sealed and b"scan-1" not in sealed
    assert draft.resident.name not in place and "secret" not in place


def test_control_the_same_file_twice_waits_as_two_objects(browser: FlaskClient, draft: Application, report: LossReport) -> None:
    for _ in range(2):
        handed_in(browser, doors(draft, report)["DraftView.upload"], doubtful.with_layer())
    assert len({one.sha256 for one in waiting()}) == 2


def test_where_nobody_can_be_asked_it_is_refused(app: Flask) -> None:
    for data, reason in ((doubtful.with_layer(), Reason.LOOKS_OTHER), (doubtful.with_files_inside("a.xml"), Reason.FILES_INSIDE)):
        with pytest.raises(storage.UploadRefused) as refused:
            storage.prepare(data, "scan.pdf")
        assert refused.value.reason is reason


def test_the_reviewer_reads_beside_the_document_who_chose_what(
    browser: FlaskClient, sign_in: SignIn, reviewer: StaffMember, draft: Application, report: LossReport
) -> None:
    sent(browser, handed_in(browser, doors(draft, report)["DraftView.upload"], doubtful.with_layer()).location, page_1="picture")
    with transaction() as session:
        session.get_one(Application, draft.id).status = "submitted"
    text = sign_in(reviewer).get(f"/applications/{draft.reference}").text
    assert "Page 1 was drawn in two ways that differ (16.8 per cent)." in text and "chose how it came" in text

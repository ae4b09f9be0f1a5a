"""The doors of the notices: a list, letters on paper, what could not be sent, and the part of a case's page."""

import pypdfium2
import pytest
from flask import url_for
from sqlalchemy import select

from admin_app.audit.models import ReadNote
from admin_app.foundation.database import db, transaction
from admin_app.notices.models import Notice
from tests.factories.applications import make_application
from tests.factories.centres import make_centre
from tests.factories.notices import make_notice
from tests.factories.residents import make_resident
from tests.factories.restrictions import make_restriction


@pytest.fixture
def case(clerk, centre):
    return make_application(clerk, centre)


@pytest.fixture
def browser(sign_in):
    return sign_in("mailroom_clerk", username="zhao")


def states() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Notice.status).order_by(Notice.id)))


def words_of(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


def test_letters_are_chosen_opened_in_one_document_and_marked(browser, case):
    first, second = make_notice(case), make_notice(case, "posted")
    ids = [first.public_id, second.public_id]
    page = browser.post("/notices/chosen", data={"notice": ids, "verb": "print"}, follow_redirects=True).text
    assert page.count(case.reference) == 2 and "2 letters can be printed" in page
    answer = browser.get("/notices/letters.pdf", query_string={"notice": ids})
    assert answer.mimetype == "application/pdf" and words_of(answer.data).count(case.reference) >= 2
    assert states() == ["waiting", "waiting"]
    browser.post("/notices/letters", data={"notice": ids})
    assert states() == ["printed", "printed"]


def test_without_a_choice_the_longest_waiting_are_printed(browser, case):
    make_notice(case, status="printed")
    make_notice(case)
    assert "1 letter can be printed" in browser.get("/notices/letters").text


def test_nothing_selected_says_so(browser):
    page = browser.post("/notices/chosen", data={"verb": "print"}, follow_redirects=True).text
    assert "Nothing was selected" in page


def test_whoever_opens_a_letter_is_noted(browser, case):
    notice = make_notice(case)
    browser.get(f"/notices/{notice.public_id}.pdf")
    db.session.rollback()
    (note,) = db.session.scalars(select(ReadNote).where(ReadNote.act == "printed"))
    assert (note.subject_ref, note.resident_ref) == (case.reference, case.resident.public_id)


def test_letters_of_restricted_records_are_named_and_not_opened(browser, case, supervisor):
    notice = make_notice(case)
    with transaction():
        make_restriction(case.resident, supervisor)
    page = browser.get("/notices/letters").text
    assert "Not printed" in page and "the records are restricted" in page
    assert browser.get(f"/notices/{notice.public_id}.pdf").status_code == 409
    assert browser.get("/notices/letters.pdf", query_string={"notice": [notice.public_id]}).status_code == 409


def test_whoever_works_for_another_centre_opens_no_letter(sign_in, case):
    notice = make_notice(case)
    elsewhere = sign_in("supervisor", username="elsewhere", centre=make_centre("EL"))
    assert elsewhere.get(f"/notices/{notice.public_id}.pdf").status_code == 404


def test_a_message_has_no_letter(browser, case):
    notice = make_notice(case, channel="sms", status="sent", words="短信")
    assert browser.get(f"/notices/{notice.public_id}.pdf").status_code == 404


def test_an_address_that_does_not_fit_stops_the_print_with_its_case(browser, case):
    notice = make_notice(case, recipient="街道" * 200)
    answer = browser.get(f"/notices/{notice.public_id}.pdf")
    assert answer.status_code == 422 or answer.status_code == 400
    assert case.reference in answer.text


def test_what_was_not_sent_goes_out_again_or_on_paper(browser, case):
    lost = make_notice(case, channel="sms", status="unknown", error="no_answer", words="短信", recipient="13805715521")
    with transaction():
        lost.instead_text = '{"recipient": "310012\\n王芳", "words": "标题\\n\\n正文"}'
    page = browser.get("/notices/?tab=trouble").text
    assert "no whole answer came" in page and "短信" not in page
    said = browser.post("/notices/chosen", data={"notice": [lost.public_id], "verb": "letter"}, follow_redirects=True).text
    assert "1 letter was written" in said and states() == ["unknown", "waiting"]
    said = browser.post("/notices/chosen", data={"notice": [lost.public_id], "verb": "again"}, follow_redirects=True).text
    assert "1 message leaves once more" in said


def test_the_page_of_a_case_says_what_the_resident_was_told(sign_in, case):
    notice = make_notice(case)
    make_notice(case, "posted", channel="sms", status="sent", words="已寄出")
    page = sign_in("reviewer").get(f"/applications/{case.reference}").text
    assert f"/notices/{notice.public_id}.pdf" in page and "已寄出" in page and "Waits to leave" in page


def test_an_auditor_sees_that_something_was_said_and_not_what(sign_in, case):
    notice = make_notice(case, channel="sms", status="sent", words="已寄出")
    page = sign_in("auditor").get(f"/applications/{case.reference}").text
    assert "Card ready to collect" in page and "已寄出" not in page and notice.public_id not in page


def test_the_number_of_letters_stands_in_the_sidebar(browser, case, app):
    make_notice(case)
    make_notice(case, channel="sms")
    with app.test_request_context():
        address = url_for("NoticeView.index")
    page = browser.get(address).text
    assert page.count(f'href="{address}"') >= 1 and "Letters to print" in page


def test_the_letter_of_somebody_with_a_rare_name_is_printed(browser, clerk, centre):
    case = make_application(clerk, centre, make_resident(name="王\ue863", name_latin="Wang Yan"))
    notice = make_notice(case)
    assert "王(Yan)" in words_of(browser.get(f"/notices/{notice.public_id}.pdf").data)

"""The counter in the browser: taking in, documents, handing in, stale forms, foreign and hostile input."""

import html
import io
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from admin_app.applications import queries
from admin_app.applications.models import Application, Document
from admin_app.applications.operations import decisions, intake, moves
from admin_app.applications.operations.details import CaseDetails
from admin_app.applications.queries import intake as reads
from admin_app.foundation import clock
from admin_app.foundation.database import db, new_public_id, transaction
from admin_app.loss_reports import operations as loss_reports
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember
from tests.factories.centres import make_centre
from tests.factories.residents import id_number, register
from tests.foundation.storage import samples
from tests.owner import unguarded_transaction

SignIn = Callable[..., FlaskClient]
MARKUP = "<img src=x onerror=alert(1)>"
FILLED = {
    "channel": "counter", "reason": "damaged", "applicant": "self", "delivery": "post", "recipient": "王龑", "postcode": "310012",
    "address": "浙江省杭州市西湖区\r\n文三路90号",
}  # fmt: skip


@pytest.fixture
def browser(sign_in: SignIn, clerk: StaffMember) -> FlaskClient:
    """The clerk's browser."""
    return sign_in(clerk)


def draft(by: StaffMember, resident: Resident | None = None, **changes: str) -> Application:
    resident = resident or register(by)
    details = CaseDetails(**({"channel": "counter", "reason": "damaged", "postcode": "310012", "address": "文三路90号"} | changes))
    with transaction():
        return intake.take_in(resident, details, by=by)


def scan(name: str = "scan.jpg", content: bytes | None = None) -> tuple[io.BytesIO, str]:
    return io.BytesIO(samples.jpeg() if content is None else content), name


def upload(browser: FlaskClient, case: Application, material: str, *files: tuple[io.BytesIO, str], **headers: str):  # type: ignore[no-untyped-def]
    data = {"material": material, "files": list(files)}
    return browser.post(f"/intake/{case.reference}/documents", data=data, content_type="multipart/form-data", headers=headers)


def complete(browser: FlaskClient, case: Application) -> None:
    for material in reads.missing_materials(queries.checklist(case)):
        assert upload(browser, case, material, scan()).status_code == 302


def kept(case: Application) -> list[Document]:
    return list(
        db.session.scalars(select(Document).where(Document.application_id == case.id, Document.removed_at.is_(None)).order_by(Document.id))
    )


def only_case() -> Application:
    return db.session.scalars(select(Application)).one()


def test_the_form_makes_a_draft_and_a_double_click_makes_no_second(browser: FlaskClient, clerk: StaffMember) -> None:
    place, data = f"/intake/new/{register(clerk).public_id}", FILLED | {"key": new_public_id()}
    first, again = (browser.post(place, data=data) for _ in range(2))
    assert first.location == again.location == f"/intake/{only_case().reference}"


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"reason": ""}, "listed values"), ({"postcode": "1"}, "six digits"), ({"applicant": "proxy"}, "ID card"),
        ({"reason": "other"}, "resident"), ({"address": ""}, "needed"), ({"phone": "abc"}, "phone number"),
        ({"email": "name at example"}, "e-mail address"),
        ({"recipient": "x" * 60}, "at most 50"),
        ({"key": "nonsense"}, "open it again"),
    ],
)  # fmt: skip
def test_a_refused_form_says_why_and_keeps_what_was_typed(
    browser: FlaskClient, clerk: StaffMember, changes: dict[str, str], part: str
) -> None:
    data = FILLED | {"old_card_serial": "AB123", "key": new_public_id()} | changes
    answer = browser.post(f"/intake/new/{register(clerk).public_id}", data=data)
    assert answer.status_code in (409, 422) and part in answer.text and 'value="AB123"' in answer.text
    assert db.session.scalar(select(func.count(Application.id))) == 0


def test_the_form_keeps_an_address_for_e_mails_and_does_not_show_it_again(browser: FlaskClient, clerk: StaffMember) -> None:
    place = f"/intake/new/{register(clerk).public_id}"
    browser.post(place, data=FILLED | {"key": new_public_id(), "email": "fang.wang@example.org"})
    case = only_case()
    assert case.resident.email == "fang.wang@example.org"
    page = browser.get(f"/intake/{case.reference}/change").text
    assert f"now {case.resident.email_masked}" in page and "fang.wang@" not in page


def test_an_unfinished_twin_is_refused_with_a_link(browser: FlaskClient, clerk: StaffMember) -> None:
    first = draft(clerk)
    answer = browser.post(f"/intake/new/{first.resident.public_id}", data=FILLED | {"key": new_public_id()})
    assert answer.status_code == 409 and f'href="/intake/{first.reference}"' in answer.text


def test_the_twin_at_another_centre_is_named_without_a_link(browser: FlaskClient, make_staff, clerk: StaffMember) -> None:  # type: ignore[no-untyped-def]
    first = draft(make_staff("intake_clerk", username="other", centre=make_centre("BJ")))
    answer = browser.post(f"/intake/new/{first.resident.public_id}", data=FILLED | {"key": new_public_id()})
    assert answer.status_code == 409 and first.reference in answer.text and f'href="/intake/{first.reference}"' not in answer.text


def test_the_checklist_follows_reason_and_applicant(browser: FlaskClient, clerk: StaffMember) -> None:
    place = f"/intake/needs/{register(clerk).public_id}"
    assert "Proof of loss" in browser.get(place, query_string={"reason": "lost", "applicant": "self"}).text
    assert "Signed authorisation" in browser.get(place, query_string={"reason": "lost", "applicant": "proxy"}).text
    assert "Choose a reason" in browser.get(place, query_string={"reason": MARKUP, "applicant": "'"}).text


def test_a_child_needs_a_guardian(browser: FlaskClient, clerk: StaffMember) -> None:
    child = register(clerk, born=date(2018, 5, 1))
    assert 'value="guardian" checked' in browser.get(f"/intake/new/{child.public_id}").text
    answer = browser.post(f"/intake/new/{child.public_id}", data=FILLED | {"key": new_public_id()})
    assert answer.status_code == 422 and "guardian applies" in answer.text


def test_a_proxy_number_is_never_shown_again(browser: FlaskClient, clerk: StaffMember) -> None:
    number = id_number()
    data = FILLED | {"key": new_public_id(), "applicant": "proxy", "agent_name": "李雷", "agent_id_number": number}
    page = browser.get(browser.post(f"/intake/new/{register(clerk).public_id}", data=data).location).text
    assert number not in page and "*" * 14 + number[-4:] in page


def test_several_files_go_up_at_once_and_each_refused_one_gets_its_sentence(browser: FlaskClient, clerk: StaffMember) -> None:
    case = draft(clerk)
    answer = upload(browser, case, "id_copy", scan("front.jpg"), scan("virus.exe", b"MZ"), scan("back.jpg"), scan("empty.pdf", b""))
    names = [one.file.original_name for one in kept(case)]
    assert answer.status_code == 422 and names == ["front.jpg", "back.jpg"]
    assert "virus.exe" in answer.text and "not a JPEG" in answer.text and "The file is empty" in answer.text


def test_the_script_gets_the_fresh_page_itself(browser: FlaskClient, clerk: StaffMember) -> None:
    case = draft(clerk)
    answer = upload(browser, case, "id_copy", scan("front.jpg"), **{"X-Desk-Upload": "1"})
    assert answer.status_code == 200 and "front.jpg" in answer.text


def test_a_hostile_file_name_is_shown_literally(browser: FlaskClient, clerk: StaffMember) -> None:
    case = draft(clerk)
    upload(browser, case, "id_copy", scan(f"{MARKUP}\u202egpj.jpg"))
    page = browser.get(f"/intake/{case.reference}").text
    assert MARKUP not in page and "\u202e" not in page


@pytest.mark.parametrize("material", ["", "nonsense", MARKUP])
def test_an_unknown_material_keeps_nothing(browser: FlaskClient, clerk: StaffMember, material: str) -> None:
    case = draft(clerk)
    assert upload(browser, case, material, scan()).status_code == 422 and db.session.scalar(select(func.count(Document.id))) == 0


def test_an_upload_without_a_file_says_so(browser: FlaskClient, clerk: StaffMember) -> None:
    assert "choose a file" in upload(browser, draft(clerk), "id_copy").text


def test_a_removed_document_is_brought_back(browser: FlaskClient, clerk: StaffMember) -> None:
    case = draft(clerk)
    upload(browser, case, "id_copy", scan("front.jpg"))
    place = f"/intake/{case.reference}/documents/{kept(case)[0].public_id}"
    browser.post(f"{place}/remove")
    assert kept(case) == [] and "Bring back" in browser.get(f"/intake/{case.reference}").text
    browser.post(f"{place}/restore")
    assert len(kept(case)) == 1


def test_a_draft_lists_what_is_missing_and_is_not_submitted(browser: FlaskClient, clerk: StaffMember) -> None:
    case = draft(clerk)
    answer = browser.post(f"/intake/{case.reference}/submit", data={"version": "1"})
    assert answer.status_code == 422 and 'href="#material-photo"' in answer.text and only_case().status == "draft"


def test_a_complete_draft_is_handed_in_once(browser: FlaskClient, clerk: StaffMember) -> None:
    case = draft(clerk)
    complete(browser, case)
    data = {"version": str(only_case().version)}
    codes = [browser.post(f"/intake/{case.reference}/submit", data=data).status_code for _ in range(2)]
    assert codes == [302, 409] and only_case().status == "submitted"


def test_a_stale_submit_says_so_and_the_page_has_the_new_version(browser: FlaskClient, clerk: StaffMember) -> None:
    case = draft(clerk)
    complete(browser, case)
    answer = browser.post(f"/intake/{case.reference}/submit", data={"version": "1"})
    assert answer.status_code == 409 and f'name="version" value="{only_case().version}"' in answer.text


def test_a_stale_change_shows_the_difference_and_keeps_what_was_typed(browser: FlaskClient, clerk: StaffMember) -> None:
    case = draft(clerk)
    place = f"/intake/{case.reference}/change"
    assert browser.post(place, data=FILLED | {"version": "1", "postcode": "310001"}).status_code == 302
    answer = browser.post(place, data=FILLED | {"version": "1", "postcode": "310099", "reason": "expired"})
    assert answer.status_code == 409 and 'value="310099"' in answer.text and "310001" in answer.text and "Expired" in answer.text
    assert (only_case().postcode, only_case().reason) == ("310001", "damaged")


def test_lost_links_the_report_that_runs(browser: FlaskClient, clerk: StaffMember) -> None:
    resident = register(clerk)
    with transaction():
        report = loss_reports.take(resident, channel="phone", is_formal=False, by=clerk)
    browser.post(f"/intake/new/{resident.public_id}", data=FILLED | {"reason": "lost", "key": new_public_id()})
    assert only_case().loss_report_id == report.id


def test_a_formal_report_is_taken_in_the_case_after_its_consequences_were_shown(browser: FlaskClient, clerk: StaffMember) -> None:
    case = draft(clerk, reason="lost")
    place, data = f"/intake/{case.reference}/loss-report", {"key": new_public_id(), "channel": "counter", "kind": "formal"}
    assert "void for good" in browser.post(place, data=data).text and only_case().loss_report_id is None
    browser.post(place, data=data | {"confirmed": "yes"})
    assert only_case().loss_report.status == "formal"


def test_the_receipt_of_the_formal_report_becomes_the_proof(browser: FlaskClient, clerk: StaffMember) -> None:
    case = draft(clerk, reason="lost")
    with transaction():
        report = loss_reports.take(case.resident, channel="counter", is_formal=True, by=clerk)
        intake.link_loss_report(case, report, by=clerk)
    assert browser.post(f"/intake/{case.reference}/loss-proof").status_code == 302
    assert [one.material for one in kept(case)] == ["loss_proof"]


def test_a_case_that_waits_is_completed_and_goes_back(browser: FlaskClient, clerk: StaffMember, make_staff) -> None:  # type: ignore[no-untyped-def]
    case, reviewer = draft(clerk), make_staff("reviewer")
    complete(browser, case)
    with transaction():
        case = queries.by_reference(clerk, case.reference)
        intake.submit(case, version=case.version, by=clerk)
        moves.move(case, "claim", by=reviewer, owner_id=reviewer.id)
        decisions.request_information(case, by=reviewer, reasons=["photo_missing"])
    assert upload(browser, case, "photo", scan("new.jpg")).status_code == 302
    assert browser.post(f"/intake/{case.reference}/submit", data={"version": str(only_case().version)}).status_code == 302
    assert (only_case().status, only_case().owner_id, only_case().paused_on) == ("in_review", reviewer.id, None)


def test_withdrawing_needs_a_reason(browser: FlaskClient, clerk: StaffMember) -> None:
    case = draft(clerk)
    place = f"/intake/{case.reference}/withdraw"
    assert browser.post(place, data={"version": "1"}).status_code == 422 and only_case().status == "draft"
    assert browser.post(place, data={"version": "1", "reason": "found"}).status_code == 302 and only_case().status == "withdrawn"


@pytest.mark.parametrize("language", ["en", "zh", ""])
def test_the_receipt_is_a_pdf(browser: FlaskClient, clerk: StaffMember, language: str) -> None:
    answer = browser.get(f"/intake/{draft(clerk).reference}/receipt.pdf", query_string={"language": language})
    assert answer.status_code == 200 and answer.data.startswith(b"%PDF-") and "inline" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("name", ["王龑", "O'Connor Ann", "買買提·吐爾遜", "अनिल कुमार", "غلام محمد", "\ue000\ue001", "𪚥", MARKUP])
def test_a_receipt_prints_every_name(browser: FlaskClient, clerk: StaffMember, name: str) -> None:
    answer = browser.get(f"/intake/{draft(clerk, register(clerk, name)).reference}/receipt.pdf")
    assert answer.status_code == 200 and answer.data.startswith(b"%PDF-")


def test_markup_in_every_text_is_shown_literally(browser: FlaskClient, clerk: StaffMember) -> None:
    texts = {"statement": MARKUP, "recipient": MARKUP, "address": MARKUP, "agent_name": MARKUP}
    case = draft(clerk, register(clerk, MARKUP), applicant="proxy", agent_id_number=id_number(), **texts)
    for place in (
        f"/intake/{case.reference}",
        f"/intake/{case.reference}/change",
        "/intake/?tab=drafts",
        f"/residents/{case.resident.public_id}",
    ):
        page = browser.get(place).text
        assert MARKUP not in page
    assert html.escape(MARKUP, quote=False) in browser.get(f"/intake/{case.reference}").text


@pytest.mark.parametrize("place", ["", "/change", "/receipt.pdf"])
def test_the_draft_of_another_centre_is_not_found(sign_in: SignIn, clerk: StaffMember, make_staff, place: str) -> None:  # type: ignore[no-untyped-def]
    case = draft(clerk)
    other = sign_in(make_staff("intake_clerk", username="other", centre=make_centre("BJ")))
    assert other.get(f"/intake/{case.reference}{place}").status_code == 404


@pytest.mark.parametrize("verb", ["change", "documents", "submit", "withdraw", "loss-report", "loss-proof"])
def test_nothing_is_done_to_a_case_of_another_centre(sign_in: SignIn, clerk: StaffMember, make_staff, verb: str) -> None:  # type: ignore[no-untyped-def]
    case = draft(clerk)
    other = sign_in(make_staff("intake_clerk", username="other", centre=make_centre("BJ")))
    assert other.post(f"/intake/{case.reference}/{verb}", data=FILLED | {"version": "1"}).status_code == 404
    assert (only_case().version, only_case().status) == (1, "draft")


@pytest.mark.parametrize(("query", "status"), [("tab=nope", 400), ("page=abc", 400), ("page=%F0%9F%98%80", 400), ("tab=running", 200)])
def test_hostile_arguments_get_a_clear_answer(browser: FlaskClient, query: str, status: int) -> None:
    assert browser.get(f"/intake/?{query}").status_code == status


@pytest.mark.parametrize("tab", ["drafts", "running", "waiting"])
def test_the_desk_shows_cases_in_every_state(browser: FlaskClient, clerk: StaffMember, tab: str) -> None:
    for status in ("submitted", "in_review", "needs_information"):
        case = draft(clerk)
        with unguarded_transaction():
            case.status, case.is_open, case.paused_on = status, True, clock.today() if status == "needs_information" else None
    draft(clerk)
    page = browser.get(f"/intake/?tab={tab}")
    assert page.status_code == 200 and "BK-" in page.text

"""What was typed stays: a form sent again with other words, a decision without its reason, a page that was stale."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from admin_app.applications.models import Application
from admin_app.applications.queries.snapshot import snapshot
from admin_app.applications.views import case_page
from admin_app.centres.models import Centre
from admin_app.foundation.database import db, new_public_id, transaction
from admin_app.loss_reports.models import LossReport
from admin_app.staff.models import StaffMember
from tests.factories.applications import held_by, make_application, make_ready_case
from tests.factories.residents import register

SignIn = Callable[..., FlaskClient]


def application(**changes: str) -> dict[str, str]:
    sent = {"channel": "counter", "reason": "damaged", "applicant": "self", "delivery": "collect", "statement": "It broke."}
    return sent | changes


def test_an_application_that_is_edited_and_sent_again_is_shown_beside_what_was_taken(sign_in: SignIn, clerk: StaffMember) -> None:
    resident, browser, key = register(clerk), sign_in(clerk), new_public_id()
    place = f"/intake/new/{resident.public_id}"
    first = browser.post(place, data=application(key=key)).location
    assert browser.post(place, data=application(key=key)).location == first
    answer = browser.post(place, data=application(key=key, statement="It melted."))
    shown = unescape(answer.text)
    assert answer.status_code == 409 and "It broke." in shown and shown.count("It melted.") == 2 and "sent before" in shown
    case = db.session.scalars(select(Application)).one()
    assert (case.statement, case.version) == ("It broke.", 1)
    saved = browser.post(f"/intake/{case.reference}/change", data=application(statement="It melted.", version=str(case.version)))
    db.session.expire_all()
    assert saved.status_code == 302 and case.statement == "It melted."


def test_a_report_that_is_edited_and_sent_again_is_refused_beside_what_was_taken(sign_in: SignIn, clerk: StaffMember) -> None:
    resident, browser = register(clerk), sign_in(clerk)
    place = f"/loss-reports/new/{resident.public_id}"
    data = {"channel": "phone", "kind": "provisional", "circumstances": "On the bus.", "key": new_public_id()}
    first = browser.post(place, data=data).location
    assert browser.post(place, data=data).location == first
    answer = browser.post(place, data=data | {"circumstances": "In the park.", "bank_side_reported": "y"})
    shown = unescape(answer.text)
    assert answer.status_code == 409 and "On the bus." in shown and shown.count("In the park.") == 2 and "stays as it is" in shown
    assert db.session.scalars(select(LossReport)).one().circumstances == "On the bus."


def test_a_report_taken_from_the_draft_is_not_edited_by_sending_it_again(sign_in: SignIn, clerk: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre, status="draft", reason="lost", is_open=False, submitted_at=None)
    browser, place = sign_in(clerk), f"/intake/{case.reference}/loss-report"
    data = {"channel": "phone", "kind": "provisional", "circumstances": "On the bus.", "key": new_public_id()}
    assert [browser.post(place, data=data).status_code for _ in range(2)] == [302, 302]
    answer = browser.post(place, data=data | {"circumstances": "In the park."})
    assert answer.status_code == 409 and "In the park." in answer.text and "On the bus." in answer.text


def decided(case: Application, **values: Any) -> dict[str, Any]:
    return {"version": case.version, "seen": case_page.seal(snapshot(case)), "view": ""} | values


def is_open(text: str, dialogue: str) -> bool:
    return bool(html.fromstring(text).xpath("//*[@id=$id][@data-kept-open][not(@popover)]", id=dialogue))


@pytest.mark.parametrize(("kind", "dialogue"), [("reject", "outcome-reject"), ("request_information", "outcome-request")])
def test_a_decision_without_its_reason_leaves_the_dialogue_open(
    clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn, kind: str, dialogue: str
) -> None:
    case = make_application(clerk, centre, **held_by(reviewer))
    browser, place = sign_in(reviewer), f"/applications/{case.reference}"
    answer = browser.post(f"{place}/decide", data=decided(case, kind=kind, note="the photo is old"))
    assert answer.status_code == 422 and is_open(answer.text, dialogue) and "the photo is old" in answer.text
    assert not is_open(browser.get(place).text, dialogue), "control: it is closed on a fresh page"


def test_refusing_a_document_without_a_reason_keeps_the_note_in_the_open_dialogue(
    clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    document = case.documents[0].public_id
    place = f"/applications/{case.reference}/verdicts/{document}"
    answer = sign_in(reviewer).post(place, data=decided(case, verdict="refused", note="too dark to read"))
    assert answer.status_code == 422 and is_open(answer.text, f"refuse-{document}") and "too dark to read" in answer.text


def test_handing_over_without_a_reason_keeps_the_choice(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, supervisor: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case = make_application(clerk, centre, **held_by(reviewer))
    answer = sign_in(supervisor).post(f"/applications/{case.reference}/reassign", data=decided(case, to=colleague.username, reason=""))
    chosen = html.fromstring(answer.text).xpath("//select[@name='to']/option[@selected]/@value")
    assert answer.status_code == 422 and is_open(answer.text, "hand-over") and chosen == [colleague.username]


def test_the_stale_page_sends_the_note_again(clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn) -> None:
    case = make_application(clerk, centre, **held_by(reviewer))
    data = decided(case, kind="reject", reject_reason=["not_entitled"], note="not insured here")
    with transaction():
        case.address, case.version = "another street", case.version + 1
    browser, place = sign_in(reviewer), f"/applications/{case.reference}/decide"
    stale = browser.post(place, data=data)
    form = html.fromstring(stale.text).xpath("//form[@action=$place]", place=place)[0]
    assert stale.status_code == 409 and form.xpath(".//textarea")[0].text.strip() == "not insured here"
    again = [(one.get("name"), one.get("value")) for one in form.xpath(".//input")] + [("note", "not insured here")]
    assert browser.post(place, data=dict(again) | {"kind": "reject"}).status_code == 302
    db.session.expire_all()
    assert (case.status, case.decisions[0].note) == ("rejected", "not insured here")


def test_after_a_lost_lease_the_case_can_be_taken_again(clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn) -> None:
    case = make_application(clerk, centre, **held_by(reviewer))
    data = decided(case, kind="reject", reject_reason=["not_entitled"], note="not insured here")
    with transaction():
        case.status, case.owner_id, case.lease_until, case.version = "submitted", None, None, case.version + 1
    browser = sign_in(reviewer)
    stale = browser.post(f"/applications/{case.reference}/decide", data=data)
    assert stale.status_code == 409 and f'action="/applications/{case.reference}/claim"' in stale.text and "not insured here" in stale.text
    browser.post(f"/applications/{case.reference}/claim")
    assert "not insured here" in browser.get(f"/applications/{case.reference}").text

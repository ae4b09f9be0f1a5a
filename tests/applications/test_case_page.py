"""The page of one case: who may do what, what happens to a form that comes too late."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from admin_app.applications import queries
from admin_app.applications.models import Application
from admin_app.applications.queries.snapshot import snapshot
from admin_app.applications.views import case_page
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.staff.models import StaffMember
from tests.factories.applications import held_by, make_application, make_document, make_linked_report, make_ready_case, make_unclaimed
from tests.factories.centres import make_centre
from tests.statements import counted_statements

SignIn = Callable[..., FlaskClient]
EXPIRED = {"lease_until": clock.now() - timedelta(minutes=1)}


def form_of(case: Application, **values: Any) -> dict[str, Any]:
    """What the page's forms carry."""
    return {"version": case.version, "seen": case_page.seal(snapshot(case)), "view": ""} | values


def test_approving_closes_the_case_and_opens_the_next_one_for_whoever_wants_that(
    clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case, waiting = make_ready_case(clerk, reviewer, centre), make_application(clerk, centre)
    data = form_of(case, kind="approve", then="next", view="reason=damaged")
    answer = sign_in(reviewer).post(f"/applications/{case.reference}/decide", data=data)
    db.session.expire_all()
    assert answer.headers["Location"].endswith(f"/applications/{waiting.reference}?reason=damaged")
    assert (case.status, waiting.owner_id, reviewer.opens_next) == ("approved", reviewer.id, True)


def test_a_decision_takes_no_other_case_unless_somebody_wants_that(
    clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case, waiting = make_ready_case(clerk, reviewer, centre), make_application(clerk, centre)
    data = form_of(case, kind="approve", view="tab=overdue")
    answer = sign_in(reviewer).post(f"/applications/{case.reference}/decide", data=data)
    db.session.expire_all()
    assert (answer.location, waiting.owner_id, reviewer.opens_next) == ("/queue/?tab=overdue", None, False)


def test_the_next_case_after_a_decision_is_one_of_ones_own_first(
    clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case, own = make_ready_case(clerk, reviewer, centre), make_application(clerk, centre, **held_by(reviewer))
    free = make_application(clerk, centre, due_on=clock.today() - timedelta(days=9))
    data = form_of(case, kind="approve", then="next")
    page = sign_in(reviewer).post(f"/applications/{case.reference}/decide", data=data, follow_redirects=True)
    db.session.expire_all()
    assert page.request.path == f"/applications/{own.reference}" and "no other was taken" in page.text
    assert free.owner_id is None


def test_the_switch_is_remembered_and_shown(clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn) -> None:
    case, browser = make_application(clerk, centre, **held_by(reviewer)), sign_in(reviewer)
    box = 'name="then" value="next"'
    assert f"{box} checked" not in browser.get(f"/applications/{case.reference}").text
    browser.post("/preferences/", data={"next": "on", "back": "/account/"})
    assert f"{box} checked" in browser.get(f"/applications/{case.reference}").text


def test_after_the_last_case_the_queue_says_what_was_done(
    clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case = make_application(clerk, centre, **held_by(reviewer))
    data = form_of(case, kind="reject", reject_reason=["not_entitled"], then="next")
    page = sign_in(reviewer).post(f"/applications/{case.reference}/decide", data=data, follow_redirects=True).text
    assert f"{case.reference} is rejected" in page
    assert "Nothing is waiting for you" in page


def test_a_form_that_came_too_late_shows_the_difference_and_keeps_the_note(
    clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    data = form_of(case, kind="approve", note="the photo is fine")
    with transaction():
        case.address, case.version = "another street", case.version + 1
        case.documents[0].verdict = "refused"
    browser = sign_in(reviewer)
    answer = browser.post(f"/applications/{case.reference}/decide", data=data)
    assert answer.status_code == 409
    for text in ("the photo is fine", "another street", "文三路90号", "accepted", "refused"):
        assert text in answer.text
    assert case.status == "in_review"
    assert "the photo is fine" in browser.get(f"/applications/{case.reference}").text


def test_a_lost_claim_names_the_new_owner_and_keeps_the_note(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    data = form_of(case, kind="reject", reject_reason="not_entitled", note="typed for ten minutes")
    with transaction():
        case.owner_id, case.version = colleague.id, case.version + 1
    answer = sign_in(reviewer).post(f"/applications/{case.reference}/decide", data=data)
    assert answer.status_code == 409
    assert colleague.name_shown in answer.text
    assert "typed for ten minutes" in answer.text
    assert queries.unsaved_of(case, reviewer).content["reject_reasons"] == ["not_entitled"]


def test_whoever_comes_second_is_told_who_decided(clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    data, browser = form_of(case, kind="approve"), sign_in(reviewer)
    first = browser.post(f"/applications/{case.reference}/decide", data=data)
    second = browser.post(f"/applications/{case.reference}/decide", data=data)
    assert (first.status_code, second.status_code) == (302, 409)
    assert "already decided this case" in second.text


def test_what_is_missing_is_said_beside_the_form_and_nothing_is_lost(
    clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case = make_application(clerk, centre, **held_by(reviewer))
    browser = sign_in(reviewer)
    for kind in ("approve", "reject", "request_information"):
        answer = browser.post(f"/applications/{case.reference}/decide", data=form_of(case, kind=kind, note=f"note for {kind}"))
        assert answer.status_code == 422
        assert f"note for {kind}" in answer.text
    assert 'href="#material-photo"' in browser.get(f"/applications/{case.reference}").text


def test_a_verdict_opens_the_next_document(clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn) -> None:
    case = make_application(clerk, centre, **held_by(reviewer))
    document = make_document(case, "photo")
    address = f"/applications/{case.reference}/verdicts/{document.public_id}"
    answer = sign_in(reviewer).post(address, data=form_of(case, verdict="accepted"))
    db.session.expire_all()
    assert (answer.status_code, document.verdict, document.verdict_by_id) == (302, "accepted", reviewer.id)


def test_a_document_of_another_case_is_not_found(clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn) -> None:
    case, other = (make_application(clerk, centre, **held_by(reviewer)) for _ in range(2))
    document = make_document(other, "photo")
    address = f"/applications/{case.reference}/verdicts/{document.public_id}"
    assert sign_in(reviewer).post(address, data=form_of(case, verdict="accepted")).status_code == 404


def test_others_read_with_the_owners_name_and_no_form(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case = make_ready_case(clerk, colleague, centre)
    page = sign_in(reviewer).get(f"/applications/{case.reference}").text
    assert f"{colleague.name_en} is working on this case" in page
    assert "/decide" not in page
    assert "/verdicts/" not in page


@pytest.mark.parametrize(
    ("role", "changes", "mode"),
    [
        ("reviewer", {}, "free"), ("reviewer", {"status": "needs_information"}, "waiting"),
        ("reviewer", {"status": "approved", "is_open": False}, "closed"), ("auditor", {}, "read_only"), ("intake_clerk", {}, "read_only"),
        ("supervisor", {}, "free"),
    ],
)  # fmt: skip
def test_each_role_has_its_mode(role: str, changes: dict, mode: str, clerk: StaffMember, centre: Centre, make_staff) -> None:
    case = make_application(clerk, centre, **changes)
    assert case_page.mode_of(case, make_staff(role, username="me")) == mode


def test_own_intake_and_leases_have_their_modes(clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre) -> None:
    modes = [
        case_page.mode_of(make_application(reviewer, centre), reviewer),
        case_page.mode_of(make_application(clerk, centre, **held_by(reviewer)), reviewer),
        case_page.mode_of(make_application(clerk, centre, **held_by(colleague)), reviewer),
        case_page.mode_of(make_application(clerk, centre, **held_by(colleague, **EXPIRED)), reviewer),
    ]
    assert modes == ["own_intake", "mine", "theirs", "expired"]


POSTS = ("claim", "release", "reassign", "decide", "autosave", "reopen", "verdicts/" + "0" * 32)


@pytest.mark.parametrize("role", ["intake_clerk", "auditor", "mailroom_clerk", "administrator"])
def test_roles_that_do_not_decide_are_refused_everywhere(
    role: str, clerk: StaffMember, centre: Centre, sign_in: SignIn, make_staff
) -> None:
    case, browser = make_application(clerk, centre), sign_in(make_staff(role, username="me"))
    answers = {verb: browser.post(f"/applications/{case.reference}/{verb}", data=form_of(case)).status_code for verb in POSTS}
    assert set(answers.values()) == {403}, answers


def test_a_case_of_another_centre_is_not_found_whatever_is_asked(clerk: StaffMember, centre: Centre, sign_in: SignIn, make_staff) -> None:
    case = make_application(clerk, centre)
    browser = sign_in(make_staff("supervisor", username="elsewhere", centre=make_centre("BJ")))
    forms = {"decide": {"kind": "approve"}, "reassign": {"to": "elsewhere", "reason": "x"}, POSTS[-1]: {"verdict": "accepted"}}
    answers = [browser.get(f"/applications/{case.reference}").status_code]
    answers += [
        browser.post(f"/applications/{case.reference}/{verb}", data=form_of(case, **forms.get(verb, {}))).status_code for verb in POSTS
    ]
    assert set(answers) == {404}


@pytest.mark.parametrize(
    ("verb", "form"),
    [
        ("decide", {"kind": "destroy"}), ("decide", {"kind": "approve", "version": "x"}),
        ("decide", {"kind": "approve", "version": "9" * 30}),
        ("decide", {}), ("verdicts/" + "0" * 32, {"verdict": "maybe"}), ("verdicts/" + "0" * 32, {"verdict": "accepted", "version": ""}),
        ("release", {"view": "tab=nonsense"}), ("reopen", {"version": "-1"}),
    ],
)  # fmt: skip
def test_forms_that_are_none_of_ours_are_refused(
    verb: str, form: dict, clerk: StaffMember, supervisor: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case = make_application(clerk, centre, **held_by(supervisor))
    answer = sign_in(supervisor).post(f"/applications/{case.reference}/{verb}", data=form_of(case) | form)
    assert answer.status_code in (400, 302)
    assert db.session.get(Application, case.id, populate_existing=True).status in ("in_review", "submitted")


@pytest.mark.parametrize("query", ["tab=x", "document=%00", "nonsense=1", "page=abc&reason=x"])
def test_the_page_survives_any_address(query: str, clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn) -> None:
    case = make_application(clerk, centre)
    assert sign_in(reviewer).get(f"/applications/{case.reference}?{query}").status_code in (200, 400)


def test_html_in_any_text_stays_text(clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn) -> None:
    nasty = "<script>alert(1)</script>"
    case = make_application(clerk, centre, statement=nasty, address=nasty, recipient=nasty, **held_by(reviewer))
    browser = sign_in(reviewer)
    browser.post(f"/applications/{case.reference}/autosave", data=form_of(case, note=nasty))
    page = browser.get(f"/applications/{case.reference}").text
    assert nasty not in page
    assert nasty in unescape(page)


def test_what_could_never_be_saved_is_not_kept_while_typing_either(
    clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case = make_application(clerk, centre, **held_by(reviewer))
    answer = sign_in(reviewer).post(f"/applications/{case.reference}/autosave", data={"note": "half a\ufffd"})
    assert answer.status_code == 422 and "U+FFFD" in answer.json["problem"]
    assert queries.unsaved_of(case, reviewer) is None


def test_typing_keeps_the_unsaved_form_and_the_lease(clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn) -> None:
    case = make_application(clerk, centre, **held_by(reviewer, **EXPIRED))
    answer = sign_in(reviewer).post(
        f"/applications/{case.reference}/autosave", data={"note": "half a sen", "request_reason": "photo_missing"}
    )
    db.session.expire_all()
    assert answer.json["lease_minutes"] >= 29
    assert queries.unsaved_of(case, reviewer).content["note"] == "half a sen"


@pytest.mark.parametrize(("status", "text"), [("provisional", "lapses"), ("formal", "in force since"), ("lapsed", "not in force any more")])
def test_the_loss_report_is_shown_as_it_stands(
    status: str, text: str, clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case = make_application(clerk, centre, reason="lost")
    make_linked_report(case, status, lapses_at=clock.now() + timedelta(hours=4))
    assert text in sign_in(reviewer).get(f"/applications/{case.reference}").text


def test_the_auditor_sees_neither_names_nor_scans(clerk: StaffMember, centre: Centre, sign_in: SignIn) -> None:
    case = make_application(clerk, centre)
    document = make_document(case, "photo")
    page = sign_in("auditor").get(f"/applications/{case.reference}").text
    for hidden in ("王䶮", "Wang Yan", "文三路90号", document.public_id):
        assert hidden not in page


def test_handing_over_and_reopening_by_form(
    clerk: StaffMember, reviewer: StaffMember, supervisor: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    held = make_application(clerk, centre, **held_by(supervisor))
    closed = make_application(clerk, centre, status="rejected", is_open=False, decided_on=clock.today(), decided_by_id=reviewer.id)
    browser = sign_in(supervisor)
    browser.post(f"/applications/{held.reference}/reassign", data=form_of(held, to="reviewer", reason="holiday"))
    browser.post(f"/applications/{closed.reference}/reopen", data=form_of(closed, reason="new facts"))
    db.session.expire_all()
    assert (held.owner_id, closed.status, closed.owner_id) == (reviewer.id, "in_review", supervisor.id)


@pytest.mark.parametrize("papers", [1, 9])
def test_the_page_takes_as_many_statements_for_a_thick_case_as_for_a_thin_one(
    papers: int, clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    make_unclaimed(clerk, centre, 40)
    case = make_application(clerk, centre, reason="lost", **held_by(reviewer))
    make_linked_report(case)
    for _ in range(papers):
        make_document(case, "photo", "refused")
        make_application(clerk, centre, case.resident)
    browser = sign_in(reviewer)
    browser.get("/queue/")
    with counted_statements() as seen:
        assert browser.get(f"/applications/{case.reference}").status_code == 200
    assert len(seen) <= 16, [statement[:80] for statement in seen]

"""What a second press, a late form or somebody else's record ends in; each of these once went wrong."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from admin_app.applications.models import Application
from admin_app.applications.operations import claims
from admin_app.audit.models import AuditEntry
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import db, new_public_id, transaction
from admin_app.foundation.errors import Conflict
from admin_app.loss_reports import operations as loss_reports
from admin_app.mailing.models import Label, Parcel
from admin_app.mailing.operations import labels
from admin_app.staff.models import StaffMember
from tests.at_once import at_once
from tests.factories.applications import held_by, make_application
from tests.factories.centres import make_centre
from tests.factories.mailing import labelled_batch, parcels_of, ready_cards
from tests.factories.residents import register

Staff = Callable[..., StaffMember]
SignIn = Callable[..., FlaskClient]


def owned(reviewer: StaffMember) -> int:
    """How many cases this person holds."""
    db.session.rollback()
    return db.session.scalar(select(func.count(Application.id)).where(Application.owner_id == reviewer.id)) or 0


def test_next_case_pressed_twice_on_one_page_takes_one_case(
    sign_in: SignIn, clerk: StaffMember, reviewer: StaffMember, centre: Centre
) -> None:
    for _ in range(3):
        make_application(clerk, centre)
    browser, since = sign_in(reviewer), clock.now().isoformat()
    places = [browser.post("/queue/next", data={"since": since}).location for _ in range(2)]
    assert places[0] == places[1] and owned(reviewer) == 1
    answer = browser.post("/queue/next", data={"since": clock.now().isoformat()})
    assert owned(reviewer) == 1 and "tab=mine" in answer.location


def test_next_case_pressed_twice_at_the_same_moment_takes_one_case(
    app: Any, clerk: StaffMember, reviewer: StaffMember, centre: Centre
) -> None:
    for _ in range(8):
        make_application(clerk, centre)
    since, reviewer_id = clock.now(), reviewer.id

    def press() -> int:
        with transaction() as session:
            return claims.next_case(by=session.get_one(StaffMember, reviewer_id), since=since).id  # type: ignore[union-attr]

    assert len(set(at_once(app, [press] * 8))) == 1 and owned(reviewer) == 1


@pytest.mark.parametrize("since", ["", "yesterday", "2026-11-26", "9" * 5000])
def test_next_case_without_the_time_of_its_page_still_gives_a_case(
    sign_in: SignIn, clerk: StaffMember, reviewer: StaffMember, centre: Centre, since: str
) -> None:
    make_application(clerk, centre)
    assert sign_in(reviewer).post("/queue/next", data={"since": since}).status_code == 302
    assert owned(reviewer) == 1


def test_a_case_is_not_handed_to_who_has_it(clerk: StaffMember, reviewer: StaffMember, supervisor: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre, **held_by(reviewer))
    with pytest.raises(Conflict), transaction():
        claims.reassign(case, reviewer, reason="again", by=supervisor)
    assert (case.version, case.owner_id) == (1, reviewer.id)


def test_a_label_is_voided_once_by_one_page(sign_in: SignIn, clerk: StaffMember, mailer: StaffMember, centre: Centre) -> None:
    parcel = parcels_of(labelled_batch(ready_cards(1, clerk, centre, mailer), mailer))[0]
    browser = sign_in(mailer)
    form = {"reason": "torn", "start_cell": 1, "recipient": parcel.recipient, "address": parcel.address, "label": parcel.number}
    codes = [browser.post(f"/mailing/parcels/{parcel.public_id}/reprint", data=form).status_code for _ in range(2)]
    assert codes == [302, 422] and db.session.scalar(select(func.count(Label.id))) == 2


def test_the_refused_reprint_says_which_label_is_valid(clerk: StaffMember, mailer: StaffMember, centre: Centre) -> None:
    parcel = parcels_of(labelled_batch(ready_cards(1, clerk, centre, mailer), mailer))[0]
    with transaction():
        second = labels.reprint(parcel, reason="torn", start_cell=1, by=mailer, label=parcel.number).code
    with pytest.raises(Conflict) as refused, transaction() as session:
        labels.reprint(session.get_one(Parcel, parcel.id), reason="torn", start_cell=1, by=mailer, label=parcel.number)
    assert second in str(refused.value.message)


def test_a_second_loss_report_leads_to_the_one_that_runs(sign_in: SignIn, clerk: StaffMember) -> None:
    resident = register(clerk)
    with transaction():
        running = loss_reports.take(resident, channel="phone", is_formal=False, by=clerk)
    browser = sign_in(clerk)
    answer = browser.post(
        f"/loss-reports/new/{resident.public_id}", data={"channel": "phone", "kind": "provisional", "key": new_public_id()}
    )
    assert answer.location == f"/loss-reports/{running.public_id}"
    assert running.reference in browser.get(answer.location).text


def test_who_lifts_the_report_of_another_centre_reads_that_it_is_lifted(sign_in: SignIn, clerk: StaffMember, make_staff: Staff) -> None:
    resident = register(clerk)
    with transaction():
        report = loss_reports.take(resident, channel="phone", is_formal=False, by=clerk)
    browser = sign_in(make_staff("intake_clerk", username="elsewhere", centre=make_centre("BJ")))
    answer = browser.post(f"/loss-reports/{report.public_id}/lift", data={"reason": "found", "version": report.version})
    page = browser.get(answer.location)
    assert (answer.status_code, page.status_code) == (302, 200) and f"{report.reference} is lifted" in page.text


@pytest.mark.parametrize("version", ["9" * 5000, "²", "-1", "x", ""])
def test_a_staff_form_with_an_impossible_version_is_refused(
    sign_in: SignIn, make_staff: Staff, reviewer: StaffMember, version: str
) -> None:
    browser = sign_in(make_staff("administrator"))
    data = {"name_en": "Changed", "role": "reviewer", "centre": "", "active": "y", "version": version}
    assert browser.post(f"/staff/members/{reviewer.username}", data=data).status_code == 400
    db.session.rollback()
    assert reviewer.name_en != "Changed"


def test_a_form_that_expired_says_so_in_the_readers_language(sign_in: SignIn, make_staff: Staff, clerk: StaffMember, app: Any) -> None:
    entries = select(func.count(AuditEntry.id))
    for language, sentence in (("en", "This form has expired"), ("zh", "表单已过期")):
        browser = sign_in(make_staff("reviewer", language=language))
        before = db.session.scalar(entries)
        app.config["WTF_CSRF_ENABLED"] = True
        answer = browser.post("/queue/next", data={"csrf_token": "old"})
        app.config["WTF_CSRF_ENABLED"] = False
        assert answer.status_code == 400 and sentence in answer.text
        assert db.session.scalar(entries) == before

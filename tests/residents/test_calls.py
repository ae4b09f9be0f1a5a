"""A phone is read with a reason that the log keeps, and how the call ended is kept; on both databases, from the list to the outcome."""

import pytest
import sqlalchemy as sa
from flask import Flask

from admin_app.audit.models import AuditEntry, ReadNote
from admin_app.centres.models import Centre
from admin_app.foundation.database import db, transaction
from admin_app.foundation.typed_text.texts import TextRefused
from admin_app.residents import operations, queries
from admin_app.residents.models import Call, Resident
from admin_app.staff.models import StaffMember
from tests.factories.loss_reports import make_loss_report
from tests.factories.residents import make_resident

PHONE = "13800135521"


@pytest.fixture
def resident(app: Flask) -> Resident:
    """Somebody with a phone."""
    made = make_resident()
    with transaction():
        made.seal_phone(PHONE)
    return made


def entries() -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action.like("residents.%")).order_by(AuditEntry.id)))


def test_the_phone_is_shown_after_the_log_and_the_note_say_so(resident: Resident, clerk: StaffMember, sign_in):  # type: ignore[no-untyped-def]
    browser = sign_in(clerk)
    assert PHONE not in browser.get(f"/residents/{resident.public_id}/call").text
    assert PHONE in browser.post(f"/residents/{resident.public_id}/call").text
    assert [(entry.action, entry.changes, entry.actor_id) for entry in entries()] == [
        ("residents.phone_revealed", {"why": "call"}, clerk.id)
    ]
    assert "phone" in db.session.scalars(sa.select(ReadNote.act)).all()


def test_from_a_loss_report_the_call_leads_back_to_it(clerk: StaffMember, centre: Centre, sign_in):  # type: ignore[no-untyped-def]
    report, browser = make_loss_report(make_resident(), clerk, centre, "provisional"), sign_in(clerk)
    with transaction():
        report.resident.seal_phone(PHONE)
        report.resident.phone_masked = "*******5521"
    assert "Show the phone" in browser.get(f"/loss-reports/{report.public_id}").text
    url, about = f"/residents/{report.resident.public_id}", report.public_id
    assert PHONE in browser.post(f"{url}/call", data={"about": about}).text
    answer = browser.post(f"{url}/called", data={"about": about, "outcome": "reached", "note": "comes on Monday"})
    assert answer.headers["Location"].endswith(f"/loss-reports/{about}")
    assert "comes on Monday" in browser.get(f"/loss-reports/{about}").text
    made = db.session.scalars(sa.select(Call)).one()
    assert (made.outcome, made.about_ref, made.made_by_id) == ("reached", about, clerk.id)
    assert entries()[-1].changes == {"outcome": "reached", "loss_report": about}


def test_an_outcome_that_is_none_is_refused(resident: Resident, clerk: StaffMember, sign_in):  # type: ignore[no-untyped-def]
    assert sign_in(clerk).post(f"/residents/{resident.public_id}/called", data={"outcome": "shouted"}).status_code == 400
    assert db.session.scalars(sa.select(Call)).all() == []


def test_a_note_that_cannot_be_kept_stays_on_the_page(resident: Resident, clerk: StaffMember, sign_in):  # type: ignore[no-untyped-def]
    answer = sign_in(clerk).post(f"/residents/{resident.public_id}/called", data={"outcome": "later", "note": "x" * 201})
    assert answer.status_code == 422 and "x" * 201 in answer.text


def test_a_foreign_report_in_the_form_leads_nowhere_else(resident: Resident, clerk: StaffMember, sign_in):  # type: ignore[no-untyped-def]
    form = {"outcome": "reached", "about": "//evil.example"}
    answer = sign_in(clerk).post(f"/residents/{resident.public_id}/called", data=form)
    assert answer.headers["Location"].endswith(f"/residents/{resident.public_id}")


@pytest.mark.parametrize(("why", "reason"), [("other", ""), ("other", "ok"), ("call", "ab")])
def test_a_reason_of_two_characters_tells_nobody_anything(resident: Resident, clerk: StaffMember, why: str, reason: str):
    with pytest.raises(TextRefused), transaction():
        operations.reveal_id_number(resident, why=why, reason=reason, by=clerk)
    assert entries() == []


def test_a_coded_reason_is_enough(resident: Resident, clerk: StaffMember):
    with transaction():
        assert operations.reveal_id_number(resident, why="compare", by=clerk) == resident.open_id_number()
    assert entries()[-1].changes == {"why": "compare"} and entries()[-1].reason is None


def test_phones_and_numbers_are_counted_together(resident: Resident, clerk: StaffMember, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(operations, "REVEALS_AN_HOUR", 2)
    with transaction():
        operations.reveal_phone(resident, by=clerk)
        operations.reveal_id_number(resident, why="compare", by=clerk)
    with pytest.raises(operations.TooManyReveals), transaction():
        operations.reveal_phone(resident, by=clerk)


def test_calls_are_shown_to_those_who_may_see_names(resident: Resident, clerk: StaffMember, make_staff):  # type: ignore[no-untyped-def]
    with transaction():
        operations.note_call(resident, outcome="no_answer", by=clerk)
    assert [call.outcome for call in queries.calls_to(clerk, resident)] == ["no_answer"]
    assert queries.calls_to(make_staff("auditor"), resident) == []


def test_the_same_outcome_sent_twice_is_one_call(resident: Resident, clerk: StaffMember, sign_in):  # type: ignore[no-untyped-def]
    browser, url = sign_in(clerk), f"/residents/{resident.public_id}/called"
    for note in ("comes on Monday", "comes on Monday", "comes on Tuesday"):
        browser.post(url, data={"outcome": "reached", "note": note})
    assert [call.note for call in db.session.scalars(sa.select(Call).order_by(Call.id))] == ["comes on Monday", "comes on Tuesday"]

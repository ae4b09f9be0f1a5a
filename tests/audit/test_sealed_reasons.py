"""What the log says in words about a resident is sealed under their key, and proven as it is sealed (ADR 0049)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_app.audit import operations, rules
from admin_app.audit.models import AuditEntry
from admin_app.backup import resealing
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import db, transaction
from admin_app.mailing.operations import posting
from admin_app.residents import operations as residents
from admin_app.residents.models import Resident
from admin_app.restrictions import operations as restrictions
from admin_app.staff.models import StaffMember
from tests.factories.cards import ready_card
from tests.factories.mailing import parcels_of, s10, stuffed_batch
from tests.factories.residents import register
from tests.factories.staff import make_staff
from tests.keys_of_people import delete_key

WHY = "因其女儿王小明来信"


def as_stored() -> str:
    """Every entry of the log as the database has it."""
    db.session.rollback()
    return "\n".join(map(str, db.session.execute(sa.text("SELECT reason, changes FROM audit_entry ORDER BY id")).all()))


def newest(action: str) -> AuditEntry:
    db.session.rollback()
    return db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id.desc())).first()


def restrict(resident: Resident, by: StaffMember, reason: str = WHY) -> None:
    with transaction():
        day = clock.today() + timedelta(days=9)
        restrictions.restrict(resident, kind="dispute", reason=reason, look_again_on=day, by=by)


@pytest.fixture
def supervisor(app: Flask) -> StaffMember:
    return make_staff("supervisor", username="says-why")


def test_a_reason_about_a_resident_stands_nowhere_in_clear_and_is_read_as_it_was_said(clerk: StaffMember, supervisor: StaffMember) -> None:
    restrict(register(clerk), supervisor)
    assert WHY not in as_stored() and newest("residents.restricted").reason == WHY


def test_once_the_key_is_deleted_the_entry_says_so_and_the_log_is_proven_as_before(clerk: StaffMember, supervisor: StaffMember) -> None:
    mine, other = register(clerk), register(clerk, "赵四")
    restrict(mine, supervisor)
    restrict(other, supervisor, "another letter")
    operations.seal_due()
    before = operations.prove()
    delete_key(mine.id)
    after = operations.prove()
    assert before.findings == after.findings == () and before.entries == after.entries > 0
    entries = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "residents.restricted").order_by(AuditEntry.id)).all()
    assert [str(entry.reason) for entry in entries] == [str(rules.ERASED), "another letter"]
    assert str(newest("residents.registered").changes["id_number"]) == other.id_number_masked


@pytest.mark.parametrize("fact", ["id_number", "serial", "tracking_number"])
def test_facts_that_lead_to_a_person_are_sealed_too(clerk: StaffMember, mailer: StaffMember, centre: Centre, fact: str) -> None:
    resident = register(clerk, address="文三路90号")
    card = ready_card(clerk, centre, by=mailer, resident=resident)
    batch = stuffed_batch([card], mailer)
    number = s10(1)
    with transaction():
        posting.mark_posted(batch, {parcels_of(batch)[0].public_id: number}, posted_on=clock.today(), version=batch.version, by=mailer)
    values = {"id_number": resident.id_number_masked, "serial": card.serial, "tracking_number": number}
    assert values[fact] not in as_stored()
    entries = db.session.scalars(sa.select(AuditEntry)).all()
    assert values[fact] in [entry.changes.get(fact) for entry in entries]


def test_words_about_a_resident_are_not_written_without_saying_about_whom(app: Flask) -> None:
    for words in ({"reason": WHY}, {"changes": {"serial": "AB12345678"}}):
        with pytest.raises(ValueError, match="say whom"), transaction():
            operations.record("cards.spoiled", "card", "a" * 32, by=SYSTEM, **words)


def test_entries_about_nobody_stay_as_they_are(app: Flask) -> None:
    with transaction():
        operations.record("system.time_confirmed", "system", "clock", by=SYSTEM, reason="in clear", changes={"serial": "as it is"})
    assert "in clear" in as_stored() and "as it is" in as_stored()


def test_what_only_looks_sealed_is_shown_as_it_stands(app: Flask) -> None:
    with transaction():
        operations.record("system.time_confirmed", "system", "clock", by=SYSTEM, reason="sealed:1:7:AAAA")
    assert newest("system.time_confirmed").reason in ("sealed:1:7:AAAA", rules.ERASED)


@pytest.mark.parametrize(("language", "word"), [("en", "(erased)"), ("zh", "（已删除）")])
def test_pages_open_what_is_sealed_and_say_when_it_is_erased(
    sign_in: Callable[..., FlaskClient], clerk: StaffMember, supervisor: StaffMember, language: str, word: str
) -> None:
    resident = register(clerk)
    restrict(resident, supervisor)
    browser = sign_in("auditor", language=language)
    assert WHY in browser.get("/audit/").text
    delete_key(resident.id)
    page = browser.get("/audit/").text
    assert WHY not in page and word in page and "sealed:1" not in page


def test_a_page_of_the_log_asks_for_all_keys_at_once(
    sign_in: Callable[..., FlaskClient], clerk: StaffMember, count_statements: Callable[[], Any]
) -> None:
    browser = sign_in("auditor")
    for _time in range(7):
        register(clerk)
    with count_statements() as asked:
        browser.get("/audit/")
    assert len([one for one in asked if "FROM person_key" in one]) == 1


def test_sealing_costs_one_statement_more_for_somebody_who_is_known(
    clerk: StaffMember, supervisor: StaffMember, count_statements: Callable[[], Any]
) -> None:
    resident = register(clerk)
    with count_statements() as asked, transaction():
        residents.watch(resident, is_watched=True, reason=WHY, by=supervisor)
    assert len([one for one in asked if "person_key" in one]) == 1
    with count_statements() as plain, transaction():
        operations.record("applications.submitted", "application", "BK-26-0000001", by=clerk.actor, about=resident.id)
    assert not [one for one in plain if "person_key" in one], "what has no words asks for no key"


def test_a_newer_data_key_wraps_the_keys_anew() -> None:
    (place,) = [one for one in resealing.places() if one.table.name == "person_key"]
    assert place.label == "person_key.key_sealed" and [column.name for column in place.bound_to] == ["person_id"]

"""Somebody who looks at many people without doing anything, or at a watched one, is noticed within half a minute."""

import pytest
import sqlalchemy as sa
from flask import Flask

from admin_app.audit.models import AuditEntry
from admin_app.audit.operations import reading
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.residents import jobs, operations, rules
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember
from tests.factories.residents import make_resident


@pytest.fixture(autouse=True)
def at_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock looks at every tick, and a handful of people are many."""
    monkeypatch.setattr(jobs, "EVERY", jobs.EVERY * 0)
    monkeypatch.setattr(rules, "MANY_RESIDENTS", 4)
    monkeypatch.setattr(rules, "MANY_FOUND", 6)


def look(who: StaffMember, count: int, act: str = "resident") -> None:
    for number in range(count):
        reading.write([reading.Look(act, f"r{number}", f"r{number}")], by=who.actor)


def alarms() -> list[tuple[str, str]]:
    db.session.rollback()
    jobs.raise_alarms()
    db.session.rollback()
    query = sa.select(AuditEntry.action, AuditEntry.subject_ref).where(AuditEntry.action.in_(rules.ALARMS))
    return [(action, ref) for action, ref in db.session.execute(query)]


def watched() -> Resident:
    made = make_resident()
    with transaction():
        made.is_watched = True
    return made


def test_whoever_opens_too_many_people_raises_one_alarm_a_day(clerk: StaffMember):
    look(clerk, 3)
    assert alarms() == []
    look(clerk, 4)
    assert alarms() == [("staff.many_seen", clerk.username)]
    look(clerk, 9)
    assert alarms() == [("staff.many_seen", clerk.username)]


def test_whoever_pages_through_searches_raises_one_too(clerk: StaffMember):
    look(clerk, 5, "found")
    assert alarms() == []
    look(clerk, 6, "found")
    assert alarms() == [("staff.many_seen", clerk.username)]


def test_whoever_opens_and_searches_too_much_at_once_raises_one_alarm(clerk: StaffMember):
    look(clerk, 4)
    look(clerk, 9, "found")
    assert alarms() == [("staff.many_seen", clerk.username)]
    db.session.rollback()
    assert db.session.scalar(sa.select(AuditEntry.changes_stored).where(AuditEntry.action == "staff.many_seen"))["residents"] == 4


def test_two_who_look_too_much_at_once_are_two_alarms(clerk: StaffMember, reviewer: StaffMember):
    look(clerk, 4)
    look(reviewer, 6, "found")
    assert sorted(alarms()) == sorted([("staff.many_seen", clerk.username), ("staff.many_seen", reviewer.username)])


def test_people_for_whom_something_was_done_do_not_count(clerk: StaffMember):
    for _number in range(5):
        resident = make_resident()
        reading.write([reading.Look("resident", resident.public_id, resident.public_id)], by=clerk.actor)
        with transaction():
            operations.update_contact(resident, phone="13800135521", by=clerk)
    assert alarms() == []


def test_reading_numbers_is_nothing_done(clerk: StaffMember):
    for _number in range(5):
        resident = make_resident()
        reading.write([reading.Look("number", resident.public_id, resident.public_id)], by=clerk.actor)
        with transaction():
            operations.reveal_id_number(resident, why="compare", by=clerk)
    assert alarms() == [("staff.many_seen", clerk.username)]


def test_every_look_at_a_watched_resident_raises_an_alarm(clerk: StaffMember, reviewer: StaffMember, sign_in):  # type: ignore[no-untyped-def]
    resident = watched()
    sign_in(clerk).get(f"/residents/{resident.public_id}")
    assert alarms() == [("residents.watched_seen", resident.public_id)]
    sign_in(reviewer).get(f"/residents/{resident.public_id}")
    assert alarms() == [("residents.watched_seen", resident.public_id)] * 2


def test_looks_at_others_raise_none(clerk: StaffMember, sign_in):  # type: ignore[no-untyped-def]
    watched()
    sign_in(clerk).get(f"/residents/{make_resident().public_id}")
    assert alarms() == []


def test_alarms_stand_on_the_pages_of_supervisor_and_auditor(clerk: StaffMember, make_staff, sign_in):  # type: ignore[no-untyped-def]
    look(clerk, 4)
    assert alarms()
    for role, sees in (("supervisor", True), ("auditor", True), ("reviewer", False)):
        page = sign_in(make_staff(role, username=f"sees-{role}")).get("/").text
        assert ("without doing anything for them" in page) == sees


def test_only_a_supervisor_says_who_is_watched_and_nobody_else_is_told(clerk: StaffMember, supervisor: StaffMember, sign_in):  # type: ignore[no-untyped-def]
    resident = make_resident()
    url = f"/residents/{resident.public_id}"
    assert sign_in(clerk).post(f"{url}/watch", data={"watched": "yes", "watch_reason": "a reason"}).status_code == 403
    boss = sign_in(supervisor)
    assert boss.post(f"{url}/watch", data={"watched": "yes", "watch_reason": ""}).status_code == 422
    assert boss.post(f"{url}/watch", data={"watched": "yes", "watch_reason": "in the newspapers"}).status_code == 302
    db.session.expire_all()
    assert resident.is_watched
    assert "Every look raises an alarm" in boss.get(url).text
    assert "alarm" not in sign_in(clerk).get(url).text.lower()


def test_the_clock_looks_twice_a_minute_not_at_every_tick(clerk: StaffMember, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(jobs, "EVERY", clock.now() - clock.now().replace(year=2000))
    look(clerk, 4)
    jobs.raise_alarms()
    db.session.rollback()
    look(clerk, 9)
    assert jobs.raise_alarms() == 0

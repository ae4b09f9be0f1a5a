"""Way by way round what the database's own triggers refuse: rows put in the place of others, single columns, links that do not follow."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError, IntegrityError

from admin_app.applications.models import Application, Decision, Document
from admin_app.audit.models import AuditSeal, ReadSeal
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.staff.models import StaffMember
from tests.factories.applications import make_application, make_decision, make_document, make_linked_report
from tests.factories.cards import make_card
from tests.factories.mailing import make_batch, make_parcel
from tests.factories.notices import make_notice
from tests.factories.residents import make_resident
from tests.owner import as_owner, run

ROWS = ("application", "card", "decision", "loss_report", "mailing_batch", "notice", "parcel")
AT_THE_BEGINNING, ELSEWHERE = "0" * 64, "c" * 64


@pytest.fixture
def closed_case(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> Application:
    """An approved case with a decision and a loss report, whose card is in a parcel, and a letter."""
    case = make_application(clerk, centre, status="approved", is_open=False, decided_by_id=reviewer.id, decided_at=clock.now())
    make_decision(case, reviewer)
    make_linked_report(case)
    make_parcel(make_batch(clerk), make_card(case))
    make_notice(case)
    return case


@pytest.mark.parametrize("database_name", ["sqlite"], indirect=True)
def test_no_row_takes_the_place_of_another(closed_case: Application) -> None:
    for table in ROWS:
        for verb in ("INSERT OR REPLACE", "REPLACE"):
            with pytest.raises(IntegrityError, match=f"{table}: it is there already"):
                run(f"{verb} INTO {table} SELECT * FROM {table} LIMIT 1")


@pytest.mark.parametrize("database_name", ["sqlite"], indirect=True)
def test_control_without_the_triggers_each_row_is_replaced(closed_case: Application) -> None:
    with as_owner() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        replaced = [connection.exec_driver_sql(f"REPLACE INTO {table} SELECT * FROM {table} LIMIT 1").rowcount for table in ROWS]
    assert replaced == [1] * len(ROWS)


def test_nothing_that_a_case_was_decided_about_changes_while_it_is_closed(closed_case: Application, clerk: StaffMember) -> None:
    resident, number = make_resident(born=clock.today()).id, closed_case.id
    changes = {
        "public_id": "f" * 32, "reference": "BK-26-9999999", "resident_id": resident, "reason": "stolen", "channel": "online",
        "applicant": "agent", "delivery": "collect", "decided_by_id": clerk.id,
    }  # fmt: skip
    for column, value in changes.items():
        with pytest.raises(IntegrityError, match="it is decided"), transaction() as session:
            session.execute(sa.update(Application).where(Application.id == number).values({column: value}))


def test_a_decision_of_erased_data_loses_its_note_and_nothing_else_changes(
    closed_case: Application, clerk: StaffMember, centre: Centre
) -> None:
    other = make_application(clerk, centre).id
    run(f"UPDATE resident SET erased_at = '2026-11-29' WHERE id = {closed_case.resident_id}")
    changes = {
        "id": 4711, "application_id": other, "kind": "reject", "decided_by_id": clerk.id, "decided_at": clock.now().replace(year=2025),
        "decided_on": clock.today().replace(year=2025),
    }  # fmt: skip
    for column, value in changes.items():
        for note in ("", "another"):
            with pytest.raises(IntegrityError, match="it was given"), transaction() as session:
                session.execute(sa.update(Decision).values({column: value, "note": note}))
    with transaction() as session:
        session.execute(sa.update(Decision).values(note=""))


def test_a_decision_of_data_that_are_not_erased_keeps_its_note(closed_case: Application, clerk: StaffMember) -> None:
    resident = make_resident(born=clock.today()).id
    run(f"UPDATE resident SET erased_at = '2026-11-29' WHERE id = {resident}")
    with pytest.raises(IntegrityError, match="it was given"):
        run("UPDATE decision SET note = ''")


def test_papers_elsewhere_and_papers_that_were_removed_keep_nobody_from_deciding(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre
) -> None:
    case, elsewhere = make_application(clerk, centre, status="in_review"), make_application(clerk, centre)
    make_document(elsewhere, "photo", added_by_id=reviewer.id)
    make_linked_report(elsewhere, formal_by_id=reviewer.id)
    make_document(case, "photo", added_by_id=colleague.id)
    make_linked_report(case, formal_by_id=colleague.id)
    removed = make_document(case, "id_copy", added_by_id=reviewer.id, removed_at=clock.now())
    run(f"UPDATE application SET decided_by_id = {reviewer.id} WHERE id = {case.id}")
    run(f"UPDATE application SET decided_by_id = NULL WHERE id = {case.id}")
    with transaction() as session:
        session.execute(sa.update(Document).where(Document.id == removed.id).values(removed_at=None))
    with pytest.raises(IntegrityError, match="application_four_eyes"):
        run(f"UPDATE application SET decided_by_id = {reviewer.id} WHERE id = {case.id}")


def link(model: Any, number: int, previous: str, first: int, last: int, own: str) -> None:
    """Put a link into a chain, past everything that makes one."""
    with transaction() as session:
        values = {"id": number, "previous": previous, "first_entry": first, "last_entry": last, "hash": own, "sealed_at": clock.now()}
        texts = {"root": "r", "marks": b"m", "marks_root": "r", "key_id": "k1", "mac": "m"}
        session.execute(sa.insert(model).values({**values, **texts, "form": 1, "entry_count": 1, "entries_so_far": 1}))


def strays(begun: bool) -> Iterator[tuple[int, str, int, int, str]]:
    """Links that do not follow: on nothing, or on link 1, which ends at 5 and is called «a»."""
    if not begun:
        yield from ((1, ELSEWHERE, 1, 5, "x"), (2, AT_THE_BEGINNING, 1, 5, "x"), (1, AT_THE_BEGINNING, 5, 1, "x"))
        return
    yield from ((2, ELSEWHERE, 6, 9, "x"), (2, "a" * 64, 5, 9, "x"), (2, "a" * 64, 9, 6, "x"), (3, "a" * 64, 6, 9, "x"))
    yield from ((1, AT_THE_BEGINNING, 6, 9, "x"), (1, ELSEWHERE, 6, 9, "x"), (0, AT_THE_BEGINNING, 6, 9, "x"), (0, "a" * 64, 6, 9, "x"))


@pytest.mark.parametrize("model", [AuditSeal, ReadSeal])
def test_a_link_of_a_chain_follows_the_newest_one(app: Flask, model: Any) -> None:
    for stray in strays(begun=False):
        with pytest.raises(DBAPIError, match="follows the newest"):
            link(model, *stray)
    link(model, 1, AT_THE_BEGINNING, 1, 5, "a" * 64)
    for stray in strays(begun=True):
        with pytest.raises(DBAPIError, match="follows the newest"):
            link(model, *stray)
    link(model, 2, "a" * 64, 6, 6, "b" * 64)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == 2


def test_a_second_role_is_refused_whoever_adds_it(app: Flask) -> None:
    with pytest.raises(IntegrityError, match="one role"):
        run("INSERT INTO ab_user (id, first_name, last_name, username, email, role) VALUES (4711, 'x', 'x', 'x', 'x', 'auditor,reviewer')")

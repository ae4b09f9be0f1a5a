"""Number, time of writing and actor of an entry are the database's as far as it can know them; whoever writes cannot give others."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from admin_app.audit import operations
from admin_app.audit.models import AuditEntry
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import db, transaction
from tests.factories.audit import make_entry
from tests.owner import COLUMNS, VALUES, as_owner, run

YESTERDAY = "2026-11-21 10:00:00.000000"
WITHOUT_ACTOR, ITS_VALUES = COLUMNS.replace("actor_kind, ", ""), VALUES.replace("'system', ", "")


def entries() -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)))


def recorded(count: int = 1) -> list[int]:
    """The numbers of new entries."""
    with transaction():
        made = [operations.record("cards.requested", "card", "c1", by=SYSTEM) for _number in range(count)]
    return [entry.id for entry in made]


def test_numbers_follow_each_other(app):
    assert recorded(3) == [1, 2, 3] and recorded() == [4]


@pytest.mark.parametrize("number", [1, 2, 7, 1000, -5])
def test_a_number_cannot_be_chosen(app, database_name, number):
    recorded(2)
    statement = f"INSERT INTO audit_entry (id, {COLUMNS}) VALUES ({number}, {VALUES})"
    if database_name == "sqlite":
        with pytest.raises(DBAPIError, match=r"numbers the entries|append-only"):
            run(statement)
        assert [entry.id for entry in entries()] == [1, 2]
    else:
        run(statement)
        assert [entry.id for entry in entries()] == [1, 2, 3]


def test_a_gap_that_somebody_made_cannot_be_filled(app, database_name):
    recorded(5)
    with as_owner() as connection:
        connection.exec_driver_sql("DELETE FROM audit_entry WHERE id = 3")
    statement = f"INSERT INTO audit_entry (id, {COLUMNS}) VALUES (3, {VALUES})"
    if database_name == "sqlite":
        with pytest.raises(DBAPIError, match="numbers the entries"):
            run(statement)
    else:
        run(statement)
    assert 3 not in [entry.id for entry in entries()]


def test_control_without_the_triggers_a_number_can_be_chosen(app):
    with as_owner() as connection:
        connection.exec_driver_sql(f"INSERT INTO audit_entry (id, {COLUMNS}) VALUES (1000, {VALUES})")
    assert [entry.id for entry in entries()] == [1000]


def test_the_database_says_when_an_entry_was_written(app):
    recorded()
    assert abs(datetime.now(UTC) - entries()[0].written_at) < timedelta(minutes=1)


def test_a_time_of_writing_cannot_be_given(app, database_name):
    statement = f"INSERT INTO audit_entry (written_at, {COLUMNS}) VALUES ('{YESTERDAY}', {VALUES})"
    if database_name == "sqlite":
        with pytest.raises(DBAPIError, match="says when"):
            run(statement)
        assert entries() == []
    else:
        run(statement)
        assert abs(datetime.now(UTC) - entries()[0].written_at) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("kind", "who"), [("staff", "NULL"), ("staff", "4711"), ("system", "1"), ("resident", "NULL"), ("client", "NULL"), ("somebody", "1")]
)
def test_nobody_acts_who_is_not_there(app, kind, who):
    with pytest.raises(DBAPIError, match=r"no such actor|actor_kind"):
        run(f"INSERT INTO audit_entry (actor_kind, actor_id, {WITHOUT_ACTOR}) VALUES ('{kind}', {who}, {ITS_VALUES})")
    assert entries() == []


def test_a_staff_member_and_the_office_itself_act(app, make_staff):
    li = make_staff("reviewer", username="li")
    make_entry(actor_id=li.id)
    make_entry()
    assert [(entry.actor_kind, entry.actor_id) for entry in entries()] == [("staff", li.id), ("system", None)]


def test_control_without_the_triggers_anybody_can_be_made_to_act(app):
    with as_owner() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO audit_entry (id, actor_kind, actor_id, {WITHOUT_ACTOR}) VALUES (1, 'staff', 4711, {ITS_VALUES})"
        )
    assert entries()[0].actor_id == 4711

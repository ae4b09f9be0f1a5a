"""The log only grows: the database itself refuses every other way, and a control shows that the triggers do it."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from admin_app.audit import operations
from admin_app.audit.models import AuditEntry
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import WriteRefused, db, transaction
from tests.owner import COLUMNS, VALUES

ON_CONFLICT = (
    f"INSERT INTO audit_entry (id, {COLUMNS}) SELECT id, {COLUMNS} FROM audit_entry WHERE true "
    "ON CONFLICT (id) DO UPDATE SET actor_name = 'x'"
)
BOTH = (
    "UPDATE audit_entry SET actor_name = 'somebody else'",
    "UPDATE audit_entry SET id = id + 1000",
    "DELETE FROM audit_entry",
)
SQLITE = (
    f"INSERT OR REPLACE INTO audit_entry (id, {COLUMNS}) SELECT id, {VALUES} FROM audit_entry",
    f"REPLACE INTO audit_entry (id, {COLUMNS}) SELECT id, {VALUES} FROM audit_entry",
    ON_CONFLICT,
)
POSTGRESQL = (
    "TRUNCATE audit_entry",
    "TRUNCATE audit_entry CASCADE",
    "MERGE INTO audit_entry a USING audit_entry b ON a.id = b.id WHEN MATCHED THEN DELETE",
)
WAYS = [("both", way) for way in BOTH] + [("sqlite", way) for way in SQLITE] + [("postgresql", way) for way in POSTGRESQL]


@pytest.fixture
def entry(app) -> int:
    """One entry in the log."""
    with transaction():
        made = operations.record("cards.requested", "card", "c1", by=SYSTEM)
    return made.id


def run(statement: str, *, recursive_triggers: bool = True) -> None:
    """As anybody with the database's password could."""
    db.session.rollback()
    with db.engine.connect().execution_options(card_desk_write=True) as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA recursive_triggers=" + ("ON" if recursive_triggers else "OFF"))
        with connection.begin():
            connection.exec_driver_sql(statement)


def log() -> list[tuple[object, ...]]:
    db.session.rollback()
    return [tuple(row) for row in db.session.execute(sa.text("SELECT * FROM audit_entry ORDER BY id"))]


@pytest.mark.parametrize(("database", "way"), WAYS, ids=[way[:40] for _database, way in WAYS])
def test_an_entry_can_be_neither_changed_nor_removed(entry, database_name, database, way):
    if database not in ("both", database_name):
        pytest.skip("not a statement of this database")
    before = log()
    with pytest.raises(DBAPIError, match="append-only"):
        run(way)
    assert log() == before


def test_what_would_change_an_entry_on_conflict_only_adds_one_where_the_database_numbers_them(entry, database_name):
    if database_name != "postgresql":
        pytest.skip("refused above")
    before = log()
    run(ON_CONFLICT)
    assert log()[:-1] == before


def test_replacing_is_refused_even_where_a_connection_forgot_our_settings(entry, database_name):
    if database_name != "sqlite":
        pytest.skip("a setting of SQLite")
    before = log()
    with pytest.raises(DBAPIError, match="append-only"):
        run(SQLITE[0], recursive_triggers=False)
    assert log() == before


@pytest.mark.parametrize(("database", "way"), WAYS[:1] + WAYS[2:3], ids=["update", "delete"])
def test_control_without_the_triggers_the_same_statements_work(entry, database_name, database, way):
    before = log()
    for name in ("update", "delete", "replace") if database_name == "sqlite" else ("change", "truncate"):
        run(f"DROP TRIGGER audit_entry_no_{name}" + ("" if database_name == "sqlite" else " ON audit_entry"))
    run(way)
    assert log() != before


def test_an_entry_stands_or_falls_with_its_deed(app):
    with pytest.raises(RuntimeError), transaction():
        operations.record("cards.requested", "card", "c1", by=SYSTEM)
        raise RuntimeError
    assert log() == []


def test_an_entry_outside_of_a_transaction_is_refused(app):
    with pytest.raises(WriteRefused):
        operations.record("cards.requested", "card", "c1", by=SYSTEM)


def test_an_entry_knows_who_what_when_and_from_where(sign_in):
    sign_in("reviewer")
    made = db.session.scalar(sa.select(AuditEntry))
    assert (made.action, made.actor_role, made.subject_ref, made.origin) == ("staff.signed_in", "reviewer", "reviewer", "127.0.0.1")
    assert made.request_id and made.at.tzinfo

"""Entries are sealed some seconds after they were written: none is passed over, no two chains begin, and nobody who writes waits."""

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from admin_app.audit import operations, queries
from admin_app.audit.models import AuditEntry, AuditSeal
from admin_app.audit.operations import sealing
from admin_app.audit.queries import sealed
from admin_app.foundation import crypto, settings
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import db, transaction
from admin_app.foundation.seals import check
from tests.at_once import at_once
from tests.factories.audit import make_entry
from tests.owner import COLUMNS, VALUES, as_owner, run

SEALS = ", ".join((*sealed.SEAL, "marks"))
BOTH = ("UPDATE audit_seal SET mac = 'x'", "UPDATE audit_seal SET id = id + 1000", "DELETE FROM audit_seal")
SQLITE = (
    f"INSERT OR REPLACE INTO audit_seal ({SEALS}) SELECT {SEALS} FROM audit_seal WHERE id = 1",
    f"REPLACE INTO audit_seal ({SEALS}) SELECT {SEALS} FROM audit_seal WHERE id = 2",
    f"INSERT OR IGNORE INTO audit_seal ({SEALS}) SELECT {SEALS} FROM audit_seal WHERE id = 2",
    f"INSERT INTO audit_seal ({SEALS}) SELECT {SEALS} FROM audit_seal WHERE true ON CONFLICT (id) DO UPDATE SET mac = 'x'",
)
POSTGRESQL = (
    "TRUNCATE audit_seal",
    "MERGE INTO audit_seal a USING audit_seal b ON a.id = b.id WHEN MATCHED THEN DELETE",
    f"INSERT INTO audit_seal ({SEALS}) SELECT {SEALS} FROM audit_seal ON CONFLICT (id) DO UPDATE SET mac = 'x'",
)
WAYS = [("both", way) for way in BOTH] + [("sqlite", way) for way in SQLITE] + [("postgresql", way) for way in POSTGRESQL]


def record(count: int = 1) -> None:
    with transaction():
        for _number in range(count):
            operations.record("cards.requested", "card", "c1", by=SYSTEM, reason="补办", changes={"copy": 1}, about=7)


def checked() -> check.Walked:
    db.session.rollback()
    return check.walk(queries.SealedLog(), crypto.keyring().derived(sealing.PURPOSE))


def chain() -> list[tuple[object, ...]]:
    db.session.rollback()
    return [tuple(row) for row in db.session.execute(sa.text("SELECT * FROM audit_seal ORDER BY id"))]


def test_what_was_written_is_sealed(app):
    record(3)
    make_entry(case_ref="c", request_id="r", origin="10.0.0.1")
    assert operations.seal_due() == 4
    found = checked()
    assert (found.seals, found.entries, found.unsealed, found.finding) == (1, 4, 0, None)


def test_sealing_again_without_new_entries_seals_nothing(app):
    record()
    assert (operations.seal_due(), operations.seal_due(), len(chain())) == (1, 0, 1)


def test_each_seal_goes_on_where_the_last_one_ended(app, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 4)
    record(10)
    operations.seal_due()
    found = db.session.execute(sa.select(AuditSeal.first_entry, AuditSeal.last_entry, AuditSeal.entries_so_far)).all()
    assert [tuple(one) for one in found] == [(1, 4, 4), (5, 8, 8), (9, 10, 10)]
    assert checked().entries == 10


def test_a_gap_that_a_rollback_left_is_no_finding(app):
    record()
    with pytest.raises(RuntimeError), transaction():
        operations.record("cards.requested", "card", "c1", by=SYSTEM)
        db.session.flush()
        raise RuntimeError
    record()
    operations.seal_due()
    assert (checked().entries, checked().finding) == (2, None)


def test_the_seal_is_over_every_column(app):
    assert set(sealed.ENTRY) == {column.name for column in AuditEntry.__table__.columns}
    assert {*sealed.SEAL, "marks"} == {column.name for column in AuditSeal.__table__.columns}


@pytest.mark.parametrize("column", [name for name in sealed.ENTRY if name not in ("id", "actor_kind")])
def test_a_change_of_any_column_is_found_in_the_database(app, column):
    record(5)
    operations.seal_due()
    value = {"at": "'2026-01-01'", "written_at": "'2026-01-01'", "actor_id": "1", "changes": "'{\"copy\":1}'"}.get(column, "'x'")
    with as_owner() as connection:
        connection.exec_driver_sql(f"UPDATE audit_entry SET {column} = {value} WHERE id = 3")
    assert checked().finding == check.Finding("changed", entry=3, seal=1)


@pytest.mark.parametrize(
    ("deed", "kind", "number"),
    [
        ("DELETE FROM audit_entry WHERE id = 2", "missing", 2),
        ("UPDATE audit_entry SET id = 99 WHERE id = 4", "missing", 4),
        (f"INSERT INTO audit_entry (id, {COLUMNS}) VALUES (-1, {VALUES})", "added", -1),
    ],
)
def test_a_row_that_is_gone_or_new_is_found_in_the_database(app, deed, kind, number):
    record(5)
    operations.seal_due()
    with as_owner() as connection:
        connection.exec_driver_sql(deed)
    assert checked().finding == check.Finding(kind, entry=number, seal=1)


def test_text_that_is_no_utf_8_any_more_is_found_and_does_not_stop_the_check(app, database_name):
    if database_name != "sqlite":
        pytest.skip("PostgreSQL does not keep such a text")
    record(5)
    operations.seal_due()
    with as_owner() as connection:
        connection.exec_driver_sql("UPDATE audit_entry SET reason = CAST(x'e8a1' AS TEXT) WHERE id = 3")
    assert checked().finding == check.Finding("changed", entry=3, seal=1)


@pytest.mark.parametrize(("database", "way"), WAYS, ids=[way[:40] for _database, way in WAYS])
def test_a_seal_can_be_neither_changed_nor_removed(app, database_name, database, way, monkeypatch):
    if database not in ("both", database_name):
        pytest.skip("not a statement of this database")
    monkeypatch.setattr(sealing, "BATCH", 2)
    record(5)
    operations.seal_due()
    before = chain()
    with pytest.raises(DBAPIError, match=r"append-only|follows the newest"):
        run(way)
    assert chain() == before


def test_control_without_the_triggers_a_seal_can_be_changed_and_the_check_says_so(app):
    record(5)
    operations.seal_due()
    with as_owner() as connection:
        connection.exec_driver_sql("UPDATE audit_seal SET entry_count = 4")
    assert checked().finding == check.Finding("seal_changed", seal=1)


def test_two_sealers_make_one_chain(app, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 3)
    record(60)
    at_once(app, [operations.seal_due] * 2)
    while operations.seal_due():
        pass
    found = checked()
    assert (found.entries, found.finding) == (60, None)


def test_a_seal_that_somebody_else_was_quicker_with_is_left_alone(app, monkeypatch):
    record(3)
    stale = queries.newest_seal()
    operations.seal_due()
    record(1)
    monkeypatch.setattr(queries, "newest_seal", lambda _chain: stale)
    assert sealing.seal_next(4) == 0
    assert len(chain()) == 1


def test_an_entry_that_is_still_being_written_is_waited_for(app, database_name, monkeypatch):
    """Its number is smaller than that of one that is there already; whoever began later may have written it."""
    if database_name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    patient = sealing.LOOKS
    monkeypatch.setattr(sealing, "LOOKS", 10)
    insert = f"INSERT INTO audit_entry ({COLUMNS}) VALUES ({VALUES})"
    with db.engine.connect() as late, db.engine.connect() as early:
        early.exec_driver_sql("SELECT pg_current_xact_id()")  # the older transaction writes the younger entry
        late.exec_driver_sql(insert)
        early.exec_driver_sql(insert)
        early.commit()
        assert operations.seal_due() == 0
        late.commit()
    monkeypatch.setattr(sealing, "LOOKS", patient)
    assert operations.seal_due() == 2
    assert (checked().entries, checked().finding) == (2, None)


def test_control_by_the_oldest_transaction_alone_it_would_be_passed_over(app, database_name):
    if database_name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    insert = f"INSERT INTO audit_entry ({COLUMNS}) VALUES ({VALUES})"
    with db.engine.connect() as late, db.engine.connect() as early:
        early.exec_driver_sql("SELECT pg_current_xact_id()")
        late.exec_driver_sql(insert)
        early.exec_driver_sql(insert)
        early.commit()
        # Of these two, not of the whole server: other tests have transactions of their own there.
        oldest = late.exec_driver_sql("SELECT pg_current_xact_id()::text::bigint").scalar_one()
        with db.engine.connect() as reader:
            old = f"SELECT id FROM audit_entry WHERE xmin::text::bigint < {oldest}"
            assert reader.exec_driver_sql(old).scalars().all() == [2]
        late.rollback()


def test_entries_are_written_while_others_are_sealed(app):
    record(200)
    stop = threading.Event()

    def write() -> None:
        for _number in range(20):
            record()
        stop.set()

    def seal() -> None:
        while not stop.is_set():
            operations.seal_due()

    at_once(app, [write, write, seal])
    while operations.seal_due():
        pass
    assert (checked().entries, checked().finding) == (240, None)


def test_another_data_key_goes_on_with_the_same_chain(app):
    record()
    operations.seal_due()
    before = settings.current()
    newer = "k2:" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=" + "," + before.data_keys.get_secret_value()
    settings.use(before.model_copy(update={"data_keys": type(before.data_keys)(newer)}))
    try:
        record()
        operations.seal_due()
        assert (checked().entries, checked().finding) == (2, None)
        assert [row.key_id for row in db.session.scalars(sa.select(AuditSeal).order_by(AuditSeal.id))] == ["k1", "k2"]
    finally:
        settings.use(before)

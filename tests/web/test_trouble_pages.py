"""A database that is locked, full, read-only or away: 503, when to come again, what was saved, what was typed; it passes by itself."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from admin_app.foundation import browser_sessions, database_probe, patience, patient_postgres
from admin_app.foundation.database import db, transaction
from admin_app.foundation.database_trouble import RETRY_AFTER, Trouble
from admin_app.staff.models import StaffMember
from admin_app.web import error_pages, trouble_pages
from tests.factories.staff import PASSWORD
from tests.held import locked

SignIn = Callable[..., FlaskClient]
CHANGE = partial(FlaskClient.post, path="/preferences/", data={"theme": "dark"})


@pytest.fixture(autouse=True)
def served(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As it is served, but requests wait a moment only."""
    monkeypatch.setattr(patience, "REQUEST_SECONDS", 0.2 if db.engine.dialect.name == "sqlite" else 2.0)
    monkeypatch.setattr(patient_postgres, "LOCK_SECONDS", 0.2)
    monkeypatch.setattr(patient_postgres, "REQUEST_STATEMENT_SECONDS", 0.3)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    database_probe.FULL_AT.put([])
    db.session.remove()
    db.engine.dispose()
    yield
    db.session.remove()
    db.engine.dispose()


@contextmanager
def on_connect(make: Callable[[Any], None]) -> Iterator[None]:
    """Every connection that is made inside the block is made so."""

    def listener(connection: Any, _record: Any) -> None:
        make(connection)

    db.session.remove()
    db.engine.dispose()
    sa.event.listen(db.engine, "connect", listener)
    try:
        yield
    finally:
        sa.event.remove(db.engine, "connect", listener)
        db.session.remove()
        db.engine.dispose()


@contextmanager
def full() -> Iterator[None]:
    """No change finds room: SQLite may not grow, PostgreSQL's disk says so at each change."""
    if db.engine.dialect.name == "sqlite":
        with transaction() as session:
            session.execute(sa.text("CREATE TABLE filling (what BLOB)"))
            session.execute(sa.text("CREATE TRIGGER fill AFTER UPDATE ON ab_user BEGIN INSERT INTO filling VALUES (zeroblob(9000)); END"))

        def no_growth(connection: Any) -> None:
            connection.execute("PRAGMA max_page_count=1")  # that is: as many as there are

        with on_connect(no_growth):
            yield
        with transaction() as session:
            session.execute(sa.text("DROP TRIGGER fill"))
        return
    with db.engine.begin() as connection:
        says = "BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END"
        connection.exec_driver_sql(f"CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ {says} $$")
        connection.exec_driver_sql("CREATE TRIGGER no_room BEFORE UPDATE ON ab_user FOR EACH STATEMENT EXECUTE FUNCTION no_room()")
    yield
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP FUNCTION no_room() CASCADE")


@contextmanager
def read_only() -> Iterator[None]:
    """The database may only be read."""

    def refuse(connection: Any) -> None:
        if db.engine.dialect.name == "sqlite":
            connection.execute("PRAGMA query_only=ON")
        else:
            connection.execute("SET default_transaction_read_only TO on")
            connection.commit()

    with on_connect(refuse):
        yield


def theme() -> str:
    db.session.rollback()
    return db.session.scalars(sa.select(StaffMember.theme).where(StaffMember.username == "reviewer")).one()


def assert_told(answer: Any, trouble: Trouble) -> None:
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, str(RETRY_AFTER[trouble]))
    assert str(trouble_pages.TEXTS[trouble][1]) in answer.text


def test_a_change_that_meets_a_lock_is_told_so_and_works_afterwards(sign_in: SignIn, reviewer: StaffMember) -> None:
    browser = sign_in(reviewer)
    with locked():
        answer = CHANGE(browser)
        assert_told(answer, Trouble.LOCKED)
        assert "Nothing of this step was saved." in answer.text
        assert browser.get("/queue/").status_code == 200, "who only reads goes on"
    assert theme() != "dark"
    assert CHANGE(browser).status_code == 302
    assert theme() == "dark"


def test_control_without_the_words_of_the_drivers_a_lock_is_a_fault(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = sign_in("reviewer")
    monkeypatch.setattr(error_pages, "trouble_of", lambda _error: None)
    with locked():
        assert CHANGE(browser).status_code == 500


def test_what_was_typed_stands_in_the_page_and_is_sent_again_with_one_press(sign_in: SignIn, reviewer: StaffMember) -> None:
    browser, typed = sign_in(reviewer), {"shortcuts": "on", "theme": "dark", "note": "\"'><b> 一\n二"}
    with locked():
        page = browser.post("/preferences/", data=typed).text
    form = re.search(r'<form method="post" action="/preferences/">.*?</form>', page, re.DOTALL)
    assert form and "Send it again" in form[0]
    assert "What you typed stands in this page" in page
    assert "<b>" not in form[0]
    assert set(re.findall(r'type="hidden" name="(\w+)"', form[0])) == typed.keys()


def test_a_password_is_not_repeated_and_the_page_says_so(sign_in: SignIn) -> None:
    browser = sign_in("reviewer")
    with locked():
        page = browser.post("/account/password", data={"current": PASSWORD, "new": "a password that is new"}).text
    assert PASSWORD not in page and "Passwords, codes and files must be given again." in page


def test_the_page_is_in_the_language_of_its_reader(sign_in: SignIn) -> None:
    browser = sign_in("reviewer", language="zh")
    with locked():
        page = CHANGE(browser).text
    assert 'lang="zh-Hans"' in page and "数据库" in page and "The database" not in page


def test_a_program_gets_the_same_as_json(sign_in: SignIn) -> None:
    browser = sign_in("reviewer")
    with locked():
        answer = CHANGE(browser, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["Retry-After"], answer.mimetype) == (503, "5", "application/problem+json")
    assert (answer.json["status"], answer.json["trouble"]) == (503, "locked")


def test_nobody_is_signed_in_while_the_session_cannot_be_kept(client: FlaskClient, reviewer: StaffMember) -> None:
    typed = {"username": reviewer.username, "password": PASSWORD}
    with locked():
        answer = client.post("/sign-in", data=typed)
    assert_told(answer, Trouble.LOCKED)
    assert client.get("/account/").status_code == 302


def test_a_disk_without_room_is_told_so_and_works_when_there_is_some(sign_in: SignIn, client: FlaskClient, reviewer: StaffMember) -> None:
    browser = sign_in(reviewer)
    with full():
        answer = CHANGE(browser)
        health = client.get("/health")
        assert browser.get("/queue/").status_code == 200
    assert_told(answer, Trouble.FULL)
    assert (health.status_code, health.json["database"]) == (503, "full")
    database_probe.FULL_AT.put([])
    assert CHANGE(browser).status_code == 302
    assert client.get("/health").json["database"] == "ok"


def test_a_database_that_is_read_only_is_told_so(sign_in: SignIn, client: FlaskClient) -> None:
    browser = sign_in("reviewer")
    with read_only():
        assert_told(CHANGE(browser), Trouble.READ_ONLY)
        assert client.get("/health").json["database"] == "read_only"
        assert browser.get("/queue/").status_code == 200
    assert CHANGE(browser).status_code == 302


def test_health_says_that_the_database_is_locked(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    if db.engine.dialect.name == "postgresql":  # there a lock shows when somebody waits for it
        monkeypatch.setattr(database_probe, "WAITING", sa.text("SELECT :seconds > 0"))
    with locked():
        answer = client.get("/health")
    assert (answer.status_code, answer.json["database"], answer.headers["Retry-After"]) == (503, "locked", "10")
    assert client.get("/health").status_code == (503 if db.engine.dialect.name == "postgresql" else 200)


def test_health_says_that_the_database_is_away(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    driver: Any = db.engine.dialect.dbapi
    gone = driver.OperationalError("nobody there")
    gone.sqlite_errorcode = 14  # SQLITE_CANTOPEN

    def refuse(*_record: Any) -> None:
        raise gone

    db.session.remove()
    db.engine.dispose()
    with monkeypatch.context() as patch:
        patch.setattr(db.engine.pool, "_creator", refuse)
        answer = client.get("/health")
    assert (answer.status_code, answer.json["database"]) == (503, "unreachable")
    assert client.get("/health").status_code == 200


def test_a_pool_without_a_free_connection_is_told_so(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = sign_in("reviewer")
    db.session.remove()
    held = []
    pool: Any = db.engine.pool
    monkeypatch.setattr(pool, "_max_overflow", 0)
    for _ in range(pool.size()):
        held.append(db.engine.connect())
    answer = browser.get("/queue/")
    for connection in held:
        connection.close()
    assert_told(answer, Trouble.LOCKED)
    assert browser.get("/queue/").status_code == 200


def test_a_change_that_is_done_is_not_called_undone_because_a_greeting_cannot_be_kept(
    sign_in: SignIn, reviewer: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in(reviewer)
    with monkeypatch.context() as patch:
        patch.setattr(browser_sessions, "save", partial(_refused, db.engine.dialect.dbapi))
        answer = browser.post("/account/password", data={"current": PASSWORD, "new": "a password that is new"})
    assert answer.status_code in (302, 303, 503)
    if answer.status_code == 503:
        assert "It is not certain whether this step was saved" in answer.text


def _refused(driver: Any, *_arguments: Any, **_named: Any) -> None:
    raise OperationalError("UPDATE", {}, driver.errors.LockNotAvailable() if hasattr(driver, "errors") else _busy(driver))


def _busy(driver: Any) -> Exception:
    error = driver.OperationalError("database is locked")
    error.sqlite_errorcode = 5
    return error  # type: ignore[no-any-return]

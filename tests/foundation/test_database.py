"""What the database module promises beside transaction(): fixed values, rows read past the ORM."""

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select, text

from admin_app.applications import rules
from admin_app.centres.models import Centre
from admin_app.foundation.database import after_commit, db, literal, rows, transaction
from tests.factories.centres import make_centre, new_centre


@pytest.mark.parametrize("value", [*rules.Status, *rules.Reason, *rules.Channel, 26, True])
def test_codes_and_numbers_stand_in_the_statement(value: str | int) -> None:
    compiled = select(literal(value)).compile()
    assert compiled.params == {}
    assert (f"'{value}'" if isinstance(value, str) else str(int(value))) in str(compiled)


@pytest.mark.parametrize("value", ["", "x' OR 'a'='a", "--", "A", "submitted ", "ünter", "a" * 41, "1", "a\n"])
def test_nothing_but_a_code_of_ours_stands_in_a_statement(value: str) -> None:
    with pytest.raises(ValueError, match="not a code"):
        literal(value)


def test_rows_inside_a_transaction_include_what_is_not_written_yet(app: Flask) -> None:
    make_centre("A")
    with transaction() as session:
        session.add(new_centre("B"))
        assert rows(select(func.count()).select_from(Centre)).scalar_one() == 2
        session.rollback()
    assert rows(select(Centre.code)).all() == [("A",)]


SYNCHRONOUS = {"sqlite": ("PRAGMA synchronous", 1, 2), "postgresql": ("SHOW synchronous_commit", "off", "on")}
"""How to ask, what it says when a commit does not wait for the disk, what it says when it does."""


def test_only_a_commit_that_says_so_does_not_wait_for_the_disk(app: Flask, database_name: str) -> None:
    question, relaxed, waits = SYNCHRONOUS[database_name]
    if database_name == "postgresql":
        waits = db.session.scalar(text("SELECT reset_val FROM pg_settings WHERE name = 'synchronous_commit'"))
    # Other tests never wait (tests/conftest.py); this connection does what it is told.
    db.session.connection().info.pop("synchronous", None)
    db.session.rollback()
    found = []
    for durable in (False, True, False, True):
        with transaction(durable=durable) as session:
            found.append(session.scalar(text(question)))
    assert found == [relaxed, waits, relaxed, waits]


def test_what_runs_after_the_commit_runs_once_however_often_it_was_given(app: Flask) -> None:
    calls: list[int] = []

    def note() -> None:
        calls.append(1)

    with transaction():
        after_commit(note)
        after_commit(note)
        assert calls == []
    assert calls == [1]


def test_a_connection_that_died_is_replaced_before_a_page_meets_it(app: Flask, sign_in, database_name: str) -> None:
    if database_name == "sqlite":
        pytest.skip("a file does not hang up")
    reviewer = sign_in("reviewer")
    db.session.remove()
    for _ in range(2):
        die(db.engine)
        assert reviewer.get("/queue/").status_code == 200


def die(engine: Engine) -> None:
    """Close the connection that the pool keeps, behind its back."""
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
    assert driver is not None
    driver.close()

"""What the database module promises beside transaction(): fixed values, rows read past the ORM."""

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.exc import DBAPIError

from admin_app.applications import rules
from admin_app.centres.models import Centre
from admin_app.foundation import database
from admin_app.foundation.database import db, engine_options, fixed, prepare_engine, rows, transaction
from tests.conftest import make_centre


@pytest.mark.parametrize("value", [*rules.Status, *rules.Reason, *rules.Channel, 26, True])
def test_codes_and_numbers_stand_in_the_statement(value: str | int) -> None:
    compiled = select(fixed(value)).compile()
    assert compiled.params == {}
    assert (f"'{value}'" if isinstance(value, str) else str(int(value))) in str(compiled)


@pytest.mark.parametrize("value", ["", "x' OR 'a'='a", "--", "A", "submitted ", "ünter", "a" * 41, "1", "a\n"])
def test_nothing_but_a_code_of_ours_stands_in_a_statement(value: str) -> None:
    with pytest.raises(ValueError, match="not a code"):
        fixed(value)


def test_rows_inside_a_transaction_include_what_is_not_written_yet(app: Flask) -> None:
    make_centre("A")
    with transaction() as session:
        session.add(Centre(**{name: getattr(db.session.scalar(select(Centre)), name) for name in COPIED}, code="B"))
        assert rows(select(func.count()).select_from(Centre)).scalar_one() == 2
        session.rollback()
    assert rows(select(Centre.code)).all() == [("A",)]


def test_a_connection_that_died_while_nobody_used_it_is_replaced(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    url = db.engine.url
    engine = create_engine(url, **engine_options(url.drivername))
    prepare_engine(engine)
    try:
        die(engine)
        with pytest.raises(DBAPIError), engine.connect() as connection:
            connection.execute(select(1))
        die(engine)
        monkeypatch.setattr(database, "ASK_AFTER", 0)
        with engine.connect() as connection:
            assert connection.execute(select(1)).scalar_one() == 1
    finally:
        engine.dispose()


def test_a_connection_that_answered_a_moment_ago_is_not_asked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(db.engine.dialect, "do_ping", lambda connection: asked.append(connection) or True)
    db.session.rollback()
    for seconds, expected in ((60, 0), (0, 2)):
        monkeypatch.setattr(database, "ASK_AFTER", seconds)
        for _ in range(2):
            db.session.execute(select(1))
            db.session.rollback()
        assert len(asked) == expected


def die(engine: Engine) -> None:
    """Close the connection that the pool keeps, behind its back."""
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
    assert driver is not None
    driver.close()


COPIED = tuple(column.key for column in Centre.__table__.columns if column.key not in ("id", "code", "public_id"))

"""What the database module promises beside transaction(): fixed values, rows read past the ORM."""

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select

from admin_app.applications import rules
from admin_app.centres.models import Centre
from admin_app.foundation.database import db, literal, rows, transaction
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

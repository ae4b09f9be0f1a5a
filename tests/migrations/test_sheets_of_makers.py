"""The sheets of makers leave with their migration, but for those that the office uses."""

import flask_migrate
import sqlalchemy as sa
from flask import Flask

from admin_app.foundation.database import db


def codes() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(sa.text("SELECT code FROM label_stock")))


def test_a_sheet_in_use_stays_when_the_table_goes_and_is_not_added_twice(empty_app: Flask) -> None:
    flask_migrate.upgrade(revision="0049_sheets_of_makers")
    whole = codes()
    db.session.execute(sa.text("UPDATE label_stock SET is_active = true WHERE code = 'Avery-L7162'"))
    db.session.commit()
    flask_migrate.downgrade(revision="-1")
    assert codes() == {"L7163", "L7160", "T100150", "Avery-L7162"}
    flask_migrate.upgrade(revision="+1")
    assert codes() == whole and len(whole) == 1_101

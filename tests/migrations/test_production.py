"""Cards that are at a maker are requested again in an office that knows no makers."""

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from admin_app.foundation.database import db
from tests.factories.applications import make_application
from tests.factories.cards import make_card
from tests.factories.centres import make_centre
from tests.factories.production import make_line, make_production
from tests.factories.staff import make_staff


def run(statement: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text(statement))


def test_cards_at_the_maker_are_requested_again_and_the_moves_are_those_of_before(empty_app: Flask) -> None:
    flask_migrate.upgrade()
    centre = make_centre("XH")
    clerk, mailer = make_staff("intake_clerk", username="c", centre=centre), make_staff("mailroom_clerk", username="m")
    card = make_card(make_application(clerk, centre, status="approved", is_open=False), "in_production", made_at=None, ready_at=None)
    make_line(make_production(mailer, "sent"), card)
    db.session.rollback()
    flask_migrate.downgrade(revision="0058_notices")
    assert db.session.execute(sa.text("SELECT status FROM card")).scalar_one() == "requested"
    db.session.rollback()
    with pytest.raises(IntegrityError, match="no such move"):
        run("UPDATE card SET status = 'in_production'")
    flask_migrate.upgrade()
    run("UPDATE card SET status = 'in_production'")

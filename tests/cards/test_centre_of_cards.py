"""A card stands in the lists of its application's centre, whoever moves the application (ADR 0020)."""

import sqlalchemy as sa

from admin_app.applications.models import Application
from admin_app.cards import queries
from admin_app.cards.models import Card
from admin_app.foundation.database import db, transaction
from tests.factories.cards import requested_card
from tests.factories.centres import make_centre
from tests.factories.staff import make_staff


def move(card: Card, centre_id: int) -> None:
    """Give the application to another centre, past every operation."""
    with transaction() as session:
        session.execute(sa.update(Application).where(Application.id == card.application_id).values(centre_id=centre_id))
    db.session.expire_all()


def test_a_new_card_belongs_to_the_centre_of_its_application(clerk, centre):
    card = requested_card(clerk, centre)
    assert card.centre_id == centre.id


def test_a_card_follows_its_application_to_another_centre(clerk, centre):
    card, other = requested_card(clerk, centre), make_centre("YH")
    move(card, other.id)
    assert card.centre_id == other.id


def test_the_lists_of_both_counters_follow_too(clerk, centre):
    card, other = requested_card(clerk, centre), make_centre("YH")
    colleague = make_staff("intake_clerk", username="there", centre=other)
    move(card, other.id)
    assert [queries.counts(each, "requested")["requested"] for each in (clerk, colleague)] == [0, 1]


def test_other_cards_stay_where_they_are(clerk, centre):
    card, neighbour, other = requested_card(clerk, centre), requested_card(clerk, centre), make_centre("YH")
    move(card, other.id)
    assert neighbour.centre_id == centre.id


def test_control_without_the_trigger_a_card_stays_behind(clerk, centre, database_name):
    card, other = requested_card(clerk, centre), make_centre("YH")
    with db.engine.begin() as connection:
        where = "" if database_name == "sqlite" else " ON application"
        connection.execution_options(card_desk_write=True).exec_driver_sql(f"DROP TRIGGER application_centre_to_cards{where}")
    move(card, other.id)
    assert card.centre_id == centre.id

"""Two people at the same moment: no card is in two batches, no row of an answer is taken twice."""

import sqlalchemy as sa

from admin_app.cards.models import Card
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import DomainError
from admin_app.production.models import CardMaker, ProductionBatch, ProductionLine
from admin_app.production.operations import batches
from admin_app.production.queries.batches import Wish
from tests.at_once import at_once
from tests.factories.production import cards_with_photos, make_maker


def test_two_batches_at_once_share_the_cards_and_none_is_in_both(app, clerk, centre, mailer):
    cards_with_photos(6, clerk, centre)
    make_maker()
    by = mailer.actor

    def freeze() -> str:
        with transaction():
            maker = db.session.scalars(sa.select(CardMaker)).one()
            return batches.freeze(Wish(most=4), maker=maker, by=by).reference

    done = at_once(app, [freeze, freeze])
    made = [one for one in done if isinstance(one, str)]
    assert made and all(isinstance(one, str | DomainError) for one in done)
    lines = db.session.scalars(sa.select(ProductionLine.card_id)).all()
    assert len(lines) == len(set(lines))
    away = db.session.scalar(sa.select(sa.func.count()).select_from(Card).where(Card.status == "in_production"))
    assert away == len(lines) == db.session.scalar(sa.select(sa.func.sum(ProductionBatch.card_count)))

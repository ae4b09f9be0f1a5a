"""Reads of the check desk: the card with this serial, its place in its batch, its photo, what else of the batch waits to be looked at."""

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from admin_app.cards.models import Card
from admin_app.cards.rules import Status as CardStatus
from admin_app.foundation.database import db
from admin_app.foundation.storage.models import StoredFile
from admin_app.production.models import ProductionBatch, ProductionLine
from admin_app.production.queries.contents import photo_of
from admin_app.production.rules import Outcome


def made_line(card: Card) -> ProductionLine | None:
    """The line of the batch in which the card was made; None for one that was marked by hand."""
    mine = select(ProductionLine).where(ProductionLine.card_id == card.id, ProductionLine.outcome == Outcome.MADE)
    return db.session.scalar(mine.order_by(ProductionLine.id.desc()).limit(1).options(joinedload(ProductionLine.batch)))


def left_to_check(batch: ProductionBatch) -> int:
    """How many cards of the batch are made and not looked at yet."""
    made = select(func.count()).select_from(ProductionLine).join(ProductionLine.card)
    return db.session.scalar(made.where(ProductionLine.batch_id == batch.id, Card.status == CardStatus.MADE)) or 0


def photo_for(card: Card) -> StoredFile | None:
    """The photo that must be on the card, while it waits to be looked at; None afterwards, and where there is none."""
    return photo_of(card.application_id) if card.status == CardStatus.MADE else None

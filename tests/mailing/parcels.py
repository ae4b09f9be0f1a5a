"""Small valid batches for the tests of this room."""

from typing import Any

from sqlalchemy import select

from admin_app.cards.models import Card
from admin_app.centres.models import Centre
from admin_app.foundation.database import db, transaction
from admin_app.mailing.models import LabelStock, MailingBatch, Parcel
from admin_app.mailing.operations import batches, labels
from admin_app.staff.models import StaffMember
from tests.cards.cards import ready_card


def stock(code: str = "L7163") -> LabelStock:
    """One of the stocks that every office starts with."""
    return db.session.scalars(select(LabelStock).where(LabelStock.code == code)).one()


def ready_cards(count: int, clerk: StaffMember, centre: Centre, mailer: StaffMember, **changes: Any) -> list[Card]:
    """Cards that are ready to go by post."""
    return [ready_card(clerk, centre, by=mailer, **changes) for _ in range(count)]


def open_batch(cards: list[Card], mailer: StaffMember, **choices: Any) -> MailingBatch:
    """A batch of these cards."""
    with transaction():
        return batches.open_batch(cards, by=mailer, **({"stock": stock()} | choices))


def labelled_batch(cards: list[Card], mailer: StaffMember, **choices: Any) -> MailingBatch:
    """A batch whose labels are printed (jobs run inline)."""
    batch = open_batch(cards, mailer, **choices)
    with transaction():
        labels.print_labels(batch, by=mailer)
    db.session.rollback()
    assert batch.status == "labelled", batch.job.error
    return batch


def parcels_of(batch: MailingBatch) -> list[Parcel]:
    """Its parcels that were not taken out."""
    return [parcel for parcel in batch.parcels if parcel.status != "removed"]

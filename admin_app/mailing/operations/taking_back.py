"""Taking back within the window: a card that was marked as ready, a batch that was posted. All of it, or nothing."""

from datetime import date
from typing import Any

from admin_app.applications.operations import posting as applications
from admin_app.cards import operations as cards
from admin_app.cards import queries as card_queries
from admin_app.cards.models import Card
from admin_app.foundation import reactions
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict
from admin_app.foundation.undo import operations as undo
from admin_app.foundation.undo.models import UndoWindow
from admin_app.mailing import rules
from admin_app.mailing.models import MailingBatch, Parcel
from admin_app.mailing.operations import moves
from admin_app.mailing.queries import parcels as parcel_queries
from admin_app.staff.permissions import verb


def take_back_ready(found: UndoWindow, who: Actor) -> None:
    """The card waits to be looked at again, unless somebody has put it into a batch or handed it over."""
    card = card_queries.lock([db.session.get_one(Card, found.subject_id)])[0]
    if parcel_queries.live_of_cards([card.id]):
        raise undo.overtaken(found)
    if card.version != found.version:
        raise undo.overtaken(found)
    undo.strike(found, reactions.keys_of(found.action, card))
    try:
        cards.take_back_ready(card, version=found.version, by=who)
    except Conflict:
        raise undo.overtaken(found) from None


def take_back_posting(found: UndoWindow, who: Actor) -> None:
    """What the window of a posted batch does when it is used."""
    batch = moves.lock_batch(db.session.get_one(MailingBatch, found.subject_id))
    take_back_batch(batch, found, by=who)


@verb("mailing.take_back_posting")
def take_back_batch(batch: MailingBatch, found: UndoWindow, *, by: Actor) -> None:
    """Batch, parcels and cards are here again, each card in its envelope. Raises OvertakenBySomebody, WindowClosed.

    Tracking numbers that were scanned with the envelopes stay, those that were entered at posting are free again.
    """
    if batch.version != found.version:
        raise undo.overtaken(found)
    parcels = parcel_queries.current_of_batch(batch)
    if any(one.status != rules.ParcelStatus.POSTED for one in parcels):  # one of them arrived, came back or is asked about
        raise undo.overtaken(found)
    keys = [key for one in parcels for key in reactions.keys_of("cards.posted", one.card)]
    undo.strike(found, dict.fromkeys(keys))
    unposted: dict[str, Any] = {"posted_on": None, "posted_at": None, "postage": "", "postage_fen": None}
    try:
        moves.BATCHES.move(batch, "take_back", by=by, version=found.version, changes={"parcels": len(parcels)}, **unposted)
        with db.session.no_autoflush:
            for parcel in parcels:
                _take_back(parcel, found, by=by)
    except Conflict:
        raise undo.overtaken(found) from None


def _take_back(parcel: Parcel, found: UndoWindow, *, by: Actor) -> None:
    number, earlier = {"tracking_number": parcel.tracking_number}, found.before["posted_on"].get(parcel.public_id)
    was_scanned = parcel.public_id in found.before.get("numbered", ())
    kept: dict[str, Any] = number if was_scanned else {"tracking_number": None}
    moves.PARCELS.move(parcel, "take_back", by=by, changes=number, posted_at=None, **kept)
    cards.take_back_posting(parcel.card, by=by, changes={"parcel": parcel.number})
    applications.take_back_posting(parcel.card.application, by=by, earlier=date.fromordinal(earlier) if earlier else None)

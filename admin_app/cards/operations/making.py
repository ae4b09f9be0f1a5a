"""Cards that a maker makes in batches: there, back without, back with a serial; only production calls these."""

from collections.abc import Sequence

from admin_app.cards.models import Card
from admin_app.cards.operations import MACHINE, move_with_serial, read_serial
from admin_app.foundation.actor import Actor
from admin_app.staff.permissions import verb


@verb("cards.send_to_maker")
def send_to_maker(chosen: Sequence[Card], *, batch: str, by: Actor) -> None:
    """The cards, which the open transaction has locked, wait for the maker; `batch` is the reference of the production batch."""
    MACHINE.move_all(chosen, "send_to_maker", by=by, changes={"production_batch": batch})


@verb("cards.call_back")
def call_back(chosen: Sequence[Card], *, batch: str, why: str, by: Actor) -> None:
    """The cards, locked, are not made in this batch after all: they are requested as before; `why` is a code of whoever calls this."""
    MACHINE.move_all(chosen, "call_back", by=by, changes={"production_batch": batch, "why": why})


@verb("cards.come_from_maker")
def come_from_maker(card: Card, serial: str, *, batch: str, by: Actor) -> None:
    """The maker has made the card with this serial. SerialRefused or SerialTaken say why not."""
    move_with_serial(card, "come_from_maker", read_serial(serial), {"production_batch": batch}, by=by)

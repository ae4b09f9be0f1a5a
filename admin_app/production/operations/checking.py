"""The check desk: what is wrong with a card that came from the maker."""

from flask_babel import lazy_gettext as _l

from admin_app.cards import operations as cards
from admin_app.cards.models import Card
from admin_app.cards.rules import Status as CardStatus
from admin_app.foundation.actor import Actor
from admin_app.foundation.errors import Conflict
from admin_app.foundation.i18n import titled
from admin_app.foundation.typed_text import texts
from admin_app.production import rules
from admin_app.production.queries import checking
from admin_app.production.rules import CheckFault
from admin_app.staff.permissions import verb


@verb("production.fail")
def fail(card: Card, fault: CheckFault, note: str, *, booked: cards.Booked, by: Actor) -> Card:
    """The card is not right and is made once more; returns the new request, chained to it and put down to whom `booked` says.

    Conflict unless it waits to be checked. TextRefused.
    """
    if card.status != CardStatus.MADE:
        raise Conflict(_l("This card does not wait to be checked any more. Nothing was changed."))
    label, said = str(rules.CHECK_FAULT_LABELS[fault]), texts.line(note)
    following = cards.spoil(card, titled(label, said) if said else label, by=by, booked=booked)
    line = checking.made_line(card)
    if line is not None:
        line.why = str(fault)
    return following

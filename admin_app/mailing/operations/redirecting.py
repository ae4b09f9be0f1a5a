"""Where a card goes can change after the case was handed in, until the card lies in a mailing batch."""

from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.applications.models import Application
from admin_app.applications.operations import moves as cases
from admin_app.applications.operations.details import InvalidCase
from admin_app.applications.operations.documents import lock
from admin_app.applications.rules import Delivery, Status
from admin_app.cards import operations as card_operations
from admin_app.cards import queries as cards
from admin_app.cards import rules as card_rules
from admin_app.cards.models import Card
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.errors import Conflict
from admin_app.foundation.typed_text import numbers, texts
from admin_app.mailing.queries import parcels
from admin_app.mailing.rules import ParcelStatus
from admin_app.staff.permissions import verb

CHANGEABLE = frozenset({Status.SUBMITTED, Status.IN_REVIEW, Status.NEEDS_INFORMATION, Status.RECOMMENDED, Status.APPROVED})
"""Statuses of a case whose card has not left; a draft is changed at the counter."""
STILL_HERE = frozenset(
    {
        card_rules.Status.REQUESTED, card_rules.Status.IN_PRODUCTION, card_rules.Status.MADE, card_rules.Status.READY,
        card_rules.Status.HELD,
    }
)  # fmt: skip
"""Statuses of a card that can be sent another way; of one that came back the mailroom sends it on from the shelf."""
FIELDS = ("delivery", "recipient", "postcode", "address")


class TooLate(Conflict):
    """The card lies in a batch, or has left."""


@verb("applications.redirect")
def redirect(
    application: Application, *, delivery: str, recipient: str, postcode: str, address: str, reason: str, version: int, by: Actor
) -> bool:
    """Send the card another way, to another address or recipient; of a card that is asked for already, its list changes with it.

    The reason is kept in the log with the names of what changed, never the words. False where nothing is different. Raises TooLate,
    StaleVersion, InvalidCase or TextRefused (details: field), ReasonMissing.
    """
    reason = texts.reason(reason)
    lock(application)
    card = _card_still_here(application)
    wanted = checked(application, delivery, recipient, postcode, address)
    changed = [name for name in FIELDS if getattr(application, name) != wanted[name]]
    if not changed:
        return False
    before = application.delivery
    cases.touch(application, version, address_changed_on=clock.today(), **wanted)
    if card is not None and card.delivery != delivery:
        card_operations.MACHINE.touch(card, delivery=delivery)
    facts: dict[str, Any] = {"fields": changed}
    if before != delivery:
        facts["delivery"] = [before, delivery]
    cases.record(application, "applications.redirected", by=by, reason=reason, changes=facts)
    return True


def refuse_late(application: Application) -> None:
    """TooLate says what stands in the way of sending the card elsewhere."""
    _refuse_status(application)
    card = cards.newest_of_application(application.id)
    if card is not None:
        _refuse_card(card)


def _card_still_here(application: Application) -> Card | None:
    """The card that counts, held until the transaction ends; None where none is asked for yet. TooLate as refuse_late()."""
    _refuse_status(application)
    newest = cards.newest_of_application(application.id)
    if newest is None:
        return None
    (card,) = cards.lock([newest])
    _refuse_card(card)
    return card


def _refuse_status(application: Application) -> None:
    if application.status not in CHANGEABLE:
        raise TooLate(_l("The application is closed, or not handed in: where its card goes is not changed here. Nothing was changed."))


def _refuse_card(card: Card) -> None:
    if card.status not in STILL_HERE:
        raise TooLate(_l("The card has left the office already. Nothing was changed."))
    for parcel in parcels.live_of_cards([card.id]):
        if parcel.status == ParcelStatus.RETURNED:
            continue
        sentence = _l(
            "The card lies in mailing batch %(batch)s already. Ask the mailroom to take parcel %(parcel)s out, or to change its label."
            " Nothing was changed.",
            batch=parcel.batch.reference,
            parcel=parcel.number,
        )
        raise TooLate(sentence)


def checked(application: Application, delivery: str, recipient: str, postcode: str, address: str) -> dict[str, str]:
    """Where the card goes, read as it was typed; InvalidCase or TextRefused (details: field)."""
    if delivery not in set(Delivery):
        raise InvalidCase(_l("Please choose one of the listed values."), field="delivery")
    if delivery == Delivery.COLLECT:
        return {"delivery": str(delivery), "recipient": "", "postcode": "", "address": ""}
    read = {
        "delivery": str(delivery),
        "recipient": texts.name(recipient or application.resident.name, field="recipient"),
        "postcode": numbers.postcode(postcode),
        "address": texts.address(address),
    }
    for field, value in read.items():
        if not value:
            raise InvalidCase(_l("For delivery by post, postcode and address are needed."), field=field)
    return read

"""The lists behind the charts of what came back and of what was made once more: the very parcels and cards."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, select, true
from sqlalchemy.orm import aliased

from admin_app.applications.models import Application
from admin_app.applications.queries.queue import Place
from admin_app.cards import queries as card_queries
from admin_app.cards.models import Card
from admin_app.cards.rules import Fault
from admin_app.centres.models import Centre
from admin_app.dashboard.queries.behind import checked
from admin_app.dashboard.queries.remade import maker_id_of
from admin_app.foundation import clock, keyset, ranges
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import literal
from admin_app.mailing.models import MailReturn, Parcel
from admin_app.production.models import CardMaker
from admin_app.residents.models import Resident

Conditions = list[ColumnElement[bool]]
BY_RETURN = keyset.Order((MailReturn.received_at, MailReturn.id))
BY_REQUEST = keyset.Order((Card.requested_at, Card.id))
BEFORE = aliased(Card)
"""The card in whose place another one was requested."""


@dataclass(frozen=True)
class Asked:
    """The filters of the report that led to a list, and what its mark stands for; None: any."""

    first: date | None = None
    last: date | None = None
    centres: tuple[Place, ...] = ()
    channel: str = ""
    reason: str | None = None
    """Of parcels that came back: a word of ReturnReason."""
    fault: str | None = None
    """Of cards: a word of Fault, '' for those of which nobody said it."""
    maker: int | None = None
    """Of cards put down to the maker: the id of the one that had the card before."""

    def of_cards(self, who: Actor) -> Conditions:
        """The conditions on Card for whoever looks, a centre and a channel."""
        mine = card_queries.visible_to(who)
        found = [] if mine.compare(true()) else [checked(mine)]
        if self.centres:
            found.append(checked(Card.centre_id.in_([centre.id for centre in self.centres])))
        if self.channel:
            found.append(Card.application.has(channel=self.channel))
        return found

    def within(self, moment: Any) -> Conditions:
        """The conditions with `moment` inside the days that were asked for."""
        found: Conditions = [moment >= clock.start_of(self.first)] if self.first else []
        return [*found, *([moment < clock.start_of(self.last + timedelta(days=1))] if self.last else [])]


class CameBack(NamedTuple):
    """A parcel that came back as the list shows it."""

    id: int
    received_at: datetime
    reason: str
    outcome: str
    shelf: str
    number: str
    public_id: str
    reference: str
    name: str
    name_latin: str
    centre_name_en: str
    centre_name_zh: str


CAME_BACK: tuple[Any, ...] = (
    MailReturn.id, MailReturn.received_at, MailReturn.reason, MailReturn.outcome, MailReturn.shelf, Parcel.number, Parcel.public_id,
    Application.reference, Resident.name, Resident.name_latin, Centre.name_en.label("centre_name_en"),
    Centre.name_zh.label("centre_name_zh"),
)  # fmt: skip


def returns(who: Actor, asked: Asked, _today: date) -> keyset.Query:
    """The parcels that came back: the columns of CameBack."""
    joined = select(*CAME_BACK).outerjoin(MailReturn.parcel).outerjoin(Parcel.card).outerjoin(Card.application)
    loaded = joined.outerjoin(Application.resident).outerjoin(Application.centre)
    return ranges.walked(MailReturn.id, [_of_returns(who, asked)], loaded)


def return_ids(who: Actor, asked: Asked, _today: date) -> Select[Any]:
    """Their ids, to be counted."""
    return ranges.counted(MailReturn.id, [_of_returns(who, asked)])


def _of_returns(who: Actor, asked: Asked) -> Conditions:
    found = asked.within(MailReturn.received_at) or [MailReturn.received_at.is_not(None)]
    if asked.reason is not None:
        found.append(MailReturn.reason == literal(asked.reason))
    if of_cards := asked.of_cards(who):
        found.append(MailReturn.parcel.has(Parcel.card.has(and_(*of_cards))))
    return found


class Again(NamedTuple):
    """A card made once more as the list shows it, and what became of the one before it."""

    id: int
    public_id: str
    requested_at: datetime
    fault: str
    cost_fen: int | None
    status: str
    reference: str
    name: str
    name_latin: str
    centre_name_en: str
    centre_name_zh: str
    serial_before: str | None
    why_before: str
    status_before: str
    maker_name_en: str | None
    """None, like the other: the card before was marked as made by hand."""
    maker_name_zh: str | None


AGAIN: tuple[Any, ...] = (
    Card.id, Card.public_id, Card.requested_at, Card.fault, Card.cost_fen, Card.status, Application.reference, Resident.name,
    Resident.name_latin, Centre.name_en.label("centre_name_en"), Centre.name_zh.label("centre_name_zh"),
    BEFORE.serial.label("serial_before"), BEFORE.spoil_reason.label("why_before"), BEFORE.status.label("status_before"),
    CardMaker.name_en.label("maker_name_en"), CardMaker.name_zh.label("maker_name_zh"),
)  # fmt: skip


def remade(who: Actor, asked: Asked, _today: date) -> keyset.Query:
    """The cards in the place of others: the columns of Again."""
    joined = select(*AGAIN).outerjoin(Card.application).outerjoin(Application.resident).outerjoin(Application.centre)
    loaded = joined.outerjoin(BEFORE, BEFORE.id == Card.replaces_id).outerjoin(CardMaker, CardMaker.id == maker_id_of(Card.replaces_id))
    return ranges.walked(Card.id, [_of_remade(who, asked)], loaded)


def remade_ids(who: Actor, asked: Asked, _today: date) -> Select[Any]:
    """Their ids, to be counted."""
    return ranges.counted(Card.id, [_of_remade(who, asked)])


def _of_remade(who: Actor, asked: Asked) -> Conditions:
    found = [Card.replaces_id.is_not(None), *asked.within(Card.requested_at), *asked.of_cards(who)]
    if asked.fault is not None:
        found.append(Card.fault == asked.fault)
    if asked.maker is not None:
        found += [Card.fault == literal(Fault.MAKER), maker_id_of(Card.replaces_id) == asked.maker]
    return found

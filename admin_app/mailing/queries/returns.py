"""Parcels that somebody is to look at: on a shelf, not heard of, asked about."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from admin_app.applications.models import Application
from admin_app.cards import queries as cards
from admin_app.cards.models import Card
from admin_app.foundation import clock, keyset, ranges
from admin_app.foundation.actor import Actor, is_staff_member
from admin_app.foundation.database import db, literal
from admin_app.mailing.models import Label, MailReturn, Parcel
from admin_app.mailing.rules import ParcelStatus as P
from admin_app.residents.models import Resident

NEXT = keyset.Order((Parcel.next_on, Parcel.id), is_set=True)
TABS: dict[str, tuple[P, ...]] = {
    "due": (P.RETURNED, P.INQUIRED, P.POSTED),
    "shelf": (P.RETURNED,),
    "ask": (P.POSTED,),
    "asked": (P.INQUIRED,),
}
"""tab -> statuses; each is one range of the index (status, next_on, id)."""
NOT_YET = frozenset({"shelf", "asked"})
"""Tabs that hold what is due later as well."""


def listed(who: Actor, tab: str, today: date) -> keyset.Query:
    """The parcels of a tab with card, application, return and batch."""
    return ranges.walked(Parcel.id, _ranges(who, tab, today), _loaded())


def ids(who: Actor, tab: str, today: date) -> Select[Any]:
    """The ids of a tab, to be counted."""
    return ranges.counted(Parcel.id, _ranges(who, tab, today))


def waiting_for(who: Actor) -> Select[Any]:
    """The ids of what is due today, for the sidebar of whoever works with it."""
    return ids(who, "due", clock.today())


def _ranges(who: Actor, tab: str, today: date) -> list[ranges.Range]:
    due = Parcel.next_on.is_not(None) if tab in NOT_YET else Parcel.next_on <= today
    return [(*_mine(who), Parcel.status == literal(status), due) for status in TABS[tab]]


def _mine(who: Actor) -> tuple[ColumnElement[bool], ...]:
    condition = cards.visible_to(who)
    return () if condition.compare(true()) else (Parcel.card_id.in_(select(Card.id).where(condition)),)


def _loaded() -> Select[Any]:
    joined = select(Parcel).outerjoin(Parcel.card).outerjoin(Card.application).outerjoin(Parcel.came_back).outerjoin(Parcel.batch)
    path = contains_eager(Parcel.card).contains_eager(Card.application)
    names = path.joinedload(Application.resident).load_only(Resident.name, Resident.name_latin)
    return joined.options(names, contains_eager(Parcel.came_back), contains_eager(Parcel.batch))


def scanned(who: Actor, code: str) -> Parcel | None:
    """The parcel with this (normalised) tracking or parcel number, or with a label of this code; a void label names its parcel too."""
    if not who.may("mailing.read"):
        return None
    labelled = select(Label.parcel_id).where(Label.code == code).scalar_subquery()
    match = or_(Parcel.number == code, Parcel.tracking_number == code, Parcel.id == labelled)
    found = select(Parcel).where(match, *_mine(who)).options(joinedload(Parcel.batch))
    return db.session.scalar(found)


def last_shelf(who: Actor) -> str:
    """Where the person put the last card, to be proposed for the next one; '' for the first."""
    mine = select(MailReturn.shelf).where(is_staff_member(MailReturn.received_by_id, who)).order_by(MailReturn.id.desc()).limit(1)
    return db.session.scalar(mine) or ""


def of_card(parcel: Parcel) -> Sequence[Parcel]:
    """Every parcel in which the card of `parcel` lay, the first one first."""
    return db.session.scalars(select(Parcel).where(Parcel.card_id == parcel.card_id).order_by(Parcel.id)).all()

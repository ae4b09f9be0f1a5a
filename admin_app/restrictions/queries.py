"""Which restrictions there are, and whom the rows of an operation are about."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import joinedload

from admin_app.applications.models import Application, Document
from admin_app.cards.models import Card, Destruction
from admin_app.foundation import keyset
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import NotFound
from admin_app.foundation.i18n import listed as in_a_row
from admin_app.loss_reports.models import LossReport
from admin_app.mailing.models import Label, MailingBatch, Parcel
from admin_app.mailing.rules import ParcelStatus
from admin_app.notices.models import Notice
from admin_app.production.models import ProductionBatch, ProductionLine
from admin_app.production.rules import Outcome
from admin_app.residents import queries as residents
from admin_app.residents.models import Resident
from admin_app.restrictions.models import Restriction

NAMED = 5
"""So many of a production batch are named."""
NEWEST = keyset.Order((Restriction.made_at, Restriction.id))


def visible_to(who: Actor) -> ColumnElement[bool]:
    """The condition on Restriction for `who`."""
    return true() if who.may("restrictions.read") else false()


def by_public_id(who: Actor, public_id: str) -> Restriction:
    """The restriction with this public id; NotFound if there is none or `who` may not know of it."""
    found = db.session.scalar(select(Restriction).where(Restriction.public_id == public_id[:64], visible_to(who)))
    if found is None:
        raise NotFound(_l("There is no such restriction, or you may not see it."))
    return found


def in_force(resident: Resident) -> Restriction | None:
    """The restriction of this resident's records, None if there is none."""
    return db.session.scalar(select(Restriction).where(Restriction.resident_id == resident.id, Restriction.lifted_at.is_(None)))


def listed(who: Actor, state: str, _today: date) -> Select[Any]:
    """The restrictions of `state` (open, lifted, all) that `who` may see."""
    query = select(Restriction).where(visible_to(who))
    if state == "open":
        query = query.where(Restriction.lifted_at.is_(None))
    elif state == "lifted":
        query = query.where(Restriction.lifted_at.is_not(None))
    return query.options(joinedload(Restriction.resident), joinedload(Restriction.made_by), joinedload(Restriction.lifted_by))


_CASES = select(Application.resident_id)
_OF_CARDS = _CASES.join(Card, Card.application_id == Application.id)
_OF_PARCELS = _OF_CARDS.join(Parcel, Parcel.card_id == Card.id)
_OF_LINES = _OF_CARDS.join(ProductionLine, ProductionLine.card_id == Card.id)
LEADS: dict[type, tuple[str, Callable[[Sequence[int]], Select[Any]]]] = {
    Resident: ("id", lambda ids: select(Resident.id).where(Resident.id.in_(ids))),
    Application: ("id", lambda ids: _CASES.where(Application.id.in_(ids))),
    LossReport: ("id", lambda ids: select(LossReport.resident_id).where(LossReport.id.in_(ids))),
    Document: ("application_id", lambda ids: _CASES.where(Application.id.in_(ids))),
    Card: ("id", lambda ids: _OF_CARDS.where(Card.id.in_(ids))),
    Destruction: ("id", lambda ids: _OF_CARDS.where(Card.destruction_id.in_(ids))),
    Parcel: ("id", lambda ids: _OF_PARCELS.where(Parcel.id.in_(ids))),
    Label: ("parcel_id", lambda ids: _OF_PARCELS.where(Parcel.id.in_(ids))),
    Notice: ("id", lambda ids: select(Notice.resident_id).where(Notice.id.in_(ids))),
    MailingBatch: ("id", lambda ids: _OF_PARCELS.where(Parcel.batch_id.in_(ids), Parcel.status != ParcelStatus.REMOVED)),
    ProductionBatch: (
        "id", lambda ids: _OF_LINES.where(ProductionLine.batch_id.in_(ids), ProductionLine.outcome == Outcome.WAITING),
    ),
}  # fmt: skip
"""Table of a row -> the column by which it leads, and the ids of the residents whom rows with these values are about."""


def about(given: Iterable[Any]) -> list[Any]:
    """Those of the values given to an operation that are about a resident, out of sequences too."""
    return list(_rows(given))


def _rows(given: Iterable[Any]) -> Iterator[Any]:
    for one in given:
        if type(one) in LEADS:
            yield one
        elif isinstance(one, Sequence) and not isinstance(one, str | bytes):
            yield from _rows(one)


def refuse_restricted(rows: Sequence[Any], *, goes_on: bool = False) -> None:
    """Restricted if the records of anybody whom `rows` are about are restricted and it does not go on, Erased if they are erased.

    Nobody can restrict or erase them until the transaction ends.
    """
    keys: dict[type, list[int]] = {}
    for row in rows:
        keys.setdefault(type(row), []).append(getattr(row, LEADS[type(row)][0]))
    those = or_(*(Resident.id.in_(LEADS[kind][1](ids)) for kind, ids in keys.items()))
    residents.refuse_restricted(those, which=lambda: _called(rows), goes_on=goes_on)


def _called(rows: Sequence[Any]) -> str:
    """What the restricted ones among several are called: serials of cards, numbers of parcels."""
    restricted = select(Resident.id).where(Resident.is_restricted)
    cards = [row.id for row in rows if isinstance(row, Card)]
    batches = [row.id for row in rows if isinstance(row, MailingBatch)]
    numbers = select(Parcel.number).join(Parcel.card).join(Card.application)
    made = [row.id for row in rows if isinstance(row, ProductionBatch)]
    held = numbers.where(Parcel.batch_id.in_(batches), Parcel.status != ParcelStatus.REMOVED, Application.resident_id.in_(restricted))
    serials = select(Card.serial).join(Card.application).where(Card.id.in_(cards), Application.resident_id.in_(restricted))
    found = [*db.session.scalars(held.order_by(Parcel.id))] if batches else []
    letters = [row.id for row in rows if isinstance(row, Notice)]
    references = select(Notice.reference).where(Notice.id.in_(letters), Notice.resident_id.in_(restricted))
    found += db.session.scalars(references.order_by(Notice.id)) if letters else []
    found += [serial or "" for serial in db.session.scalars(serials.order_by(Card.id))] if len(cards) > 1 else []
    found += [*db.session.scalars(_held_lines(made).where(Application.resident_id.in_(restricted)))] if made else []
    return in_a_row(filter(None, found))


def _held_lines(batches: Sequence[int]) -> Select[Any]:
    """The references of the cases whose cards wait in these production batches."""
    lines = select(Application.reference).join(Card, Card.application_id == Application.id)
    waiting = lines.join(ProductionLine, ProductionLine.card_id == Card.id).where(ProductionLine.outcome == Outcome.WAITING)
    return waiting.where(ProductionLine.batch_id.in_(batches)).order_by(ProductionLine.position).limit(NAMED)

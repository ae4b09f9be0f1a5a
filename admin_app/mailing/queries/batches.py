"""Mailing batches: lists, one batch, counts, label stocks."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Row, Select, exists, false, select, true
from sqlalchemy.orm import joinedload

from admin_app.applications.models import Application
from admin_app.cards import queries as cards
from admin_app.cards.models import Card
from admin_app.foundation import keyset
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db, is_public_id
from admin_app.foundation.errors import NotFound
from admin_app.mailing.models import LabelStock, MailingBatch, Parcel
from admin_app.mailing.rules import LIVE, BatchStatus
from admin_app.residents.models import Resident

PAGE = 50
TABS = {
    "open": (BatchStatus.OPEN,),
    "labelled": (BatchStatus.LABELLED,),
    "posted": (BatchStatus.POSTED,),
    "cancelled": (BatchStatus.CANCELLED,),
}


def visible_to(staff: Actor) -> ColumnElement[bool]:
    """The condition on MailingBatch: batches are the whole office's; what a person sees inside is parcels.visible_to()."""
    return true() if staff.may("mailing.read") else false()


def by_public_id(staff: Actor, public_id: str) -> MailingBatch:
    """The batch with this public id, stock, job and file loaded; NotFound if there is none or `staff` may not know of it."""
    loaded = (
        joinedload(MailingBatch.stock), joinedload(MailingBatch.job), joinedload(MailingBatch.labels_file),
        joinedload(MailingBatch.created_by), joinedload(MailingBatch.printer),
    )  # fmt: skip
    wanted = select(MailingBatch).where(MailingBatch.public_id == public_id, visible_to(staff)).options(*loaded)
    found = db.session.scalar(wanted) if is_public_id(public_id) else None
    if found is None:
        raise NotFound(_l("There is no such mailing batch, or it belongs to a part of the office that you do not see."))
    return found


def by_reference(staff: Actor, reference: str) -> MailingBatch | None:
    """The batch JJ-26-1122-01, if `staff` may know of it."""
    return db.session.scalar(select(MailingBatch).where(MailingBatch.reference == reference[:20], visible_to(staff)))


def lock(batch: MailingBatch) -> MailingBatch:
    """The batch as it is now, locked until the transaction ends (PostgreSQL; SQLite writers wait anyway)."""
    fresh = select(MailingBatch).where(MailingBatch.id == batch.id).execution_options(populate_existing=True)
    return db.session.scalars(fresh.with_for_update(of=MailingBatch)).one()


NEWEST = keyset.Order((MailingBatch.id,))


def listed(who: Actor, tab: str, _today: date) -> Select[Any]:
    """The batches of a tab, with label stock and whoever opened them."""
    wanted = select(MailingBatch).where(MailingBatch.status.in_(TABS[tab]), visible_to(who))
    return wanted.options(joinedload(MailingBatch.stock), joinedload(MailingBatch.created_by))


def ids(who: Actor, tab: str, _today: date) -> Select[Any]:
    """The ids of a tab's batches, or of the cards ready to mail ('ready'), to be counted."""
    return waiting_for(who) if tab == "ready" else select(MailingBatch.id).where(MailingBatch.status.in_(TABS[tab]), visible_to(who))


def page(staff: Actor, tab: str, *, cursor: str | None = None, size: int = PAGE) -> keyset.Page[MailingBatch]:
    """One page of `tab`, newest first (one statement)."""
    return keyset.page_of(listed, NEWEST, staff, tab, descending=True, cursor=cursor, size=size)


def counts(staff: Actor, *tabs: str) -> dict[str, int]:
    """Batches of each tab (default: all) and cards ready to mail ('ready'), each counted up to the cap; one statement."""
    return keyset.counts_of(ids, staff, [(tab, tab) for tab in ("ready", *(tabs or TABS))])


def residents_of(batch: MailingBatch) -> Sequence[Row[str, bool, datetime | None, int]]:
    """`public_id`, `is_restricted` and `erased_at` of everybody to whom a parcel of the batch goes or went, with the parcel's `id`."""
    people = select(Resident.public_id, Resident.is_restricted, Resident.erased_at, Parcel.id)
    people = people.join(Application, Application.resident_id == Resident.id)
    theirs = people.join(Card, Card.application_id == Application.id).join(Parcel, Parcel.card_id == Card.id)
    return db.session.execute(theirs.where(Parcel.batch_id == batch.id)).all()


def not_in_parcel() -> ColumnElement[bool]:
    """The condition on Card: in no live parcel."""
    return ~exists().where(Parcel.card_id == Card.id, Parcel.status.in_(LIVE))


def address_is_complete() -> ColumnElement[bool]:
    """The condition on Card: its application has a recipient and an address."""
    return Card.application.has((Application.recipient != "") & Application.address_sealed.is_not(None))


def waiting_for(staff: Actor) -> Select[Any]:
    """Ids of the cards that wait for an envelope."""
    return select(Card.id).where(cards.is_ready_to_mail(), not_in_parcel(), cards.listed_for(staff))


def ready_cards(staff: Actor, *, limit: int, complete_only: bool = False) -> list[Card]:
    """Ready cards by post that are in no live parcel, the longest waiting first.

    `complete_only`: those that can go into a batch: with a whole address, and of nobody whose record is restricted.
    """
    in_use = Card.application.has(Application.resident.has((~Resident.is_restricted) & Resident.erased_at.is_(None)))
    complete = (address_is_complete(), in_use) if complete_only else ()
    return cards.oldest(staff, "to_mail", not_in_parcel(), *complete, limit=limit)


def stocks() -> list[LabelStock]:
    """The label stocks in use, by code."""
    return list(db.session.scalars(select(LabelStock).where(LabelStock.is_active).order_by(LabelStock.code)))


def stock_by_code(code: str) -> LabelStock | None:
    """The label stock with this code if it is in use."""
    return db.session.scalar(select(LabelStock).where(LabelStock.code == code[:30], LabelStock.is_active))

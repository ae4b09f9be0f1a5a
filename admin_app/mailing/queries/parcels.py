"""Parcels and labels: of a batch, one by its public id, by what a scanner reads."""

from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from admin_app.applications import queries as applications
from admin_app.applications.models import Application
from admin_app.applications.queries import telling
from admin_app.audit.models import AuditEntry
from admin_app.cards import queries as cards
from admin_app.cards import rules as card_rules
from admin_app.cards.models import Card
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db, is_public_id
from admin_app.foundation.errors import NotFound
from admin_app.mailing.models import Label, MailingBatch, Parcel
from admin_app.mailing.rules import LIVE, NOT_POSTED, ParcelStatus
from admin_app.notices.rules import Kind, Recipient, Said, language_of
from admin_app.residents.models import Resident
from reports.text import dates

OF_LABELS = ("mailing.label_reprinted", "mailing.parcel_removed", "mailing.label_opened", "mailing.label_opened_again")
"""What is done with single parcels of a batch and changes what its sheets are worth."""


def visible_to(staff: Actor) -> ColumnElement[bool]:
    """The condition on Parcel (joined with its card): for whoever works in or oversees the mailroom, the cards they may see."""
    return cards.visible_to(staff)


def _loaded(statement: Select[Any]) -> Select[Any]:
    """Joined with card and application; of the resident only the two names are read."""
    joined = statement.outerjoin(Parcel.card).outerjoin(Card.application).outerjoin(Application.resident)  # begins here, as queue.lines
    path = contains_eager(Parcel.card).contains_eager(Card.application)
    names = path.contains_eager(Application.resident).load_only(Resident.name, Resident.name_latin)
    return joined.options(names, path.joinedload(Application.centre))


def of_batch(staff: Actor, batch: MailingBatch) -> list[Parcel]:
    """The parcels of the batch that were not taken out, in the order of their labels, cards and applications loaded."""
    mine = _loaded(select(Parcel)).where(Parcel.batch_id == batch.id, Parcel.status != ParcelStatus.REMOVED, visible_to(staff))
    return list(db.session.scalars(mine.order_by(Parcel.position)))


def by_public_id(staff: Actor, public_id: str) -> Parcel:
    """The parcel with this public id, batch and labels loaded; NotFound if there is none or `staff` may not know of it."""
    may_know = staff.may("mailing.read") and is_public_id(public_id)
    found = db.session.scalar(_whole().where(Parcel.public_id == public_id, visible_to(staff))) if may_know else None
    if found is None:
        raise NotFound(_l("There is no such parcel, or it belongs to a part of the office that you do not see."))
    return found


def _whole() -> Select[Any]:
    batch = joinedload(Parcel.batch).joinedload(MailingBatch.stock)
    return _loaded(select(Parcel)).options(batch, selectinload(Parcel.labels).joinedload(Label.job))


def by_code(staff: Actor, code: str) -> Parcel | None:
    """The parcel with this (normalised) tracking number or parcel number, or with a label of this code, if `staff` may know of it."""
    if not staff.may("mailing.read"):
        return None
    labelled = select(Label.parcel_id).where(Label.code == code).scalar_subquery()
    match = or_(Parcel.number == code, Parcel.tracking_number == code, Parcel.id == labelled)
    return db.session.scalar(_whole().where(match, visible_to(staff)))


def case_by_code(staff: Actor, code: str) -> Application | None:
    """The case whose card has this (normalised) tracking number, parcel number or label code, if `staff` may know of it.

    For whoever asks for the card and does not work in the mailroom.
    """
    if not (staff.may("cards.read") and staff.may("applications.read")):
        return None
    labelled = select(Label.parcel_id).where(Label.code == code).scalar_subquery()
    match = or_(Parcel.number == code, Parcel.tracking_number == code, Parcel.id == labelled)
    cases = select(Application).join(Card, Card.application_id == Application.id).join(Parcel, Parcel.card_id == Card.id)
    return db.session.scalar(cases.where(match, applications.visible_to(staff)).options(joinedload(Application.resident)))


def label_by_code(staff: Actor, code: str) -> Label | None:
    """The label with exactly this code, void or not, if `staff` may know of its parcel."""
    if not staff.may("mailing.read"):
        return None
    found = select(Label).join(Label.parcel).join(Parcel.card).where(Label.code == code, visible_to(staff))
    return db.session.scalar(found.options(joinedload(Label.parcel)))


def posted_told(parcel: Parcel) -> Said:
    """What the resident is told about a parcel that has left."""
    application = parcel.card.application
    language = language_of(application.resident)
    left = parcel.batch.posted_on or clock.to_office(parcel.posted_at or clock.now()).date()
    facts = telling.told_of_each(application, language) | {"posted_on": dates.day(left, language), "tracking": parcel.tracking_number or ""}
    return telling.said(application, Kind.POSTED, about=f"{parcel.public_id}:{parcel.version}", facts=facts)


def returned_told(parcel: Parcel) -> Said:
    """What the resident is told about a card that came back: not at the address that it came back from."""
    application, resident = parcel.card.application, parcel.card.application.resident
    language, back = language_of(resident), parcel.came_back
    keep, came = (back.keep_until, clock.to_office(back.received_at).date()) if back else (clock.today(), clock.today())
    facts = telling.told_of_each(application, language)
    facts |= {"returned_on": dates.day(came, language), "keep_until": dates.day(keep, language)}
    is_elsewhere = bool(resident.address) and resident.address != parcel.address
    to = Recipient(resident.name, resident.postcode, resident.address) if is_elsewhere else Recipient(resident.name)
    return telling.said(application, Kind.RETURNED, about=parcel.public_id, facts=facts, to=to)


def lost_told(parcel: Parcel) -> Said:
    """What the resident is told about a parcel that was declared lost, for which a new card was asked."""
    return _told(parcel, Kind.LOST, "lost_on")


def delivered_told(parcel: Parcel) -> Said:
    """What the resident is told about a parcel that was delivered, to whomever."""
    return _told(parcel, Kind.DELIVERED, "delivered_on")


def _told(parcel: Parcel, kind: Kind, day: str) -> Said:
    """What is told of the day since which the parcel is where it is."""
    application = parcel.card.application
    language, since = language_of(application.resident), parcel.since_on or clock.today()
    facts = telling.told_of_each(application, language) | {day: dates.day(since, language), "tracking": parcel.tracking_number or ""}
    return telling.said(application, kind, about=f"{parcel.public_id}:{since}", facts=facts)


def by_id(parcel_id: int) -> Parcel:
    """The parcel that a job is about."""
    return db.session.get_one(Parcel, parcel_id)


def is_spoiled(parcel: Parcel) -> bool:
    """Whether the card of a parcel that has not left cannot leave any more: it is spoiled, and a new one was asked for."""
    return parcel.status in NOT_POSTED and not card_rules.may_be_posted(parcel.card.status, parcel.card.delivery)


def live_of_cards(card_ids: Collection[int]) -> list[Parcel]:
    """The live parcels of these cards."""
    return list(db.session.scalars(select(Parcel).where(Parcel.card_id.in_(card_ids), Parcel.status.in_(LIVE))))


def last_position(batch: MailingBatch) -> int:
    """The highest position given out in the batch; 0 for none."""
    return db.session.scalar(select(func.coalesce(func.max(Parcel.position), 0)).where(Parcel.batch_id == batch.id)) or 0


def current_of_batch(batch: MailingBatch) -> list[Parcel]:
    """The parcels that are not taken out, as they are now, with cards and applications; for changes inside a transaction."""
    mine = _loaded(select(Parcel)).where(Parcel.batch_id == batch.id, Parcel.status != ParcelStatus.REMOVED)
    return list(db.session.scalars(mine.order_by(Parcel.position).execution_options(populate_existing=True)))


def owner_of_number(number: str) -> Parcel | None:
    """The parcel that has this (normalised) tracking number, whatever part of the office it is of."""
    return db.session.scalar(select(Parcel).where(Parcel.tracking_number == number))


def taken_tracking_numbers(numbers: Collection[str], *, but: MailingBatch) -> set[str]:
    """Those of the numbers that parcels outside of the batch `but` already have."""
    taken = select(Parcel.tracking_number).where(Parcel.tracking_number.in_(numbers), Parcel.batch_id != but.id)
    return {number for number in db.session.scalars(taken) if number}


def valid_label(parcel: Parcel) -> Label | None:
    """The label of the parcel that is not void."""
    return db.session.scalar(select(Label).where(Label.parcel_id == parcel.id, Label.voided_at.is_(None)))


def labels_of(parcels: Sequence[Parcel]) -> dict[int, Label]:
    """parcel id -> its label that is not void."""
    wanted = select(Label).where(Label.parcel_id.in_([parcel.id for parcel in parcels]), Label.voided_at.is_(None))
    return {label.parcel_id: label for label in db.session.scalars(wanted)}


def timeline(parcel: Parcel, *, limit: int = 50) -> list[AuditEntry]:
    """What was done with one parcel, newest first."""
    mine = select(AuditEntry).where(AuditEntry.subject_type == "parcel", AuditEntry.subject_ref == parcel.number)
    return list(db.session.scalars(mine.order_by(AuditEntry.id.desc()).limit(limit)))


def history(staff: Actor, batch: MailingBatch, *, limit: int = 50) -> list[AuditEntry]:
    """What was done with the batch; which of its labels were printed again or taken out, of parcels that `staff` may see; newest first."""
    if not staff.may("mailing.read"):
        return []
    whole = select(AuditEntry.id).where(AuditEntry.subject_type == "mailing_batch", AuditEntry.subject_ref == batch.reference)
    seen = select(Parcel.number).join(Parcel.card).where(Parcel.batch_id == batch.id, visible_to(staff))
    single = select(AuditEntry.id).where(
        AuditEntry.subject_type == "parcel", AuditEntry.subject_ref.in_(seen), AuditEntry.action.in_(OF_LABELS)
    )
    both = whole.union_all(single).subquery()
    mine = select(AuditEntry).where(AuditEntry.id.in_(select(both.c.id)))
    return list(db.session.scalars(mine.order_by(AuditEntry.id.desc()).limit(limit)))

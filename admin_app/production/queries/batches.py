"""Production batches: lists, one batch, the cards in it, what could go into the next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, bindparam, exists, false, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from admin_app.applications.models import Application
from admin_app.audit.models import AuditEntry
from admin_app.cards import queries as cards
from admin_app.cards.models import Card
from admin_app.cards.rules import Status as CardStatus
from admin_app.centres import queries as centres
from admin_app.foundation import clock, keyset
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db, is_public_id, literal
from admin_app.foundation.errors import NotFound
from admin_app.production.models import CardMaker, MakerAnswer, ProductionBatch, ProductionLine
from admin_app.production.rules import Outcome, Status
from admin_app.residents.models import Resident

NEWEST = keyset.Order((ProductionBatch.id,))
BY_PLACE = keyset.Order((ProductionLine.position,))
TABS = {str(status): (status,) for status in Status}


@dataclass(frozen=True)
class Wish:
    """Which requested cards a batch is to hold: of one centre or all, requested up to a day or at any time, so many at most."""

    centre_id: int | None = None
    requested_until: date | None = None
    most: int = 0


def visible_to(staff: Actor) -> ColumnElement[bool]:
    """The condition on ProductionBatch: batches are the whole office's; whose cards a person sees inside is cards.visible_to()."""
    return true() if staff.may("production.read") else false()


def by_public_id(staff: Actor, public_id: str) -> ProductionBatch:
    """The batch with this public id, maker, job and package loaded; NotFound if there is none or `staff` may not know of it."""
    loaded = [joinedload(one) for one in (ProductionBatch.maker, ProductionBatch.job, ProductionBatch.package, ProductionBatch.created_by)]
    wanted = select(ProductionBatch).where(ProductionBatch.public_id == public_id, visible_to(staff)).options(*loaded)
    found = db.session.scalar(wanted) if is_public_id(public_id) else None
    if found is None:
        raise NotFound(_l("There is no such production batch, or it belongs to a part of the office that you do not see."))
    return found


def newest(staff: Actor) -> str:
    """The public id of the batch that was opened last, '' before the first one."""
    latest = select(ProductionBatch.public_id).where(visible_to(staff)).order_by(ProductionBatch.id.desc()).limit(1)
    return db.session.scalar(latest) or ""


def by_reference(staff: Actor, reference: str) -> ProductionBatch | None:
    """The batch ZK-26-1122-01, if `staff` may know of it."""
    return db.session.scalar(select(ProductionBatch).where(ProductionBatch.reference == reference[:20], visible_to(staff)))


def for_job(public_id: str) -> ProductionBatch | None:
    """The batch that a job is about."""
    return db.session.scalar(select(ProductionBatch).where(ProductionBatch.public_id == public_id))


def lock(batch: ProductionBatch) -> ProductionBatch:
    """The batch as it is now, locked until the transaction ends (PostgreSQL; SQLite writers wait anyway)."""
    fresh = select(ProductionBatch).where(ProductionBatch.id == batch.id).execution_options(populate_existing=True)
    return db.session.scalars(fresh.with_for_update(of=ProductionBatch)).one()


def listed(who: Actor, tab: str, _today: date) -> Select[Any]:
    """The batches of a tab, with maker and whoever opened them."""
    wanted = select(ProductionBatch).where(ProductionBatch.status.in_(TABS[tab]), visible_to(who))
    return wanted.options(joinedload(ProductionBatch.maker), joinedload(ProductionBatch.created_by))


def ids(who: Actor, tab: str, _today: date) -> Select[Any]:
    """The ids of a tab, to be counted."""
    return select(ProductionBatch.id).where(ProductionBatch.status.in_(TABS[tab]), visible_to(who))


@dataclass(frozen=True)
class LinesAsked:
    """Which cards of a batch somebody looks at: those of one outcome (None: all), requested from one day to another, both included."""

    outcome: str | None = None
    first: date | None = None
    last: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The conditions on ProductionLine and its card."""
        found = [ProductionLine.outcome == literal(self.outcome)] if self.outcome else []
        found += [Card.requested_at >= clock.start_of(self.first)] if self.first else []
        return [*found, *([Card.requested_at < clock.start_of(self.last + timedelta(days=1))] if self.last else [])]


def lines(who: Actor, asked: LinesAsked, _today: date) -> Select[Any]:
    """The cards of the batch `batch` (a parameter of the statement) that `who` may know of, with case and resident."""
    joined = select(ProductionLine).join(ProductionLine.card).join(Card.application).join(Application.resident)
    path = contains_eager(ProductionLine.card).contains_eager(Card.application)
    found = joined.options(path.contains_eager(Application.resident), joinedload(ProductionLine.batch))
    mine = (ProductionLine.batch_id == bindparam("batch"), visible_to(who), cards.visible_to(who))
    return found.where(*mine, *asked.conditions())


def waiting_lines(batch: ProductionBatch) -> list[ProductionLine]:
    """The cards that are neither left out nor answered, in their order, each with its case and resident."""
    path = joinedload(ProductionLine.card).joinedload(Card.application).joinedload(Application.resident)
    wanted = select(ProductionLine).where(ProductionLine.batch_id == batch.id, ProductionLine.outcome == Outcome.WAITING)
    return list(db.session.scalars(wanted.order_by(ProductionLine.position).options(path)))


def line_of(staff: Actor, batch: ProductionBatch, key: str) -> ProductionLine:
    """The card with this key in the batch; NotFound if there is none."""
    wanted = select(ProductionLine).where(ProductionLine.batch_id == batch.id, ProductionLine.key == key[:12], visible_to(staff))
    found = db.session.scalar(wanted)
    if found is None:
        raise NotFound(_l("This card is not in this batch."))
    return found


def left_out_count(batch: ProductionBatch) -> int:
    """How many cards of the batch were left out before it was sent; all of them where it was cancelled."""
    return batch.card_count - (batch.exported_count if batch.sent_at else batch.waiting_count)


def left_out(batch: ProductionBatch, *, limit: int = 20) -> list[ProductionLine]:
    """The first cards that were left out, each with its case."""
    wanted = select(ProductionLine).where(ProductionLine.batch_id == batch.id, ProductionLine.outcome == Outcome.LEFT_OUT)
    path = joinedload(ProductionLine.card).joinedload(Card.application).joinedload(Application.resident)
    return list(db.session.scalars(wanted.order_by(ProductionLine.position).limit(limit).options(path)))


def timeline(batch: ProductionBatch, *, limit: int = 50) -> list[AuditEntry]:
    """What was done with the batch, newest first."""
    mine = select(AuditEntry).where(AuditEntry.subject_type == "production_batch", AuditEntry.subject_ref == batch.reference)
    return list(db.session.scalars(mine.order_by(AuditEntry.id.desc()).limit(limit)))


def makers() -> Sequence[CardMaker]:
    """The makers in use, by code."""
    return db.session.scalars(select(CardMaker).where(CardMaker.is_active).order_by(CardMaker.code)).all()


def maker_by_code(code: str) -> CardMaker | None:
    """The maker with this code if it is in use."""
    return db.session.scalar(select(CardMaker).where(CardMaker.code == code[:30], CardMaker.is_active))


def _due(wish: Wish) -> tuple[ColumnElement[bool], ...]:
    free = (
        Card.status == literal(CardStatus.REQUESTED),
        Card.application.has(Application.resident.has((~Resident.is_restricted) & Resident.erased_at.is_(None))),
    )
    of_centre = (Card.centre_id == wish.centre_id,) if wish.centre_id else ()
    return (
        *free,
        *of_centre,
        *((Card.requested_at < clock.start_of(wish.requested_until + timedelta(days=1)),) if wish.requested_until else ()),
    )


def count_due(wish: Wish) -> int:
    """How many requested cards there are, up to the cap of counts; those of restricted residents do not count."""
    return keyset.capped_counts({"due": select(Card.id).where(*_due(wish))})["due"]


def lock_due(wish: Wish) -> list[Card]:
    """The cards that have waited longest, locked until the transaction ends, each with its case and resident, whom nobody restricts."""
    wanted = select(Card).where(*_due(wish)).order_by(Card.id).limit(wish.most).execution_options(populate_existing=True)
    found = list(db.session.scalars(wanted.options(joinedload(Card.application)).with_for_update(of=Card)).unique())
    people = select(Resident.id, Resident.is_restricted, Resident.erased_at)
    theirs = people.where(Resident.id.in_({card.application.resident_id for card in found}))
    held = {one.id for one in db.session.execute(theirs.with_for_update(read=True, key_share=True)) if one.is_restricted or one.erased_at}
    return [card for card in found if card.application.resident_id not in held]


def last_day(batch: ProductionBatch) -> date | None:
    """The working day until which the maker is to answer; None before it has the batch."""
    if batch.sent_at is None:
        return None
    return centres.calendar().add(clock.to_office(batch.sent_at).date(), batch.maker.answer_days)


def is_late(batch: ProductionBatch) -> bool:
    """Whether the maker should have answered by now."""
    due = last_day(batch) if batch.status == Status.SENT else None
    return due is not None and due < clock.today()


def to_do(staff: Actor) -> Select[Any]:
    """Ids of the batches that wait for somebody of the office: to be sent, or with an answer about which nobody has decided."""
    open_answer = exists().where(
        MakerAnswer.batch_id == ProductionBatch.id, MakerAnswer.confirmed_at.is_(None), MakerAnswer.ended_at.is_(None)
    )
    waits = or_(ProductionBatch.status == literal(Status.FROZEN), (ProductionBatch.status == literal(Status.SENT)) & open_answer)
    found = select(ProductionBatch.id).where(waits, visible_to(staff))
    return found if staff.may("production.work") else found.where(false())

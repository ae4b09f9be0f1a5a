"""What would be erased, what stands in its way, and which erasures were asked for."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from admin_app.accounts.models import Account, CodeRequest, ResidentSession
from admin_app.applications.models import Application, Document, UnsavedForm
from admin_app.audit.models import AuditEntry
from admin_app.cards.models import Card
from admin_app.cards.rules import Status as CardStatus
from admin_app.erasures import rules
from admin_app.erasures.models import Erasure
from admin_app.extracts.queries import parts
from admin_app.foundation import clock, keyset, person_keys, settings
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import NotFound
from admin_app.foundation.i18n import listed as in_a_row
from admin_app.foundation.storage.models import StoredFile
from admin_app.loss_reports.models import LossReport
from admin_app.mailing.models import Label, MailingBatch, Parcel
from admin_app.mailing.rules import BatchStatus
from admin_app.residents.models import Resident, ResidentName
from admin_app.restrictions.models import Restriction
from admin_app.unsent_forms.models import UnsentForm

NEWEST = keyset.Order((Erasure.asked_at, Erasure.id))
UNDER_WAY = (CardStatus.REQUESTED, CardStatus.IN_PRODUCTION, CardStatus.MADE, CardStatus.READY, CardStatus.HELD, CardStatus.SEALED)
NAMED = 5
"""So many of what stands in the way are named."""


def visible_to(who: Actor) -> ColumnElement[bool]:
    """The condition on Erasure for `who`."""
    return true() if who.may("erasures.read") else false()


def by_public_id(who: Actor, public_id: str) -> Erasure:
    """The erasure with this public id; NotFound if there is none or `who` may not know of it."""
    found = db.session.scalar(select(Erasure).where(Erasure.public_id == public_id[:64], visible_to(who)))
    if found is None:
        raise NotFound(_l("There is no such erasure, or you may not see it."))
    return found


def at_work(public_id: str) -> Erasure:
    """The erasure that a job is about, whoever may see it; nobody else changes it until the transaction ends."""
    return db.session.scalars(select(Erasure).where(Erasure.public_id == public_id).with_for_update()).one()


def objects_of(public_id: str) -> dict[str, bool]:
    """SHA-256 of the objects that an erasure leaves without a file -> whether the desk made them itself."""
    found = db.session.scalar(select(Erasure.objects).where(Erasure.public_id == public_id))
    return dict(found or {})


def newest_of(resident: Resident) -> Erasure | None:
    """The last erasure that was asked for of this resident."""
    return db.session.scalar(select(Erasure).where(Erasure.resident_id == resident.id).order_by(Erasure.id.desc()).limit(1))


def listed(who: Actor, state: str, _today: date) -> Select[Any]:
    """The erasures of `state` (open, ended, all) that `who` may see."""
    query = select(Erasure).where(visible_to(who))
    if state == "open":
        query = query.where(Erasure.ended_at.is_(None))
    elif state == "ended":
        query = query.where(Erasure.ended_at.is_not(None))
    return query.options(joinedload(Erasure.resident), joinedload(Erasure.asked_by), joinedload(Erasure.answered_by))


def rows_of(resident: Resident) -> dict[str, tuple[Any, ColumnElement[bool]]]:
    """Table -> model and condition of the resident's rows, for every table that leads to them and is named in rules.PLAN or DELETED."""
    cases = select(Application.id).where(Application.resident_id == resident.id)
    accounts = select(Account.id).where(Account.resident_id == resident.id)
    found = {str(model.__tablename__): (model, condition) for model, condition in parts(resident)}
    found |= {
        "restriction": (Restriction, Restriction.resident_id == resident.id),
        "unsaved_form": (UnsavedForm, UnsavedForm.application_id.in_(cases)),
        "code_request": (CodeRequest, CodeRequest.resident_id == resident.id),
        "resident_session": (ResidentSession, ResidentSession.account_id.in_(accounts)),
        "unsent_form": (UnsentForm, UnsentForm.resident_id == resident.id),
        "resident_name": (ResidentName, ResidentName.resident_id == resident.id),
    }
    return {table: pair for table, pair in found.items() if table in rules.DELETED or rules.PLAN.get(table)}


def papers_of(resident: Resident) -> Select[Any]:
    """The ids of files that were handed in about the resident."""
    cases = select(Application.id).where(Application.resident_id == resident.id)
    papers = select(Document.file_id).where(Document.application_id.in_(cases))
    proofs = select(LossReport.proof_id).where(LossReport.resident_id == resident.id)
    scans = select(Card.authority_file_id).where(Card.application_id.in_(cases))
    return select(StoredFile.id).where(or_(StoredFile.id.in_(papers), StoredFile.id.in_(proofs), StoredFile.id.in_(scans)))


def labels_of(resident: Resident) -> Select[Any]:
    """The ids of files that the desk made with the resident's label: whole sheets, and reprints."""
    cards = select(Card.id).join(Application, Card.application_id == Application.id).where(Application.resident_id == resident.id)
    parcels = select(Parcel.id).where(Parcel.card_id.in_(cards))
    batches = select(Parcel.batch_id).where(Parcel.card_id.in_(cards))
    single = select(Label.file_id).where(Label.parcel_id.in_(parcels))
    sheets = select(MailingBatch.labels_file_id).where(MailingBatch.id.in_(batches))
    return select(StoredFile.id).where(or_(StoredFile.id.in_(single), StoredFile.id.in_(sheets)))


def counted(resident: Resident) -> list[tuple[Any, int]]:
    """What would be erased, in words, and how many rows or files of it there are; nothing is changed."""
    counts = {table: _count(select(model.id).where(condition)) for table, (model, condition) in rows_of(resident).items()}
    counts[rules.FILES] = _count(papers_of(resident)) + _count(labels_of(resident))
    return [(label, counts[table]) for table, label in rules.LABELS.items() if counts.get(table)]


def done(erasure: Erasure) -> list[tuple[Any, int]]:
    """What the job has erased so far, in words, and how many rows or files of it there were."""
    return [(label, erasure.counts[code]) for code, label in rules.LABELS.items() if erasure.counts.get(code)]


def old_words(resident: Resident) -> int:
    """How many lines of the log about the resident hold a reason in clear, from before there were keys of persons (ADR 0049)."""
    cards = select(Card.id).join(Application, Card.application_id == Application.id).where(Application.resident_id == resident.id)
    refs = [
        select(Application.public_id).where(Application.resident_id == resident.id),
        select(Application.reference).where(Application.resident_id == resident.id),
        select(LossReport.reference).where(LossReport.resident_id == resident.id),
        select(Card.public_id).where(Card.id.in_(cards)),
        select(Parcel.number).where(Parcel.card_id.in_(cards)),
    ]
    names = [resident.public_id, *(name for some in refs for name in db.session.scalars(some))]
    mine = or_(AuditEntry.subject_ref.in_(names), AuditEntry.case_ref.in_(names))
    in_clear = (AuditEntry.reason_stored.is_not(None), ~AuditEntry.reason_stored.startswith(person_keys.MARK, autoescape=True))
    return _count(select(AuditEntry.id).where(mine, *in_clear))


def obstacles(resident: Resident) -> list[Any]:
    """A sentence for each thing that stands in the way of erasing; empty if nothing does."""
    return [*_restricted(resident), *_open(resident), *_kept(resident)]


def _restricted(resident: Resident) -> Iterator[Any]:
    if resident.is_restricted:
        yield _l("The records are restricted: a dispute, evidence or an authority holds them.")


def _open(resident: Resident) -> Iterator[Any]:
    mine = Application.resident_id == resident.id
    if names := _some(select(Application.reference).where(mine, Application.is_open).order_by(Application.id)):
        yield _l("There are open cases: %(which)s.", which=names)
    under_way = select(Application.reference).join(Card, Card.application_id == Application.id).where(mine, Card.status.in_(UNDER_WAY))
    if names := _some(under_way.order_by(Card.id)):
        yield _l("Cards are under way, of the cases %(which)s.", which=names)
    batches = select(MailingBatch.reference).join(Parcel, Parcel.batch_id == MailingBatch.id).join(Card, Parcel.card_id == Card.id)
    batches = batches.join(Application, Card.application_id == Application.id)
    not_gone = MailingBatch.status.in_((BatchStatus.OPEN, BatchStatus.LABELLED))
    if names := _some(batches.where(mine, not_gone).distinct().order_by(MailingBatch.reference)):
        yield _l("Parcels lie in batches that are not posted: %(which)s.", which=names)
    reports = select(LossReport.reference).where(LossReport.resident_id == resident.id, LossReport.ended_at.is_(None))
    if names := _some(reports.order_by(LossReport.id)):
        yield _l("Loss reports are in force: %(which)s.", which=names)


def _kept(resident: Resident) -> Iterator[Any]:
    """Cases that were submitted are business files, and stay as long as the office's rules of filing say."""
    days = settings.current().case_keep_days
    submitted = (Application.resident_id == resident.id, Application.submitted_at.is_not(None))
    decided = db.session.scalar(select(func.max(func.coalesce(Application.decided_at, Application.received_at))).where(*submitted))
    if decided is None:
        return
    if not days:
        yield _l("The office has not said how long submitted cases are kept (setting CARD_DESK_CASE_KEEP_DAYS).")
        return
    theirs = select(func.max(Card.ended_at)).join(Application, Card.application_id == Application.id).where(*submitted)
    ended = max(filter(None, [decided, db.session.scalar(theirs)]))
    last = clock.to_office(ended).date() + timedelta(days=days)
    if last >= clock.today():
        yield _l("Submitted cases are kept up to %(day)s.", day=last.isoformat())


def _some(names: Select[Any]) -> str:
    return in_a_row(list(db.session.scalars(names.limit(NAMED))))


def _count(ids: Select[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(ids.subquery())) or 0

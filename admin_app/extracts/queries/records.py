"""Everything that the office holds about one resident: part (the table) -> its records, the oldest first."""

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, inspect, or_, select

from admin_app.accounts.models import Account
from admin_app.applications.models import Application, Decision, DecisionReason, Document, Recommendation
from admin_app.applications.rules import PROMISED
from admin_app.audit.models import AuditEntry, ReadNote
from admin_app.cards.models import Card
from admin_app.centres import queries as centres
from admin_app.extracts import rules
from admin_app.foundation.database import db
from admin_app.foundation.i18n import pick
from admin_app.foundation.storage.models import StoredFile
from admin_app.loss_reports.models import LossReport
from admin_app.mailing.models import CarrierBooking, CarrierInquiry, ContactAttempt, Label, MailReturn, Parcel
from admin_app.notices.models import Notice
from admin_app.residents.models import Call, Resident, ResidentCorrection

OPENED = {"id_number_sealed": "open_id_number", "phone_sealed": "open_phone"}
"""Columns of a resident that a method opens."""
BELONGS: dict[Any, tuple[str, Callable[[Any], Any]]] = {
    Document: ("case", attrgetter("application.reference")),
    Decision: ("case", attrgetter("application.reference")),
    Recommendation: ("case", attrgetter("application.reference")),
    DecisionReason: ("case", attrgetter("decision.application.reference")),
    Card: ("case", attrgetter("application.reference")),
    Parcel: ("case", attrgetter("card.application.reference")),
    Label: ("parcel", attrgetter("parcel.number")),
    CarrierBooking: ("parcel", attrgetter("parcel.number")),
    MailReturn: ("parcel", attrgetter("parcel.number")),
    ContactAttempt: ("parcel", attrgetter("parcel.number")),
    CarrierInquiry: ("parcel", attrgetter("parcel.number")),
}
"""What a record belongs to: the keys that say so in the tables are not in the copy."""


def everything(resident: Resident) -> dict[str, list[dict[str, Any]]]:
    """Every part that has records. The staff member who asks for it must see the resident, and whatever centre its cases are of."""
    found = {str(model.__tablename__): _records(model, condition) for model, condition in parts(resident)}
    return {part: records for part, records in found.items() if records}


def parts(resident: Resident) -> Iterator[tuple[Any, ColumnElement[bool]]]:
    """Each table that leads to a resident, and which of its rows are theirs."""
    cases = select(Application.id).where(Application.resident_id == resident.id)
    yield Resident, Resident.id == resident.id
    for model in (ResidentCorrection, Call, Account, LossReport, Application, Notice):
        yield model, model.resident_id == resident.id
    for model in (Document, Decision, Recommendation, Card):
        yield model, model.application_id.in_(cases)
    yield DecisionReason, DecisionReason.decision_id.in_(select(Decision.id).where(Decision.application_id.in_(cases)))
    parcels = select(Parcel.id).where(Parcel.card_id.in_(select(Card.id).where(Card.application_id.in_(cases))))
    yield Parcel, Parcel.id.in_(parcels)
    for of_parcels in (Label, CarrierBooking, MailReturn, ContactAttempt, CarrierInquiry):
        yield of_parcels, of_parcels.parcel_id.in_(parcels)
    papers = select(Document.file_id).where(Document.application_id.in_(cases))
    proofs = select(LossReport.proof_id).where(LossReport.resident_id == resident.id)
    scans = select(Card.authority_file_id).where(Card.application_id.in_(cases))
    yield StoredFile, or_(StoredFile.id.in_(papers), StoredFile.id.in_(proofs), StoredFile.id.in_(scans))
    yield ReadNote, ReadNote.resident_ref == resident.public_id
    yield AuditEntry, AuditEntry.id.in_(_log_of(resident))


def _log_of(resident: Resident) -> Select[Any]:
    told = AuditEntry.action.not_in(rules.LOOKS_LEFT_OUT)
    refs: list[str | ScalarSelect[str]] = [resident.public_id]
    refs += db.session.scalars(select(Application.public_id).where(Application.resident_id == resident.id))
    refs += db.session.scalars(select(LossReport.public_id).where(LossReport.resident_id == resident.id))
    mine = or_(AuditEntry.subject_ref.in_(refs), AuditEntry.case_ref.in_(refs))
    return select(AuditEntry.id).where(mine, told)


def _records(model: Any, condition: ColumnElement[bool]) -> list[dict[str, Any]]:
    newest = select(model).where(condition).order_by(model.id.desc()).limit(rules.MOST)
    return [record(row) for row in reversed(db.session.scalars(newest).unique().all())]


def record(row: Any) -> dict[str, Any]:
    """The facts of a row under the names of their columns, opened; what is empty is left out."""
    columns = [one.key for one in inspect(type(row)).column_attrs if rules.is_given(one.key)]
    belongs, of = BELONGS.get(type(row), ("", None))
    values = {belongs: of(row)} if of else {}
    values |= {rules.name_of(name): _opened(row, name) for name in columns}
    if isinstance(row, Application) and (guesses := _not_final(row)):
        values["not_final"] = guesses
    if isinstance(row, DecisionReason):
        values["text"] = " ".join((pick(row.reason_code, "text"), *row.sentences))
    return {name: value for name, value in values.items() if value not in (None, "")}


def _not_final(case: Application) -> list[str]:
    """Which days of an open case may still move, because the calendar of their year has not been entered."""
    days = {name: getattr(case, name) for name in PROMISED} if case.is_open else {}
    return [name for name, day in days.items() if day is not None and centres.is_guess(day)]


def _opened(row: Any, column: str) -> Any:
    if isinstance(row, Resident) and column in OPENED:
        return getattr(row, OPENED[column])()
    return getattr(row, rules.name_of(column))

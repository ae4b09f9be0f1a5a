"""Taking a loss report and what becomes of it."""

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin_app.audit import operations as audit
from admin_app.centres import queries as centres
from admin_app.centres.models import Centre
from admin_app.foundation import clock, filing, settings
from admin_app.foundation.actor import SYSTEM, Actor, Kind
from admin_app.foundation.database import db, new_public_id
from admin_app.foundation.errors import Conflict, DomainError, StaleVersion
from admin_app.foundation.numbering import next_number
from admin_app.foundation.status_machine import Machine, Subject
from admin_app.foundation.storage import held
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.typed_text import numbers, texts
from admin_app.loss_reports import queries, rules
from admin_app.loss_reports.models import LossReport
from admin_app.loss_reports.rules import Channel, Status
from admin_app.residents.models import Resident
from admin_app.staff.permissions import verb

CIRCUMSTANCES_LENGTH = 500
LAPSE_BATCH = 200


class NotByPhone(DomainError):
    """A formal report needs the person, or a verified sign-in."""


class AlreadyReported(Conflict):
    """A report of this resident is running; details: public_id and reference of that report."""


class SentBefore(Conflict):
    """The form was sent before with other words: its report stands as it was taken; details: public_id and reference of that report."""


class NotSure(DomainError):
    """Whoever files this for a resident is not sure enough who that is."""


class NoCentre(DomainError):
    """Nobody can tell which centre takes this."""


@verb("loss_reports.take")
def take(
    resident: Resident,
    *,
    channel: str,
    is_formal: bool,
    by: Actor,
    was_stolen: bool = False,
    circumstances: str = "",
    card_serial: str = "",
    bank_side_reported: bool = False,
    centre: Centre | None = None,
    key: str | None = None,
) -> LossReport:
    """A new report; `key` is the random key of the form (32 hex digits): the same key again gives the report of the first time.

    Raises SentBefore (the key of a report that says something else), NotByPhone, NotSure, NoCentre, AlreadyReported (a running
    provisional one is made formal instead; a formal one is enough).
    """
    # One report at a time for one resident: what follows must see what another counter has just written.
    db.session.execute(select(Resident.id).where(Resident.id == resident.id).with_for_update(key_share=True))
    key = numbers.form_key(key)
    serial = numbers.serial(card_serial, field="card_serial")
    words = texts.block(circumstances, most=CIRCUMSTANCES_LENGTH, field="circumstances")
    said = {"was_stolen": was_stolen, "circumstances": words, "card_serial": serial, "bank_side_reported": bank_side_reported}
    repeated = _first_of(key, by=by)
    if repeated is not None:
        return _as_sent(repeated, said | {"channel": channel}, is_formal)
    if is_formal and channel == Channel.PHONE:
        raise NotByPhone(_l("By phone only a provisional report is possible; a formal one needs the person or a verified sign-in."))
    _refuse_unsure(by, is_formal=is_formal)
    centre = centre or centres.by_id(by.centre_id)
    if centre is None:
        raise NoCentre(_l("Please choose the service centre that takes this report."))
    _refuse_second(resident)
    report = _new(resident, channel=channel, is_formal=is_formal, by=by, centre=centre, public_id=key or new_public_id())
    for name, value in said.items():
        setattr(report, name, value)
    db.session.add(report)
    db.session.flush()
    facts = {"status": [None, report.status], "channel": report.channel, "resident": resident.public_id}
    MACHINE.record(report, "loss_reports.taken", by=by, changes=facts)
    return report


def _refuse_unsure(by: Actor, *, is_formal: bool) -> None:
    if by.kind == Kind.CLIENT and int(by.identity_level or 0) < rules.LEAST_LEVEL[is_formal]:
        raise NotSure(
            _l("A loss report needs a code to the phone on file at the least, a formal one a verified identity. Nothing was reported.")
        )


def _first_of(key: str | None, *, by: Actor) -> LossReport | None:
    if key is None:
        return None
    first = db.session.scalar(select(LossReport).where(LossReport.public_id == key))
    if first is not None and not filing.is_filer("taken_by_id", first, by):
        raise numbers.FormKeyRefused
    return first


def _as_sent(first: LossReport, said: dict[str, object], is_formal: bool) -> LossReport:
    """The report of the first time, if the form says what it says; SentBefore if not: a report is not changed afterwards."""
    was_formal = first.formal_at is not None and first.formal_at == first.reported_at
    if was_formal == is_formal and all(getattr(first, name) == value for name, value in said.items()):
        return first
    sentence = _l("This form was sent before: %(reference)s was taken with it and stays as it is.", reference=first.reference)
    raise SentBefore(sentence, public_id=first.public_id, reference=first.reference)


def _refuse_second(resident: Resident) -> None:
    running = queries.in_force(resident) or queries.open_provisional(resident)
    if running is None:
        return
    text = (
        _l("There is already a formal loss report %(reference)s in force.", reference=running.reference)
        if running.status == Status.FORMAL
        else _l("There is already a provisional loss report %(reference)s. Make that one formal.", reference=running.reference)
    )
    raise AlreadyReported(text, public_id=running.public_id, reference=running.reference)


def _new(resident: Resident, *, channel: str, is_formal: bool, by: Actor, centre: Centre, public_id: str) -> LossReport:
    now, year = clock.now(), clock.today().year % 100
    return LossReport(
        public_id=public_id,
        reference=f"GS-{year:02d}-{next_number(f'loss_report-{year:02d}'):07d}",
        resident=resident,
        centre=centre,
        channel=str(Channel(channel)),
        status=str(Status.FORMAL if is_formal else Status.PROVISIONAL),
        **filing.columns_with_level("taken_by_id", by),
        reported_at=now,
        formal_at=now if is_formal else None,
        formal_by_id=_staff(by) if is_formal else None,
        lapses_at=None if is_formal else now + timedelta(hours=settings.current().provisional_loss_hours),
    )


def _staff(by: Actor) -> int | None:
    return by.staff_id if by.kind == Kind.STAFF else None


@verb("loss_reports.formalise")
def formalise(report: LossReport, *, version: int, by: Actor) -> None:
    """Make a provisional report formal, for good; the card is void from now on. Refused once its time has run out; NotSure."""
    _refuse_unsure(by, is_formal=True)
    if report.status == Status.PROVISIONAL and report.lapses_at is not None and report.lapses_at <= clock.now():
        raise Conflict(_l("The time of this provisional report has run out. Please take a new report."))
    surer: dict[str, Any] = {"identity_level": int(by.identity_level or 0)} if by.kind == Kind.CLIENT else {}
    made: dict[str, Any] = {"formal_at": clock.now(), "formal_by_id": _staff(by), "lapses_at": None}
    MACHINE.move(report, "formalise", version=version, by=by, **made, **surer)


@verb("loss_reports.note_bank_side")
def note_bank_side(report: LossReport, *, version: int, by: Actor) -> None:
    """The resident reported the card to the bank, too. Saying it twice changes nothing; Conflict once the report has ended."""
    if report.ended_at is not None:
        raise Conflict(_l("This report has ended; nothing can be added to it."))
    if report.bank_side_reported:
        return
    MACHINE.touch(report, version, bank_side_reported=True)
    MACHINE.record(report, "loss_reports.bank_side_noted", by=by)


@verb("loss_reports.lift")
def lift(report: LossReport, *, version: int, reason: str, by: Actor) -> None:
    """End a provisional report early: the card was found. A formal one cannot be lifted."""
    reason = texts.reason(reason)
    MACHINE.move(report, "lift", version=version, by=by, reason=reason, ended_at=clock.now())


@verb("loss_reports.lapse_due")
def lapse_due(*, by: Actor = SYSTEM, limit: int = LAPSE_BATCH) -> int:
    """Let provisional reports lapse whose time has run out, `limit` at most; returns how many. Repeating it does no harm."""
    due = queries.due_to_lapse(limit=limit)
    for report in due:
        MACHINE.move(report, "lapse", version=report.version, by=by, ended_at=clock.now())
    return len(due)


@verb("loss_reports.conclude")
def conclude(report: LossReport, *, by: Actor) -> None:
    """The replacement card has left the house: a formal report has served. The next loss needs a report of its own."""
    if report.status != Status.FORMAL or report.ended_at is not None:
        return
    MACHINE.touch(report, ended_at=clock.now())
    MACHINE.record(report, "loss_reports.concluded", by=by)


@verb("loss_reports.attach_proof")
def attach_proof(report: LossReport, ready: storage.Prepared, *, by: Actor) -> None:
    """Keep a written proof with the report; a second one takes the place of the first (both stay in the log).

    The same file under the same name is no second one.
    """
    # Two at once take turns: each sees the other's proof and version.
    db.session.refresh(report, ["version", "ended_at", "proof_id"], with_for_update=True)
    db.session.expire(report, ["proof"])
    if report.ended_at is not None:
        raise Conflict(_l("This report has ended; nothing can be added to it."))
    if report.proof is not None and (report.proof.sha256, report.proof.original_name) == (ready.sha256, ready.name):
        return
    proof = storage.accept(ready)
    MACHINE.touch(report, proof_id=proof.id)
    MACHINE.record(
        report, "loss_reports.proof_attached", by=by, changes={"file": proof.public_id, "sha256": proof.sha256} | held.said_of(ready)
    )


def _refusal(report: LossReport, version: int | None) -> Conflict:
    label = rules.STATUS_LABELS[Status(report.status)]
    if version is not None and report.version != version:
        return StaleVersion(_l("Somebody changed this report in the meantime; it is now “%(status)s”. Nothing was changed.", status=label))
    return Conflict(_l("This cannot be done while the report is “%(status)s”. Nothing was changed.", status=label))


MACHINE: Machine[LossReport] = Machine(
    LossReport,
    moves=rules.MOVES,
    past=rules.PAST,
    subject=lambda report: Subject("loss_report", report.reference, about=report.resident_id),
    refusal=_refusal,
    record=audit.record,
)

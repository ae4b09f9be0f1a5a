"""The verbs of the counter: take in, change, submit, withdraw, link the loss report."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin_app.applications import rules
from admin_app.applications.models import Application
from admin_app.applications.operations import documents as document_operations
from admin_app.applications.operations import sample
from admin_app.applications.operations.claims import FREE
from admin_app.applications.operations.details import CaseDetails, InvalidCase, fill
from admin_app.applications.operations.moves import move, record, touch
from admin_app.applications.queries import checklist
from admin_app.applications.queries import intake as reads
from admin_app.applications.rules import Material, Status
from admin_app.centres import queries as centres
from admin_app.centres.models import Centre
from admin_app.foundation import clock, filing, settings
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db, new_public_id
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.foundation.numbering import next_number
from admin_app.foundation.typed_text import numbers, texts
from admin_app.loss_reports import queries as loss_reports
from admin_app.loss_reports.models import LossReport
from admin_app.residents.models import Resident
from admin_app.staff.permissions import verb


class DuplicateApplication(Conflict):
    """The resident has an unfinished application for the same reason; details: reference, public_id."""


class SentBefore(Conflict):
    """The form was sent before with other words: its application stands as it was; details: reference, public_id."""


class MaterialsMissing(DomainError):
    """Required materials have no document; details: `materials`."""


@verb("applications.take_in")
def take_in(resident: Resident, details: CaseDetails, *, by: Actor, centre: Centre | None = None, key: str | None = None) -> Application:
    """A new draft for `resident` at `centre` (default: that of `by`).

    `key` is the random key of the form (32 hex digits): the same key again gives the draft of the first time, SentBefore if the details
    are others than those that stand there. Raises InvalidCase (details: field), DuplicateApplication, and the refusals of residents.rules.
    """
    # One counter at a time for one resident: what follows must see what the other one has just written.
    db.session.execute(select(Resident.id).where(Resident.id == resident.id).with_for_update(key_share=True))
    key = numbers.form_key(key)
    repeated = _first_of(key, by=by)
    if repeated is not None:
        return _as_sent(repeated, details)
    centre = centre or centres.by_id(by.centre_id)
    if centre is None:
        raise InvalidCase(_l("Please choose the service centre that takes this application."), field="centre")
    refuse_duplicate(resident, details.reason)
    made = _new(resident, centre, key or new_public_id(), by=by)
    fill(made, details)
    db.session.add(made)
    db.session.flush()
    facts = {"status": [None, made.status], "reason": made.reason, "channel": made.channel, "applicant": made.applicant}
    record(made, "applications.taken_in", by=by, changes=facts)
    return made


def _first_of(key: str | None, *, by: Actor) -> Application | None:
    if key is None:
        return None
    first = db.session.scalar(select(Application).where(Application.public_id == key))
    if first is not None and not filing.is_filer("taken_by_id", first, by):
        raise numbers.FormKeyRefused
    return first


def _as_sent(first: Application, details: CaseDetails) -> Application:
    """The draft of the first time, if it says what `details` say; SentBefore if not. It is not changed."""
    before = {field: getattr(first, field) for field in SHOWN}
    fill(first, details)
    is_same = before == {field: getattr(first, field) for field in SHOWN}
    db.session.expire(first)
    if is_same:
        return first
    sentence = _l(
        "This form was sent before: %(reference)s was taken with it. Beside what you typed is what stands there.",
        reference=first.reference,
    )
    raise SentBefore(sentence, reference=first.reference, public_id=first.public_id)


SHOWN = (
    "channel", "reason", "statement", "applicant", "agent_name", "agent_id_masked", "old_card_serial", "delivery", "recipient", "postcode",
    "address",
)  # fmt: skip
"""What the form asks for, as the case shows it."""


def refuse_duplicate(resident: Resident, reason: str) -> None:
    """DuplicateApplication if the resident has an unfinished application for `reason`."""
    for other in reads.unfinished_of(resident, reason=reason):
        raise DuplicateApplication(
            _l("%(reference)s of the same person for the same reason is not finished yet.", reference=other.reference),
            reference=other.reference,
            public_id=other.public_id,
        )


def _new(resident: Resident, centre: Centre, public_id: str, *, by: Actor) -> Application:
    now, today = clock.now(), clock.today()
    year = today.year % 100
    return Application(
        public_id=public_id,
        reference=f"BK-{year:02d}-{next_number(f'application-{year:02d}'):07d}",
        resident=resident,
        centre=centre,
        status=str(Status.DRAFT),
        is_open=False,
        version=1,
        received_at=now,
        received_on=today,
        **promise(today),
        **filing.columns_with_level("taken_by_id", by),
    )


def promise(start: date) -> dict[str, Any]:
    """Columns of a case submitted on `start`: promised and statutory day (settings promised_days, statutory_days), and how they came."""
    calendar, promised, statutory = centres.calendar(), settings.current().promised_days, settings.current().statutory_days
    days = {"due_on": calendar.add(start, promised), "statutory_on": calendar.add(start, statutory)}
    return days | {"clock_from": start, "promised_in": promised, "statutory_in": statutory}


@verb("applications.change")
def change(application: Application, details: CaseDetails, *, version: int, by: Actor) -> None:
    """Write the details anew; an empty agent_id_number leaves the stored one. Raises StaleVersion, InvalidCase, DuplicateApplication."""
    document_operations.refuse_unless_editable(application, by)
    if details.reason != application.reason:
        refuse_duplicate(application.resident, details.reason)
    touch(application, version)
    before, sent_to = {field: getattr(application, field) for field in AUDITED}, _destination(application)
    fill(application, details)
    if application.submitted_at is not None and _destination(application) != sent_to:
        application.address_changed_on = clock.today()
    after = {field: getattr(application, field) for field in AUDITED}
    facts: dict[str, Any] = {field: [before[field], after[field]] for field in AUDITED if before[field] != after[field]}
    record(application, "applications.changed", by=by, changes=facts)


def _destination(application: Application) -> tuple[str, str]:
    return application.delivery, application.address


AUDITED = ("channel", "reason", "applicant", "old_card_serial", "delivery")
"""What the log shows before and after; names and addresses stay out of it."""


@verb("applications.submit")
def submit(application: Application, *, version: int, by: Actor) -> None:
    """Hand the draft to the reviewers; the clock starts today. Raises MaterialsMissing, StaleVersion."""
    refuse_missing(application)
    drawn = sample.draw(application)
    move(application, "submit", by=by, version=version, submitted_at=clock.now(), is_sampled=drawn, **promise(clock.today()))


def refuse_missing(application: Application) -> None:
    """MaterialsMissing unless every required material has a document."""
    missing = reads.missing_materials(checklist(application))
    if missing:
        raise MaterialsMissing(_l("Some required materials have no document yet."), materials=missing)


@verb("applications.withdraw")
def withdraw(application: Application, *, version: int, reason: str, by: Actor) -> None:
    """The resident does not want the card any more; needs a reason. Possible until the decision."""
    reason = texts.reason(reason)
    move(application, "withdraw", by=by, version=version, reason=reason, paused_on=None, **FREE)


@verb("applications.link_loss_report")
def link_loss_report(application: Application, report: LossReport, *, by: Actor) -> None:
    """Tie the case to a loss report of the same resident; its written proof becomes a document if none is there yet. Twice is once."""
    if report.resident_id != application.resident_id or report.ended_at is not None:
        raise InvalidCase(_l("This loss report belongs to somebody else or has ended."), field="loss_report")
    if application.status not in rules.OPEN | {Status.DRAFT}:
        raise Conflict(_l("The case is closed; nothing can be added to it."))
    document_operations.lock(application)
    if application.loss_report_id == report.id:
        return
    touch(application, loss_report_id=report.id)
    record(application, "applications.loss_report_linked", by=by, changes={"loss_report": report.reference})
    is_wanted = Material.LOSS_PROOF in reads.missing_materials(checklist(application))
    if report.proof is not None and is_wanted and application.status in document_operations.EDITABLE:
        document_operations.add_shared(application, Material.LOSS_PROOF, report.proof, by=by)


@verb("applications.link_what_is_known")
def link_what_is_known(application: Application, *, by: Actor) -> LossReport | None:
    """For «lost» and «stolen»: link the resident's formal report in force, else the running provisional one; None if there is neither."""
    if application.reason not in rules.NEEDS_FORMAL_LOSS_REPORT or application.loss_report_id is not None:
        return None
    known = loss_reports.in_force(application.resident) or loss_reports.open_provisional(application.resident)
    if known is not None:
        link_loss_report(application, known, by=by)
    return known

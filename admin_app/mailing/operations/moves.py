"""The status machines of batches and parcels (foundation/status_machine.py), and what is said when a move cannot be."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.audit import operations as audit
from admin_app.centres import queries as centres
from admin_app.foundation import clock, settings
from admin_app.foundation.errors import Conflict, StaleVersion
from admin_app.foundation.i18n import listed
from admin_app.foundation.jobs.models import QUEUED, RUNNING
from admin_app.foundation.status_machine import Machine, Subject
from admin_app.mailing import rules
from admin_app.mailing.models import MailingBatch, Parcel
from admin_app.mailing.queries import batches
from admin_app.mailing.queries import parcels as parcel_queries

UNPACKED: dict[str, Any] = {"stuffed_at": None, "stuffed_by_id": None, "tracking_number": None}
"""What a parcel says whose card lies in no envelope: a number that was scanned with it is free again."""


class LabelsInWork(Conflict):
    """The labels of the batch are being made; it cannot change until that is done."""


class CardSpoiled(Conflict):
    """The card of a parcel is spoiled: nothing is printed for it; details: problems = [{number, reason}]."""


def refuse_spoiled(parcels: Iterable[Parcel]) -> None:
    """CardSpoiled if the card of one of these parcels cannot leave any more. Whatever prints a label asks this."""
    numbers = [parcel.number for parcel in parcels if parcel_queries.is_spoiled(parcel)]
    if numbers:
        raise CardSpoiled(
            _l("Nothing was printed: the card is spoiled of %(parcels)s. Take it out of the batch first.", parcels=listed(numbers[:5])),
            problems=[{"number": number, "reason": "spoiled"} for number in numbers],
        )


def lock_batch(batch: MailingBatch, *, version: int | None = None) -> MailingBatch:
    """The batch as it is now, held until the transaction ends; StaleVersion if the form showed an older `version`."""
    fresh = batches.lock(batch)
    if version is not None and fresh.version != version:
        raise StaleVersion(_l("The batch has changed since you opened the page. Nothing was changed; look at it again."))
    return fresh


def lock_open_batch(batch: MailingBatch, *, version: int | None = None) -> MailingBatch:
    """The same for a change of an open batch; Conflict once labels exist, LabelsInWork while they are being made."""
    fresh = lock_batch(batch, version=version)
    if fresh.status != rules.BatchStatus.OPEN:
        raise BATCHES.refused(fresh)
    if is_in_work(fresh):
        raise LabelsInWork(_l("The labels of this batch are being made. Wait until that is done."))
    return fresh


def is_in_work(batch: MailingBatch) -> bool:
    """Whether a job is making the labels of the batch."""
    return batch.status == rules.BatchStatus.OPEN and batch.job is not None and batch.job.status in (QUEUED, RUNNING)


def _batch_refusal(batch: MailingBatch, _version: int | None) -> Conflict:
    label = rules.BATCH_LABELS[rules.BatchStatus(batch.status)]
    return Conflict(_l("This cannot be done: the batch is now “%(status)s”. Nothing was changed.", status=label))


def parcel_refusal(parcel: Parcel, _version: int | None) -> Conflict:
    """Why a step cannot be done with a parcel."""
    label = rules.PARCEL_LABELS[rules.ParcelStatus(parcel.status)]
    return Conflict(
        _l("This cannot be done: parcel %(number)s is now “%(status)s”. Nothing was changed.", number=parcel.number, status=label)
    )


def next_look(parcel: Parcel, target: rules.ParcelStatus, values: Mapping[str, Any]) -> dict[str, Any]:
    """The day on which somebody is to look at a parcel that becomes `target`: where no step of its own sets one."""
    if "next_on" in values:
        return {}
    if target != rules.ParcelStatus.POSTED:
        return {"next_on": None}
    posted_on = parcel.batch.posted_on or clock.today()
    return {"next_on": centres.calendar().add(posted_on, settings.current().ask_carrier_days)}


BATCHES: Machine[MailingBatch] = Machine(
    MailingBatch,
    moves=rules.BATCH_MOVES,
    past=rules.BATCH_PAST,
    subject=lambda batch: Subject("mailing_batch", batch.reference),
    refusal=_batch_refusal,
    record=audit.record,
)
PARCELS: Machine[Parcel] = Machine(
    Parcel,
    moves=rules.PARCEL_MOVES,
    past=rules.PARCEL_PAST,
    subject=lambda parcel: Subject("parcel", parcel.number, about=parcel.card.application.resident_id),
    refusal=parcel_refusal,
    record=audit.record,
    derived=next_look,
)

"""The only places that write the status of a batch or parcel: compare-and-set on (id, status, version) with the audit entry."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import update
from sqlalchemy.orm.attributes import set_committed_value

from admin_app.audit import operations as audit
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict, StaleVersion
from admin_app.foundation.jobs.models import QUEUED, RUNNING
from admin_app.mailing import rules
from admin_app.mailing.models import MailingBatch, Parcel
from admin_app.mailing.queries import batches

BATCH_PAST = {"label": "labelled", "post": "posted", "cancel": "cancelled"}
PARCEL_PAST = {"label": "labelled", "post": "posted", "remove": "removed"}


class LabelsInWork(Conflict):
    """The labels of the batch are being made; it cannot change until that is done."""


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
        raise _batch_refusal(fresh)
    if is_in_work(fresh):
        raise LabelsInWork(_l("The labels of this batch are being made. Wait until that is done."))
    return fresh


def is_in_work(batch: MailingBatch) -> bool:
    """Whether a job is making the labels of the batch."""
    return batch.status == rules.BatchStatus.OPEN and batch.job is not None and batch.job.status in (QUEUED, RUNNING)


def move_batch(batch: MailingBatch, verb: str, *, by: audit.Actor, changes: dict[str, Any] | None = None, **values: Any) -> None:
    """Do `verb` on the batch and write `values` with it."""
    before = batch.status
    target = rules.status_after(rules.BATCH_MOVES, before, verb)
    if target is None:
        raise _batch_refusal(batch)
    _set(MailingBatch, batch, values | {"status": str(target)}, refusal=_batch_refusal)
    facts = {"status": [before, str(target)]} | (changes or {})
    audit.record(f"mailing.batch_{BATCH_PAST[verb]}", "mailing_batch", batch.reference, by=by, changes=facts)


def touch_batch(batch: MailingBatch, **values: Any) -> None:
    """Raise the version for a change that leaves the status alone, writing `values` with it; the caller records the action."""
    _set(MailingBatch, batch, values, refusal=_batch_refusal)


def move_parcel(
    parcel: Parcel, verb: str, *, by: audit.Actor, case_ref: str | None = None, reason: str | None = None,
    changes: dict[str, Any] | None = None, **values: Any,
) -> None:  # fmt: skip
    """Do `verb` on the parcel and write `values` with it."""
    before = parcel.status
    target = rules.status_after(rules.PARCEL_MOVES, before, verb)
    if target is None:
        raise _parcel_refusal(parcel)
    _set(Parcel, parcel, values | {"status": str(target)}, refusal=_parcel_refusal)
    facts = {"status": [before, str(target)]} | (changes or {})
    action = f"mailing.parcel_{PARCEL_PAST[verb]}"
    audit.record(action, "parcel", parcel.number, by=by, case_ref=case_ref, reason=reason, changes=facts)


def touch_parcel(parcel: Parcel, **values: Any) -> None:
    """Raise the version for a change that leaves the status alone, writing `values` with it; the caller records the action."""
    _set(Parcel, parcel, values, refusal=_parcel_refusal)


def _set(model: Any, row: Any, values: dict[str, Any], *, refusal: Any) -> None:
    guarded = update(model).where(model.id == row.id, model.status == row.status, model.version == row.version)
    values = values | {"version": row.version + 1}
    done = db.session.execute(guarded.values(**values).execution_options(synchronize_session=False))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        db.session.refresh(row)
        raise refusal(row)
    for name, value in values.items():
        set_committed_value(row, name, value)


def _batch_refusal(batch: MailingBatch) -> Conflict:
    label = rules.BATCH_LABELS[rules.BatchStatus(batch.status)]
    return Conflict(_l("This cannot be done: the batch is now “%(status)s”. Nothing was changed.", status=label))


def _parcel_refusal(parcel: Parcel) -> Conflict:
    label = rules.PARCEL_LABELS[rules.ParcelStatus(parcel.status)]
    return Conflict(
        _l("This cannot be done: parcel %(number)s is now “%(status)s”. Nothing was changed.", number=parcel.number, status=label)
    )

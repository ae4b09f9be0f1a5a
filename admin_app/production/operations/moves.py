"""The status machine of production batches (foundation/status_machine.py), and what is said when a move cannot be."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, update

from admin_app.audit import operations as audit
from admin_app.foundation import clock
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict, DomainError, StaleVersion
from admin_app.foundation.jobs.models import QUEUED, RUNNING
from admin_app.foundation.status_machine import Machine, Subject
from admin_app.foundation.storage.models import StoredFile
from admin_app.production import rules
from admin_app.production.models import MakerAnswer, ProductionBatch, ProductionLine
from admin_app.production.queries import batches
from admin_app.production.rules import Outcome

AT_ONCE = 500


class ProductionRefused(DomainError):
    """The batch cannot be as it was asked for: no cards, no such maker."""


class PackageInWork(Conflict):
    """The package of the batch is being made; it cannot change until that is done."""


def lock_batch(batch: ProductionBatch, *, version: int | None = None) -> ProductionBatch:
    """The batch as it is now, held until the transaction ends; StaleVersion if the form showed an older `version`."""
    fresh = batches.lock(batch)
    if version is not None and fresh.version != version:
        raise StaleVersion(_l("The batch has changed since you opened the page. Nothing was changed; look at it again."))
    return fresh


def lock_frozen(batch: ProductionBatch, *, version: int | None = None) -> ProductionBatch:
    """The same for a change before the batch is sent; Conflict afterwards, PackageInWork while its package is being made."""
    fresh = lock_batch(batch, version=version)
    if fresh.status != rules.Status.FROZEN:
        raise MACHINE.refused(fresh)
    if is_in_work(fresh):
        raise PackageInWork(_l("The package of this batch is being made. Wait until that is done."))
    return fresh


def is_in_work(batch: ProductionBatch) -> bool:
    """Whether a job is making the package of the batch."""
    return batch.exported_at is None and batch.job is not None and batch.job.status in (QUEUED, RUNNING)


def end_lines(lines: Sequence[ProductionLine], outcome: Outcome, why: str = "") -> None:
    """Write what became of these lines, which waited; the caller counts what still waits in their batch."""
    for start in range(0, len(lines), AT_ONCE):
        ids = [line.id for line in lines[start : start + AT_ONCE]]
        values = {"outcome": str(outcome), "why": why, "ended_at": clock.now()}
        db.session.execute(
            update(ProductionLine).where(ProductionLine.id.in_(ids)).values(values).execution_options(synchronize_session=False)
        )
    for line in lines:
        db.session.expire(line, ["outcome", "why", "ended_at"])


def drop_package(batch: ProductionBatch) -> None:
    """Keep the encrypted package no longer: its hashes stay, its object goes with the next sweep."""
    if batch.package_id is not None:
        gone = batch.package_id
        MACHINE.touch(batch, package_id=None)
        _forget([gone])


def drop_answers(batch: ProductionBatch) -> None:
    """Keep the files of the answers no longer: what was taken of them stands in the cards."""
    mine = MakerAnswer.batch_id == batch.id
    gone = [answer.file_id for answer in db.session.query(MakerAnswer).filter(mine, MakerAnswer.file_id.is_not(None))]
    db.session.execute(update(MakerAnswer).where(mine).values(file_id=None))
    _forget(gone)


def _forget(files: Sequence[int | None]) -> None:
    if files:
        db.session.execute(delete(StoredFile).where(StoredFile.id.in_(files)).execution_options(synchronize_session=False))


def _refusal(batch: ProductionBatch, _version: int | None) -> Conflict:
    label = rules.STATUS_LABELS[rules.Status(batch.status)]
    return Conflict(_l("This cannot be done: the batch is now “%(status)s”. Nothing was changed.", status=label))


MACHINE: Machine[ProductionBatch] = Machine(
    ProductionBatch,
    moves=rules.MOVES,
    past=rules.PAST,
    subject=lambda batch: Subject("production_batch", batch.reference),
    refusal=_refusal,
    record=audit.record,
)

"""The package of a batch: what the job makes, and what it writes when it is done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from admin_app.applications.queries import profiles
from admin_app.foundation import clock, envelopes
from admin_app.foundation.actor import SYSTEM, Actor, Kind
from admin_app.foundation.database import db
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.storage.limits import Kind as FileKind
from admin_app.production import rules
from admin_app.production.models import ProductionBatch
from admin_app.production.operations import moves
from admin_app.production.queries import batches, contents
from admin_app.production.queries.contents import Picture
from admin_app.staff import queries as staff
from reports.tables.production import Package, ProductionRow, package

EVERY = 25
"""Photos after which the progress is written."""


@dataclass(frozen=True)
class Order:
    """Everything that a package is made of, read at one moment; `version` tells whether the batch changed since."""

    batch_id: int
    version: int
    reference: str
    maker: str
    certificate: str
    rows: tuple[ProductionRow, ...]
    photos: dict[str, Picture]
    """Key -> its photo."""


@dataclass(frozen=True)
class Sealed:
    """A package as it is kept: encrypted and stored, without a row yet."""

    prepared: storage.Prepared
    inside: Package


def is_wanted(job: Job) -> bool:
    """Whether `job` still has something to do: its batch has no package, and no other job has its place."""
    return _batch_of(job) is not None


def _batch_of(job: Job) -> ProductionBatch | None:
    batch = batches.for_job(str(job.arguments["batch"]))
    if batch is None or batch.status != rules.Status.FROZEN or batch.exported_at is not None or batch.job_id != job.id:
        return None
    return batch


def order_of(job: Job) -> Order | None:
    """What `job` puts into the package; None if there is nothing to do, or no card is left."""
    batch = _batch_of(job)
    lines = batches.waiting_lines(batch) if batch is not None else []
    if batch is None or not lines:
        return None
    found, asked = contents.photos_of(lines), profiles.for_cases()
    cases = [(line, line.card.application) for line in lines if line.card.application_id in found]
    photos = {line.key: Picture(contents.apart(found[case.id]), asked(case).rules) for line, case in cases}
    rows = tuple(contents.row_of(line) for line in lines if line.key in photos)
    return Order(batch.id, batch.version, batch.reference, batch.maker.code, batch.maker.certificate, rows, photos)


def make(order: Order, *, progress: Callable[[int], None]) -> Sealed:
    """The package, encrypted for the maker; in the clear it is in memory alone."""
    inside = package(order.rows, _pictures(order.rows, order.photos, progress), batch=order.reference, maker=order.maker)
    sealed = envelopes.seal(inside.content, order.certificate)
    return Sealed(storage.prepare_table(sealed, FileKind.P7M, f"{order.reference}.p7m"), inside)


def _pictures(rows: Sequence[ProductionRow], photos: dict[str, Picture], progress: Callable[[int], None]) -> dict[str, bytes]:
    found = {}
    for number, row in enumerate(rows, 1):
        found[row.key] = contents.picture_of(*photos[row.key])
        if number % EVERY == 0 or number == len(rows):
            progress(number)
    return found


def finish(job: Job, order: Order, sealed: Sealed) -> bool:
    """Write the package and its hashes. False (and nothing written) if the batch changed or has its package already."""
    batch = moves.lock_batch(db.session.get_one(ProductionBatch, order.batch_id))
    if batch.status != rules.Status.FROZEN or batch.version != order.version or batch.job_id != job.id:
        return False
    file, count = storage.accept(sealed.prepared), len(order.rows)
    hashes = {"package_sha256": file.sha256, "manifest_sha256": sealed.inside.manifest_sha256}
    moves.MACHINE.touch(batch, package_id=file.id, exported_count=count, exported_at=clock.now(), **hashes)
    facts = {"cards": count, "files": sealed.inside.files, "sha256": file.sha256}
    moves.MACHINE.record(batch, "production.exported", by=_actor(job) or SYSTEM, changes=facts)
    return True


def _actor(job: Job) -> Actor | None:
    """Whoever ordered the package, as they are now; None if they are gone."""
    member = staff.by_id(job.created_by_id) if job.created_by_kind == Kind.STAFF and job.created_by_id else None
    return member.actor if member else None

"""More cards than one batch holds: a job opens batch after batch until all are in one, and can be stopped; so can the printing."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from admin_app.audit import operations as audit
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db, new_public_id
from admin_app.foundation.errors import Conflict
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import Job
from admin_app.mailing import rules
from admin_app.mailing.models import LabelPrinter, LabelSheet, LabelStock, MailingBatch
from admin_app.mailing.operations import batches, moves
from admin_app.mailing.queries import batches as queries
from admin_app.mailing.queries import cells, printers, runs
from admin_app.staff.permissions import verb

WAITING = "mail-ready"
"""What the list of cards that wait for an envelope is called."""


class PrintingStopped(Conflict):
    """Somebody stopped the job that makes the labels; nothing was printed."""


@verb("mailing.open_all")
def open_all(
    *, stock: LabelStock, printer: LabelPrinter | None, start_cell: int, label_design: str, label_language: str, phone: str, by: Actor,
    sheet: LabelSheet | None = None,
) -> Job:  # fmt: skip
    """Have every ready card with a whole address put into batches by a job; while one works, that one is returned. Raises BatchRefused.

    The first batch begins at `start_cell`, of the half-used `sheet` or a fresh one, each later one on a fresh sheet.
    """
    look = {"label_design": label_design, "label_language": label_language, "phone": phone}
    batches.check_order(stock, sheet=sheet, start_cell=start_cell, **look)
    working = runs.working()
    if working is not None:
        return working
    job = jobs.enqueue(
        runs.JOB, dedupe_key=f"{runs.JOB}:{new_public_id()}", by=by, stock=stock.code, printer=printer.code if printer else "",
        sheet=sheet.number if sheet else "", start_cell=start_cell,
        design=label_design, language=label_language, phone=str(phone), batches=0, parcels=0,
    )  # fmt: skip
    audit.record("lists.batched", "list", WAITING, by=by, changes={"stock": stock.code})
    return job


def open_next(job: Job, opener: Actor) -> int:
    """Open the next batch of the job, with as many of the longest waiting cards as it holds; how many, 0 for none.

    What comes next stands in the job afterwards, in the same transaction: a job that is done again goes on where it was.
    """
    said = dict(db.session.scalars(runs.arguments_of(job)).one())
    chosen = queries.ready_cards(opener, limit=rules.MAX_PARCELS, complete_only=True)
    stock = queries.stock_by_code(str(said["stock"]))
    if not chosen or stock is None:
        return 0
    start, sheet = min(int(said["start_cell"]), stock.cells), cells.by_number(str(said.get("sheet", "")))
    if sheet is not None and not any(cell >= start for cell in cells.free_of(sheet)):
        start, sheet = 1, None  # somebody else has printed on it meanwhile
    opened = batches.open_batch(
        chosen, stock=stock, sheet=sheet, printer=printers.chosen(str(said["printer"])), start_cell=start, label_design=str(said["design"]),
        label_language=str(said["language"]), phone=str(said["phone"]), by=opener,
    )  # fmt: skip
    count = opened.parcel_count
    said |= {"start_cell": 1, "sheet": "", "batches": int(said["batches"]) + 1, "parcels": int(said["parcels"]) + count}
    db.session.execute(update(Job).where(Job.id == job.id).values(arguments=said).execution_options(synchronize_session=False))
    return count


@verb("mailing.stop_opening")
def stop_opening(*, by: Actor) -> bool:
    """No more batches are opened; those that are open stay. False if none was being opened."""
    working = runs.working()
    if working is None or not jobs.stop(working):
        return False
    audit.record("lists.batching_stopped", "list", WAITING, by=by)
    return True


@verb("mailing.stop_printing")
def stop_printing(batch: MailingBatch, *, by: Actor) -> bool:
    """The labels of the batch are not made after all, and it is open again. False if they were not being made (any more)."""
    batch = moves.lock_batch(batch)
    if not moves.is_in_work(batch) or batch.job is None or not jobs.stop(batch.job):
        return False
    moves.BATCHES.touch(batch)  # what the job may have ready is of an older version, and is not kept
    moves.BATCHES.record(batch, "mailing.printing_stopped", by=by)
    return True


def refuse_stopped(job: Job) -> None:
    """PrintingStopped if somebody has stopped the job that this process does."""
    if jobs.is_stopped(job):
        raise PrintingStopped(_l("The making of the labels was stopped. Nothing was printed."))


def result(job: Job) -> dict[str, Any]:
    """How many batches with how many parcels the job has opened."""
    said = db.session.scalars(runs.arguments_of(job)).one()
    return {"batches": said["batches"], "parcels": said["parcels"]}

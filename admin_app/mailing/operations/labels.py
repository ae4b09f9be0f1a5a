"""Staff verbs on labels: print those of a batch, reprint one; and what the jobs write when they are done."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from admin_app.cards import queries as cards
from admin_app.foundation import clock
from admin_app.foundation.actor import SYSTEM, Actor, Kind
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.typed_text import texts as typed_texts
from admin_app.mailing import rules
from admin_app.mailing.models import Label, LabelSheet, MailingBatch, Parcel
from admin_app.mailing.operations import moves, paper, printed_with
from admin_app.mailing.operations.batches import BatchRefused, checked_texts
from admin_app.mailing.queries import cells, label_designs, phones, printed, printers, sheets
from admin_app.mailing.queries import parcels as parcel_queries
from admin_app.mailing.rules.label_choice import document_language
from admin_app.mailing.rules.paper import Spoiled
from admin_app.mailing.rules.phones import PhoneShown
from admin_app.staff import queries as staff
from admin_app.staff.permissions import verb
from reports.labels import rows
from reports.labels.printers import Printer
from reports.labels.sheets import LabelsDoNotFit, Progress, render_label_sheets
from reports.text.characters import MissingGlyphs

CHUNK = 140
"""Labels drawn in one go: ten sheets of fourteen, so that the progress bar moves."""


class LabelsUnprintable(DomainError):
    """Labels that cannot be printed as they are written; details: problems = [{number, characters | reason}], no names."""


@dataclass(frozen=True)
class PrintOrder:
    """Everything that a batch's labels are made of, read at one moment; `version` tells whether the batch changed since."""

    batch_id: int
    version: int
    reference: str
    stock: rows.LabelStock
    printer: Printer
    start_cell: int
    language: str
    labels: tuple[rows.LabelRow, ...]
    taken: frozenset[int] = frozenset()
    """Cells of the first sheet that are left out."""


@verb("mailing.print_labels")
def print_labels(batch: MailingBatch, *, by: Actor, version: int | None = None) -> Job:
    """Have the labels of an open batch made by a job; asked again while it works, or when it is done, the same job is returned.

    `version` is what the page showed: asked again from there after the job has failed, Conflict says that something changed.
    """
    batch = moves.lock_batch(batch)
    if batch.job is not None and (batch.status == rules.BatchStatus.LABELLED or moves.is_in_work(batch)):
        return batch.job
    batch = moves.lock_open_batch(batch, version=version)
    if batch.parcel_count < 1:
        raise BatchRefused(_l("There is no parcel in this batch."))
    sheets.stock_row(batch.stock)
    paper.refuse_full(batch.sheet, batch.start_cell)
    moves.refuse_spoiled(parcel_queries.current_of_batch(batch))
    key = f"mailing.render_labels:{batch.public_id}:{batch.version + 1}"
    job = jobs.enqueue("mailing.render_labels", dedupe_key=key, by=by, batch=batch.public_id)
    moves.BATCHES.touch(batch, job_id=job.id)
    moves.BATCHES.record(batch, "mailing.labels_ordered", by=by, changes={"parcels": batch.parcel_count})
    return job


def order_of(job: Job) -> PrintOrder | None:
    """What `job` has to print; None if its batch is labelled already, or another job has its place."""
    batch = db.session.scalar(select(MailingBatch).where(MailingBatch.public_id == str(job.arguments["batch"])))
    if batch is None or batch.status != rules.BatchStatus.OPEN or batch.job_id != job.id:
        return None
    parcels = parcel_queries.current_of_batch(batch)
    moves.refuse_spoiled(parcels)
    said, language = phones.printed(batch, parcels), document_language(batch.label_language)
    labels = tuple(
        sheets.label_row(one, code=one.number, choice=label_designs.of_parcel(batch, one), phone=said[one.id]) for one in parcels
    )
    stock = sheets.stock_row(batch.stock)
    start_cell = min(batch.start_cell, stock.cells_per_page)
    printer, taken = printers.as_drawn(batch.printer), cells.taken_of(batch.sheet)
    return PrintOrder(batch.id, batch.version, batch.reference, stock, printer, start_cell, language, labels, taken)


def render(order: PrintOrder, *, progress: Progress) -> bytes:
    """The PDF; LabelsUnprintable names every label that stops it. Nothing is ever printed with a blank."""
    try:
        return render_label_sheets(
            order.labels, stock=order.stock, printer=order.printer, language=order.language, start_cell=order.start_cell,
            spoiled_cells=order.taken, progress=progress, chunk=CHUNK,
        )  # fmt: skip
    except MissingGlyphs as missing:
        problems = [{"number": one.number, "characters": [char.codepoint for char in one.characters]} for one in missing.problems]
    except LabelsDoNotFit as too_long:
        problems = [{"number": one.parcel_number, "reason": "too_long"} for one in too_long.problems]
    sentence = _l("Nothing was printed. Labels that cannot be printed as they are written: %(count)s.", count=len(problems))
    raise LabelsUnprintable(sentence, problems=problems)


def finish_batch(job: Job, order: PrintOrder, prepared: storage.Prepared) -> bool:
    """Write what was printed: file, labels, states. False (and nothing written) if the batch changed or is done already."""
    batch = moves.lock_batch(db.session.get_one(MailingBatch, order.batch_id))
    if batch.status != rules.BatchStatus.OPEN or batch.version != order.version or batch.job_id != job.id:
        return False
    actor = _actor(job)
    parcels = parcel_queries.current_of_batch(batch)
    cards.lock([parcel.card for parcel in parcels])  # none of them is marked as spoiled until the labels are there
    moves.refuse_spoiled(parcels)
    paper.refuse_other_cells(batch.sheet, order.taken)
    first = printed_with.noted(map(_first_label, parcels), order.labels)
    db.session.add_all(first)
    paper.lay(first, stock=batch.stock, sheet=batch.sheet, start_cell=order.start_cell, job=job)
    with db.session.no_autoflush:  # the log entries of all parcels are written in one go
        for parcel in parcels:
            moves.PARCELS.move(parcel, "label", by=actor)
            _note_phone(batch, parcel, by=actor)
    file = storage.accept(prepared)
    printed: dict[str, Any] = {"labels_file_id": file.id, "labelled_at": clock.now(), "printed_stock": asdict(order.stock)}
    moves.BATCHES.move(batch, "label", by=actor, changes=printed_with.said(first), **printed)
    return True


def _note_phone(batch: MailingBatch, parcel: Parcel, *, by: Actor) -> None:
    """A full number on a label was read by whoever had it printed."""
    if label_designs.phone_of(batch, parcel) == PhoneShown.FULL and parcel.phone_masked:
        moves.PARCELS.record(parcel, "mailing.phone_printed", by=by)


def _first_label(parcel: Parcel) -> Label:
    now = clock.now()
    return Label(parcel_id=parcel.id, copy=1, code=parcel.number, created_at=now, printed_at=now)


def _actor(job: Job) -> Actor:
    """Whoever ordered the labels, as they are now; the office itself where it was nobody of the staff."""
    member = staff.by_id(job.created_by_id) if job.created_by_kind == Kind.STAFF and job.created_by_id else None
    return member.actor if member else SYSTEM


@verb("mailing.reprint")
def reprint(
    parcel: Parcel, *, reason: str, start_cell: int, by: Actor, texts: dict[str, str] | None = None, label: str | None = None,
    sheet: LabelSheet | None = None,
) -> Label:  # fmt: skip
    """A new label for a parcel that has not left; the old one is void at once. `texts`: corrected recipient, postcode, address.

    `label` is the code of the label that the person saw as valid: if it is void meanwhile, Conflict, and nothing is printed. It takes the
    first free cell from `start_cell` on, of `sheet` or of a sheet that nothing is known of.
    """
    batch = moves.lock_batch(parcel.batch)
    db.session.refresh(parcel)
    reason = typed_texts.reason(reason)
    _hold_card(parcel)
    if not 1 <= start_cell <= batch.stock.cells:
        raise BatchRefused(_l("This sheet has cells 1 to %(cells)s.", cells=batch.stock.cells))
    old = parcel_queries.valid_label(parcel)
    if old is None or parcel.status not in rules.REPRINTABLE:
        raise BatchRefused(_l("This parcel has no label that can be printed again."))
    if label is not None and label != old.code:
        raise Conflict(_l("This label was printed again already; %(code)s is valid now. Nothing was changed.", code=old.code))
    moves.PARCELS.touch(parcel, **_corrections(parcel, texts))
    job = _job_for(rules.label_code(parcel.number, _next_copy(parcel)), by=by)
    fresh = _replaced(old, reason=reason, job=job, by=by)
    _lay_again([fresh], batch, sheet=sheet, start_cell=start_cell, job=job)
    return fresh


@verb("mailing.reprint_cells")
def reprint_cells(
    batch: MailingBatch, *, sheet: int, first: int, last: int, start_cell: int, reason: str, by: Actor, onto: LabelSheet | None = None,
    version: int | None = None) -> list[Label]:  # fmt: skip
    """New labels for those in the cells `first` to `last` of a printed sheet; the old ones are void at once.

    One job prints them, from `start_cell` on, `onto` a half-used sheet or one that nothing is known of; `sheet` as the page of the batch
    counts. BatchRefused where no label that counts lies there, StaleVersion if that page showed an older `version`.
    """
    if (batch := moves.lock_batch(batch, version=version)).status != rules.BatchStatus.LABELLED:
        raise moves.BATCHES.refused(batch)
    reason, stock = typed_texts.reason(reason), sheets.stock_row(batch.stock)
    if not 1 <= start_cell <= stock.cells_per_page:
        raise BatchRefused(_l("This sheet has cells 1 to %(cells)s.", cells=stock.cells_per_page), field="start_cell")
    lying = [one.label for one in printed.every(batch) if one.place.sheet == sheet and first <= one.place.cell <= last and not one.void]
    if not lying:
        raise BatchRefused(_l("No label that counts lies in these cells of this sheet. Nothing was changed."), field="first")
    cards.lock([label.parcel.card for label in lying])
    moves.refuse_spoiled([label.parcel for label in lying])
    job = _job_for(rules.label_code(lying[0].parcel.number, _next_copy(lying[0].parcel)), by=by)
    fresh = [_replaced(old, reason=reason, job=job, by=by) for old in lying]
    _lay_again(fresh, batch, sheet=onto, start_cell=start_cell, job=job)
    moves.BATCHES.touch(batch, batch.version)  # the new labels may lie on this very sheet: the same order again would take them too
    return fresh


def _lay_again(fresh: Sequence[Label], batch: MailingBatch, *, sheet: LabelSheet | None, start_cell: int, job: Job) -> None:
    if sheet is not None and sheet.stock_id != batch.stock_id:
        raise BatchRefused(_l("Sheet %(number)s is of another label stock.", number=sheet.number), field="sheet")
    paper.lay(fresh, stock=batch.stock, sheet=sheet, start_cell=start_cell, job=job)
    for cell in cells.of_labels([label.id for label in fresh]):
        if cell.label is not None:
            cell.label.start_cell = cell.cell


def _replaced(old: Label, *, reason: str, job: Job, by: Actor) -> Label:
    """The label that takes the place of `old`; its card is scanned with it again."""
    parcel = old.parcel
    if parcel.status == rules.ParcelStatus.STUFFED:
        moves.PARCELS.move(parcel, "unstuff", by=by, **moves.UNPACKED)
    old.voided_at = clock.now()
    paper.spoil(old, Spoiled.REPRINTED)
    db.session.flush()
    copy = _next_copy(parcel)
    fresh = Label(
        parcel_id=parcel.id, copy=copy, code=rules.label_code(parcel.number, copy), created_at=clock.now(), created_by_id=by.staff_id,
        reprint_reason=reason, job_id=job.id,
    )  # fmt: skip
    db.session.add(fresh)
    db.session.flush()
    moves.PARCELS.record(parcel, "mailing.label_reprinted", by=by, reason=reason, changes={"void": old.code, "new": fresh.code})
    _note_phone(parcel.batch, parcel, by=by)
    return fresh


def _next_copy(parcel: Parcel) -> int:
    return 1 + (db.session.scalar(select(func.max(Label.copy)).where(Label.parcel_id == parcel.id)) or 0)


def _job_for(code: str, *, by: Actor) -> Job:
    """The job that prints the label with this code, and those that were asked for with it."""
    return jobs.enqueue("mailing.render_reprint", dedupe_key=f"mailing.render_reprint:{code}", by=by, label=code)


def _hold_card(parcel: Parcel) -> None:
    """Nobody marks the card as spoiled until the transaction ends; CardSpoiled if somebody did."""
    cards.lock([parcel.card])
    moves.refuse_spoiled([parcel])


def _corrections(parcel: Parcel, texts: dict[str, str] | None) -> dict[str, str]:
    if texts is None:
        return {}
    tidy = checked_texts(texts["recipient"], texts["postcode"], texts["address"])
    return {name: text for name, text in tidy.items() if text != getattr(parcel, name)}


@verb("mailing.retry_reprint")
def retry_reprint(label: Label, *, by: Actor) -> Job:
    """Start a failed reprint again; one that works or is done is left alone. CardSpoiled as reprint()."""
    moves.refuse_spoiled([label.parcel])
    return _job_for(str(label.job.arguments["label"]) if label.job else label.code, by=by)


def reprint_order(job: Job) -> PrintOrder | None:
    """What a reprint job has to print: its label, and those that were asked for with it; None if that is done already."""
    first = db.session.scalar(select(Label).where(Label.code == str(job.arguments["label"]), Label.file_id.is_(None)))
    if first is None:
        return None
    together = printed.together_with(first)
    batch = first.parcel.batch
    moves.refuse_spoiled([label.parcel for label in together])
    said, language = phones.printed(batch, [label.parcel for label in together]), document_language(batch.label_language)
    found = tuple(
        sheets.label_row(one.parcel, code=one.code, choice=label_designs.of_parcel(batch, one.parcel), phone=said[one.parcel_id])
        for one in together
    )
    stock, printer = sheets.stock_row(batch.stock), printers.as_drawn(batch.printer)
    start_cell = first.start_cell or 1
    used = frozenset(range(start_cell, stock.cells_per_page + 1)) - printed.on_first_sheet(together)
    return PrintOrder(batch.id, first.id, first.code, stock, printer, start_cell, language, found, used)


def finish_reprint(order: PrintOrder, prepared: storage.Prepared) -> bool:
    """Give the label, and those that were printed with it, their file; False if they have one already."""
    label = db.session.scalars(select(Label).where(Label.code == order.reference).with_for_update()).one()
    if label.file_id is not None:
        return False
    together = printed.together_with(label)
    cards.lock([one.parcel.card for one in together])
    moves.refuse_spoiled([one.parcel for one in together])
    file = storage.accept(prepared)
    for one in printed_with.noted(together, order.labels):
        one.file_id, one.printed_at = file.id, clock.now()
    return True


def problems_of(job: Job | None) -> Sequence[dict[str, Any]]:
    """The labels that stopped a failed job: [{number, characters | reason}]."""
    return (job.error_details or {}).get("problems", ()) if job is not None else ()

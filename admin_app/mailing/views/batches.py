"""Doors: one mailing batch from its cards to its labels."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from admin_app.foundation.database import transaction
from admin_app.foundation.errors import Conflict, NotFound
from admin_app.foundation.jobs.models import FAILED
from admin_app.foundation.typed_text.texts import TextRefused
from admin_app.mailing import rules
from admin_app.mailing.forms import SheetForm
from admin_app.mailing.lists import PARCELS
from admin_app.mailing.models import MailingBatch, Parcel
from admin_app.mailing.operations import batches, labels, moves, paper
from admin_app.mailing.operations.carriers.chosen import chosen
from admin_app.mailing.queries import batches as queries
from admin_app.mailing.queries import cells, fitting, printed, printers, remarks, sheets, spellings, stuffing, used_sheets
from admin_app.mailing.queries import parcels as parcel_queries
from admin_app.mailing.rules import packing
from admin_app.mailing.rules import paper as paper_rules
from admin_app.mailing.rules.label_choice import WORDS_LABELS, design_name
from admin_app.mailing.rules.phones import PHONE_LABELS
from admin_app.mailing.rules.spelling import SPELLING_LABELS, Spelling
from admin_app.web import arguments, form_errors
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.lists.page import render
from reports.labels.numbers import room_for_number

MOST_REMARKS = 30
"""Addresses to look at that a page shows at once."""


class BatchView(DeskView):
    """One batch."""

    route_base = "/mailing/batches"
    default_view = "show"

    @expose("/<public_id>", methods=["GET"])
    @requires("mailing.read")
    def show(self, public_id: str) -> Any:
        """The batch in its steps, the sheet as a picture, and what needs a person."""
        return self._page(queries.by_public_id(signed_in(), public_id))

    def _page(self, batch: MailingBatch, form: SheetForm | None = None, status: int = 200) -> Any:
        parcels = parcel_queries.of_batch(signed_in(), batch)
        is_printed = batch.labelled_at is not None
        every = printed.labels_of(batch) if is_printed else ()
        drawn = printed.sheets_of(batch, every, {one.id for one in parcels}) if is_printed else sheets.sheets_of(batch, parcels)
        number = min(arguments.address.number("sheet", lowest=1, highest=9999) or 1, len(drawn))
        form = form or form_of(batch)
        is_in_work, books = moves.is_in_work(batch), stuffing.balance_of(every, parcels)
        stocks = [batch.stock] if is_printed else queries.stocks()  # once printed, neither another sheet nor another printer is offered
        offered = [one for one in [batch.printer] if one] if is_printed else printers.in_use(batch.printer)
        half_used = [] if is_printed else cells.half_used()
        problems = problem_rows(batch, parcels)
        too_small = [row["parcel"] for row in problems if row.get("is_too_long")]
        return render(
            PARCELS,
            status=status,
            place={"public_id": batch.public_id},
            has_row_actions=batch.status in ("open", "labelled") and not is_in_work,
            batch=batch,
            parcels=parcels,
            form=form.offer(stocks, offered, half_used),
            sheets=drawn,
            sheet=drawn[number - 1],
            SPOILED_LABELS=paper_rules.SPOILED_LABELS,
            has_numbers=room_for_number(sheets.printed_stock(batch)) is not None,
            is_sheet_taken=any(one.get("reason") == "sheet_taken" for one in labels.problems_of(batch.job)),
            problems=problems,
            most_remarks=MOST_REMARKS,
            spelling_labels=SPELLING_LABELS,
            roomier=fitting.roomier(batch, too_small, stocks) if too_small else (),
            is_spoiled=parcel_queries.is_spoiled,
            is_in_work=is_in_work,
            has_carrier=chosen() is not None,
            timeline=parcel_queries.history(signed_in(), batch),
            books=books,
            was_printed=printed.was_printed(batch, [one for one in every if one.copy == 1 and not printed.void_of(one)]),
            reprints=printed.reprints_of(batch) if books.reprinted > 1 else (),
            barcode_picture=sheets.barcode_picture,
            rules=rules,
            PHONE_LABELS=PHONE_LABELS,
            WORDS_LABELS=WORDS_LABELS,
            design_name=design_name,
            packing=packing,
        )

    @expose("/<public_id>/sheet", methods=["POST"])
    @requires("mailing.work")
    def choose_sheet(self, public_id: str) -> Any:
        """Change sheet, start cell or language."""
        batch = queries.by_public_id(signed_in(), public_id)
        form = SheetForm().offer(queries.stocks(), printers.in_use(batch.printer), cells.half_used())
        if not form.validate():
            return self._page(batch, form, 422)
        stock, sheet = used_sheets.chosen(form.stock.data)
        try:
            with transaction():
                batches.choose_sheet(
                    queries.by_public_id(signed_in(), public_id), stock=stock, sheet=sheet,  # type: ignore[arg-type]
                    printer=printers.chosen(form.printer.data), version=arguments.form.version(), by=signed_in(), **form.look(),
                )  # fmt: skip
        except (batches.BatchRefused, paper.SheetFull) as refused:
            return self._page(queries.by_public_id(signed_in(), public_id), form, form_errors.put(form, refused))
        return redirect(url_for("BatchView.show", public_id=public_id))

    @expose("/<public_id>/labels", methods=["POST"])
    @requires("mailing.work")
    def print_labels(self, public_id: str) -> Any:
        """Have the labels made by a job; a second click finds the same job, or that it has failed meanwhile."""
        version = arguments.form.version()
        with transaction():
            labels.print_labels(queries.by_public_id(signed_in(), public_id), version=version, by=signed_in())
        return redirect(url_for("BatchView.show", public_id=public_id))

    @expose("/<public_id>/cancel", methods=["POST"])
    @requires("mailing.work")
    def cancel(self, public_id: str) -> Any:
        """Give the batch up; its cards are ready to mail again."""
        with transaction():
            batches.cancel(queries.by_public_id(signed_in(), public_id), by=signed_in())
        flash(_("The batch was cancelled; its cards are ready to mail again."), "success")
        return redirect(url_for("MailingView.ready"))

    @expose("/<public_id>/take-out", methods=["POST"])
    @requires("mailing.work")
    def take_out(self, public_id: str) -> Any:
        """Take one parcel out of a batch that has no labels yet."""
        with transaction():
            parcel = parcel_queries.by_public_id(signed_in(), arguments.form.public_id("parcel"))
            if parcel.batch.public_id != public_id:
                raise NotFound(_("This parcel is not in this batch."))
            said = taken_out_text(parcel)
            batches.take_out(parcel, by=signed_in())
        flash(said, "success")
        return redirect(url_for("BatchView.show", public_id=public_id))

    @expose("/<public_id>/spell-out", methods=["POST"])
    @requires("mailing.work")
    def spell_out(self, public_id: str) -> Any:
        """Write what cannot be printed in the way that was chosen, the pinyin if none was."""
        chosen_way = arguments.form.choice("way", list(Spelling), Spelling.PINYIN)
        try:
            with transaction():
                parcel = parcel_queries.by_public_id(signed_in(), arguments.form.public_id("parcel"))
                if parcel.batch.public_id != public_id:
                    raise NotFound(_("This parcel is not in this batch."))
                way = next((one for one in spellings.of_parcel(parcel) if one.way == chosen_way), None)
                if way is None:
                    raise Conflict(_("This label has nothing to be written in this way any more. Nothing was changed; look at it again."))
                batches.correct_recipient(
                    parcel, recipient=way.recipient, postcode=parcel.postcode, address=way.address, version=parcel.version,
                    spelling=way.way, by=signed_in(),
                )  # fmt: skip
        except (batches.RecipientRefused, TextRefused) as refused:
            flash(refused.message, "warning")
        return redirect(url_for("BatchView.show", public_id=public_id))


def form_of(batch: MailingBatch) -> SheetForm:
    """The form of the sheet, filled with how the batch is now."""
    return SheetForm(
        formdata=None,
        stock=batch.sheet.number if batch.sheet else batch.stock.code,
        printer=batch.printer.code if batch.printer else "",
        start_cell=batch.start_cell,
        label_design=batch.label_design,
        label_language=batch.label_language,
        phone_shown=batch.phone_shown,
        version=batch.version,
    )


def taken_out_text(parcel: Parcel) -> str:
    """What is said once the parcel is out of its batch; ask for it before."""
    if parcel_queries.is_spoiled(parcel):
        return str(_("The parcel was taken out. Its card is spoiled; the new one that was asked for gets a parcel of its own."))
    return str(_("The parcel was taken out; its card is ready to mail again."))


def problem_rows(batch: MailingBatch, parcels: list[Parcel]) -> list[dict[str, Any]]:
    """The parcels that need a person, each with what to do: its card is spoiled, or (in an open batch) its label cannot be printed.

    Behind them, in an open batch, those whose address should be looked at: they stop nothing (`is_remark`).
    """
    spoiled = [{"parcel": parcel, "is_spoiled": True} for parcel in parcels if parcel_queries.is_spoiled(parcel)]
    stopped = spoiled + _unprintable_rows(batch, parcels)
    if batch.status != rules.BatchStatus.OPEN:
        return stopped
    said = {parcel.id: remarks.of_parcel(batch, parcel) for parcel in parcels}
    shown = {row["parcel"].id for row in stopped}
    for row in stopped:
        row["remarks"] = said[row["parcel"].id]
    looked_at = [parcel for parcel in parcels if said[parcel.id] and parcel.id not in shown]
    return stopped + [{"parcel": parcel, "is_remark": True, "remarks": said[parcel.id]} for parcel in looked_at]


def _unprintable_rows(batch: MailingBatch, parcels: list[Parcel]) -> list[dict[str, Any]]:
    if batch.status != rules.BatchStatus.OPEN:
        return []
    unprintable = sheets.unprintable(parcels)
    failed = labels.problems_of(batch.job) if batch.job is not None and batch.job.status == FAILED else ()
    too_long = fitting.unfit(batch, parcels) | {problem["number"] for problem in failed if problem.get("reason") == "too_long"}
    stopped = (
        parcel for parcel in parcels
        if (parcel.number in unprintable or parcel.number in too_long) and not parcel_queries.is_spoiled(parcel)
    )  # fmt: skip
    return [
        {
            "parcel": parcel, "missing": unprintable.get(parcel.number, ()), "ways": spellings.of_parcel(parcel),
            "is_too_long": parcel.number in too_long,
        }
        for parcel in stopped
    ]  # fmt: skip

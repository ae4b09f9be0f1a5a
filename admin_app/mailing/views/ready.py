"""Doors: what is ready to mail, and the list of batches."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_app.cards import queries as cards
from admin_app.cards.models import Card
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.mailing import rules
from admin_app.mailing.forms import SheetForm
from admin_app.mailing.lists import BATCHES, READY
from admin_app.mailing.models import LabelSheet, LabelStock
from admin_app.mailing.operations import batches
from admin_app.mailing.operations import runs as run_operations
from admin_app.mailing.queries import batches as queries
from admin_app.mailing.queries import cells, printers, used_sheets
from admin_app.mailing.views.runs import AT_ONCE
from admin_app.web import arguments
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.lists.page import render


class MailingView(DeskView):
    """The mailroom's lists."""

    route_base = "/mailing"
    default_view = "ready"

    @expose("/", methods=["GET"])
    @requires("mailing.read")
    def ready(self) -> Any:
        """Cards that wait for an envelope, and the form that opens a batch of them."""
        return self._ready_page(None)

    def _ready_page(self, form: SheetForm | None, status: int = 200) -> Any:
        me = signed_in()
        stocks, used = used_sheets.stocks_and_last_used(half_used := cells.half_used())
        is_typed = form is not None
        form = form or SheetForm(
            formdata=None, **({"stock": used.value, "start_cell": used.start_cell, "printer": used.printer_code} if used else {})
        )
        return render(
            READY,
            status=status,
            arguments={},
            form=form.offer(stocks, printers.in_use(), half_used),
            open_batches=queries.page(me, "open", size=AT_ONCE).rows if me.may("mailing.work") else (),
            most=rules.MAX_PARCELS,
            used=None if is_typed else used,
        )

    @expose("/batches", methods=["GET"])
    @requires("mailing.read")
    def batches(self) -> Any:
        """One page of batches of one state."""
        return render(BATCHES)

    @expose("/batches", methods=["POST"])
    @requires("mailing.work")
    def open_batch(self) -> Any:
        """Put the chosen cards (or the longest waiting ones) into a new batch, or into an open one."""
        me, form = signed_in(), SheetForm().offer(queries.stocks(), printers.in_use(), cells.half_used())
        target = arguments.form.single("batch")
        if not target and not form.validate():
            return self._ready_page(form, 422)
        try:
            with transaction():
                if not target and _are_many(me):
                    return _all_ordered(me, form)
                public_id, count = _put(me, form, target)
        except DomainError as refused:
            if refused.status == 404:
                raise
            flash(refused.message, "warning")
            return self._ready_page(form, refused.status)
        flash(ngettext("%(num)s card was put into the batch.", "%(num)s cards were put into the batch.", count), "success")
        return redirect(url_for("BatchView.show", public_id=public_id))


def _are_many(me: Actor) -> bool:
    """Whether all ready cards are asked for, and are more than one batch holds."""
    is_all = arguments.form.single("choose") == "all"
    return is_all and len(queries.ready_cards(me, limit=rules.MAX_PARCELS + 1, complete_only=True)) > rules.MAX_PARCELS


def _all_ordered(me: Actor, form: SheetForm) -> Any:
    """Have them put into as many batches as they need by a job; the page that shows how far it is."""
    stock, sheet = _paper(form)
    run_operations.open_all(stock=stock, sheet=sheet, printer=printers.chosen(form.printer.data), by=me, **form.look())
    flash(_("These are more cards than one batch holds: batch after batch is being opened."), "success")
    return redirect(url_for("RunView.show"))


def _paper(form: SheetForm) -> tuple[LabelStock, LabelSheet | None]:
    stock, sheet = used_sheets.chosen(form.stock.data)
    if stock is None:
        raise batches.BatchRefused(_("This label sheet is no longer in use. Choose another one."))
    return stock, sheet


def _put(me: Actor, form: SheetForm, target: str) -> tuple[str, int]:
    chosen = _chosen(me)
    if target:
        batch = queries.by_public_id(me, target)
        return batch.public_id, batches.add_cards(batch, chosen, by=me)
    stock, sheet = _paper(form)
    opened = batches.open_batch(chosen, stock=stock, sheet=sheet, printer=printers.chosen(form.printer.data), by=me, **form.look())
    return opened.public_id, opened.parcel_count


def _chosen(me: Actor) -> list[Card]:
    if arguments.form.single("choose") == "all":
        return queries.ready_cards(me, limit=rules.MAX_PARCELS, complete_only=True)
    return cards.by_public_ids(me, arguments.form.public_ids("card", most=rules.MAX_PARCELS))

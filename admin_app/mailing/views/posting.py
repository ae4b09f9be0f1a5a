"""Doors: tracking numbers, confirmation, and the batch leaves."""

from datetime import date
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_app.foundation import clock
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.foundation.typed_text import numbers
from admin_app.mailing import rules
from admin_app.mailing.forms import TypedNumbers, read_numbers
from admin_app.mailing.lists import POSTING
from admin_app.mailing.models import MailingBatch, Parcel
from admin_app.mailing.operations import moves, posting
from admin_app.mailing.queries import batches as queries
from admin_app.mailing.queries import parcels as parcel_queries
from admin_app.web import arguments, undo_bar
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.lists.page import render


class PostingView(DeskView):
    """Posting of one batch."""

    route_base = "/mailing/batches"
    default_view = "ask"

    @expose("/<public_id>/post", methods=["GET"])
    @requires("mailing.work")
    def ask(self, public_id: str) -> Any:
        """One row a parcel, for its tracking number."""
        batch, parcels = self._load(public_id)
        if "post" not in moves.BATCHES.possible(batch):
            raise Conflict(_("Only a batch with labels can be posted. Nothing was changed."))
        return self._page(batch, parcels, TypedNumbers({}, []), day=clock.today().isoformat())

    @expose("/<public_id>/post", methods=["POST"])
    @requires("mailing.work")
    def check(self, public_id: str) -> Any:
        """Check the numbers; if all are right, the page that says what will happen."""
        batch, parcels = self._load(public_id)
        typed, day = read_numbers(arguments.form, parcels), arguments.form.single("posted_on")
        refused = self._check(batch, parcels, typed, day)
        if refused is not None:
            return self._page(batch, parcels, typed, day=day, refused=refused)
        tidy = posting.tidy(parcels, typed.of_parcels)
        return self.render_template("mailing/confirm_posting.html", batch=batch, parcels=parcels, numbers=tidy, posted_on=_day(day))

    @expose("/<public_id>/posted", methods=["POST"])
    @requires("mailing.work")
    def post(self, public_id: str) -> Any:
        """The cards leave: all of them, or none."""
        version, (batch, parcels) = arguments.form.version(), self._load(public_id)
        typed, day, began = read_numbers(arguments.form, parcels), arguments.form.single("posted_on"), clock.now()
        try:
            with transaction():
                posting.refuse_left_over(typed.left_over)
                batch = queries.by_public_id(signed_in(), public_id)
                count = posting.mark_posted(batch, typed.of_parcels, posted_on=_day(day), version=version, by=signed_in())
        except DomainError as refused:
            batch, parcels = self._load(public_id)
            if batch.status != rules.BatchStatus.LABELLED:
                raise
            return self._page(batch, parcels, typed, day=day, refused=refused)
        undo_bar.remember(signed_in(), since=began)
        flash(ngettext("%(num)s card was posted.", "%(num)s cards were posted.", count), "success")
        return redirect(url_for("BatchView.show", public_id=public_id))

    def _load(self, public_id: str) -> tuple[MailingBatch, list[Parcel]]:
        batch = queries.by_public_id(signed_in(), public_id)
        return batch, parcel_queries.of_batch(signed_in(), batch)

    def _check(self, batch: MailingBatch, parcels: list[Parcel], typed: TypedNumbers, day: str) -> DomainError | None:
        try:
            posting.check(batch, parcels, typed.of_parcels, posted_on=_day(day))
            posting.refuse_left_over(typed.left_over)
        except DomainError as refused:
            return refused
        return None

    def _page(
        self, batch: MailingBatch, parcels: list[Parcel], typed: TypedNumbers, *, day: str, refused: DomainError | None = None
    ) -> Any:  # fmt: skip
        return render(
            POSTING,
            status=refused.status if refused else 200,
            arguments={},
            place={"public_id": batch.public_id},
            batch=batch,
            parcels=parcels,
            typed=typed.of_parcels,
            left_over=typed.left_over,
            day=day,
            refused=refused,
            faults=refused.details.get("rows", {}) if refused else {},
            earliest=(clock.today() - posting.BACKDATE).isoformat(),
        )


def _day(text: str) -> date:
    day = numbers.day(text, field="posted_on")
    if day is None:
        raise posting.DayRefused(_("Please give the day of posting."))
    return day

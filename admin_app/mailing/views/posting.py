"""Doors: tracking numbers, confirmation, and the batch leaves."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_app.centres import queries as centres
from admin_app.foundation import clock, settings
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.foundation.table_files import MOST_BYTES
from admin_app.foundation.typed_text import numbers
from admin_app.mailing import rules
from admin_app.mailing.forms import PostageForm, read_numbers
from admin_app.mailing.lists import POSTING
from admin_app.mailing.models import MailingBatch, Parcel
from admin_app.mailing.operations import moves, number_files, numbering, posting
from admin_app.mailing.queries import batches as queries
from admin_app.mailing.queries import bookings, stuffing
from admin_app.mailing.queries import parcels as parcel_queries
from admin_app.mailing.rules import packing
from admin_app.web import arguments, undo_bar
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.form_fields import offered
from admin_app.web.lists.page import render
from admin_app.web.request_limits import takes_files
from admin_app.web.template_filters import day


class PostingView(DeskView):
    """Posting of one batch."""

    route_base = "/mailing/batches"
    default_view = "ask"

    @expose("/<public_id>/post", methods=["GET"])
    @requires("mailing.work")
    def ask(self, public_id: str) -> Any:
        """One row a parcel, for its tracking number; or a range, or pairs of label and number."""
        batch, parcels = self._load(public_id)
        if "post" not in moves.BATCHES.possible(batch):
            raise Conflict(_("Only a batch with labels can be posted. Nothing was changed."))
        booked = {parcel: one.number for parcel, one in bookings.of_parcels(parcels).items()}
        scanned = {one.public_id: one.tracking_number or booked.get(one.id) or "" for one in parcels}
        return self._page(batch, parcels, numbering.Entered(scanned), day=clock.today().isoformat())

    @expose("/<public_id>/post", methods=["POST"])
    @requires("mailing.work")
    @takes_files(1)
    def check(self, public_id: str) -> Any:
        """Check the numbers; if all are right, the page that says what will happen."""
        batch, parcels = self._load(public_id)
        entered, day = read_numbers(arguments.form, parcels), arguments.form.single("posted_on")
        postage = arguments.form.choice("postage", set(packing.Postage), packing.Postage.REGISTERED)
        try:
            found = _found(entered._replace(table=_of_file(entered)), parcels)
            posting.check(batch, parcels, found, posted_on=_day(day))
        except DomainError as refused:
            return self._page(batch, parcels, entered, day=day, refused=refused)
        return self.render_template(
            "mailing/confirm_posting.html", batch=batch, parcels=parcels, numbers=found, posted_on=_day(day), postage=postage,
            packing=packing,
            fen=packing.postage_prices(settings.current().postage).get(postage),
        )  # fmt: skip

    @expose("/<public_id>/posted", methods=["POST"])
    @requires("mailing.work")
    def post(self, public_id: str) -> Any:
        """The cards leave: all of them, or none."""
        version, (batch, parcels) = arguments.form.version(), self._load(public_id)
        entered, day, began = read_numbers(arguments.form, parcels), arguments.form.single("posted_on"), clock.now()
        postage = arguments.form.choice("postage", set(packing.Postage), packing.Postage.REGISTERED)
        try:
            with transaction():
                found = _found(entered, parcels)
                batch = queries.by_public_id(signed_in(), public_id)
                count = posting.mark_posted(batch, found, posted_on=_day(day), postage=postage, version=version, by=signed_in())
        except DomainError as refused:
            batch, parcels = self._load(public_id)
            if batch.status != rules.BatchStatus.LABELLED:
                raise
            return self._page(batch, parcels, entered, day=day, refused=refused)
        undo_bar.remember(signed_in(), since=began)
        flash(ngettext("%(num)s card was posted.", "%(num)s cards were posted.", count), "success")
        return redirect(url_for("BatchView.show", public_id=public_id))

    def _load(self, public_id: str) -> tuple[MailingBatch, list[Parcel]]:
        batch = queries.by_public_id(signed_in(), public_id)
        return batch, parcel_queries.of_batch(signed_in(), batch)

    def _page(
        self, batch: MailingBatch, parcels: list[Parcel], entered: numbering.Entered, *, day: str, refused: DomainError | None = None
    ) -> Any:  # fmt: skip
        chosen = PostageForm(formdata=None, postage=arguments.form.choice("postage", set(packing.Postage), packing.Postage.REGISTERED))
        chosen.postage.choices = offered((code, _with_price(code, label)) for code, label in packing.POSTAGE_LABELS.items())
        without = [one for one in parcels if not entered.rows.get(one.public_id)]
        return render(
            POSTING,
            status=refused.status if refused else 200,
            arguments={},
            place={"public_id": batch.public_id},
            batch=batch,
            parcels=parcels,
            typed=entered.rows,
            books=stuffing.balance(batch),
            entered=entered,
            count=entered.many or len(without),
            day=day,
            refused=refused,
            problems_of=lambda name: numbering.problems_of(refused, name),
            faults=refused.details.get("rows", {}) if refused else {},
            earliest=(clock.today() - posting.BACKDATE).isoformat(),
            leaves=leaves(),
            postage=chosen.postage,
        )


def leaves() -> str:
    """When a batch that is posted now leaves, by the cut-off time of the office and its working days."""
    cut_off, calendar, now = settings.current().post_cut_off, centres.calendar(), clock.to_office(clock.now())
    if calendar.is_working_day(now.date()) and f"{now:%H:%M}" < cut_off:
        return _("Posted before %(time)s it leaves today.", time=cut_off)
    if calendar.is_working_day(now.date()):
        said = {"time": cut_off, "day": day(calendar.add(now.date(), 1))}
        return _("The post of today left at %(time)s: it leaves on the next working day, %(day)s.", **said)
    return _("Today is no working day: it leaves on %(day)s.", day=day(calendar.add(now.date(), 1)))


def _with_price(code: str, label: Any) -> str:
    fen = packing.postage_prices(settings.current().postage).get(code)
    return str(label) if fen is None else _("%(name)s, ¥%(yuan)s a piece", name=label, yuan=f"{fen / 100:.2f}")


def _found(entered: numbering.Entered, parcels: list[Parcel]) -> Mapping[str, str]:
    return numbering.resolved(entered, parcels, parcel_queries.labels_of(parcels))


def _of_file(entered: numbering.Entered) -> tuple[number_files.FileRow, ...]:
    """The lines of the file that came with the form; none where no file was chosen."""
    upload = request.files.get(number_files.FIELD)
    if upload is None or not upload.filename:
        return ()
    if entered.pairs.strip():
        sentence = _("Send the file or its lines, not both: choose no file, or leave the field of the lines empty.")
        raise number_files.NumbersFileRefused(sentence, field=number_files.FIELD)
    return number_files.rows_of(upload.stream.read(MOST_BYTES + 1))


def _day(text: str) -> date:
    day = numbers.day(text, field="posted_on")
    if day is None:
        raise posting.DayRefused(_("Please give the day of posting."))
    return day

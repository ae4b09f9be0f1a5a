"""Doors: the file of the carrier that says which parcels were delivered: read, shown row by row, then taken."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_app.audit.operations import reading
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import DomainError
from admin_app.foundation.table_files import MOST_BYTES, read_table
from admin_app.foundation.typed_text import texts
from admin_app.mailing.operations import tracing
from admin_app.mailing.operations.carriers import chosen
from admin_app.mailing.queries import carrier as queries
from admin_app.mailing.queries import parcels
from admin_app.mailing.rules import carrier
from admin_app.web import arguments
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.request_limits import takes_files

FILE = "carrier_file"
LONGEST = 200_000
"""Characters of pasted rows: MOST_LINES with room for columns that nobody reads."""


class CarrierFileView(DeskView):
    """The file of the carrier."""

    route_base = "/mailing/carrier-file"
    default_view = "ask"

    @expose("/", methods=["GET"])
    @requires("mailing.work")
    def ask(self) -> Any:
        """Where the file is chosen, or its rows are pasted."""
        return self._ask("")

    @expose("/", methods=["POST"])
    @requires("mailing.work")
    @takes_files(1)
    def check(self) -> Any:
        """What each row would do; nothing is changed yet."""
        typed = arguments.form.single("lines")
        try:
            of_file, pasted = _of_file(), carrier.lines_of(_possible(typed))
            _refuse(of_file, pasted)
            lines = of_file or pasted
        except DomainError as refused:
            return self._ask(typed, refused)
        return self._rows(lines)

    @expose("/track", methods=["POST"])
    @requires("mailing.work")
    def track(self) -> Any:
        """What the carrier says of the parcels that nobody has heard of for long, as rows of its file; nothing is changed yet."""
        carrier_now, numbers = chosen.chosen(), queries.unheard(signed_in())
        db.session.rollback()  # nobody waits for the carrier
        try:
            lines = tracing.asked(carrier_now, numbers)
        except DomainError as refused:
            return self._ask("", refused)
        return self._rows(lines)

    def _rows(self, lines: list[carrier.Line]) -> Any:
        rows = queries.checked(signed_in(), lines)
        for row in rows:
            if row.parcel is not None:
                reading.opened("parcel", row.parcel.number, row.parcel.card.application.resident)
        good = [row for row in rows if row.fault is None]
        return self.render_template("mailing/carrier_rows.html", good=good, rest=[row for row in rows if row.fault], rules=carrier)

    @expose("/take", methods=["POST"])
    @requires("mailing.work")
    def take(self) -> Any:
        """Note each of the rows as delivered that are so now; the same file again changes nothing."""
        lines = carrier.lines_of(_possible(arguments.form.single("rows")))
        me, done = signed_in(), 0
        for row in queries.checked(me, lines[: carrier.MOST_LINES]):
            if row.fault is None and row.parcel is not None:
                done += _delivered(row.parcel.public_id, row, me)
        flash(ngettext("%(num)s parcel is noted as delivered.", "%(num)s parcels are noted as delivered.", done), "success")
        return redirect(url_for("ReturnsView.index", tab="ask"))

    def _ask(self, typed: str, refused: DomainError | None = None) -> Any:
        page = self.render_template(
            "mailing/carrier_file.html", typed=typed, refused=refused, rules=carrier, has_carrier=chosen.chosen() is not None
        )
        return page, refused.status if refused else 200


def _delivered(public_id: str, row: queries.Checked, me: Actor) -> int:
    """1 where the parcel is noted as delivered, in a transaction of its own; 0 where somebody else did more with it meanwhile."""
    try:
        with transaction():
            return int(tracing.mark_delivered(parcels.by_public_id(me, public_id), on=row.day, by=me))  # type: ignore[arg-type]
    except DomainError:
        return 0


def _possible(text: str) -> str:
    return texts.unfinished(text, most=LONGEST, field="lines")


def _of_file() -> list[carrier.Line]:
    """The rows of the table that came with the form, CSV or XLSX; none where no file was chosen."""
    upload = request.files.get(FILE)
    if upload is None or not upload.filename:
        return []
    table = read_table(upload.stream.read(MOST_BYTES + 1), most_rows=carrier.MOST_LINES)
    return carrier.lines_in([table.headings, *table.rows])


def _refuse(of_file: list[carrier.Line], pasted: list[carrier.Line]) -> None:
    if of_file and pasted:
        raise DomainError(_("Send the file or its rows, not both: choose no file, or leave the field of the rows empty."))
    lines = of_file or pasted
    if not lines:
        raise DomainError(_("Choose the carrier's file, or paste its rows: number, what happened, day."))
    if len(lines) > carrier.MOST_LINES:
        raise DomainError(_("A file has at most %(most)s rows. Split it.", most=carrier.MOST_LINES))

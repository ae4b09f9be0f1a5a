"""Doors: the receipts of several cases as one document."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_app.applications.models import Application
from admin_app.applications.queries import receipt
from admin_app.applications.views import look_up_codes
from admin_app.audit.operations import reading
from admin_app.foundation.errors import Conflict
from admin_app.foundation.i18n import LANGUAGES, language
from admin_app.residents import queries as residents
from admin_app.web import arguments, files
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from reports.letters.receipts import application_receipts

MOST, SELECTED = 20, 200
"""Receipts of one document; rows of a page that one form may name."""


class ReceiptView(DeskView):
    """Receipts of the cases that were selected at the counter."""

    route_base = "/intake/receipts"

    @expose("/chosen", methods=["POST"])
    @requires("applications.take_in")
    def chosen(self) -> Any:
        """What was selected in the list: to its receipts."""
        chosen = arguments.form.public_ids("case", most=SELECTED)
        if chosen and len(chosen) <= MOST:
            return redirect(url_for("ReceiptView.index", case=chosen))
        too_many = ngettext("At most %(num)s receipt at once.", "At most %(num)s receipts at once.", MOST)
        flash(too_many if chosen else _("Nothing was selected. Select rows first (x)."), "warning")
        return redirect(url_for("IntakeView.index"))

    @expose("/", methods=["GET"])
    @requires("applications.take_in")
    def index(self) -> Any:
        """The cases with their receipts; of records that are restricted or erased nothing is printed."""
        cases = _opened(_asked())
        return self.render_template("intake/receipts.html", cases=cases, printable=[case for case in cases if has_receipt(case)])

    @expose("/all.pdf", methods=["GET"])
    @requires("applications.take_in")
    def pdf(self) -> Any:
        """The receipts, one after the other, in the language asked for, else that of the page."""
        cases = [case for case in _opened(_asked("language")) if has_receipt(case)]
        if not cases:
            raise Conflict(_l("There is no receipt to print for these cases."))
        residents.refuse_print([case.resident for case in cases])
        for case in cases:
            reading.opened("printed", case.reference, case.resident)
        wanted = arguments.address.choice("language", LANGUAGES, language())
        with force_locale(wanted), files.printing():
            made = application_receipts(
                [receipt.receipt_row(case, by=signed_in(), look_up_code=look_up_codes.of(case)) for case in cases], wanted
            )
        return files.own_pdf(made, name=f"receipts-{len(cases)}-{cases[0].reference}.pdf")


def has_receipt(case: Application) -> bool:
    """Whether something may be printed about the resident."""
    return not case.resident.is_restricted and case.resident.erased_at is None


def _asked(*also: str) -> list[str]:
    """The cases of the address."""
    arguments.address.only({"case", *also})
    return arguments.address.public_ids("case", most=MOST)


def _opened(chosen: list[str]) -> list[Application]:
    """Those of the cases that the person may know of, and that they were looked at."""
    cases = receipt.by_public_ids(signed_in(), chosen)
    for case in cases:
        reading.opened("application", case.reference, case.resident)
    return cases

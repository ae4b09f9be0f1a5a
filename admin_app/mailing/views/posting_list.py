"""Doors: the list that the post takes over and signs, as PDF and as a table."""

from typing import Any

from flask import Response
from flask_babel import force_locale
from flask_babel import gettext as _

from admin_app.audit.operations import reading
from admin_app.foundation import clock
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.foundation.i18n import LANGUAGES, language
from admin_app.mailing.models import MailingBatch
from admin_app.mailing.queries import batches as queries
from admin_app.mailing.queries import parcels as parcel_queries
from admin_app.mailing.queries import sheets
from admin_app.mailing.rules import packing
from admin_app.residents import queries as residents
from admin_app.web import arguments
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from reports.documents.posting_list import posting_list, table_of
from reports.documents.rows import PostingLine, PostingListRow
from reports.tables.xlsx_file import to_xlsx
from reports.text.characters import MissingGlyphs
from reports.text.words import text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ListUnprintable(DomainError):
    """A name holds a character that no print font has."""


class PostingListView(DeskView):
    """The posting list of one batch."""

    route_base = "/mailing/batches"
    default_view = "pdf"

    @expose("/<public_id>/posting-list.pdf", methods=["GET"])
    @requires("mailing.work")
    def pdf(self, public_id: str) -> Any:
        """The list on paper, in the reader's language or the one asked for."""
        batch, row, code = self._row(public_id)
        try:
            content = posting_list(row, code)
        except MissingGlyphs as missing:
            raise ListUnprintable(_("A name on this list has a character that cannot be printed: %(what)s", what=str(missing))) from missing
        return _answer(content, "application/pdf", f'inline; filename="{batch.reference}-posting-list.pdf"')

    @expose("/<public_id>/posting-list.xlsx", methods=["GET"])
    @requires("mailing.work")
    def xlsx(self, public_id: str) -> Any:
        """The same list as a workbook."""
        batch, row, code = self._row(public_id)
        headings, lines = table_of(row, code)
        content = to_xlsx(headings, lines, name=text("posting.title", code))
        return _answer(content, XLSX, f'attachment; filename="{batch.reference}-posting-list.xlsx"')

    def _row(self, public_id: str) -> tuple[MailingBatch, PostingListRow, str]:
        batch, code = queries.by_public_id(signed_in(), public_id), arguments.address.choice("language", LANGUAGES, language())
        if batch.posted_on is None:
            raise Conflict(_("The posting list is made when the batch is posted: its numbers are final then."))
        parcels = parcel_queries.of_batch(signed_in(), batch)
        people = queries.residents_of(batch)
        residents.refuse_print(people)
        reading.opened("printed", batch.reference, *people)
        with force_locale(code):
            postage = str(packing.POSTAGE_LABELS[packing.Postage(batch.postage)]) if batch.postage else ""
        centre = parcels[0].card.application.centre if parcels else None
        sent = tuple(
            PostingLine(one.tracking_number or "", one.recipient, one.postcode, one.address.split("\n")[0])
            for one in parcels
            if one.tracking_number
        )
        sender = sheets.sender_line(centre, code) if centre else ""
        made_at = clock.to_office(clock.now())
        return batch, PostingListRow(batch.reference, batch.posted_on, made_at, sender, postage, batch.postage_fen, sent), code


def _answer(content: bytes, kind: str, disposition: str) -> Response:
    return Response(content, content_type=kind, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"})

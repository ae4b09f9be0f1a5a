"""Which labels of an open batch do not fit on its stock, and on which other stocks in use they would."""

from collections.abc import Sequence

from admin_app.mailing.models import LabelStock, MailingBatch, Parcel
from admin_app.mailing.queries import label_designs, phones, printers, sheets
from admin_app.mailing.rules.label_choice import document_language
from reports.labels.layout import LabelDoesNotFit, lay_out
from reports.labels.rows import LabelRow
from reports.pdf.pages import Block

MOST_STOCKS, MOST_LABELS = 12, 20
"""Stocks that are tried, and labels that are tried on each: trying one takes about a millisecond."""


def unfit(batch: MailingBatch, parcels: Sequence[Parcel]) -> set[str]:
    """The numbers of the parcels whose words need smaller type than the stock allows, or whose bars are too wide for it."""
    return {parcel.number for parcel in parcels if not _fits(batch, batch.stock, parcel)}


def roomier(batch: MailingBatch, parcels: Sequence[Parcel], stocks: Sequence[LabelStock]) -> list[LabelStock]:
    """Those of `stocks`, of the same kind as the batch's, on which every label of these parcels fits, most labels a sheet first.

    Of many parcels the first are tried; the batch says it again if another stock is too small for one of the rest.
    """
    alike = [stock for stock in stocks if stock.kind == batch.stock.kind and stock.id != batch.stock_id]
    tried = sorted(alike, key=lambda stock: (-stock.cells, stock.page_width_mm))[:MOST_STOCKS]
    return [stock for stock in tried if all(_fits(batch, stock, one) for one in parcels[:MOST_LABELS])]


def _fits(batch: MailingBatch, stock: LabelStock, parcel: Parcel) -> bool:
    try:
        laid_out(batch, stock, parcel)
    except (LabelDoesNotFit, sheets.StockUnusable):
        return False
    return True


def laid_out(batch: MailingBatch, stock: LabelStock, parcel: Parcel) -> Block:
    """The label as it would stand on `stock`, with a number as long as the phone; LabelDoesNotFit, StockUnusable if it cannot."""
    choice, phone = label_designs.of_parcel(batch, parcel), phones.as_wide(batch, parcel)
    row: LabelRow = sheets.label_row(parcel, code=parcel.number, choice=choice, phone=phone)
    language, dpi = document_language(batch.label_language), printers.as_drawn(batch.printer).dpi
    return lay_out(row, sheets.stock_row(stock), language=language, dpi=dpi)

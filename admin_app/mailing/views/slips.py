"""Doors: labels beside the postal ones. Slips for the way back and box labels of a batch, and labels for the bags of a counter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_app.audit.operations import reading
from admin_app.cards import queries as cards
from admin_app.cards.models import Card
from admin_app.cards.rules import Status
from admin_app.foundation.errors import Conflict, DomainError
from admin_app.foundation.typed_text import numbers
from admin_app.mailing.models import LabelPrinter, LabelStock, MailingBatch
from admin_app.mailing.queries import batches as queries
from admin_app.mailing.queries import parcels as parcel_queries
from admin_app.mailing.queries import previews, printers, sheets, slips
from admin_app.mailing.rules import BatchStatus
from admin_app.mailing.rules import label_choice as choices
from admin_app.residents import queries as residents
from admin_app.web import arguments, files
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from reports.labels.designs import Variant
from reports.labels.rows import Kind, LabelRow
from reports.labels.sheets import LabelsDoNotFit, render_label_sheets

KINDS = {"return_slip": _l("Return slips"), "box": _l("Box labels")}
NAMES = {"start_cell": _l("First free cell"), "boxes": _l("Boxes"), "grams": _l("Weight of one envelope (g)")}
MOST_BOXES, MOST_GRAMS, MOST_BAGS = 99, 5000, 50


class SlipsDoNotFit(DomainError):
    """The words of such a label have no room on the sheet that was chosen."""


@dataclass(frozen=True)
class Asked:
    """On what such labels are printed, as the address says it."""

    stocks: Sequence[LabelStock]
    printers: Sequence[LabelPrinter]
    stock: LabelStock
    printer: LabelPrinter | None
    start_cell: int
    words: str
    figures: Mapping[str, int | None]
    problems: Sequence[str]

    @staticmethod
    def called(printer: LabelPrinter) -> str:
        """A printer as the menu names it."""
        return f"{printer.code} · {printer.name} · {printer.dpi} dpi"

    @property
    def address(self) -> dict[str, Any]:
        """What an address says so that the same is printed."""
        chosen = {"stock": self.stock.code, "printer": self.printer.code if self.printer else None, "words": self.words}
        return chosen | {"start_cell": self.start_cell} | {name: figure for name, figure in self.figures.items() if figure}


def _asked(words: Sequence[str], figures: Mapping[str, tuple[int | None, int]], *, is_large: bool = False) -> Asked:
    """Read the address; a number that is none is said and its default taken. `figures`: name -> default, highest.

    Where no sheet is named, the one with the largest labels is taken if the label is one that `is_large`, else the first.
    """
    stocks = [stock for stock in queries.stocks() if stock.kind == Kind.SHEET]
    if not stocks:
        raise Conflict(_("No sheet of stickers is in use. Switch one on under “Label stocks” first."))
    offered = printers.in_use()
    proposed = max(stocks, key=lambda one: one.cell_width_mm * one.cell_height_mm) if is_large else stocks[0]
    stock = next((one for one in stocks if one.code == arguments.address.single("stock")), proposed)
    printer = next((one for one in offered if one.code == arguments.address.single("printer")), None)
    problems: list[str] = []
    cell = _figure("start_cell", 1, stock.cells, problems)
    found = {name: _figure(name, default, highest, problems) for name, (default, highest) in figures.items()}
    return Asked(stocks, offered, stock, printer, cell or 1, arguments.address.choice("words", words, words[0]), found, problems)


def _figure(name: str, default: int | None, highest: int, problems: list[str]) -> int | None:
    typed = numbers.plain(arguments.address.single(name))
    if not typed:
        return default
    if typed.isascii() and typed.isdigit() and len(typed) < 9 and 1 <= int(typed) <= highest:
        return int(typed)
    problems.append(_("%(name)s: a whole number from 1 to %(highest)s.", name=NAMES[name], highest=highest))
    return default


def _printed(rows: list[LabelRow], asked: Asked, name: str) -> Response:
    """The sheets as PDF; SlipsDoNotFit, or a sentence about the characters that no font has."""
    measures, printer, language = sheets.stock_row(asked.stock), printers.as_drawn(asked.printer), choices.document_language(asked.words)
    try:
        with files.printing():
            made = render_label_sheets(rows, stock=measures, language=language, start_cell=asked.start_cell, printer=printer)
    except LabelsDoNotFit:
        raise SlipsDoNotFit(_("The words have no room on %(stock)s. Choose a larger sheet.", stock=asked.stock.code)) from None
    return files.own_pdf(made, name=name)


class SlipView(DeskView):
    """Return slips and box labels of one batch."""

    route_base = "/mailing/batches"
    default_view = "show"

    @expose("/<public_id>/slips", methods=["GET"])
    @requires("mailing.work")
    def show(self, public_id: str) -> Any:
        """What they look like on the sheet that is chosen, and the way to the PDF."""
        batch, kind, asked, rows = self._rows(public_id)
        shown = previews.of_rows(rows, asked.stock, dpi=printers.as_drawn(asked.printer).dpi)
        page = self.render_template(
            "mailing/slips.html", batch=batch, kind=kind, asked=asked, shown=shown, choices=choices, KINDS=KINDS, NAMES=NAMES,
            tabs=[self._tab(batch, code, kind) for code in KINDS], Variant=Variant, pages=_pages(len(rows), asked),
            most={"boxes": MOST_BOXES, "grams": MOST_GRAMS},
        )  # fmt: skip
        return page, 422 if asked.problems else 200

    @expose("/<public_id>/slips.pdf", methods=["GET"])
    @requires("mailing.work")
    def pdf(self, public_id: str) -> Any:
        """The sheets."""
        batch, kind, asked, rows = self._rows(public_id)
        return _printed(rows, asked, f"{batch.reference}-{kind}.pdf")

    def _rows(self, public_id: str) -> tuple[MailingBatch, str, Asked, list[LabelRow]]:
        batch = queries.by_public_id(signed_in(), public_id)
        parcels = parcel_queries.of_batch(signed_in(), batch)
        if batch.status not in (BatchStatus.OPEN, BatchStatus.LABELLED) or not parcels:
            raise Conflict(_("Slips and box labels are printed while the parcels of a batch are here."))
        kind = arguments.address.choice("what", KINDS, "return_slip")
        figures: dict[str, tuple[int | None, int]] = {"boxes": (1, min(MOST_BOXES, len(parcels))), "grams": (None, MOST_GRAMS)}
        asked = _asked(tuple(Variant), figures if kind == "box" else {}, is_large=kind == "box")
        if kind == "return_slip":
            return batch, kind, asked, slips.return_slips(parcels, asked.words)
        count, grams = asked.figures["boxes"] or 1, asked.figures["grams"]
        return batch, kind, asked, slips.boxes(batch, parcels, asked.words, count=count, grams=grams)

    @staticmethod
    def _tab(batch: MailingBatch, code: str, kind: str) -> dict[str, Any]:
        return {"label": KINDS[code], "url": url_for("SlipView.show", public_id=batch.public_id, what=code), "active": code == kind}


def _pages(count: int, asked: Asked) -> int:
    return -(-(count + asked.start_cell - 1) // asked.stock.cells)


class CounterBagView(DeskView):
    """Labels for the bags of cards that wait at a counter."""

    route_base = "/mailing/bags"
    default_view = "show"

    @expose("/chosen", methods=["POST"])
    @requires("cards.hand_over")
    def chosen(self) -> Any:
        """What was selected in the list of cards."""
        found = arguments.form.public_ids("card", most=MOST_BAGS)
        if not found:
            flash(_("Nothing was selected. Select rows first (x)."), "warning")
            return redirect(url_for("CardView.index", tab="to_collect"))
        return redirect(url_for("CounterBagView.show", card=found))

    @expose("/", methods=["GET"])
    @requires("cards.hand_over")
    def show(self) -> Any:
        """The label that is hardest to fit on the sheet that is chosen, and the way to the PDF."""
        waiting, left_out = _waiting()
        asked = _asked((choices.BY_RULE, *Variant), {})
        rows = _bag_rows(waiting, asked)
        shown = [previews.of_rows(some, asked.stock, dpi=printers.as_drawn(asked.printer).dpi) for some in _alike(rows)]
        for card in waiting:
            reading.opened("card", card.application.reference, card.application.resident)
        page = self.render_template(
            "mailing/bags.html", cards=waiting, left_out=left_out, asked=asked, shown=shown, choices=choices, NAMES=NAMES,
            pages=_pages(len(rows), asked),
        )  # fmt: skip
        return page, 422 if asked.problems else 200

    @expose("/labels.pdf", methods=["GET"])
    @requires("cards.hand_over")
    def pdf(self) -> Any:
        """The sheets; whose names stand on them is noted."""
        waiting, _left_out = _waiting()
        asked = _asked((choices.BY_RULE, *Variant), {})
        residents.refuse_print([card.application.resident for card in waiting])
        for card in waiting:
            reading.opened("printed", card.application.reference, card.application.resident)
        return _printed(_bag_rows(waiting, asked), asked, f"bags-{len(waiting)}.pdf")


def _waiting() -> tuple[list[Card], int]:
    """The chosen cards that wait at a counter, and how many of the chosen do not; Conflict if none does."""
    chosen = cards.by_public_ids(signed_in(), arguments.address.public_ids("card", most=MOST_BAGS))
    waiting = [card for card in chosen if card.status == Status.READY and card.delivery == "collect"]
    if not waiting:
        raise Conflict(_("None of these cards waits at a counter, so none needs a bag."))
    return waiting, len(chosen) - len(waiting)


def _bag_rows(waiting: Sequence[Card], asked: Asked) -> list[LabelRow]:
    return slips.bags(waiting, None if asked.words == choices.BY_RULE else asked.words)


def _alike(rows: Sequence[LabelRow]) -> list[list[LabelRow]]:
    """The rows by their variant."""
    found: dict[str, list[LabelRow]] = {}
    for row in rows:
        found.setdefault(row.variant, []).append(row)
    return list(found.values())


SCREENS = (SlipView, CounterBagView)

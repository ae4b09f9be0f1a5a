"""Doors: the label designs with their rules, tried with the longest names; the labels of one batch before they are printed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_app.audit.operations import reading
from admin_app.foundation.errors import Conflict
from admin_app.foundation.i18n import listed, pick
from admin_app.mailing.models import LabelStock
from admin_app.mailing.queries import batches as queries
from admin_app.mailing.queries import parcels as parcel_queries
from admin_app.mailing.queries import previews
from admin_app.mailing.rules import BatchStatus
from admin_app.mailing.rules import label_choice as choices
from admin_app.mailing.rules.phones import PHONE_LABELS
from admin_app.web import arguments
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from reports.barcodes.dots import DEFAULT_DPI
from reports.labels.designs import Design, Variant, designs
from reports.labels.longest import examples
from reports.labels.rows import Kind

MOST_TRIED = 8
EXAMPLE_LABELS = {
    "han": _l("Longest in Chinese"), "latin": _l("Longest in Latin letters"), "uyghur": _l("Longest in Uyghur"),
    "tibetan": _l("Longest in Tibetan"),
}  # fmt: skip
KIND_LABELS = {
    Kind.SHEET: _l("Stickers"), Kind.PRINTED_ENVELOPE: _l("Envelope, boxes printed on it"), Kind.BLANK_ENVELOPE: _l("Blank envelope"),
}  # fmt: skip


class LabelDesignView(DeskView):
    """What labels look like, and when which one is taken."""

    route_base = "/mailing/designs"
    default_view = "index"

    @expose("/", methods=["GET"])
    @requires("mailing.read")
    def index(self) -> Any:
        """One design in all its variants with the longest names, on a stock that is chosen; the table of rules."""
        design = designs()[arguments.address.choice("design", designs()) or "postal"]
        fitting = [stock for stock in queries.stocks() if stock.kind in design.kinds]
        stock = next((one for one in fitting if one.code == arguments.address.single("stock")), None) or _roomy(design, fitting)
        return self.render_template(
            "mailing/designs.html", design=design, tabs=[_tab(one, design) for one in designs().values()], stocks=fitting, stock=stock,
            shown=_examples(design, stock) if stock else (), table=choices.table(), choices=choices, named=_named,
            EXAMPLE_LABELS=EXAMPLE_LABELS, KIND_LABELS=KIND_LABELS, PHONE_LABELS=PHONE_LABELS,
        )  # fmt: skip


def _roomy(design: Design, stocks: Sequence[LabelStock]) -> LabelStock | None:
    """The first of the stocks on which every example fits, else the first."""
    some = stocks[:MOST_TRIED]
    return next((stock for stock in some if all(one.picture for one in _examples(design, stock))), next(iter(stocks), None))


def _tab(one: Design, design: Design) -> dict[str, Any]:
    return {"label": pick(one, "name"), "url": url_for("LabelDesignView.index", design=one.code), "active": one is design}


def _named(codes: Iterable[Any], labels: Mapping[Any, Any]) -> str:
    return listed(str(labels[code]) for code in codes)


def _examples(design: Design, stock: LabelStock) -> list[previews.Preview]:
    """Each example in the variants that its script may get: Chinese words around a Chinese name, and so on."""
    wanted = [("han", Variant.ZH), ("latin", Variant.LATIN), *((code, Variant.BOTH) for code in examples())]
    return [previews.of_example(code, choices.Choice(design.code, variant), design, stock, dpi=DEFAULT_DPI) for code, variant in wanted]


class LabelPreviewView(DeskView):
    """The labels of one batch before they are printed."""

    route_base = "/mailing/batches"
    default_view = "show"

    @expose("/<public_id>/preview", methods=["GET"])
    @requires("mailing.work")
    def show(self, public_id: str) -> Any:
        """Of each design the label that is hardest to fit; what does not fit is counted."""
        batch = queries.by_public_id(signed_in(), public_id)
        if batch.status != BatchStatus.OPEN:
            raise Conflict(_("There is nothing to preview: the labels of this batch are printed, or it was cancelled."))
        parcels = parcel_queries.of_batch(signed_in(), batch)
        shown = previews.of_batch(batch, parcels)
        for one in shown:
            if one.parcel is not None:
                reading.opened("parcel", one.parcel.number, one.parcel.card.application.resident)
        return self.render_template("mailing/preview.html", batch=batch, shown=shown, choices=choices)


SCREENS = (LabelDesignView, LabelPreviewView)

"""The lists of sheets of labels and of the cells that became waste."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_app.mailing.models import SheetCell
from admin_app.mailing.queries import batches, paper_lists
from admin_app.mailing.rules import paper
from admin_app.web.lists.description import TIME, Button, Column, Empty, ListPage, Order, Tab
from admin_app.web.lists.drawing import linked
from admin_app.web.lists.filters import Choice, Days

TABS = {"half": _l("Half used"), "all": _l("All sheets")}
SHEETS = ListPage(
    name="label-sheets",
    endpoint="SheetView.index",
    permission="mailing.read",
    title=_l("Sheets of labels"),
    subtitle=_l("What is printed, spoiled and still free on each sheet"),
    template="mailing/sheets.html",
    listed=paper_lists.listed,
    ids=paper_lists.ids,
    question=lambda wanted: wanted.tab,
    tabs=[Tab(name=name, label=label) for name, label in TABS.items()],
    first_tab="half",
    size=50,
    row_id="public_id",
    columns=[
        Column(name="number", label=_l("Sheet"), value="number", style="tight", is_fixed=True,
               cell=linked("SheetView.show", "public_id", text="number", style="ref")),
        Column(name="stock", label=_l("Label stock"), value="stock.code", style="nowrap"),
        Column(name="free", label=_l("Free cells"), value="free", style="number"),
        Column(name="cells", label=_l("Cells"), value="cells", style="number"),
        Column(name="numbered", label=_l("Number on the paper"), value="is_numbered"),
        Column(name="made", label=_l("Printed first"), value="made_at", style="nowrap",
               order=Order(by=paper_lists.NEWEST, words=TIME, descending=True)),
    ],
    order="-made",
    buttons=[Button(label=_l("Spoiled cells"), endpoint="SheetView.spoiled", icon="x")],
    empty={
        "half": Empty(
            title=_l("No sheet is half used"), icon="tag",
            text=_l("Sheets come here when their labels are made and cells are left."),
        ),
        "all": Empty(title=_l("No sheet is known yet"), icon="tag", text=_l("Each sheet gets its number when it is printed first.")),
    },
)  # fmt: skip


def _stocks(_me: Any, _tab: str) -> Sequence[tuple[str, Any]]:
    return [(one.code, one.code) for one in batches.stocks()]


SPOILED = ListPage(
    name="spoiled-cells",
    endpoint="SheetView.spoiled",
    permission="mailing.read",
    title=_l("Spoiled cells"),
    subtitle=_l("Labels that were paid for and never left"),
    listed=paper_lists.spoiled,
    ids=paper_lists.spoiled_ids,
    question=lambda wanted: paper_lists.Asked(wanted.get("stock"), wanted.get("days")),
    size=50,
    row_id="id",
    columns=[
        Column(name="sheet", label=_l("Sheet"), value="sheet.number", style="tight", is_fixed=True,
               cell=linked("SheetView.show", "sheet.public_id", text="sheet.number", style="ref")),
        Column(name="cell", label=_l("Cell"), value="cell", style="number", is_fixed=True),
        Column(name="stock", label=_l("Label stock"), value="sheet.stock.code", style="nowrap"),
        Column(name="why", label=_l("Why"), value=lambda one, _context: paper.SPOILED_LABELS[paper.Spoiled(one.spoiled_why)]),
        Column(name="label", label=_l("Label"), style="nowrap", value=lambda one, _context: one.label.code if one.label else ""),
        Column(name="spoiled", label=_l("Since"), value="spoiled_at", style="nowrap",
               order=Order(by=paper_lists.SPOILED, words=TIME, descending=True)),
    ],
    order="-spoiled",
    filters=[
        Choice(name="stock", label=_l("Label stock"), offers=_stocks),
        Days(name="days", label=_l("Days")),
    ],
    buttons=[Button(label=_l("Sheets of labels"), endpoint="SheetView.index", icon="arrow-left")],
    empty=Empty(title=_l("No cell is spoiled"), icon="check", text=_l("Labels that were printed again or taken out are counted here.")),
)  # fmt: skip


def cell_word(cell: SheetCell | None) -> tuple[Any, str]:
    """What is said of a cell, and its mark."""
    if cell is None:
        return _("free"), "ring"
    if cell.spoiled_why:
        return paper.SPOILED_LABELS[paper.Spoiled(cell.spoiled_why)], "cross"
    return _("used"), "check"

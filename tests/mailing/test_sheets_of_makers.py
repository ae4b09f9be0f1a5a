"""The sheets of many makers that every office has, and the script that makes their table of what gLabels knows."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import MultiDict

import admin_app
from admin_app.foundation.database import db
from admin_app.mailing.crud_view import LabelStockForm
from admin_app.mailing.models import LabelStock
from admin_app.mailing.queries import batches, sheets
from assets import label_stocks
from tests.factories.mailing import stock
from tests.reports.stocks import STOCKS

DATA = Path(admin_app.__file__).parent / "migrations" / "data"
MAKERS = {
    "Avery": ("7163", 3.35, 103.02),
    "Endisch": ("6409938x", 4.65, 101.6),
    "Rayfilm": ("0810", 4.65, 101.6),
    "Herma": ("4673", 4.67, 101.64),
}
"""Maker -> number, left margin and step from column to column of four sheets that are one: the first lies 1.3 mm off."""
TEMPLATES = """<Glabels-templates>
  <Template brand="{maker}" part="{part}" size="A4">
    <Label-rectangle id="0" width="99.1mm" height="{height}">
      <Layout nx="2" ny="7" x0="{left}mm" y0="15.15mm" dx="{step}mm" dy="1.5in"/>
    </Label-rectangle>
  </Template>
  <Template brand="{maker}" part="{part}B" equiv="{part}"/>
  <Template brand="{maker}" part="round" size="A4">
    <Label-round id="0" radius="20mm"><Layout nx="1" ny="1" x0="0" y0="0" dx="0" dy="0"/></Label-round>
  </Template>
</Glabels-templates>"""
SIZES = '<Glabels-paper-sizes><Paper-size id="A4" width="210mm" height="297mm"/></Glabels-paper-sizes>'


def of_makers() -> list[LabelStock]:
    return list(db.session.scalars(sa.select(LabelStock).where(LabelStock.is_active.is_(sa.false()))))


def test_a_thousand_sheets_are_there_and_none_is_offered_unasked(app: Flask) -> None:
    assert len(of_makers()) == 1_098
    assert [one.code for one in batches.stocks()] == ["ENV-C4", "ENV-C5", "ENV-DL", "ENV-ZL", "L7160", "L7163", "T100150"]


def test_every_sheet_is_one_that_the_form_takes_and_labels_can_be_placed_on(app: Flask) -> None:
    for one in of_makers():
        typed = {name: str(getattr(one, name)) for name in LabelStockForm(formdata=None)._fields if hasattr(one, name)}
        with app.test_request_context():
            form = LabelStockForm(formdata=MultiDict(typed))
            assert form.validate(), (one.code, form.errors)
        assert sheets.stock_row(one).cells_per_page == one.cells
        assert one.left_mm < one.page_width_mm / 2 and one.top_mm < one.page_height_mm, one.code


def test_the_sheets_of_a_new_office_are_those_that_the_reports_are_tried_with(app: Flask) -> None:
    assert {code: replace(sheets.stock_row(stock(code)), least_points=0) for code in STOCKS} == STOCKS


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_sheet_is_found_by_the_number_on_its_box(language: str, sign_in: Callable, make_staff: Callable) -> None:
    browser = sign_in(make_staff("mailroom_clerk", username="mailer", language=language))
    assert "Avery-L7162" in browser.get("/reference/label-stocks/?state=off&q=L7162").text
    assert "Avery-L7162" not in browser.get("/reference/label-stocks/?q=L7162").text


def test_the_form_of_a_sheet_shows_its_picture_before_any_script_does(sign_in: Callable, make_staff: Callable) -> None:
    browser = sign_in(make_staff("mailroom_clerk", username="mailer"))
    page = browser.get(f"/reference/label-stocks/{stock().id}/edit").text
    assert page.count('class="stock-cell"') == 14 and "14 labels on a page of 210 × 297 mm" in page
    assert "stock_picture.js" in browser.get("/reference/label-stocks/add").text


def test_the_notice_of_whoever_measured_them_comes_with_the_table() -> None:
    assert "Copyright (c) 2001-2009 Jim Evins" in (DATA / "0049_label_stocks.LICENSE.txt").read_text(encoding="utf-8")


@pytest.fixture
def templates(tmp_path: Path) -> Callable[..., Path]:
    """templates(height): a folder as gLabels has it, with one sheet of four makers and its twin under another number."""

    def write(height: str = "38.1mm") -> Path:
        (tmp_path / "paper-sizes.xml").write_text(SIZES, encoding="utf-8")
        for maker, (part, left, step) in MAKERS.items():
            content = TEMPLATES.format(maker=maker, part=part, left=left, step=step, height=height)
            (tmp_path / f"{maker}-templates.xml").write_text(content, encoding="utf-8")
        return tmp_path

    return write


def test_a_sheet_that_equal_products_contradict_is_corrected_and_so_is_its_twin(templates: Callable[..., Path]) -> None:
    found = label_stocks.usable(templates())
    assert [(one.maker, one.part) for one in found] == sorted((maker, part + b) for maker, (part, *_) in MAKERS.items() for b in ("", "B"))
    assert {(one.left_mm, one.column_gap_mm) for one in found if one.maker == "Avery"} == {(4.67, 2.54)}


def test_control_without_its_correction_it_is_left_out(templates: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label_stocks, "CORRECTED", {})
    assert {one.maker for one in label_stocks.usable(templates())} == {"Endisch", "Rayfilm", "Herma"}


def test_labels_over_one_another_are_left_out(templates: Callable[..., Path]) -> None:
    assert label_stocks.usable(templates("39mm")) == []


def test_the_table_is_written_with_a_heading_and_a_row_a_product(templates: Callable[..., Path], tmp_path: Path) -> None:
    label_stocks.main(templates(), tmp_path / "sheets.csv")
    lines = (tmp_path / "sheets.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == (DATA / "0049_label_stocks.csv").read_text(encoding="utf-8").splitlines()[0]
    assert lines[1] == "Avery,7163,210,297,2,7,4.67,15.15,99.1,38.1,2.54,0"

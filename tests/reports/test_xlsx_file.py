"""XLSX whose texts are texts."""

import io
from datetime import date, datetime

import pytest
from python_calamine import CalamineWorkbook

from reports.tables.xlsx_file import LONGEST_CELL, CellTooLong, to_xlsx


def _read(content: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize(
    "payload", ["=1+1", "{=1+1}", "+1", "-1", "@A1", "0012345", "330106198704120012", "1e5", "https://example.invalid", "internal:a"]
)
def test_a_text_stays_the_text_that_it_is(payload):
    assert _read(to_xlsx(["x"], [[payload]], name="x")) == [["x"], [payload]]


def test_a_heading_is_a_text_too():
    assert _read(to_xlsx(["=x"], [["a"]], name="x"))[0] == ["=x"]


def test_numbers_days_and_moments_are_values_and_nothing_is_an_empty_cell():
    row = [-3, 2.5, date(2026, 11, 29), datetime(2026, 11, 29, 8, 5), None, "a"]
    assert _read(to_xlsx(list("abcdef"), [row], name="x"))[1] == [-3.0, 2.5, date(2026, 11, 29), datetime(2026, 11, 29, 8, 5), "", "a"]


def test_characters_that_xml_cannot_hold_leave_the_file_readable():
    assert _read(to_xlsx(["x"], [["a\0b\ufffec\ud800d"]], name="x"))[1] == ["abc?d"]


def test_a_text_that_no_cell_holds_is_refused_and_not_cut():
    with pytest.raises(CellTooLong):
        to_xlsx(["x"], [["x" * (LONGEST_CELL + 1)]], name="x")
    assert _read(to_xlsx(["x"], [["x" * LONGEST_CELL]], name="x"))[1] == ["x" * LONGEST_CELL]

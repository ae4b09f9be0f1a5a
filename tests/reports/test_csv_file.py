"""CSV that opens right and runs nothing."""

import csv
import io

import pytest

from reports.tables.csv_file import to_csv


def _read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_file_starts_with_a_byte_order_mark():
    assert to_csv(["姓名"], []) == b"\xef\xbb\xbf\xe5\xa7\x93\xe5\x90\x8d\r\n"


@pytest.mark.parametrize("payload", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", " =1", "＝1", '=HYPERLINK("x")'])
def test_texts_that_a_spreadsheet_would_calculate_get_an_apostrophe(payload):
    ((cell,),) = _read(to_csv(["x"], [[payload]]))[1:]
    assert cell.startswith("'") and cell[1:] == payload.replace("\0", "")


def test_headers_are_made_harmless_too():
    assert _read(to_csv(["=x"], [])) == [["'=x"]]


def test_numbers_stay_numbers_and_nothing_stays_empty():
    assert _read(to_csv(["a", "b", "c"], [[-3, 2.5, None]]))[1] == ["-3", "2.5", ""]


def test_commas_quotes_and_line_breaks_stay_in_their_cell():
    assert _read(to_csv(["a", "b"], [['x,"y"', "1\n2"]]))[1] == ['x,"y"', "1\n2"]

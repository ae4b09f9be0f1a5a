"""Tables as XLSX: texts are text cells, whatever they look like; numbers, days and moments are values."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import xlsxwriter

AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LONGEST_CELL = 32_767
"""Characters of a cell (Excel, specifications and limits)."""
LONGEST_NAME = 31
WIDTH = 20
"""Characters of a column."""
NO_XML = dict.fromkeys((0, 0xFFFE, 0xFFFF))
"""What XML cannot hold and XlsxWriter does not write in another way."""


class Formats(NamedTuple):
    """How days and moments read."""

    day: Any
    moment: Any


class CellTooLong(ValueError):
    """A text is longer than a cell holds; nothing is cut without a word."""


def to_xlsx(headers: Sequence[str], rows: Iterable[Sequence[object]], *, name: str) -> bytes:
    """Return a workbook with one sheet called `name` (cut after 31 characters): headings, then rows; None is an empty cell.

    It is made in memory: the temporary files of the constant-memory mode would hold personal data in the clear (ADR 0005).
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, AS_TEXT | {"in_memory": True}) as book:
        sheet = book.add_worksheet(name[:LONGEST_NAME])
        formats = Formats(book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
        heading = book.add_format({"bold": True})
        for place, header in enumerate(headers):
            sheet.write_string(0, place, _text(header), heading)
        for line, row in enumerate(rows, 1):
            for place, value in enumerate(row):
                _write(sheet, line, place, value, formats)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(headers) - 1, 0), WIDTH)
    return file.getvalue()


def _write(sheet: Any, line: int, place: int, value: object, formats: Formats) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(line, place, value, formats.moment if isinstance(value, datetime) else formats.day)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(line, place, value)
    else:
        sheet.write_string(line, place, _text(value))


def _text(value: object) -> str:
    words = str(value).encode("utf-8", errors="replace").decode().translate(NO_XML)
    if len(words) > LONGEST_CELL:
        raise CellTooLong(f"{len(words)} characters")
    return words

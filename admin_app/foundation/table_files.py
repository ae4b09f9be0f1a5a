"""Tables that others send us as CSV or XLSX: their cells as texts, within limits; no formula, no macro, no link is ever looked at."""

import csv
import io
import zipfile
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from python_calamine import CalamineError, CalamineWorkbook

from admin_app.foundation.errors import DomainError
from admin_app.foundation.storage.limits import Kind

MOST_BYTES = 4 * 1024 * 1024
MOST_UNPACKED = 40 * 1024 * 1024
"""Of a workbook, which is a ZIP: what all its parts may be together."""
MOST_COLUMNS = 50
LONGEST_CELL = 200
EXACT = 2**53
"""Beyond this a number in a workbook has lost digits (IEEE 754)."""
LOST = "#"
"""Stands for a number that has."""


class TableRefused(DomainError):
    """This is no table that can be read."""


@dataclass(frozen=True)
class Table:
    """Headings and rows as texts; every row has a cell for each heading."""

    kind: Kind
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    """In which line of the file each row stands, from 1; empty lines are counted, though they are no rows."""
    first_line: int
    """The line of the headings."""


def read_table(data: bytes, *, most_rows: int) -> Table:
    """The first sheet of a workbook, or the lines of a CSV file in UTF-8 or GB 18030, by its content. TableRefused says why not."""
    if not data:
        raise TableRefused(_l("The file is empty."))
    if len(data) > MOST_BYTES:
        raise TableRefused(_l("The file is larger than %(size)s MB.", size=MOST_BYTES // 1024 // 1024))
    kind = Kind.XLSX if data.startswith(b"PK") else Kind.CSV
    lines = _workbook(data) if kind == Kind.XLSX else _csv(data)
    read = ((place, [_text(cell) for cell in line]) for place, line in enumerate(lines[: most_rows + 2], 1))
    filled = [(place, line) for place, line in read if any(line)]
    found = [line for _place, line in filled]
    if len(lines) > most_rows + 1 or len(found) < 1:
        raise TableRefused(_l("A table with headings and at most %(rows)s rows is needed.", rows=most_rows))
    width = len(found[0])
    if width > MOST_COLUMNS or any(len(cell) > LONGEST_CELL for line in found for cell in line):
        raise TableRefused(_l("The table is too wide, or a cell too long."))
    rows = tuple(tuple((line + [""] * width)[:width]) for line in found[1:])
    return Table(kind, tuple(found[0]), rows, tuple(place for place, _line in filled[1:]), filled[0][0])


def _text(cell: Any) -> str:
    """A cell as it reads: numbers without a fraction as whole ones."""
    if isinstance(cell, float) and not isinstance(cell, bool):
        return LOST if abs(cell) > EXACT else str(int(cell)) if cell.is_integer() else str(cell)
    return "" if cell is None else str(cell).strip("\ufeff \t\r\n")


def _csv(data: bytes) -> list[list[Any]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            raise TableRefused(_l("The file is neither a CSV table nor an XLSX workbook.")) from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        return [list(line) for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error:
        raise TableRefused(_l("The file is neither a CSV table nor an XLSX workbook.")) from None


def _workbook(data: bytes) -> list[list[Any]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(_repacked(data)))
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, IndexError, OSError, EOFError):
        raise TableRefused(_l("The file is neither a CSV table nor an XLSX workbook.")) from None


def _repacked(data: bytes) -> bytes:
    """The same workbook without compression: a part that unpacks to more than it says, or all to too much, is met here."""
    whole = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as plain:
        parts = packed.infolist()
        if len(parts) > 500 or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise TableRefused(_l("The workbook unpacks to too much."))
        for part in parts:
            plain.writestr(part.filename, packed.read(part))
    return whole.getvalue()

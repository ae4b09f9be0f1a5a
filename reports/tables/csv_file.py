"""Tables as CSV that spreadsheets open in the right encoding and never run as formulas."""

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
"""The full-width forms start formulas in spreadsheets set to Chinese or Japanese."""


def to_csv(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return UTF-8 with a byte order mark; texts that a spreadsheet would calculate get a leading apostrophe.

    Numbers stay numbers; None becomes an empty cell.
    """
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow([_cell(header) for header in headers])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + sheet.getvalue().encode("utf-8", errors="replace")


def _cell(value: object) -> object:
    if value is None or isinstance(value, int | float):
        return value
    words = str(value)
    if words.startswith(FORMULA_STARTS) or words.lstrip().startswith(FORMULA_STARTS):
        words = "'" + words
    return words.replace("\0", "")

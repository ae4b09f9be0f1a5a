"""Sheets of labels as paper: their numbers, and what becomes of a cell; tables and pure functions."""

import re
from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l

SHEET_NUMBER = re.compile(r"S[0-9]{2}-[0-9]{5,6}")


class Spoiled(StrEnum):
    """Why no label that counts lies in a cell, nor will."""

    REPRINTED = "reprinted"
    TAKEN_OUT = "taken_out"
    DAMAGED = "damaged"
    GONE = "gone"


SPOILED_LABELS = {
    Spoiled.REPRINTED: _l("printed again"), Spoiled.TAKEN_OUT: _l("taken out"), Spoiled.DAMAGED: _l("damaged"),
    Spoiled.GONE: _l("sheet thrown away or lost"),
}  # fmt: skip
BY_HAND = (Spoiled.GONE, Spoiled.DAMAGED)
"""What a person says of free cells; the others follow from what becomes of a label."""


def series_of(day: date) -> str:
    """Name of the number series of the sheets of the year of `day`."""
    return f"sheet-{day:%y}"


def sheet_number(day: date, running: int) -> str:
    """S26-00017: the year and a running number."""
    return f"S{day:%y}-{running:05d}"


def is_sheet_number(text: str) -> bool:
    """Whether `text` has the form of a sheet's number."""
    return bool(SHEET_NUMBER.fullmatch(text))


def cell_ranges(cells: list[int]) -> str:
    """Numbers of cells in order, in words: [1, 2, 3, 7] -> "1–3, 7"."""
    parts: list[list[int]] = []
    for cell in cells:
        if parts and parts[-1][1] == cell - 1:
            parts[-1][1] = cell
        else:
            parts.append([cell, cell])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in parts)

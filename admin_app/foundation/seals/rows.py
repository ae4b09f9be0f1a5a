"""The canonical form of rows, which is what is hashed, and the marks by which a row that was changed is found among many.

A row is its values in the order of its columns, each written so that one sees where it ends, and no two rows have the same form: `-` for
nothing, `t<characters>:<text>` for text, `i<number>;` for whole numbers, `b<digits>:<hex>` for bytes, and `f<characters>:<repr>` for
anything else (nothing of ours is, but a changed row may be). Rows follow each other without anything between them. The whole in UTF-8.
"""

import hashlib
import struct
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

Row = Sequence[Any]
"""The number of the row comes first."""
MARK = struct.Struct(">q8s")
"""The number of a row and the first 8 bytes of its hash: enough to say which one differs; what proves is the hash over all."""


def canonical(rows: Iterable[Row]) -> bytes:
    """The canonical form of rows, one after another."""
    # One comprehension, without a call for each value: sealing and checking spend their time here.
    parts = [
        "-" if value is None else f"t{len(value)}:{value}" if type(value) is str else f"i{value};" if type(value) is int else _odd(value)
        for value in chain.from_iterable(rows)
    ]
    return "".join(parts).encode("utf-8", "surrogateescape")


def _odd(value: Any) -> str:
    letter, text = ("b", value.hex()) if isinstance(value, bytes) else ("f", repr(value))
    return f"{letter}{len(text)}:{text}"


def root(rows: Iterable[Row]) -> str:
    """The hash of rows, as 64 hex digits."""
    return hashlib.sha256(canonical(rows)).hexdigest()


def marks(rows: Iterable[Row]) -> bytes:
    """One MARK after another."""
    return b"".join([_mark(row, canonical((row,))) for row in rows])


def root_and_marks(rows: Sequence[Row]) -> tuple[str, bytes]:
    """Both, for which the form of each row is made once."""
    forms = [canonical((row,)) for row in rows]
    return hashlib.sha256(b"".join(forms)).hexdigest(), b"".join(map(_mark, rows, forms))


def _mark(row: Row, form: bytes) -> bytes:
    return MARK.pack(int(row[0]), hashlib.sha256(form).digest()[:8])


class Difference(NamedTuple):
    """The first row that is not as it was: its number, and whether it was changed, is missing, or was added."""

    number: int
    kind: str


def first_difference(kept: bytes, rows: Iterable[Row]) -> Difference | None:
    """Compare rows with the marks that were kept of them, both in the order of their numbers."""
    expected = MARK.iter_unpack(kept)
    found = iter(rows)
    wanted, row = next(expected, None), next(found, None)
    while wanted is not None or row is not None:
        difference = _compared(wanted, row)
        if difference is not None:
            return difference
        wanted, row = next(expected, None), next(found, None)
    return None


def _compared(wanted: tuple[int, bytes] | None, row: Row | None) -> Difference | None:
    if row is None or (wanted is not None and wanted[0] < row[0]):
        return Difference(wanted[0], "missing") if wanted is not None else None
    if wanted is None or row[0] < wanted[0]:
        return Difference(row[0], "added")
    return None if _mark(row, canonical((row,)))[8:] == wanted[1] else Difference(row[0], "changed")


def up_to(chunks: Iterator[list[Row]], rest: list[Row], last: int) -> Iterator[list[Row]]:
    """What of `rest` and then of `chunks` has a number up to `last`, chunk by chunk; what lies behind stays in `rest`."""
    while True:
        if not rest:
            rest.extend(next(chunks, ()))
        if not rest or rest[0][0] > last:
            return
        if rest[-1][0] <= last:
            yield rest[:]
            rest.clear()
            continue
        cut = next(place for place, row in enumerate(rest) if row[0] > last)
        yield rest[:cut]
        del rest[:cut]
        return

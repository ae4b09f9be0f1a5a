"""Arguments of an address, checked: whatever is not of the expected form answers 400."""

from collections.abc import Collection
from datetime import date
from typing import NoReturn

from flask import abort, request

LARGEST_ID = 2**63 - 1


def text(name: str, *, limit: int = 80) -> str:
    """The argument without surrounding blanks, '' if absent."""
    value = request.args.get(name, "").strip()
    if len(value) > limit or not value.isprintable():
        _refuse()
    return value


def choice(name: str, allowed: Collection[str], default: str) -> str:
    """One of `allowed`; `default` if absent or empty."""
    value = request.args.get(name) or default
    return value if value in allowed or value == default else _refuse()


def number(name: str, *, lowest: int = 0, highest: int = LARGEST_ID) -> int | None:
    """A whole number in the range, None if absent or empty."""
    value = request.args.get(name, "").strip()
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 20 and lowest <= int(value) <= highest):
        _refuse()
    return int(value)


def decimal(name: str, *, lowest: float, highest: float) -> float | None:
    """A number with at most 12 characters in the range, None if absent or empty."""
    value = request.args.get(name, "").strip()
    if not value:
        return None
    digits = value.removeprefix("-").replace(".", "", 1)
    if len(value) > 12 or not (digits.isascii() and digits.isdigit()) or not lowest <= float(value) <= highest:
        _refuse()
    return float(value)


def day(name: str) -> date | None:
    """A day written 2026-11-22, None if absent or empty."""
    value = request.args.get(name, "").strip()
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return _refuse()


def cursor() -> str | None:
    """The mark of a page, as foundation.keyset reads and checks it; None on the first page."""
    return request.args.get("page") or None


def size(sizes: Collection[int], default: int = 25) -> int:
    """The page size: one of `sizes`."""
    asked = number("size")
    if asked is None:
        return default
    return asked if asked in sizes else _refuse()


def _refuse() -> NoReturn:
    abort(400)

"""Arguments of addresses and forms, checked alike: what is not of the form that our own pages send answers 400 with a sentence.

What a person types into a form is read by foundation.typed_text, where a refusal keeps the form.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn

from flask import request
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from admin_app.foundation.database import is_public_id
from admin_app.foundation.errors import DomainError
from admin_app.foundation.typed_text import numbers, texts

LARGEST_ID = 2**63 - 1
MOST_VALUES = 80
"""Values of one address."""


class Unreadable(DomainError):
    """An argument in an address or a form that none of our pages sends."""

    status = 400


ADDRESS_TEXT = _l("This address asks for something that is not there. Nothing was changed; start again from the list.")
FORM_TEXT = _l("This form is not one of ours or is damaged. Go back, reload the page and send it again. Nothing was changed.")


@dataclass(frozen=True)
class Arguments:
    """The arguments of an address or the fields of a form. Every method raises Unreadable for what it does not take."""

    values: Callable[[], MultiDict[str, str]]
    sentence: Any = ADDRESS_TEXT

    def only(self, known: Collection[str]) -> None:
        """Refuse names that are not `known`, and more values than any page of ours sends."""
        values = self.values()
        if not set(values) <= set(known) or sum(len(values.getlist(name)) for name in values) > MOST_VALUES:
            self.refuse()

    def single(self, name: str) -> str:
        """The one value of `name`, '' if absent or empty; the same one twice is one."""
        found = [value for value in dict.fromkeys(self.values().getlist(name)) if value]
        return self.refuse() if len(found) > 1 else found[0] if found else ""

    def text(self, name: str, *, limit: int = 80) -> str:
        """One line of at most `limit` characters, '' if absent; to look for something, not to keep it."""
        try:
            return texts.asked(self.single(name), most=limit)
        except texts.TextRefused as refused:
            return self.refuse(refused.message)

    def choice(self, name: str, allowed: Collection[str], default: str = "") -> str:
        """One of `allowed` (a tab, an order, a verb); `default` if absent or empty."""
        value = self.single(name) or default
        return value if value in allowed or value == default else self.refuse()

    def several(self, name: str, allowed: Collection[str]) -> list[str]:
        """The values of `name`, each once and one of `allowed`, in the order of the address."""
        found = [value for value in dict.fromkeys(self.values().getlist(name)) if value]
        return found if all(value in allowed for value in found) else self.refuse()

    def number(self, name: str, *, lowest: int = 0, highest: int = LARGEST_ID) -> int | None:
        """A whole number in the range, None if absent or empty."""
        value = numbers.plain(self.single(name))
        if not value:
            return None
        is_number = value.isascii() and value.isdigit() and len(value) < 20
        return int(value) if is_number and lowest <= int(value) <= highest else self.refuse()

    def decimal(self, name: str, *, lowest: float, highest: float) -> float | None:
        """A number with at most 12 characters in the range, None if absent or empty."""
        value = numbers.plain(self.single(name))
        if not value:
            return None
        digits = value.removeprefix("-").replace(".", "", 1)
        is_number = len(value) <= 12 and digits.isascii() and digits.isdigit()
        return float(value) if is_number and lowest <= float(value) <= highest else self.refuse()

    def version(self) -> int:
        """The version of the record that was on the screen; every form that changes a record carries it."""
        value = self.single("version")
        is_version = value.isascii() and value.isdigit() and len(value) < 10
        return int(value) if is_version else self.refuse()

    def day(self, name: str) -> date | None:
        """A day written 2026-11-22, None if absent or empty."""
        try:
            return numbers.day(self.single(name))
        except texts.TextRefused as refused:
            return self.refuse(refused.message)

    def month(self, name: str) -> date | None:
        """The first day of a month written 2026-11, None if absent or empty."""
        value = self.single(name)
        try:
            return numbers.day(f"{value}-01") if value else None
        except texts.TextRefused:
            return self.refuse(_l("Write months as 2026-11."))

    def moment(self, name: str) -> datetime | None:
        """A moment with its time zone, as our own pages write it; None for anything else: it only helps, and nobody types it."""
        try:
            moment = datetime.fromisoformat(self.single(name))
        except ValueError:
            return None
        return moment if moment.tzinfo is not None else None

    def public_id(self, name: str) -> str:
        """The public id of a record."""
        value = self.single(name)
        return value if is_public_id(value) else self.refuse()

    def public_ids(self, name: str, *, most: int) -> list[str]:
        """The public ids of the chosen rows, each once, `most` of them at most."""
        found = [value for value in dict.fromkeys(self.values().getlist(name)) if value]
        return found if len(found) <= most and all(map(is_public_id, found)) else self.refuse()

    def by_row(self, prefix: str, *, most: int) -> dict[str, str]:
        """Public id -> what was typed into the field '<prefix>-<public id>' of its row, empty rows included."""
        names = {name.removeprefix(f"{prefix}-"): name for name in self.values() if name.startswith(f"{prefix}-")}
        if len(names) > most or not all(map(is_public_id, names)):
            self.refuse()
        return {public_id: self.values()[name] for public_id, name in names.items()}

    def cursor(self) -> str | None:
        """The mark of a page, as foundation.keyset reads and checks it; None on the first page."""
        return self.single("page") or None

    def size(self, sizes: Collection[int], default: int = 25) -> int:
        """The page size: one of `sizes`."""
        asked = self.number("size")
        return default if asked is None else asked if asked in sizes else self.refuse()

    def refuse(self, sentence: Any = None) -> NoReturn:
        """Stop with 400 and a sentence."""
        raise Unreadable(sentence or self.sentence)


def of(values: MultiDict[str, str]) -> Arguments:
    """Arguments that do not come with the request itself, such as the address of a list that a form carries."""
    return Arguments(lambda: values)


address = Arguments(lambda: request.args)
form = Arguments(lambda: request.form, FORM_TEXT)

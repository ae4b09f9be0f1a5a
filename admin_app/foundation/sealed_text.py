"""Texts about a person that are stored encrypted, each value bound to its table, column and row (ADR 0028)."""

import inspect
from collections.abc import Mapping
from typing import Any, Self, overload

from admin_app.foundation import crypto
from admin_app.foundation.database import new_public_id


class SealedText:
    """An attribute `x` of a mapped class, kept encrypted in its column `x_sealed`; '' is stored as NULL.

    It is no column: a query that names it fails, as nothing can be found or sorted by what is encrypted.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name, self.column = name, f"{name}_sealed"

    @overload
    def __get__(self, row: None, owner: type) -> Self: ...

    @overload
    def __get__(self, row: object, owner: type) -> str: ...

    def __get__(self, row: Any, owner: type) -> Self | str:
        if row is None:
            return self
        sealed = getattr(row, self.column)
        return crypto.decrypt_text(sealed, context=self._context(row)) if sealed else ""

    def __set__(self, row: Any, text: str) -> None:
        setattr(row, self.column, self.seal(row, text))

    def seal(self, row: Any, text: str) -> bytes | None:
        """The value of the column for this row."""
        return crypto.encrypt_text(text, context=self._context(row)) if text else None

    def _context(self, row: Any) -> str:
        return f"{row.__tablename__}|{self.name}|{row.public_id}"


def as_columns(row: object, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of attributes as those of columns: sealed texts encrypted for the row, all others as they are."""
    made = dict(values)
    for name in values:
        attribute = inspect.getattr_static(type(row), name, None)
        if isinstance(attribute, SealedText):
            made[attribute.column] = attribute.seal(row, made.pop(name))
    return made


class SealsTexts:
    """A mapped class with sealed texts: its row has a public id, to which they are bound, before anything else."""

    def __init__(self, **values: Any) -> None:
        first: Any = super().__init__  # the mapped class's own, which takes the columns
        first(public_id=values.pop("public_id", None) or new_public_id(), **values)

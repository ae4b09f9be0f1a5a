"""The full office once more, with a text that wants to be more in every column into which somebody typed words."""

import re
from collections.abc import Iterator
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapper

from admin_app.foundation.database import Base, db
from admin_app.foundation.sealed_text import SealedText
from admin_app.foundation.typed_text import texts
from tests.owner import unguarded_transaction

WORDS = re.compile(r"[^\x00-\x7f]|[A-Za-z] [A-Za-z]|[A-Za-z]{3}\.$")
"""What tells words from codes, numbers and addresses of the desk."""
APART = {
    "audit_entry": "sealed afterwards, line by line",
    "sealed_entry": "the seals",
    "job": "ids alone",
    "browser_session": "of the framework",
    "resident_name": "keys of the search, made of the names",
}
"""Tables whose texts are not typed, and why."""
CHOSEN = {"role", "language", "status", "kind", "reason", "template", "source", "notice", "certificate"}
"""Columns that hold a word of the desk's, or a text that is read in parts."""


def stored(text: str) -> str:
    """The text as the desk keeps it as a name: after a word where it would be none alone."""
    try:
        return texts.name(text)
    except texts.TextRefused:
        return texts.name(f"王 {text}"[: texts.NAME_LENGTH])


def typed_columns() -> Iterator[tuple[type, str, int]]:
    """Each column or sealed text of words, with how many characters it takes."""
    for mapper in Base.registry.mappers:
        if mapper.local_table.name in APART:  # type: ignore[attr-defined]
            continue
        yield from ((mapper.class_, name, most) for name, most in _texts_of(mapper))


def _texts_of(mapper: Mapper[Any]) -> Iterator[tuple[str, int]]:
    for name in dir(mapper.class_):
        if isinstance(vars(mapper.class_).get(name), SealedText):
            yield name, texts.ADDRESS_LENGTH
    for attribute in mapper.column_attrs:
        column = attribute.columns[0]
        is_free = isinstance(column, sa.Column) and not column.foreign_keys and not column.unique and attribute.key not in CHOSEN
        if is_free and isinstance(column.type, sa.String):
            yield attribute.key, column.type.length or texts.ADDRESS_LENGTH


def fill(vectors: list[str]) -> dict[str, set[str]]:
    """Put the texts in turn where words are; table and column -> the texts that stand there now."""
    filled: dict[str, set[str]] = {}
    kept = [stored(text) for text in vectors]
    with unguarded_transaction() as session:
        for owner, name, most in typed_columns():
            turns = count()
            for row in session.scalars(sa.select(owner)):
                value = getattr(row, name)
                if not isinstance(value, str) or not WORDS.search(value):
                    continue
                text = kept[next(turns) % len(kept)]
                if len(text) <= most:
                    rows = value.split("\n")
                    setattr(row, name, "\n".join([text if WORDS.search(line) else line for line in rows]))
                    filled.setdefault(f"{row.__tablename__}.{name}", set()).add(text)
            session.flush()
    db.session.rollback()
    return filled

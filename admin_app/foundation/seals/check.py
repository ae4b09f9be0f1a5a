"""Walk along a chain of seals and the rows below it, in one pass and in bounded memory; stop at the first thing that is wrong."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from admin_app.foundation.seals import rows
from admin_app.foundation.seals.links import BEGINNING, FORM, Seal
from admin_app.foundation.seals.rows import Row

TELL_EVERY = 20_000
"""Rows after which the walk says how far it is."""


class Book(Protocol):
    """What is walked along: rows and seals, in the order of their numbers."""

    def seals(self) -> Iterator[Seal]:
        """All of them."""

    def chunks(self) -> Iterator[list[Row]]:
        """All rows, some at a time."""

    def between(self, after: int | None, last: int) -> Iterator[Row]:
        """The rows behind number `after` (None: from the very first) up to `last`, once more."""

    def marks(self, seal: int) -> bytes:
        """The marks that seal number `seal` kept."""


@dataclass(frozen=True)
class Finding:
    """What is wrong, and where: the number of a row, of a seal, or of both."""

    what: str
    """'changed', 'missing', 'added' (a row); 'seal_changed', 'seal_forged', 'seal_missing', 'chain_broken', 'key_missing' (a seal)."""
    entry: int | None = None
    seal: int | None = None


@dataclass
class Walked:
    """How far a walk came and what it found."""

    seals: int = 0
    entries: int = 0
    """Rows below the seals that were seen to be right."""
    unsealed: int = 0
    """Rows behind the last seal."""
    finding: Finding | None = None


def walk(book: Book, keys: Mapping[str, bytes], tell: Callable[[int], None] = lambda _done: None) -> Walked:
    """Check every seal, the chain, every row below it; count the rows behind it."""
    seen, before = Walked(), None
    chunks, rest = book.chunks(), list[Row]()
    told = 0
    for seal in book.seals():
        seen.finding = _link(seal, before, keys) or _below(book, chunks, rest, seal, before)
        if seen.finding:
            return seen
        seen.seals, seen.entries, before = seen.seals + 1, seen.entries + seal.entry_count, seal
        if seen.entries - told >= TELL_EVERY:
            told = seen.entries
            tell(told)
    seen.unsealed = len(rest) + sum(len(chunk) for chunk in chunks)
    return seen


def _link(seal: Seal, before: Seal | None, keys: Mapping[str, bytes]) -> Finding | None:
    """What is wrong with a seal itself or with its place in the chain."""
    number, previous, last, so_far = (
        (before.id, before.hash, before.last_entry, before.entries_so_far) if before else (0, BEGINNING, None, 0)
    )
    if seal.id != number + 1:
        return Finding("seal_missing", seal=number + 1)
    if seal.hash != seal.worked_out() or seal.form != FORM:
        return Finding("seal_changed", seal=seal.id)
    key = keys.get(seal.key_id)
    if key is None:
        return Finding("key_missing", seal=seal.id)
    if not seal.is_genuine(key):
        return Finding("seal_forged", seal=seal.id)
    in_order = (last is None or seal.first_entry > last) and seal.entries_so_far == so_far + seal.entry_count
    return None if seal.previous == previous and in_order else Finding("chain_broken", seal=seal.id)


def _below(book: Book, chunks: Iterator[list[Row]], rest: list[Row], seal: Seal, before: Seal | None) -> Finding | None:
    """Which of the seal's rows is not as it was sealed."""
    digest, count = hashlib.sha256(), 0
    for piece in rows.up_to(chunks, rest, seal.last_entry):
        digest.update(rows.canonical(piece))
        count += len(piece)
    if count == seal.entry_count and digest.hexdigest() == seal.root:
        return None
    return _named(book.marks(seal.id), book.between(before.last_entry if before else None, seal.last_entry), seal)


def _named(marks: bytes, found: Iterable[Row], seal: Seal) -> Finding:
    if hashlib.sha256(marks).hexdigest() != seal.marks_root:
        return Finding("seal_changed", seal=seal.id)
    difference = rows.first_difference(marks, found)
    number, kind = difference or (seal.first_entry, "changed")
    return Finding(kind, entry=number, seal=seal.id)

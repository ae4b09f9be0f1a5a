"""A sealed log of plain rows, and everything that somebody can do to it who has the database: for tests without one."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from admin_app.foundation.seals import check, links, rows

KEY, KEYS = b"k" * 32, {"k1": b"k" * 32}
STEP = 100
"""Rows of a seal."""


@dataclass
class PlainLog:
    """Rows and seals in memory: what check.walk() walks along."""

    entries: list[tuple[Any, ...]]
    chain: list[links.Seal]
    kept: dict[int, bytes]

    def seals(self) -> Iterator[links.Seal]:
        yield from self.chain

    def chunks(self) -> Iterator[list[rows.Row]]:
        """Of a size that is no multiple of a seal's."""
        for start in range(0, len(self.entries), 130):
            yield list(self.entries[start : start + 130])

    def between(self, after: int | None, last: int) -> Iterator[rows.Row]:
        yield from (row for row in self.entries if (after is None or row[0] > after) and row[0] <= last)

    def marks(self, seal: int) -> bytes:
        return self.kept[seal]

    def checked(self, keys: dict[str, bytes] | None = None) -> check.Walked:
        """What a walk along it says."""
        return check.walk(self, KEYS if keys is None else keys)

    def copy(self) -> "PlainLog":
        """Another one, to be spoilt."""
        return PlainLog(list(self.entries), list(self.chain), dict(self.kept))


def entry(number: int) -> tuple[Any, ...]:
    """A row like those of the log: text in several scripts, numbers, nothing."""
    return (
        number, f"2026-11-29 10:{number % 60:02}:00.123456", "2026-11-29 10:00:01.000000", "staff", number % 17 + 1, "Wang Fang 王芳",
        "reviewer", "applications.claimed", "application", f"BK-26-{number:07}", f"{number:032x}", "done",
        None if number % 3 else "补交了有效材料", '{"status": ["submitted", "in_review"]}', "10.20.7.33", f"{number * 7:032x}",
    )  # fmt: skip


def sealed(entries: list[tuple[Any, ...]], *, step: int = STEP, key: bytes = KEY) -> PlainLog:
    """The rows with seals over `step` of them each."""
    made = PlainLog(entries, [], {})
    for start in range(0, len(entries), step):
        before = made.chain[-1] if made.chain else None
        seal, marks = links.made(entries[start : start + step], before, at="2026-11-29 10:01:00.000000", key_id="k1", key=key)
        made.chain.append(seal)
        made.kept[seal.id] = marks
    return made


def thousand() -> PlainLog:
    """A thousand rows whose numbers leave gaps, as rollbacks do."""
    return sealed([entry(3 * number + 2) for number in range(1000)])


@dataclass(frozen=True)
class Mutant:
    """One change to a log, and what a check must say first."""

    spoilt: PlainLog
    expected: check.Finding
    what: str


def with_number(log: PlainLog, number: int) -> check.Finding:
    """A finding without its kind, in the seal that covers the number."""
    seal = next(seal.id for seal in log.chain if number <= seal.last_entry)
    return check.Finding("", entry=number, seal=seal)


def flipped(value: Any, bit: int) -> Any:
    """The value with one bit turned over, as a disk or a person would store it."""
    if isinstance(value, int):
        return value ^ (1 << (bit % 62))
    whole = bytearray(value.encode("utf-8", "surrogateescape"))
    whole[bit // 8 % len(whole)] ^= 1 << (bit % 8)
    return bytes(whole).decode("utf-8", "surrogateescape")


def bits(value: Any) -> int:
    """How many bits there are to turn over."""
    return 62 if isinstance(value, int) else 0 if value is None else 8 * len(value.encode())


def flip(log: PlainLog, chance: random.Random) -> Mutant | None:
    """Turn one bit of one field over; None where the database would refuse the row (a number that is taken)."""
    place = chance.randrange(len(log.entries))
    row = log.entries[place]
    column = chance.choice([number for number, value in enumerate(row) if bits(value)])
    changed = (*row[:column], flipped(row[column], chance.randrange(bits(row[column]))), *row[column + 1 :])
    if column == 0 and any(changed[0] == other[0] for other in log.entries):
        return None
    spoilt = log.copy()
    spoilt.entries[place] = changed
    spoilt.entries.sort(key=lambda one: one[0])
    kind = "changed" if column else "missing" if changed[0] > row[0] else "added"
    return Mutant(spoilt, replace(with_number(log, min(row[0], changed[0])), what=kind), f"row {row[0]}, column {column}")


def delete(log: PlainLog, chance: random.Random) -> Mutant:
    """Take one row out."""
    spoilt = log.copy()
    row = spoilt.entries.pop(chance.randrange(len(log.entries)))
    return Mutant(spoilt, replace(with_number(log, row[0]), what="missing"), f"row {row[0]} is gone")


def insert(log: PlainLog, chance: random.Random) -> Mutant:
    """Put one into a gap."""
    spoilt = log.copy()
    number = 3 * chance.randrange(999) + 3
    spoilt.entries.append(entry(number))
    spoilt.entries.sort(key=lambda one: one[0])
    return Mutant(spoilt, replace(with_number(log, number), what="added"), f"row {number} is new")


def swap(log: PlainLog, chance: random.Random) -> Mutant:
    """Let two rows change places, each with the other's number."""
    spoilt = log.copy()
    one, two = sorted(chance.sample(range(len(log.entries)), 2))
    first, second = log.entries[one], log.entries[two]
    spoilt.entries[one], spoilt.entries[two] = (first[0], *second[1:]), (second[0], *first[1:])
    return Mutant(spoilt, replace(with_number(log, first[0]), what="changed"), f"rows {first[0]} and {second[0]}")


KINDS: dict[str, Callable[[PlainLog, random.Random], Mutant | None]] = {"flip": flip, "delete": delete, "insert": insert, "swap": swap}


def mutants(kind: str, count: int, seed: int) -> Iterator[Mutant]:
    """So many spoilt logs of a kind."""
    log, chance = thousand(), random.Random(seed)
    while count:
        made = KINDS[kind](log, chance)
        if made is not None:
            count -= 1
            yield made

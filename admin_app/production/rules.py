"""States of a production batch 制卡批次, what became of each card in it, what an answer of the maker may say; tables and pure functions."""

import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l


class Status(StrEnum):
    """Where a production batch stands."""

    FROZEN = "frozen"
    SENT = "sent"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """What became of a card in its batch."""

    WAITING = "waiting"
    LEFT_OUT = "left_out"
    MADE = "made"
    FAULTY = "faulty"
    MISSING = "missing"


class Why(StrEnum):
    """Why a card was left out of a batch before that was sent, or was not delivered."""

    SPOILED = "spoiled"
    RESTRICTED = "restricted"
    NO_PHOTO = "no_photo"
    PHOTO_FORM = "photo_form"
    BY_HAND = "by_hand"
    CANCELLED = "cancelled"
    NOT_DELIVERED = "not_delivered"


class MakerFault(StrEnum):
    """What the maker says is wrong with a card that it did not make, or made badly."""

    PHOTO = "photo"
    DATA = "data"
    PRINT = "print"
    CHIP = "chip"
    OTHER = "other"


class CheckFault(StrEnum):
    """What is wrong with a card that came from the maker."""

    PRINT = "bad_print"
    CHIP = "bad_chip"
    PHOTO = "wrong_photo"
    NAME = "wrong_name"
    NUMBER = "wrong_number"
    SERIAL = "wrong_serial"
    BODY = "bad_body"
    OTHER = "otherwise_bad"


class RowFault(StrEnum):
    """Why a row of an answer is not taken."""

    NO_KEY = "no_key"
    UNKNOWN_KEY = "unknown_key"
    OTHER_BATCH = "other_batch"
    TWICE = "twice"
    ANSWERED = "answered"
    SPOILED = "spoiled"
    RESTRICTED = "restricted"
    NOTHING_SAID = "nothing_said"
    BOTH_SAID = "both_said"
    FAULT_WORD = "fault_word"
    SERIAL = "serial"
    SERIAL_TWICE = "serial_twice"
    SERIAL_TAKEN = "serial_taken"


S = Status
MOVES: dict[str, tuple[frozenset[Status], Status]] = {
    "send": (frozenset({S.FROZEN}), S.SENT),
    "cancel": (frozenset({S.FROZEN}), S.CANCELLED),
    "close": (frozenset({S.SENT}), S.CLOSED),
}
"""verb -> (from, to); the only source of what may follow what."""
PAST = {"send": "production.batch_sent", "cancel": "production.batch_cancelled", "close": "production.batch_closed"}
"""verb -> what the log calls it once it is done."""
STATUS_LABELS = {
    S.FROZEN: _l("Not sent yet"),
    S.SENT: _l("At the maker"),
    S.CLOSED: _l("Answered by the maker"),
    S.CANCELLED: _l("Cancelled"),
}
STATUS_MARKS = {S.FROZEN: "ring", S.SENT: "dot", S.CLOSED: "check", S.CANCELLED: "dash"}
OUTCOME_LABELS = {
    Outcome.WAITING: _l("Not answered"), Outcome.LEFT_OUT: _l("Left out"), Outcome.MADE: _l("Made"), Outcome.FAULTY: _l("Not made"),
    Outcome.MISSING: _l("Not delivered"),
}  # fmt: skip
OUTCOME_MARKS = {
    Outcome.WAITING: "ring", Outcome.LEFT_OUT: "dash", Outcome.MADE: "check", Outcome.FAULTY: "cross", Outcome.MISSING: "triangle",
}  # fmt: skip
WHY_LABELS = {
    Why.SPOILED: _l("The card was marked as spoiled"),
    Why.RESTRICTED: _l("The records of the resident are restricted"),
    Why.NO_PHOTO: _l("The case has no accepted photo that is a picture"),
    Why.PHOTO_FORM: _l("The photo has not the shape that a card needs: cut it out at the counter"),
    Why.BY_HAND: _l("Taken out by hand"),
    Why.CANCELLED: _l("The batch was cancelled"),
    Why.NOT_DELIVERED: _l("The maker did not deliver it"),
}
MAKER_FAULT_LABELS = {
    MakerFault.PHOTO: _l("The photo cannot be used"), MakerFault.DATA: _l("The data cannot be used"), MakerFault.PRINT: _l("Badly printed"),
    MakerFault.CHIP: _l("Chip does not work"), MakerFault.OTHER: _l("Something else"),
}  # fmt: skip
FAULT_WORDS = {
    "PHOTO": MakerFault.PHOTO, "照片": MakerFault.PHOTO, "DATA": MakerFault.DATA, "数据": MakerFault.DATA, "PRINT": MakerFault.PRINT,
    "印刷": MakerFault.PRINT, "CHIP": MakerFault.CHIP, "芯片": MakerFault.CHIP, "OTHER": MakerFault.OTHER, "其他": MakerFault.OTHER,
}  # fmt: skip
"""What may stand in the column of faults, in capitals."""
ROW_FAULT_LABELS = {
    RowFault.NO_KEY: _l("The key is missing."),
    RowFault.UNKNOWN_KEY: _l("We gave out no such key."),
    RowFault.OTHER_BATCH: _l("This key belongs to another batch."),
    RowFault.TWICE: _l("The key stands in another row, too."),
    RowFault.ANSWERED: _l("This card is answered already, and otherwise."),
    RowFault.SPOILED: _l("This card is not wanted any more: it was marked as spoiled. Destroy what was made."),
    RowFault.RESTRICTED: _l("The records of the resident are restricted. Lock the card away; take the row once that is lifted."),
    RowFault.NOTHING_SAID: _l("Neither a serial nor a fault is said."),
    RowFault.BOTH_SAID: _l("A serial and a fault are both said."),
    RowFault.FAULT_WORD: _l("This is none of the words for a fault."),
    RowFault.SERIAL: _l("This is not a card serial."),
    RowFault.SERIAL_TWICE: _l("The serial stands in another row, too."),
    RowFault.SERIAL_TAKEN: _l("Another card already has this serial."),
}

CHECK_FAULT_LABELS = {
    CheckFault.PRINT: _l("Badly printed"), CheckFault.CHIP: _l("Chip does not work"), CheckFault.PHOTO: _l("Wrong photo"),
    CheckFault.NAME: _l("Wrong name"), CheckFault.NUMBER: _l("Wrong ID number"), CheckFault.SERIAL: _l("Another serial in the chip"),
    CheckFault.BODY: _l("Bent, cracked or scratched"), CheckFault.OTHER: _l("Something else"),
}  # fmt: skip
BOOKED_TO_OFFICE = frozenset({MakerFault.PHOTO, MakerFault.DATA})
"""Faults that lie in what the office sent; the others are the maker's."""
MOST_CARDS = 3000
"""Cards of one batch: their photos are held in memory while the package is made (about 40 KB each)."""
MOST_ROWS = 2 * MOST_CARDS
"""Rows of an answer that are read."""
REFERENCE = re.compile(r"ZK-[0-9]{2}-[0-9]{4}-[0-9]{2,4}")
KEY_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Thirty-two that nobody takes for one another."""
KEY_LENGTH = 12


def batch_reference(day: date, running: int) -> str:
    """ZK-26-1122-01."""
    return f"ZK-{day:%y-%m%d}-{running:02d}"


def is_batch_reference(text: str) -> bool:
    """Whether `text` has the form of a batch reference."""
    return bool(REFERENCE.fullmatch(text))


def new_key() -> str:
    """Sixty random bits: what the maker calls a card by. It says nothing about the person, and nobody can guess one."""
    return "".join(secrets.choice(KEY_LETTERS) for _ in range(KEY_LENGTH))


@dataclass(frozen=True)
class Known:
    """What the office knows of a key: its batch, what became of the card, its serial."""

    batch_id: int
    outcome: Outcome
    serial: str
    is_spoiled: bool = False
    is_restricted: bool = False


@dataclass(frozen=True)
class AnswerRow:
    """A row of an answer as it is read: numbers of rows begin with 1 below the headings."""

    number: int
    key: str
    serial: str
    fault: str
    """What stands in the column of faults, in capitals."""


@dataclass(frozen=True)
class Judged:
    """A row and what is said of it: a fault by which it is not taken, or nothing; whether it only repeats what was taken before."""

    row: AnswerRow
    fault: RowFault | None
    is_repeated: bool = False


def judge(
    rows: Sequence[AnswerRow], known: Mapping[str, Known], *, batch_id: int, taken: Collection[str], wrong: Collection[str]
) -> list[Judged]:
    """What is to be said of each row; `known`: key -> what we know, `taken`: serials that other cards have, `wrong`: those that are none.

    A row is matched by its key alone, wherever it stands. Of two with the same key, or the same serial, neither is taken.
    """
    keys, serials = _twice(row.key for row in rows), _twice(row.serial for row in rows if row.serial)
    return [_judged(row, known.get(row.key), batch_id, keys, serials, taken, wrong) for row in rows]


def _twice(values: object) -> set[str]:
    seen: set[str] = set()
    again: set[str] = set()
    for value in values:  # type: ignore[attr-defined]
        (again if value in seen else seen).add(value)
    return again


def _judged(
    row: AnswerRow, known: Known | None, batch_id: int, keys: set[str], serials: set[str], taken: Collection[str], wrong: Collection[str]
) -> Judged:
    fault = _key_fault(row, known, batch_id, keys)
    if fault is None and known is not None and known.outcome != Outcome.WAITING:
        is_same = known.outcome == Outcome.MADE and row.serial == known.serial and not row.fault
        is_same = is_same or (known.outcome == Outcome.FAULTY and row.fault in FAULT_WORDS and not row.serial)
        return Judged(row, None if is_same else RowFault.ANSWERED, is_repeated=is_same)
    if fault is None and known is not None and known.is_spoiled:
        fault = RowFault.SPOILED
    if fault is None and known is not None and known.is_restricted:
        fault = RowFault.RESTRICTED
    return Judged(row, fault or _said_fault(row) or _serial_fault(row.serial, serials, taken, wrong))


def _key_fault(row: AnswerRow, known: Known | None, batch_id: int, keys: set[str]) -> RowFault | None:
    if not row.key:
        return RowFault.NO_KEY
    if known is None:
        return RowFault.UNKNOWN_KEY
    if known.batch_id != batch_id:
        return RowFault.OTHER_BATCH
    return RowFault.TWICE if row.key in keys else None


def _said_fault(row: AnswerRow) -> RowFault | None:
    if row.serial and row.fault:
        return RowFault.BOTH_SAID
    if not row.serial and not row.fault:
        return RowFault.NOTHING_SAID
    return RowFault.FAULT_WORD if row.fault and row.fault not in FAULT_WORDS else None


def _serial_fault(serial: str, serials: set[str], taken: Collection[str], wrong: Collection[str]) -> RowFault | None:
    if serial in wrong:
        return RowFault.SERIAL
    if serial in serials:
        return RowFault.SERIAL_TWICE
    return RowFault.SERIAL_TAKEN if serial in taken else None

"""Anchors: the newest seals of log and notes, written down where whoever owns the database cannot change them (ADR 0027)."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import structlog

from admin_app.audit import queries
from admin_app.foundation import clock, settings
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.seals.check import Finding

JOB = "audit.send_anchor"
COMPARED_AT_ONCE = 500
TAIL_BYTES = 4096
log = structlog.get_logger("card_desk.audit")


@dataclass(frozen=True)
class Anchor:
    """What is written down of a seal: one line of JSON."""

    at: str
    """When it was written down."""
    seal: int
    last_entry: int
    """The number of the newest entry that the chain covers by then."""
    entries: int
    """How many it covers."""
    hash: str
    mac: str
    note_seal: int = 0
    """The newest seal over the notes about who looked; 0: there was none, or the line is older than those seals."""
    note_hash: str = ""

    def line(self) -> str:
        """The line, with its end."""
        return json.dumps(asdict(self)) + "\n"


@dataclass(frozen=True)
class Compared:
    """What a comparison of the log with its anchors saw."""

    anchors: int
    newest_at: str | None
    """When the newest one was written down; None: there is none."""
    finding: Finding | None


def anchor_due() -> bool:
    """Write the newest seal down if it is time: every so many minutes, and once for each day that ends. For the clock."""
    seal, notes = queries.newest_seal(), queries.newest_seal(queries.NOTES)
    db.session.rollback()
    if seal is None:
        return False
    last, now, made = newest_anchor(), clock.now(), anchor_of(seal, clock.now(), notes)
    if last is not None and not _is_time(last, made, now):
        return False
    if last is not None and seal.id < last.seal:
        log.error("the audit log ends before its anchor", seal=seal.id, anchored=last.seal)
    _append(made)
    if settings.current().anchor_url:
        with transaction():
            jobs.enqueue(JOB, dedupe_key=f"{JOB}:{seal.id}:{now.isoformat()}", seal=seal.id, note_seal=made.note_seal)
    return True


def anchor_of(seal: Any, now: datetime, notes: Any = None) -> Anchor:
    """What is written down of a seal of the log, and of one over the notes."""
    of_notes = (notes.id, notes.hash) if notes else (0, "")
    return Anchor(now.isoformat(), seal.id, seal.last_entry, seal.entries_so_far, seal.hash, seal.mac, *of_notes)


def newest_anchor() -> Anchor | None:
    """The last line of the file; None if there is none, or nobody can read it."""
    path = file()
    if not path.exists():
        return None
    with path.open("rb") as read:
        read.seek(max(0, path.stat().st_size - TAIL_BYTES))
        lines = read.read().decode(errors="replace").splitlines()
    return _read(lines[-1]) if lines else None


def compare(path: Path | None = None) -> Compared:
    """Whether every seal that is written down in `path` (default: the office's own file) is in the log, as it was."""
    place = path or file()
    count, newest = 0, None
    if place.exists():
        with place.open(encoding="utf-8", errors="replace") as lines:
            while chunk := list(islice(lines, COMPARED_AT_ONCE)):
                for number, (anchor, finding) in enumerate(_compared(chunk), count + 1):
                    if finding or anchor is None:
                        return Compared(number, newest, finding or Finding("anchor_unreadable", entry=number))
                    newest = anchor.at
                count += len(chunk)
    return Compared(count, newest, None)


def file() -> Path:
    """Where anchors are written down."""
    return Path(settings.current().anchor_file)


def _compared(lines: list[str]) -> Iterator[tuple[Anchor | None, Finding | None]]:
    anchors = [_read(line) for line in lines]
    known = queries.ends_of({anchor.seal for anchor in anchors if anchor})
    notes = queries.ends_of({anchor.note_seal for anchor in anchors if anchor}, queries.NOTES)
    db.session.rollback()
    for anchor in anchors:
        yield anchor, (_difference(anchor, known.get(anchor.seal)) or _note_difference(anchor, notes)) if anchor else None


def _difference(anchor: Anchor, found: tuple[Any, ...] | None) -> Finding | None:
    if found is None:
        return Finding("anchor_missing", entry=anchor.last_entry, seal=anchor.seal)
    is_same = found == (anchor.last_entry, anchor.entries, anchor.hash)
    return None if is_same else Finding("anchor_differs", entry=anchor.last_entry, seal=anchor.seal)


def _note_difference(anchor: Anchor, known: dict[int, tuple[Any, ...]]) -> Finding | None:
    if not anchor.note_seal:
        return None
    found = known.get(anchor.note_seal)
    if found is None:
        return Finding("note_anchor_missing", seal=anchor.note_seal)
    return None if found[-1] == anchor.note_hash else Finding("note_anchor_differs", seal=anchor.note_seal)


def _is_time(last: Anchor, made: Anchor, now: datetime) -> bool:
    then = datetime.fromisoformat(last.at)
    if clock.to_office(then).date() < clock.to_office(now).date():
        return True
    return (made.seal, made.note_seal) != (last.seal, last.note_seal) and now - then >= timedelta(minutes=settings.current().anchor_minutes)


def _read(line: str) -> Anchor | None:
    try:
        read = json.loads(line)
        anchor = Anchor(**read)
        datetime.fromisoformat(anchor.at)
    except (ValueError, TypeError):
        return None
    return anchor if all(isinstance(number, int) for number in (anchor.seal, anchor.last_entry, anchor.entries, anchor.note_seal)) else None


def _append(anchor: Anchor) -> None:
    """One write, so that a line is there whole; only the desk's own user reads it."""
    descriptor = os.open(file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, anchor.line().encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

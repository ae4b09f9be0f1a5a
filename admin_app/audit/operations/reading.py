"""Who looked at whose data (ADR 0029): a page says whom it shows, and the note is written before it leaves.

Notes are written on a connection of their own, at the end of the request: a page that only reads stays one, and what it showed
is noted even if a change that it tried was undone.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any, NamedTuple, Protocol

from sqlalchemy.dialects import postgresql, sqlite

from admin_app.audit import rules
from admin_app.audit.models import ReadNote
from admin_app.foundation import clock, origin
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.statements import cached

WITHOUT_WAITING = {"card_desk_write": True, "card_desk_durable": False}
"""A note outlives every process that is killed; a power cut may take those of the last second."""
ONE_LINE = ("actor_kind", "actor_id", "day", "act", "subject_ref", "resident_ref")


class Person(Protocol):
    """A resident, whose room lies above this one."""

    @property
    def public_id(self) -> Any:
        """How the notes name the resident."""


class Look(NamedTuple):
    """One thing that a request showed or refused."""

    act: str
    subject_ref: str
    resident_ref: str


_looks: ContextVar[dict[Look, None] | None] = ContextVar("looks", default=None)


def begin() -> None:
    """Begin a request: nothing was looked at yet."""
    _looks.set({})


def opened(act: str, subject_ref: str, *residents: Person) -> None:
    """Say that this request shows data of `residents`: `act` is a word of rules.READINGS, `subject_ref` the record's reference."""
    if act not in rules.READINGS:
        raise ValueError(f"no such way to read: {act}")
    looks = _looks.get()
    if looks is not None:  # outside of requests nobody looks
        looks.update(dict.fromkeys(Look(act, subject_ref, str(resident.public_id)) for resident in residents))


def denied(page: str) -> None:
    """Say that this request was refused for want of a right; `page` names the page, never a person."""
    looks = _looks.get()
    if looks is not None:
        looks[Look("denied", page[:64], "")] = None


def taken() -> list[Look]:
    """What this request showed and refused; from now on it has shown nothing."""
    looks = _looks.get()
    _looks.set(None)
    return list(looks or ())


def write(looks: Iterable[Look], *, by: Actor) -> None:
    """Note them, one line each, or one more time on the day's line. Whoever cannot be named notes nothing: signed-out pages show nobody."""
    now, day = clock.now(), clock.today()
    shared = {
        "day": day, "actor_kind": str(by.kind), "actor_id": by.id, "actor_name": by.display_name, "actor_role": str(by.role),
        "times": 1, "first_at": now, "last_at": now, "origin": origin.address.get(),
    }  # fmt: skip
    # In one order: two requests of one person at the same time would otherwise wait for each other's lines.
    lines = [shared | look._asdict() for look in sorted(looks)]
    if lines and by.id is not None:
        with db.engine.connect().execution_options(**WITHOUT_WAITING) as connection, connection.begin():
            connection.execute(_noted(db.engine.dialect.name), lines)


@cached
def _noted(dialect: str) -> Any:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    line = insert(ReadNote)
    again = {"times": ReadNote.times + 1, "last_at": line.excluded.last_at, "origin": line.excluded.origin}
    return line.on_conflict_do_update(index_elements=ONE_LINE, set_=again)

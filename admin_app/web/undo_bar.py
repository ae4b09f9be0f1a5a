"""The bar that offers to take back what was just done, on whichever page the person sees next; it asks the database nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Any

from flask import session

from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.per_app import PerApp
from admin_app.foundation.undo import operations as undo
from admin_app.foundation.undo.models import UndoWindow

KEPT, MOST_NAMED = "undo", 3


@dataclass(frozen=True)
class Words:
    """What is said of one kind of action; `%(what)s` is what it was done to, each sentence lazy."""

    done: Any
    """What was done, and what happens when the seconds are over."""
    button: Any
    """What the button does."""
    taken_back: Any
    """What is said when it was used."""
    place: Callable[[UndoWindow], str]
    """The address of the page where it goes on."""


WORDS: PerApp[dict[str, Words]] = PerApp("undo.words", dict)
"""Action in the log -> its words; filled where the rooms meet (menu.py)."""


@dataclass(frozen=True)
class Offer:
    """One line of the bar: everything of one kind that was done together."""

    action: str
    ids: tuple[str, ...]
    what: str
    until: datetime

    @property
    def words(self) -> Words:
        """What is said of it."""
        return WORDS.get()[self.action]

    @property
    def text(self) -> str:
        """What was done, in the reader's language."""
        return str(self.words.done) % {"what": self.what}

    @property
    def seconds(self) -> int:
        """Whole seconds that are left."""
        return max(1, ceil((self.until - clock.now()).total_seconds()))


def until(row: Any, since: datetime | None) -> datetime | None:
    """Until when what was done to `row` at `since` can still be taken back; None: it stands. Asks nothing about what is older."""
    if since is None or since + undo.window() <= clock.now():
        return None
    return undo.closes_at(row)


def remember(me: Actor, *, since: datetime) -> bool:
    """Offer what `me` has done since that moment from now on, until it stands; whether there is anything."""
    found = undo.open_ones(me, since=since)
    if found:
        fresh = [{"id": one.public_id, "action": one.action, "ref": one.subject_ref, "until": one.closes_at.timestamp()} for one in found]
        session[KEPT] = fresh + [one for one in _kept() if one["id"] not in {new["id"] for new in fresh}]
    return bool(found)


def forget(ids: Iterable[str]) -> None:
    """Offer these no more."""
    gone = set(ids)
    session[KEPT] = [one for one in _kept() if one["id"] not in gone]


def offers() -> list[Offer]:
    """The lines of the bar on this page."""
    groups: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for one in _kept():
        groups.setdefault((one["action"], int(one["until"])), []).append(one)
    return [_offer(action, members) for (action, _second), members in groups.items()]


def named(refs: list[str]) -> str:
    """Up to three names, and how many more there are."""
    more = len(refs) - MOST_NAMED
    return ", ".join(refs[:MOST_NAMED]) + (f" +{more}" if more > 0 else "")


def _offer(action: str, members: list[dict[str, Any]]) -> Offer:
    # The first one to stand ends the line: whoever presses in time takes all of it back.
    ends = datetime.fromtimestamp(min(one["until"] for one in members), UTC)
    return Offer(action, tuple(one["id"] for one in members), named([one["ref"] for one in members]), ends)


def _kept() -> list[dict[str, Any]]:
    now = clock.now().timestamp()
    known: list[dict[str, Any]] = (session or {}).get(KEPT) or []  # type: ignore[call-overload]
    return [one for one in known if one["until"] > now and one["action"] in WORDS.get()]

"""Open a window, take back what was done in it: together with the change itself, in one transaction, or not at all (ADR 0054)."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update

from admin_app.foundation import clock, settings
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict, NotFound
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.per_app import PerApp
from admin_app.foundation.undo.models import UndoWindow

Taker = Callable[[UndoWindow, Actor], None]
KEPT_FOR = timedelta(days=1)
"""Longer than any page that still shows a button."""
TAKERS: PerApp[dict[str, Taker]] = PerApp("undo.takers", dict)
"""Action in the log -> how it is taken back, in the open transaction; filled where the rooms meet (menu.py)."""


class WindowClosed(Conflict):
    """The seconds are over: what follows has been sent on its way."""


class TakenBackAlready(Conflict):
    """It was taken back before."""


class OvertakenBySomebody(Conflict):
    """Somebody has done something else to the row since."""


def window() -> timedelta:
    """How long what was done can be taken back."""
    return timedelta(seconds=settings.current().undo_seconds)


def offer(row: Any, action: str, *, ref: str, before: dict[str, Any], by: Actor) -> UndoWindow | None:
    """Open the window of what `by` has just done to `row` (its version is the new one); None where the office wants no windows."""
    if not window():
        return None
    now = clock.now()
    made = UndoWindow(
        action=action, subject_kind=row.__tablename__, subject_id=row.id, subject_ref=ref, version=row.version, before=before,
        staff_id=by.staff_id, opened_at=now, closes_at=now + window(),
    )  # fmt: skip
    db.session.add(made)
    return made


def take_back(public_id: str, *, by: Actor) -> UndoWindow:
    """Take back what `by` did in the window, and strike what would have followed; needs a transaction.

    Raises NotFound for somebody else's window, TakenBackAlready, WindowClosed, OvertakenBySomebody, and what the room's taker raises.
    """
    found = db.session.scalar(select(UndoWindow).where(UndoWindow.public_id == public_id))
    if found is None or not by.is_staff_member(found.staff_id):
        raise NotFound(_l("There is nothing here that you could take back."))
    mark = update(UndoWindow).where(UndoWindow.id == found.id, UndoWindow.taken_back_at.is_(None), UndoWindow.closes_at > clock.now())
    done: Any = db.session.execute(mark.values(taken_back_at=clock.now()).execution_options(synchronize_session=False))
    db.session.refresh(found)
    if done.rowcount != 1:
        if found.taken_back_at is not None:
            raise TakenBackAlready(_l("%(what)s: this was taken back already.", what=found.subject_ref))
        raise _too_late(found)
    TAKERS.get()[found.action](found, by)
    return found


def strike(found: UndoWindow, keys: Iterable[str]) -> None:
    """Strike the jobs that wait for the window to close, by their dedupe keys; WindowClosed if one has begun."""
    if not jobs.strike(list(keys)):
        raise _too_late(found)


def overtaken(found: UndoWindow) -> OvertakenBySomebody:
    """The refusal where somebody has done something else to the row since."""
    return OvertakenBySomebody(
        _l("%(what)s cannot be taken back: something else has been done with it since. Nothing was changed.", what=found.subject_ref)
    )


def open_ones(by: Actor, *, since: datetime) -> list[UndoWindow]:
    """What `by` has done since that moment and can take back now, the latest first."""
    theirs = (UndoWindow.staff_id == by.staff_id, UndoWindow.closes_at > clock.now(), UndoWindow.taken_back_at.is_(None))
    query = select(UndoWindow).where(*theirs, UndoWindow.opened_at >= since).order_by(UndoWindow.closes_at.desc(), UndoWindow.id.desc())
    return list(db.session.scalars(query.limit(100)))


def closes_at(row: Any) -> datetime | None:
    """Until when what was last done to the row can still be taken back by whoever did it; None: it stands."""
    here = (UndoWindow.subject_kind == row.__tablename__, UndoWindow.subject_id == row.id, UndoWindow.version == row.version)
    is_open = (UndoWindow.closes_at > clock.now(), UndoWindow.taken_back_at.is_(None))
    return db.session.scalar(select(UndoWindow.closes_at).where(*here, *is_open).limit(1))


def forget_old() -> None:
    """Delete the windows that closed more than a day ago: nobody asks for them any more."""
    old = UndoWindow.closes_at < clock.now() - KEPT_FOR
    if db.session.scalar(select(UndoWindow.id).where(old).limit(1)) is None:
        return
    with transaction(durable=False) as session:
        session.execute(delete(UndoWindow).where(old).execution_options(synchronize_session=False))


def _too_late(found: UndoWindow) -> WindowClosed:
    return WindowClosed(
        _l(
            "%(what)s cannot be taken back any more: the %(seconds)s seconds are over, and what follows has begun. Nothing was changed.",
            what=found.subject_ref, seconds=round((found.closes_at - found.opened_at).total_seconds()),
        )
    )  # fmt: skip

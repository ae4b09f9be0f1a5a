"""Windows in which something can be taken back: an office that has them, and how time goes on in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import time_machine

from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs import operations as jobs
from admin_app.foundation.undo import operations as undo
from admin_app.foundation.undo.models import UndoWindow
from admin_app.staff.models import StaffMember

SECONDS = 10


def the_window() -> UndoWindow:
    """The latest one."""
    db.session.rollback()
    return db.session.query(UndoWindow).order_by(UndoWindow.id.desc()).limit(1).one()


def take_back(by: StaffMember, window: UndoWindow | None = None) -> UndoWindow:
    """Use the latest window, or the one that is given."""
    public_id = (window or the_window()).public_id
    with transaction():
        return undo.take_back(public_id, by=by.actor)


@contextmanager
def seconds_later(seconds: float) -> Iterator[None]:
    """Inside the block it is later, and the clock process has had its turn."""
    with _at(clock.now() + timedelta(seconds=seconds)):
        yield


@contextmanager
def just_before_it_closes() -> Iterator[None]:
    """Inside the block the latest window has one second left, however long it took to get there, and the clock process has had its turn."""
    with _at(the_window().closes_at - timedelta(seconds=1)):
        yield


@contextmanager
def _at(moment: datetime) -> Iterator[None]:
    with time_machine.travel(moment, tick=False):
        db.session.rollback()
        jobs.reconcile()
        db.session.rollback()
        yield

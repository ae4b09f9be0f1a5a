"""Which records are older than their time: each kind is a range of one index, the oldest first."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from admin_app.applications.models import Application, UnsavedForm
from admin_app.foundation import clock, settings
from admin_app.foundation.database import literal
from admin_app.foundation.keyset import capped_counts
from admin_app.residents.models import Call
from admin_app.retention.rules import LINES, What


def _older(id_column: Any, since: Any, limit: datetime) -> Select[Any]:
    return select(id_column).where(since < limit).order_by(since, id_column)


DUE: dict[str, Callable[[datetime], Select[Any]]] = {
    "unsaved_forms": lambda limit: _older(UnsavedForm.id, UnsavedForm.saved_at, limit),
    "drafts": lambda limit: _older(Application.id, Application.received_at, limit).where(Application.status == literal("draft")),
    "calls": lambda limit: _older(Call.id, Call.made_at, limit),
}
"""Kind -> the ids of what is older than a moment."""


def due(code: str) -> Select[Any]:
    """The ids of the records of a kind that are due now."""
    return DUE[code](clock.now() - timedelta(days=days_of(code)))


def days_of(code: str) -> int:
    """How many days the daily run leaves a kind."""
    (days,) = (line.days for line in LINES if line.code == code and line.days is not None and line.what == What.JOB)
    return days(settings.current())


def due_counts() -> dict[str, int]:
    """How many records of each kind are due now, each up to the cap of lists."""
    return capped_counts({code: due(code) for code in DUE})

"""Which records are older than their time: each kind is a range of one index, the oldest first."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext as _n
from sqlalchemy import Select, select

from admin_app.applications.models import Application, UnsavedForm
from admin_app.foundation import clock, settings
from admin_app.foundation.database import literal
from admin_app.foundation.keyset import capped_counts
from admin_app.residents.models import Call, Resident
from admin_app.retention.rules import LINES, WHAT_LABELS, Line, What
from admin_app.unsent_forms.models import UnsentForm


def _older(id_column: Any, since: Any, limit: datetime) -> Select[Any]:
    return select(id_column).where(since < limit).order_by(since, id_column)


_RESTRICTED = select(Resident.id).where(Resident.is_restricted)
"""Residents whose records are kept as they are, however old (room of restrictions)."""
_THEIR_CASES = select(Application.id).where(Application.resident_id.in_(_RESTRICTED))


DUE: dict[str, Callable[[datetime], Select[Any]]] = {
    "unsaved_forms": lambda limit: _older(UnsavedForm.id, UnsavedForm.saved_at, limit).where(
        UnsavedForm.application_id.not_in(_THEIR_CASES)
    ),
    "unsent_forms": lambda limit: _older(UnsentForm.id, UnsentForm.kept_at, limit).where(UnsentForm.resident_id.not_in(_RESTRICTED)),
    "drafts": lambda limit: _older(Application.id, Application.received_at, limit).where(
        Application.status == literal("draft"), Application.resident_id.not_in(_RESTRICTED)
    ),
    "calls": lambda limit: _older(Call.id, Call.made_at, limit).where(Call.resident_id.not_in(_RESTRICTED)),
}
"""Kind -> the ids of what is older than a moment, but for what is restricted."""


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


def how_long(line: Line) -> str:
    """90 days; '' where there is no end."""
    if line.minutes is not None:
        return str(_n("%(num)s minute", "%(num)s minutes", line.minutes(settings.current())))
    return str(_n("%(num)s day", "%(num)s days", line.days(settings.current()))) if line.days is not None else ""


def said_of(table: str) -> tuple[str, ...]:
    """How long the records of a table stay and why, a sentence for each kind of them; for whoever they are about."""
    return tuple(_said(line) for line in LINES if table in line.tables)


def _said(line: Line) -> str:
    facts = {"kind": line.label, "time": how_long(line), "since": line.since, "what": WHAT_LABELS[line.what], "why": line.why}
    if line.since:
        return _("%(kind)s: %(time)s from «%(since)s», then %(what)s. %(why)s", **facts)
    return _("%(kind)s: %(what)s. %(why)s", **facts)

"""How long a case stays with whoever holds it, in words."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from admin_app.foundation import clock
from admin_app.web.time_left import time_left


def lease_minutes(until: datetime | None) -> int:
    """Whole minutes that a lease still runs."""
    return max(0, int((until - clock.now()).total_seconds() // 60)) if until else 0


def lease_text(until: datetime | None) -> Any:
    """How long a case stays with whoever holds it, in words: it stays with them beyond that until somebody else takes it."""
    if until is None or until <= clock.now():
        return _("others may take it over now")
    return time_left(until)

"""Look-up codes of some cases of the demo, written down for whoever tries residents' pages."""

import json
import os

from sqlalchemy import select

from admin_app.applications.models import Application
from admin_app.applications.operations import look_up
from admin_app.applications.rules import Status
from admin_app.applications.rules.look_up import shown
from admin_app.demo import office
from admin_app.foundation import settings
from admin_app.foundation.database import db, transaction
from admin_app.residents.models import Resident

OF_EACH = (Status.NEEDS_INFORMATION, Status.IN_REVIEW, Status.REJECTED, Status.APPROVED, Status.APPROVED, Status.APPROVED)
"""Where the cases stand that get a code, the newest first; several approved ones, whose cards are in different places."""
STEP = 12
"""Approved cases between two that get one."""
FILE = "demo-codes.json"


def add_once() -> int:
    """Give codes by the office's own verb, and write them down in the instance folder; returns how many.

    An office that has a code gets none. Opens its own transaction.
    """
    by = office.roster().clerks[office.FIRST_CENTRE][0]
    with transaction():
        if db.session.scalar(select(Application.id).where(Application.look_up_index.is_not(None)).limit(1)) is not None:
            return 0
        given = [{"reference": case.reference, "code": shown(look_up.give_code(case, by=by))} for case in _chosen()]
    descriptor = os.open(settings.current().instance / FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(given, file, indent=2)
    return len(given)


def _chosen() -> list[Application]:
    """One case for each place of OF_EACH, none of somebody whose records are restricted or erased."""
    found: list[Application] = []
    for number, status in enumerate(OF_EACH):
        free = Application.resident.has(Resident.erased_at.is_(None) & Resident.is_restricted.is_(False))
        wanted = select(Application).where(Application.status == str(status), free).order_by(Application.id.desc())
        rows = db.session.scalars(wanted.limit(STEP * len(OF_EACH))).all()
        found += rows[OF_EACH[:number].count(status) * STEP :][:1]
    return found

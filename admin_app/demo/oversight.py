"""What an office meets now and then: somebody whose records are restricted, and somebody whose data are erased."""

from datetime import timedelta

from flask_babel import force_locale
from sqlalchemy import select

from admin_app.applications.models import Application
from admin_app.demo import office
from admin_app.erasures import operations as erasures
from admin_app.erasures.rules import Why
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.loss_reports.models import LossReport
from admin_app.residents.models import Resident
from admin_app.restrictions import operations as restrictions
from admin_app.restrictions.models import Restriction
from admin_app.restrictions.rules import Kind

LOOK_AGAIN_DAYS = 30


def add_once() -> int:
    """Restrict the records of one resident and have another one's data erased, by the supervisors' own verbs; returns how many.

    Of people who never applied and whose loss reports are over: no case of the demo stops for it. An office that has a restriction, or
    too few such people, gets none. Opens its own transactions; the erasing itself is the worker's.
    """
    asks, answers = office.roster().supervisors[:2]
    with transaction(), force_locale("zh"):
        people = _without_business(2) if db.session.scalar(select(Restriction.id).limit(1)) is None else []
        if len(people) < 2:
            return 0
        restricted, erased = people
        day = clock.today() + timedelta(days=LOOK_AGAIN_DAYS)
        restrictions.restrict(restricted, kind=Kind.DISPUTE, reason="参保人对登记的地址有异议", look_again_on=day, by=asks)
        erasures.carry_out(erasures.ask(erased, why=Why.ASKED, by=asks), by=answers)
    return len(people)


def _without_business(most: int) -> list[Resident]:
    """The first residents with loss reports, none of them running, and without an application."""
    reports = select(LossReport.resident_id)
    running = reports.where(LossReport.ended_at.is_(None))
    wanted = (Resident.id.in_(reports), Resident.id.not_in(running), Resident.id.not_in(select(Application.resident_id)))
    return list(db.session.scalars(select(Resident).where(*wanted).order_by(Resident.id).limit(most)))

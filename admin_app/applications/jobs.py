"""Doors: the work that the office does by itself for cases."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import update

from admin_app.applications.models import Application
from admin_app.applications.operations import posting, promises
from admin_app.applications.operations import waiting as operations
from admin_app.applications.operations.promises import Change
from admin_app.applications.queries import telling, waiting
from admin_app.centres import queries as centres
from admin_app.foundation import clock
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.jobs.operations import enqueue
from admin_app.foundation.per_app import PerApp
from admin_app.notices import operations as notices
from admin_app.notices import queries as notice_queries
from admin_app.notices.rules import Kind

AGAIN = timedelta(minutes=2)
"""After which the days are counted once more: no request that began before the calendar changed is still at work."""
_ORDERED: PerApp[date | None] = PerApp("applications.recount_ordered", lambda: None)


def conclude_loss_report(job: Job) -> dict[str, Any] | None:
    """The card of the case ('application_id') has left: its loss report has served; doing it again changes nothing."""
    with transaction():
        case = db.session.get_one(Application, int(job.arguments["application_id"]))
        posting.conclude_loss_report(case, by=SYSTEM)
    return None


def say(job: Job) -> dict[str, Any] | None:
    """Tell the resident what was decided of the case ('application_id', 'kind'), if it still stands; doing it again says nothing twice."""
    with transaction():
        case = db.session.get_one(Application, int(job.arguments["application_id"]))
        said = None if case.resident.erased_at else telling.decision_told(case, Kind(job.arguments["kind"]))
        notice = notices.say(case.resident, said) if said else None
        return {"notice": notice.public_id} if notice else None


def readdress(job: Job) -> dict[str, int]:
    """Let what has not left for a resident ('resident_id') follow them to where they are reached now; doing it again changes nothing."""
    with transaction():
        waiting_for_them = notice_queries.waiting_of_resident(int(job.arguments["resident_id"]))
        cases = telling.cases_of([notice.case_ref for notice in waiting_for_them])
        moved = [notices.readdress(notice, telling.recipient_of(cases[notice.case_ref], Kind(notice.kind))) for notice in waiting_for_them]
        return {"moved": sum(moved)}


def lapse_due() -> int:
    """Let cases lapse whose residents brought nothing in time; returns how many. Opens no transaction when there is nothing to do."""
    lapsed = 0
    while waiting.due_to_lapse(limit=1):
        with transaction():
            lapsed += operations.lapse_due()
    return lapsed


def remind_due() -> int:
    """Remind the residents whose last day is near; returns how many. Opens no transaction when there is nothing to do."""
    reminded = 0
    while waiting.due_to_be_reminded(limit=1):
        with transaction():
            reminded += operations.remind_due()
    return reminded


def recount(job: Job) -> dict[str, int]:
    """Let open cases follow the calendar: a change ('calendar_day_id' or 'calendar_year_id', 'version'), or what it says on a 'day'.

    Where it stopped is kept with each batch: killed, it goes on there. Once more after AGAIN, for cases that were filed meanwhile.
    """
    job_id, known = job.id, dict(job.arguments)
    db.session.rollback()
    while not known.get("is_over"):
        after = known.get("after")
        with transaction():
            change = _change(known)
            place = (date.fromisoformat(after[0]), after[1]) if after else None
            place, moved = promises.recount(after=place, change=change, by=SYSTEM)
            known["moved"] = known.get("moved", 0) + moved
            known["after"] = [place[0].isoformat(), place[1]] if place else None
            known["is_over"] = place is None
            if place is None:
                _finish(known, change)
            db.session.execute(update(Job).where(Job.id == job_id).values(arguments=known))
    return {"moved": known["moved"]}


def _change(known: Mapping[str, Any]) -> Change:
    """What changed in the calendar, as the log and the timelines say it."""
    if year := centres.calendar_year(known.get("calendar_year_id")):
        return Change(str(year.year), {"year": year.year}, year.lines)
    if day := centres.calendar_day(known.get("calendar_day_id")):
        return Change(day.day.isoformat(), day.facts)
    return Change(str(known["day"]))


def _finish(known: Mapping[str, Any], change: Change) -> None:
    is_first = "version" in known and not known.get("is_second")
    if is_first:
        asked = {name: known[name] for name in ("calendar_day_id", "calendar_year_id", "version") if name in known}
        enqueue(promises.JOB, dedupe_key=f"{promises.JOB}:{change.reference}:{known['version']}:again", wait=AGAIN, is_second=True, **asked)
    if is_first or known["moved"]:
        promises.record_recount(known["moved"], change, by=SYSTEM)


def recount_daily() -> None:
    """Order the count of every day, which finds what came into the calendar by another way, such as a newer list of the country's days."""
    today = clock.today()
    if _ORDERED.get() == today:
        return
    with transaction():
        enqueue(promises.JOB, dedupe_key=f"{promises.JOB}:{today.isoformat()}", day=today.isoformat())
    _ORDERED.put(today)

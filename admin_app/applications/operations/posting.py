"""The card of an approved application left the house."""

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import update
from sqlalchemy.orm.attributes import set_committed_value

from admin_app.applications.models import Application
from admin_app.applications.operations import moves
from admin_app.applications.rules import Status
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict
from admin_app.loss_reports import operations as loss_reports
from admin_app.staff.permissions import verb


@verb("applications.mark_posted")
def mark_posted(application: Application, on: date, *, by: Actor, tracking_number: str = "") -> None:
    """Note the day on which the card was posted (again: the newest day counts); Conflict unless the application is approved."""
    guarded = update(Application).where(Application.id == application.id, Application.status == Status.APPROVED)
    done = db.session.execute(guarded.values(posted_on=on).execution_options(synchronize_session=False))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(_l("The application %(reference)s is not approved. Nothing was posted.", reference=application.reference))
    set_committed_value(application, "posted_on", on)
    facts = {"posted_on": on.isoformat(), "tracking_number": tracking_number}
    moves.record(application, "applications.posted", by=by, changes=facts)


@verb("applications.take_back_posting")
def take_back_posting(application: Application, *, by: Actor, earlier: date | None) -> None:
    """The card did not leave after all: the day of posting is what it was before, None where there was none."""
    there = update(Application).where(Application.id == application.id)
    db.session.execute(there.values(posted_on=earlier).execution_options(synchronize_session=False))
    set_committed_value(application, "posted_on", earlier)
    moves.record(application, "applications.posting_taken_back", by=by)


@verb("applications.conclude_loss_report")
def conclude_loss_report(application: Application, *, by: Actor) -> None:
    """The replacement has left the house: the loss report of the case has served, the next loss needs one of its own."""
    if application.loss_report is not None:
        loss_reports.conclude(application.loss_report, by=by)

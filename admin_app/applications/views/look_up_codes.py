"""A look-up code between its making and its receipt: in the sealed session of whoever made it, for some minutes, and nowhere else."""

from flask import session

from admin_app.applications.models import Application
from admin_app.applications.operations import look_up
from admin_app.applications.queries.receipt import look_up_place
from admin_app.applications.rules.look_up import shown
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor

IN_SESSION = "look_up_code"
MINUTES = 15
"""For which it stands on the page of the case and on receipts; then only a new one can be given."""


def give(application: Application, *, by: Actor) -> str:
    """A code for the case where this office has pages to look it up; '' where not. Needs an open transaction."""
    return look_up.give_code(application, by=by) if look_up_place() else ""


def keep(application: Application, code: str) -> None:
    """Keep what give() gave, once it is committed."""
    if code:
        session[IN_SESSION] = [application.public_id, shown(code), clock.now().timestamp()]


def of(application: Application) -> str:
    """The code of this case as it is printed, as long as it is known; ''."""
    public_id, code, at = session.get(IN_SESSION) or ("", "", 0)
    if not code:
        return ""
    if clock.now().timestamp() - at > MINUTES * 60:
        session.pop(IN_SESSION)
        return ""
    return str(code) if public_id == application.public_id else ""

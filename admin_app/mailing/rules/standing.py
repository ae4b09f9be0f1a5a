"""How far a case is, in the resident's words: one table for every page and every answer that tells it; pure functions."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.applications.rules import Status
from admin_app.mailing.rules import Place

P = Place
STATES: dict[Place, tuple[Any, Any]] = {
    P.DRAFT: (_l("Your application has not been handed in yet."), _l("Bring what is missing to a service centre.")),
    P.IN_REVIEW: (_l("We are checking your application."), _l("You need not do anything now.")),
    P.WITH_RESIDENT: (
        _l("We need something from you."),
        _l("The clock stands still, because you owe us papers that we have asked for. The letter says which; a centre can tell you, too."),
    ),
    P.REJECTED: (
        _l("Your application was not approved."), _l("The letter says why and what you can do. If you did not get it, ask at a centre."),
    ),
    P.WITHDRAWN: (_l("Your application was withdrawn."), _l("If you need a card after all, apply again.")),
    P.APPROVED: (_l("Your application is approved."), _l("Your card is being ordered; you need not do anything.")),
    P.BEING_MADE: (_l("Your application is approved."), _l("Your card waits to be made; you need not do anything.")),
    P.AT_MAKER: (_l("Your card is being made."), _l("You need not do anything now.")),
    P.MADE: (_l("Your card is made."), _l("It is being checked; you need not do anything.")),
    P.TO_MAIL: (_l("Your card is ready."), _l("It is posted next; you need not do anything.")),
    P.IN_BATCH: (_l("Your card is ready."), _l("It is posted next; you need not do anything.")),
    P.AT_COUNTER: (_l("Your card lies ready for you."), _l("Collect it at the centre below and bring your ID card.")),
    P.POSTED: (_l("Your card is in the post."), _l("The carrier can tell you more by the number of the parcel.")),
    P.COLLECTED: (_l("Your card was handed over."), _l("If you did not get it, call the centre at once.")),
    P.SPOILED: (_l("Your card came out wrong."), _l("It is made again; you need not do anything.")),
    P.INQUIRED: (_l("Your card has not arrived."), _l("We have asked the carrier where it is; you need not do anything.")),
    P.DELIVERED: (_l("Your card was delivered."), _l("If you did not get it, call the centre at once.")),
    P.CAME_BACK: (_l("Your card came back by post."), _l("Call the centre, or go there: say where it is to go.")),
    P.LOST: (_l("Your card was lost in the post."), _l("Call the centre: it can tell you what happens next.")),
    P.SEALED: (_l("Nobody received your card in time."), _l("It is not given out any more: apply again, at a centre.")),
    P.DESTROYED: (_l("Nobody received your card in time."), _l("It was destroyed: apply again, at a centre.")),
}  # fmt: skip
"""Where the card of a case is -> what its resident is told, and what to do next; it names no person, no address, no reason."""
STEPS = (_l("You applied"), _l("Checked"), _l("Card made"), _l("On its way or ready"))
"""The way of an application in few words."""
REACHED = {
    P.IN_REVIEW: 1, P.WITH_RESIDENT: 1, P.APPROVED: 2, P.BEING_MADE: 2, P.AT_MAKER: 2, P.SPOILED: 2, P.MADE: 3, P.TO_MAIL: 3, P.IN_BATCH: 3,
    P.AT_COUNTER: 4, P.POSTED: 4, P.INQUIRED: 4, P.DELIVERED: 4, P.COLLECTED: 4, P.CAME_BACK: 4, P.LOST: 4,
}  # fmt: skip
"""How many of STEPS are done, of cases that go on or went well."""


def told(place: Place, case: Any, *, now: datetime, undo: timedelta) -> Place:
    """Where a case stands for its resident: a decision counts once nobody can take it back any more (`undo` after it)."""
    is_fresh = case.decided_at is not None and now < case.decided_at + undo
    return Place.IN_REVIEW if is_fresh and case.status in (Status.APPROVED, Status.REJECTED) else place

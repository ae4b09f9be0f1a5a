"""Doors: what a resident brings, pays and waits for."""

from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.applications.rules import GUARDIAN_AGE, NEEDS_FORMAL_LOSS_REPORT, Applicant, Material, Reason
from admin_app.foundation import settings
from admin_app.online import queries
from admin_app.online.views.pages import PAGES, draw
from admin_app.web import arguments
from admin_app.web.public_view import public

REASONS = {
    Reason.LOST: _l("I lost it"),
    Reason.STOLEN: _l("It was stolen"),
    Reason.DAMAGED: _l("It is damaged"),
    Reason.UNREADABLE: _l("Its chip cannot be read"),
    Reason.DATA_CHANGED: _l("My name or another detail has changed"),
    Reason.MISPRINTED: _l("It was printed wrong"),
    Reason.EXPIRED: _l("It has expired"),
    Reason.OTHER: _l("Another reason"),
}
APPLICANTS = {
    Applicant.SELF: _l("The holder of the card"),
    Applicant.PROXY: _l("Somebody whom the holder has asked to"),
    Applicant.GUARDIAN: _l("A parent or guardian"),
}
QUESTIONS = {
    "reason": _l("Why do you need another card?"),
    "applicant": _l("Who comes to the counter?"),
    "age": _l("How old is the holder of the card?"),
}
MADE_THERE = frozenset({Material.LOSS_PROOF})
"""What comes about at the counter: nobody brings it."""


@PAGES.get("/what-you-need")
@public
def what_you_need() -> Any:
    """Three questions, and what follows from the office's table; the answers stand in the address, so that a list can be shared."""
    ages = queries.ages()
    asked = {
        "reason": arguments.address.choice("reason", REASONS),
        "applicant": arguments.address.choice("applicant", APPLICANTS),
        "age": arguments.address.choice("age", {str(age) for age in ages}),
    }
    missing = [name for name, value in asked.items() if not value] if any(asked.values()) else []
    wanted = queries.wanted(asked["reason"], asked["applicant"], int(asked["age"])) if all(asked.values()) else None
    facts = {
        "asked": asked, "missing": missing, "faults": [(QUESTIONS[name], f"#{name}-first") for name in missing], "questions": QUESTIONS,
        "wanted": wanted, "ages": ages, "reasons": REASONS, "applicants": APPLICANTS,
        "needs_report": asked["reason"] in NEEDS_FORMAL_LOSS_REPORT, "made_there": MADE_THERE, "settings": settings.current(),
        "guardian_age": GUARDIAN_AGE,
    }  # fmt: skip
    return draw("online/needs.html", **facts), 422 if missing else 200

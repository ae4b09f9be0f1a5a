"""Doors: how far a case is, for whoever has its reference and its look-up code."""

import json
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.applications.operations import look_up as codes
from admin_app.applications.rules import look_up as rules
from admin_app.foundation import settings
from admin_app.foundation.database import transaction
from admin_app.online import queries
from admin_app.online.views.pages import PAGES, draw
from admin_app.web import arguments, stamps
from admin_app.web.public_view import public

MOST = 60
"""Characters that are shown again of what was typed."""
DEMO_CODES = "demo-codes.json"
"""In the instance folder of a demo: [{"reference", "code"}, …], written by admin_app/demo/codes.py."""
LOOK_UP = "look-up"
"""What the stamp of the form is for."""
REFERENCE = _l("The reference looks like BK-26-0000123. It stands on the receipt.")
CODE = _l("The code has eight signs, like ACDE-FGHJ. It stands on the receipt.")
FAULT = _l(
    "Reference and code do not belong together, or too many wrong codes were tried. Check both on the receipt. A service centre tells you "
    "how far your application is, and gives you a new code."
)


@PAGES.get("/look-up")
@public
def look_up() -> Any:
    """The form."""
    return _form()


@PAGES.post("/look-up")
@public
@stamps.stamped(LOOK_UP)
def looked_up() -> Any:
    """The state of the case. What is wrong with reference or code, nobody learns: one page and one status for all of it."""
    typed = {name: arguments.form.single(name)[:MOST] for name in ("reference", "code")}
    reference, code = rules.read_reference(typed["reference"]), rules.read_code(typed["code"])
    wrong = {name: words for name, value, words in (("reference", reference, REFERENCE), ("code", code, CODE)) if not value}
    if wrong:
        return _form(typed, wrong), 422
    with transaction():
        case = codes.find(reference, code)
    if case is None:
        return _form(typed, {"reference": FAULT}), 422
    return draw("online/state.html", state=queries.state_of(case), resend=_resend(typed))


def _form(typed: Mapping[str, str] | None = None, wrong: Mapping[str, Any] | None = None) -> str:
    faults = [(words, f"#{name}") for name, words in (wrong or {}).items()]
    facts = {"typed": typed or {}, "wrong": wrong or {}, "faults": faults, "purpose": LOOK_UP, "examples": _examples()}
    return draw("online/look_up.html", resend=_resend(typed) if typed else None, **facts)


def _resend(typed: Mapping[str, str]) -> dict[str, Any]:
    """What the switches of the header send again, so that language and size can be changed on a page that answers a form."""
    return {"purpose": LOOK_UP, "fields": list(typed.items())}


def _examples() -> list[dict[str, str]]:
    """Made-up cases with their codes, which a demo has written down; nothing in an office."""
    file = settings.current().instance / DEMO_CODES
    is_demo = settings.current().environment == "demo" and file.exists()
    return json.loads(file.read_text(encoding="utf-8")) if is_demo else []

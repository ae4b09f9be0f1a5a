"""The answer to a request that met a database (or disk) in trouble: 503, when to come again, what was saved, and what was typed."""

import json
from typing import Any, NamedTuple

import structlog
from flask import Response, g, request, session
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_app.foundation import patience
from admin_app.foundation.database_trouble import RETRY_AFTER, Trouble
from admin_app.web import problems

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
TEXTS = {
    Trouble.LOCKED: (_l("Please try again in a moment"), _l("The database is busy with something else.")),
    Trouble.FULL: (_l("There is no room left"), _l("The disk of the desk is full: nothing is saved until whoever runs it makes room.")),
    Trouble.READ_ONLY: (_l("Nothing can be saved at the moment"), _l("The database can only be read at the moment.")),
    Trouble.UNREACHABLE: (_l("Please try again in a moment"), _l("The database does not answer.")),
}
SECRETS = frozenset({"password", "proof", "current", "new"})
"""Fields of forms that no page repeats."""
SECRET_PLACES = ("/sign-in", "/account/")
"""Where forms hold passwords, codes and what a device signed."""
MOST_REPEATED = 200_000
"""Characters of a form that the page repeats; longer than any text that may be typed."""
log = structlog.get_logger("card_desk.web")


class Again(NamedTuple):
    """A form to send once more: its address and its fields, in their order."""

    action: str
    fields: list[tuple[str, str]]


def facts(trouble: Trouble) -> dict[str, Any]:
    """What the error page shows of it."""
    title, what = TEXTS[trouble]
    again = again_of_request()
    said = [str(what), _saved(trouble)]
    if again is not None:
        said.append(_("What you typed stands in this page; the button sends it again."))
    elif request.method not in SAFE_METHODS:
        said.append(_("Passwords, codes and files must be given again."))
    retry_url = request.full_path.rstrip("?") if request.method in SAFE_METHODS else None
    return {"title": title, "message": " ".join(said), "again": again, "retry_url": retry_url}


def note(trouble: Trouble) -> dict[str, str]:
    """Write it to the log and leave the browser's session as it was; the header that says when to come again."""
    session.trouble = trouble  # type: ignore[attr-defined]
    log.error("database in trouble", trouble=str(trouble), endpoint=request.endpoint, request_id=g.get("request_id"))
    return {"Retry-After": str(RETRY_AFTER[trouble])}


def again_of_request() -> Again | None:
    """The form of this request, to be sent once more; None where it held what is not repeated, or nothing."""
    if request.method in SAFE_METHODS or request.path.startswith(SECRET_PLACES) or any(file.filename for file in request.files.values()):
        return None
    fields = list(request.form.items(multi=True))
    if not fields or SECRETS & request.form.keys() or sum(len(value) for _name, value in fields) > MOST_REPEATED:
        return None
    return Again(request.full_path.rstrip("?"), fields)


def wants_json() -> bool:
    """Whether a program asked for the page, which reads JSON."""
    accepted = request.accept_mimetypes
    return problems.is_wanted() or accepted.best_match(["text/html", "application/json"], "text/html") == "application/json"


def problem(trouble: Trouble) -> Response:
    """The same for a program, which is also told in a word what the matter is."""
    title, what = TEXTS[trouble]
    answer = problems.problem(503, title, f"{what} {_saved(trouble)}")
    answer.set_data(json.dumps(json.loads(answer.get_data()) | {"trouble": str(trouble)}, ensure_ascii=False))
    return answer


def _saved(trouble: Trouble) -> str:
    if request.method in SAFE_METHODS:
        return _("Nothing was changed.")
    if patience.changes() or trouble == Trouble.UNREACHABLE:  # a commit whose answer got lost may have happened
        return _("It is not certain whether this step was saved: check before you send it again.")
    return _("Nothing of this step was saved.")

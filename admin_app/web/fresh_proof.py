"""Step-up: what reveals, exports or gives rights asks once more who is there, unless that was proved within the last minutes.

The question stands on a page in place of the answer; it carries along what was sent, and goes on with that.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, NamedTuple, TypeVar, cast

from flask import Request, g, render_template, request, session
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.datastructures import ImmutableMultiDict

from admin_app.foundation import clock
from admin_app.foundation.errors import DomainError
from admin_app.foundation.per_app import PerApp
from admin_app.web import form_marks
from admin_app.web.error_pages import retry_header

MINUTES = 15
"""How long a proof is fresh."""
FIELD, PROVED_AT = "proof", "proved_at"
NOT_CARRIED = (FIELD, "csrf_token", form_marks.FIELD)
View = TypeVar("View", bound=Callable[..., Any])


class Prover(NamedTuple):
    """How the signed-in person proves who they are: compares what they typed, and says whether that is a code or the password."""

    is_right: Callable[[str], bool]
    asks_for_code: Callable[[], bool]


def _nobody(_typed: str) -> bool:
    return False


PROVER: PerApp[Prover] = PerApp("fresh_proof.prover", lambda: Prover(_nobody, lambda: False))
"""What the room of the staff knows and this one does not (menu.py)."""


def needs_fresh_proof(view: View) -> View:
    """The POST route asks for a proof that is not older than MINUTES. It stands below @requires; forms with files cannot have it."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if is_fresh():
            return view(*args, **kwargs)
        if FIELD not in request.form:
            return _ask()
        try:
            is_right = PROVER.get().is_right(request.form[FIELD])
        except DomainError as refused:
            return _ask(refused.message, refused.status, retry_header(refused))
        if not is_right:
            return _ask(_l("That is not right. Nothing was done yet; please try again."), 422)
        mark()
        session.rotate()  # type: ignore[attr-defined]
        _drop_proof(request)
        return view(*args, **kwargs)

    guarded.needs_fresh_proof = True  # type: ignore[attr-defined]
    return cast(View, guarded)


def is_fresh() -> bool:
    """Whether whoever is signed in proved it within MINUTES."""
    proved: str | None = session.get(PROVED_AT)
    return proved is not None and clock.now() - datetime.fromisoformat(proved) < timedelta(minutes=MINUTES)


def mark() -> None:
    """The person proved just now who they are."""
    session[PROVED_AT] = clock.now().isoformat()


def _ask(sentence: Any = None, status: int = 403, headers: dict[str, str] | None = None) -> Any:
    carried = [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_CARRIED]
    facts = {"carried": carried, "sentence": sentence, "asks_for_code": PROVER.get().asks_for_code(), "minutes": MINUTES}
    g.asked_to_prove = True  # which is no refusal of a right
    return render_template("desk/prove.html", username=current_user.username, **facts), status, headers or {}


def _drop_proof(asked: Request) -> None:
    # The view reads the form as it was sent before the question.
    fields = [(name, value) for name, value in asked.form.items(multi=True) if name != FIELD]
    asked.__dict__["form"] = ImmutableMultiDict(fields)
    asked.__dict__.pop("values", None)

"""What a form gets whose session has ended meanwhile: the sign-in page in its place, or the page again, with all that was typed.

It is not enough that a form comes without a session: it must carry the mark of a page that was made for somebody (web/form_marks.py),
and what was typed is shown to that person only. So nobody's page can put words into a form of the desk.
"""

from collections.abc import Callable
from typing import Any

from flask import redirect, request

from admin_app.foundation.per_app import PerApp
from admin_app.web import form_marks, kept_forms, partial_pages
from admin_app.web.kept_forms import Kept

Draw = Callable[[Kept], Any]


def _nothing(_kept: Kept) -> Any:
    return None


SIGN_IN: PerApp[Draw] = PerApp("ended_sessions.sign_in", lambda: _nothing)
"""Draws the sign-in page that carries the form: the room of the staff knows how (menu.py)."""
OWN_ANSWERS = ("/sign-in", "/sign-out")
"""Forms of the way in and out."""


def answer() -> Any:
    """The answer to a form that came without its session, or with the token of an older one; None where there is nothing to keep."""
    if request.path.startswith(OWN_ANSWERS) or not _is_page_wanted():
        return None
    kept = kept_forms.of_request("sign_in")
    if kept is None:
        return None
    here = form_marks.account_here()
    if here == form_marks.NOBODY:
        return SIGN_IN.get()(kept)
    if here != kept.account:
        return None
    kept_forms.put(kept)
    return redirect(kept.page)


def after_refusal() -> str:
    """Let a form that a rule refused wait on its page; the address of that page, '' where there is nothing to go back to."""
    kept = kept_forms.of_request("refused", with_hidden=False) if _is_page_wanted() else None
    if kept is None or kept.account != form_marks.account_here() or request.path == kept_forms.SWITCHES:
        return ""
    kept_forms.put(kept)
    return kept.page


def _is_page_wanted() -> bool:
    """Whether the answer is shown as a page, and not read by a script that keeps something in the background."""
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate" or partial_pages.is_partial_request()

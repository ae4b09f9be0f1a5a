"""What somebody typed into a form that was not taken stays: it comes back in the form, for the same person, and is sent by nobody else.

Between the two it lies in that person's session; over a sign-in it travels sealed in the page that asks for the password, because whoever
is not signed in has no session (ADR 0057). Nothing is done with it by itself: the person sees the form again and presses the button.
"""

import base64
import json
import re
import zlib
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Response, render_template, request, session
from flask_login import current_user

from admin_app.foundation import clock, crypto, settings
from admin_app.foundation.database import is_public_id
from admin_app.foundation.errors import DomainError
from admin_app.web import form_filling, form_marks, form_words, partial_pages
from admin_app.web.form_filling import Sent
from admin_app.web.local_addresses import local_target

FIELD = "kept"
"""The field of the sign-in page that carries a sealed form."""
FORMS = "kept_forms"
"""The field in which static/desk/kept.js sends what is typed on a page whose language is switched (JSON)."""
IN_SESSION = "kept_form"
SECRETS = frozenset({"password", "proof", "current", "new", "verification_code", "credential", FIELD, FORMS})
"""Fields that are given again."""
NOT_KEPT = SECRETS | form_filling.UNTOUCHED
MOST = 200_000
"""Characters that are kept of a form; longer than any text that may be typed."""
MOST_FORMS = 20
REFUSED_IN_PLACE = frozenset({409, 422})
"""Answers of a rule that refuses what was sent; most draw the form again, some have none any more."""
MINUTES = 30
"""How long a form waits on its page."""
TOKEN_FROM = 60
"""Characters without a blank from which a value is something that a page signed."""
CHOICES = frozenset({
    "answer", "choose", "either", "file", "forget", "form", "kind", "link", "reset", "row", "theme", "language", "verb", "verdict",
    "confirmed", "goal", "label_language", "material", "offered", "place", "state", "stock", "watched", "window",
    "label_design", "paper", "phone_shown", "printer", "then", "later", "reject_reason", "request_reason", "page", "original_seen",
    "address_step", "within", "scopes", "way",
})  # fmt: skip
"""What buttons and hidden fields send, and boxes that say a code: with a value as a program spells it, nobody typed it."""
CODE = re.compile(r"[a-z0-9_:.-]*")
"""How a program spells a choice."""
SWITCHED = frozenset({"language", "theme"})
"""What the switches choose."""
SWITCHES, BESIDE = "/preferences/", "beside"
"""Where the switches of the frame are sent; the argument that says that a form went there with its own switch."""


class TooLong(DomainError):
    """What was typed is more than is kept while something else is done first; it stands in the window that sent it."""

    status = 413


class NotTheirs(Exception):
    """What was kept is of somebody else, older than a session lasts, or damaged."""


@dataclass(frozen=True)
class Kept:
    """Forms of one page. `with_hidden`: they go on as they were sent, and not as a fresh form with the same text."""

    account: int
    page: str
    forms: tuple[Sent, ...]
    at: str
    """When; ISO 8601."""
    with_hidden: bool = True
    why: str = "sign_in"
    """What came in between: sign_in, language, refused, address (its help, web/address_view.py)."""
    had_files: bool = False
    """Whether files came along, which are not kept."""
    is_too_long: bool = False
    """Whether more than MOST characters came along: nothing is kept, and whoever sent it is told."""

    @property
    def path(self) -> str:
        """The path of the page."""
        return self.page.partition("?")[0]


def of_request(why: str, *, with_hidden: bool = True) -> Kept | None:
    """The form of this request, for whoever saw it; None where it is no form of a page of ours that was made for somebody."""
    mark = form_marks.of_request() if request.method == "POST" else None
    if mark is None or mark.account == form_marks.NOBODY:
        return None
    forms = _switched() if request.path == SWITCHES else (Sent(request.path, _fields()),)
    is_too_long = sum(len(value) for sent in forms for _name, value in sent.fields) > MOST
    had_files = any(file.filename for file in request.files.values())
    kept = () if is_too_long else forms
    return Kept(mark.account, mark.page, kept, clock.now().isoformat(), with_hidden, why, had_files, is_too_long)


def _fields() -> tuple[tuple[str, str], ...]:
    return tuple((name, value.replace("\0", "\ufffd")) for name, value in request.form.items(multi=True) if name not in NOT_KEPT)


def _switched() -> tuple[Sent, ...]:
    """What was typed beside the switch: what the script gathered, or the one form whose own switch was pressed."""
    gathered = request.form.get(FORMS)
    if gathered is None:
        return (Sent("", tuple(pair for pair in _fields() if pair[0] not in SWITCHED)),) if BESIDE in request.args else ()
    try:
        found = [_sent(one) for one in json.loads(gathered)[:MOST_FORMS]]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ()
    return tuple(found)


def _sent(one: Any) -> Sent:
    fields = [(str(name), str(value)) for name, value in one["fields"] if name not in NOT_KEPT]
    return Sent(str(one["action"]).partition("?")[0], tuple(fields))


def sealed(kept: Kept) -> str:
    """`kept` for a field of the sign-in page: nobody can read it, and it opens for its own account only."""
    plain = zlib.compress(json.dumps(asdict(kept), ensure_ascii=False).encode(errors="replace"))
    return base64.urlsafe_b64encode(crypto.keyring().encrypt(plain, context=_place(kept.account))).decode()


def opened(text: str, account: int) -> Kept:
    """What sealed() made, for the account that it is of; NotTheirs for everybody else."""
    try:
        plain = crypto.keyring().decrypt(base64.urlsafe_b64decode(text), context=_place(account))
        kept = _read(json.loads(zlib.decompress(plain)))
    except (crypto.Undecipherable, ValueError, IndexError):
        raise NotTheirs from None
    if clock.now() - datetime.fromisoformat(kept.at) > timedelta(hours=settings.current().session_hours):
        raise NotTheirs
    return kept


def _place(account: int) -> bytes:
    return f"kept form|content|{account}".encode()


def _read(values: dict[str, Any]) -> Kept:
    forms = tuple(Sent(action, tuple((name, value) for name, value in fields)) for action, fields in values.pop("forms"))
    return Kept(forms=forms, **values)


def put(kept: Kept) -> None:
    """Let it wait on its page for whoever is signed in; another one before it is forgotten."""
    if kept.forms:
        session[IN_SESSION] = asdict(kept) | {"at": clock.now().isoformat()}


def waiting() -> Kept | None:
    """What waits for whoever is signed in."""
    found = session.get(IN_SESSION)
    kept = _read(dict(found)) if found else None
    if kept is None or kept.account != form_marks.account_here():
        return None
    return kept if clock.now() - datetime.fromisoformat(kept.at) < timedelta(minutes=MINUTES) else None


def forget() -> None:
    """What waits is not wanted any more."""
    session.pop(IN_SESSION, None)


def install(app: Flask) -> None:
    """Fill what waits into its page, and forget it when the form is sent."""
    app.before_request(_sent_again)
    app.after_request(_filled_in)


def _sent_again() -> None:
    if request.method == "POST" and IN_SESSION in session and current_user.is_authenticated:
        kept = waiting()
        if kept is None or request.path in {sent.action for sent in kept.forms} or request.form.get("forget"):
            forget()


def _filled_in(response: Response) -> Response:
    if request.method == "POST" and response.status_code in REFUSED_IN_PLACE and response.mimetype == "text/html":
        return _told(response)
    if request.method != "GET" or IN_SESSION not in session:
        return response
    kept = waiting()
    if kept is None or kept.path != request.path or partial_pages.is_fragment_request() or response.status_code >= 500:
        return response
    if response.location:  # the page is over: what was typed goes where the person goes
        session[IN_SESSION] = asdict(replace(kept, page=local_target(response.location)))
        return response
    return response if response.mimetype != "text/html" or response.is_streamed else _written(response, kept)


def _told(response: Response) -> Response:
    """The answer to a refused form; where the page has the form no more, with what was typed into it."""
    kept = of_request("refused")
    if kept is None or kept.account != form_marks.account_here() or partial_pages.is_fragment_request():
        return response
    text = response.get_data(as_text=True)
    if any(form_filling.fill(text, sent, page=request.path).form_id for sent in kept.forms):
        return response
    return _written(response, kept)


def _written(response: Response, kept: Kept) -> Response:
    """The page with `kept` in its forms, and a note above that says so."""
    text, left, form_id, is_changed = response.get_data(as_text=True), [], "", False
    forms = []
    shown = form_filling.written_in(text)  # by the page itself: it need not be said twice
    for sent in kept.forms:
        filled = form_filling.fill(text, sent, page=request.path, with_hidden=kept.with_hidden)
        text, form_id, is_changed = filled.text, form_id or filled.form_id, is_changed or filled.is_changed
        forms.append(sent._replace(action=filled.action or request.path) if kept.why == "address" else sent)
        left += [words for name, value in filled.left if (words := in_words(sent, name, value, shown))]
    if kept.why == "address":  # it came by a button of its own: from now on it is known by where its form is sent, and forgotten then
        session[IN_SESSION] = asdict(replace(kept, forms=tuple(forms)))
    notice = render_template("desk/kept_notice.html", kept=kept, form_id=form_id, left=left, is_changed=is_changed)
    start = text.find(">", text.find('id="main"')) + 1
    response.set_data(text[:start] + notice + text[start:])
    return response


def in_words(sent: Sent, name: str, value: str, shown: Collection[str]) -> str:
    """A value that found no place: what was typed as it is, what was chosen in the words of its form; '' where a page need not say it."""
    chosen = form_words.chosen([name for name, _value in sent.fields], name, value)
    if chosen is not None:
        return chosen
    if name == "reason" and CODE.fullmatch(value) and (told := form_words.reason(value)):
        return told
    return value if _is_words(name, value) and form_filling.one_line_end(value) not in shown else ""


def _is_words(name: str, value: str) -> bool:
    """Whether a value that found no place is one that a person typed, and not a button, the mark of a record or a number of ours."""
    if name in form_filling.PASSING or (name.partition("-")[0] in CHOICES and CODE.fullmatch(value)):
        return False
    is_token = len(value) > TOKEN_FROM and value.isascii() and " " not in value
    return not is_token and not is_public_id(value)

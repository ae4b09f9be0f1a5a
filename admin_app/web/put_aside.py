"""What a form needs and no address may name, such as an ID number: it lies in the session, and sealed in the form itself.

The form finds it after a sign-in, too, when the session that it was put into has ended; it opens for the same account only.
"""

import base64
import json
import secrets
from contextlib import suppress

from flask import request, session

from admin_app.foundation import crypto
from admin_app.web import form_marks, kept_forms

FIELD = "aside"
"""The hidden field of the form."""


def put(kind: str, values: dict[str, str], *, most: int) -> str:
    """Put `values` aside, the last `most` of their kind; returns the opaque token that stands for them in the address."""
    token = secrets.token_hex(16)
    kept = list(session.get(kind, {}).items())[-(most - 1) :]
    session[kind] = dict(kept) | {token: values}
    return token


def again(kind: str, token: str, values: dict[str, str], *, most: int) -> None:
    """Let the session know it once more, where only a form had brought it."""
    if token not in session.get(kind, {}):
        session[kind] = dict(list(session.get(kind, {}).items())[-(most - 1) :]) | {token: values}


def take_away(kind: str, token: str) -> None:
    """It is not needed any more."""
    session[kind] = {name: values for name, values in session.get(kind, {}).items() if name != token}


def found(kind: str, token: str) -> dict[str, str] | None:
    """What was put aside: from the session, else from the form that is sent or that waits on this page; None if it is gone."""
    kept: dict[str, str] | None = session.get(kind, {}).get(token)
    if kept is not None:
        return dict(kept)
    waiting = kept_forms.waiting()
    for text in (request.form.get(FIELD, ""), *(value for sent in (waiting.forms if waiting else ()) for value in sent.values(FIELD))):
        with suppress(crypto.Undecipherable, ValueError, IndexError):
            opened: dict[str, str] = json.loads(crypto.decrypt_text(base64.urlsafe_b64decode(text), context=_place(kind, token)))
            return opened
    return None


def sealed(kind: str, token: str, values: dict[str, str]) -> str:
    """The same for the field of the form."""
    text = json.dumps(values, ensure_ascii=False)
    return base64.urlsafe_b64encode(crypto.encrypt_text(text, context=_place(kind, token))).decode()


def _place(kind: str, token: str) -> str:
    return f"put aside|{kind}|{token}|{form_marks.account_here()}"

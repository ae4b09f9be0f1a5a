"""What a person typed and chose in a form, and whether a page still shows it."""

import html
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import MultiDict

from admin_app.foundation.browser_sessions import BrowserSession
from admin_app.foundation.database import db
from admin_app.web import kept_forms
from admin_app.web.doors import ONLINE, is_below
from tests.forms import Field, Form, filled, forms_in
from tests.sealed import opened

WORDS = "记得 <b> \"quote\" & 'one'"
"""Typed into every free text: markup, both scripts, quotes."""
NO_WORK = ("/preferences/", "/residents/known", "/account/password")
"""The switches themselves, what a script asks while somebody types, and a form of secrets."""
CHOICES = ("select", "checkbox", "radio")
FREE = ("text", "search", "textarea")


def is_typed(one: Field) -> bool:
    """Whether a person types or chooses it, and it is no secret that is given again."""
    return one.kind not in ("hidden", "password", "file") and one.name not in kept_forms.SECRETS


def typed_forms(forms: list[Form]) -> list[Form]:
    """One form of each kind into which somebody who is signed in types or chooses something.

    Not of residents' pages: what waits for its author waits in a session, and there is none (ADR 0068).
    """
    chosen: dict[tuple[Any, ...], Form] = {}
    for form in forms:
        is_of_staff = form.letter != "-" and not is_below(form.rule, ONLINE)
        if is_of_staff and form.rule not in NO_WORK and any(is_typed(one) for one in form.fields) and form.kind not in chosen:
            chosen[form.kind] = form
    return list(chosen.values())


def free_texts(form: Form) -> list[str]:
    """The fields that take any words: no number, no day, no choice."""
    return [one.name for one in form.texts if one.kind in FREE and not one.number and is_typed(one)]


def typed_into(form: Form, words: str = WORDS) -> MultiDict[str, Any]:
    """The form as it is sent with `words` in each free text, another choice than the page has, without files."""
    changed = replace(form, fields=tuple(_chosen_otherwise(one) for one in form.fields))
    data = filled(changed, **{name: words[: _room(form, name)] for name in free_texts(form)})
    return MultiDict((name, value) for name, value in data.items(multi=True) if not isinstance(value, tuple))


def _room(form: Form, name: str) -> int:
    return next((one.most for one in form.texts if one.name == name), 0) or len(WORDS) * 2


def _chosen_otherwise(one: Field) -> Field:
    others = [value for value in one.options if value and value != one.value]
    return replace(one, value=others[-1]) if one.kind == "select" and others else one


def lost(app: Flask, text: str, form: Form, data: MultiDict[str, Any], *, page: str) -> list[str]:
    """The fields whose value, as it was sent, the page `text` shows neither in the same form nor anywhere else."""
    there = [one for one in forms_in(app, text, letter=form.letter, page=page) if one.rule == form.rule]
    shown = html.unescape(text)
    missing = []
    for one in (one for one in form.fields if is_typed(one)):
        values = set(data.getlist(one.name))
        if any(values <= _values(other, one) for other in there):
            continue
        if (one.kind in CHOICES and not there) or all(value in shown for value in values):
            continue
        missing.append(one.name)
    return sorted(set(missing))


def _values(form: Form, wanted: Field) -> set[str]:
    """What the form sends for this field as it stands on the page."""
    same = [one for one in form.fields if one.name == wanted.name]
    if wanted.kind in ("checkbox", "radio"):
        return {one.value or "on" for one in same if one.is_on}
    return {one.value.removeprefix("\n").replace("\r\n", "\n") for one in same}


def columns_with(text: str) -> set[tuple[str, str]]:
    """(table, column) of every text column that holds `text`."""
    db.session.rollback()
    found = set()
    for table in db.metadata.sorted_tables:
        names = [column.name for column in table.columns if isinstance(column.type, sa.String)]
        if names and table.name != BrowserSession.__tablename__:
            for row in db.session.execute(sa.select(*(table.c[name] for name in names))):
                found |= {(table.name, name) for name, value in zip(names, row, strict=True) if text in str(value)}
    found |= {(table.name, name) for table in db.metadata.sorted_tables for name, value in opened(table) if text in str(value)}
    return found

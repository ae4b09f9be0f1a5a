"""The text fields of every form as tests type into them: which there are, what they are there for, what of it is stored."""

import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from admin_app.foundation.database import db
from admin_app.foundation.typed_text import characters
from tests.faults.furnished import FullOffice
from tests.forms import TEXT_KINDS, Form, copied, filled, forms_in, typed_into
from tests.sealed import opened
from tests.statements import counted_statements

NEVER_STORED = {
    "/sign-in username": "only compared with those that there are",
    "/search/ q": "only looked for",
    "/online/look-up reference": "only looked for; whatever is wrong with it has one answer, so that nobody learns what exists",
    "/online/look-up code": "as before",
    "/online/sign-in id_number": "only looked for; known or not, the answer is the same",
    "/online/sign-in name": "as before",
    "/online/sign-in/code code": "only compared with the code that was sent",
    "/applications/<reference>/letter note": "not read: shows the letter in a tab of its own, and the form stays where it is",
    "/applications/<reference>/letter why": "as before",
    "/cards/together/ serial": "only looked for",
    "/production/check/ serial": "only looked for",
    "/mailing/batches/<public_id>/stuffing label": "only compared with the labels that there are; what is none stops the desk",
    "/mailing/batches/<public_id>/stuffing card": "only compared with the card that belongs to the label",
    "/mailing/batches/<public_id>/post count": "only compared with the parcels that have no number yet",
    "/mailing/batches/<public_id>/post pairs": "read in pairs of our label and a number of the post: tests/mailing/test_numbering.py",
    "/mailing/returns/scan code": "only looked for",
    "/mailing/carrier-file/ lines": "only compared with the parcels that there are",
    "/residents/known number": "only looked for, while it is typed into another field",
    "/residents/find name": "looked for, and carried into the next form",
    "/account/passkeys/add name": "kept with what a device signed, and none signs here",
    "/account/second-factor/enrol verification_code": "only compared with the code that the authenticator shows",
    "/account/password username": "stands there for the browser's store of passwords",
}
"""Text fields that no record keeps, and why."""
LATIN = re.compile(r"code|email|networks|username|hours|day|latitude|longitude|\w+_mm|certificate")
"""Fields of Latin letters, digits and signs, besides those that are there for a number and say so: everything else is refused there."""
CHOSEN = {"applicant": "proxy", "delivery": "post", "collector": "proxy", "authority": "authorisation"}
"""What is chosen so that every field of a form is read."""
CONFIRMED = {"/intake/<reference>/loss-report", "/loss-reports/new/<public_id>"}
"""Asks once more before anything is stored; sent here as the page of the question sends it."""
EMPTIED = {"first": "number-", "authority_missing": "authority_file"}
"""A field that is read only where those that begin so are empty."""
KEPT_BY = {"/applications/<reference>/decide why": "recommend_approval"}
"""A field of a form with several buttons that only one of them reads."""
WHOLE = {"notice"}
"""Fields that are right only as a whole text; what a test types into them stands on a line after what is there, or after an answer."""
LEAD_ON = ("/residents/find", "/account/second-factor/begin")
"""Forms whose answer shows another one, which no page links to."""
WRITES = re.compile(r'(?:INSERT INTO|UPDATE) "?(\w+)')


def forms_with_texts(office: FullOffice) -> list[Form]:
    """One form for each rule and each set of text fields in it, of a record whose state lets it be sent."""
    found: dict[tuple[str, tuple[str, ...]], list[Form]] = {}
    for form in [*office.crawler.forms, *asked_for_more(office)]:
        names = tuple(dict.fromkeys(re.sub("-[0-9a-f]{32}$", "-", field.name) for field in form.texts))
        if names and all(KEPT_BY.get(f"{form.rule} {name}", form.button[1]) == form.button[1] for name in names):
            found.setdefault((form.rule, names), []).append(form)
    return [next((form for form in alike if send(office, form, {})[0].status_code == 302), alike[0]) for alike in found.values()]


def asked_for_more(office: FullOffice) -> Iterator[Form]:
    """The forms that the answers to others lead to: a number that is not known yet is registered, a second factor is confirmed."""
    for rule in LEAD_ON:
        before = next(form for form in office.crawler.forms if form.rule == rule)
        office.restore()
        _answer, text = office.sender.send(before)
        yield from forms_in(office.app, text, letter=before.letter, page=before.action, before=before)


def fields(form: Form, *, latin: bool) -> list[str]:
    """The text fields that are stored, of words or of Latin letters and digits."""
    names = (field.name for field in form.texts if field.kind != "password" and f"{form.rule} {field.name}" not in NEVER_STORED)
    return [name for name in dict.fromkeys(names) if is_latin(form, name) == latin]


def is_latin(form: Form, name: str) -> bool:
    """Whether the field takes Latin letters, digits and signs only."""
    return bool(LATIN.fullmatch(name)) or any(field.number for field in form.texts if field.name == name)


def send(
    office: FullOffice, form: Form, typed: dict[str, str], kept_apart: tuple[str, ...] = (), also: dict[str, str] | None = None
) -> tuple[Any, str]:
    """The answer to the form with this in its fields, and every text of the tables that it wrote to.

    Of those `kept_apart` only what is not encrypted. `also` comes with it, as what only the answer to another one shows.
    The office is as it was before.
    """
    office.restore()
    fresh = office.sender.current(form) if form.before else form
    assert fresh is not None
    data: MultiDict[str, Any] = filled(fresh, **{name: after_the_whole(fresh, name, text) for name, text in typed.items()})
    emptied = tuple(EMPTIED[name] for name in typed if name in EMPTIED)
    for field in fresh.fields:
        if emptied and field.name.startswith(emptied):
            data.setlist(field.name, [""])
        if field.name in CHOSEN and field.kind not in TEXT_KINDS:
            data.setlist(field.name, [CHOSEN[field.name]])
    if form.rule in CONFIRMED:
        data["confirmed"] = "yes"
    data.update(also or {})
    with counted_statements() as statements:
        answer = office.people[form.letter].post(fresh.action, data=copied(data))
    written = {found[1] for statement in statements if (found := WRITES.search(statement))} & set(db.metadata.tables)
    return answer, "\n".join(
        words for name in sorted(written) for words in texts_of(db.metadata.tables[name], is_opened=name not in kept_apart)
    )


def after_the_whole(form: Form, name: str, text: str) -> str:
    """The text as it is typed into the field: alone, or after the text without which the field is refused."""
    if name not in WHOLE:
        return text
    (field,) = (one for one in form.texts if one.name == name)
    return f"{field.value.strip() or typed_into(field, form.rule)}\n{text}"


def texts_of(table: sa.Table, *, is_opened: bool = True) -> Iterator[str]:
    """Every text in the table, those inside JSON included, and the encrypted ones if they are to be opened."""
    for row in db.session.execute(sa.select(table)):
        for value in row:
            yield from texts_in(value)
    for _name, value in opened(table) if is_opened else ():
        yield from texts_in(value)
    db.session.rollback()


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts_in(part)


def is_refused(answer: Any, text: str) -> bool:
    """Whether the answer is a refusal that names a character of `text` by its code point."""
    return answer.status_code == 422 and any(characters.point(char) in answer.text for char in text if not " " <= char < "\x7f")

"""Every text field of every form, found by following links: what is typed is stored by the one rule, or refused by code point."""

import html
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from wtforms import HiddenField, PasswordField, StringField

from admin_app.applications.models import Application
from admin_app.foundation import crypto
from admin_app.foundation.database import db
from admin_app.foundation.typed_text import characters
from admin_app.foundation.typed_text import texts as texts_read
from admin_app.residents import rules
from admin_app.residents.rules import mask_id_number
from admin_app.web.desk_form import DeskForm
from reports.text import folding
from tests.factories.residents import id_number
from tests.faults.furnished import FullOffice
from tests.faults.hard_strings import FOLDED, IMPOSSIBLE, STAYING, spellings
from tests.faults.text_fields import NEVER_STORED, fields, forms_with_texts, is_latin, is_refused, send
from tests.forms import Field, Form, forms_in

AS_TYPED = {"/applications/<reference>/autosave", "/unsent-forms/keep/<form>/<subject>"}
"""Keep what is being typed, encrypted and for its author alone: it comes back as it was typed, and is read when it is sent."""
ENCRYPTED = ("unsaved_form", "unsent_form")
"""Where that is kept: a number of a person may stand in what is encrypted there, and nowhere else."""
SHORTEST = 50
"""Characters that a field of words takes if its form says nothing else: the longest name."""
LONGEST = 190
"""Characters of a form with one field that are sent at once: a reason has 200."""
GONE_BACK_TO = {"/lists/<name>/views title"}
"""Stands on a list, and the refusal on a page of its own: Back shows what was typed."""
NUMBER_SENTENCES = ("This holds an ID number.", "此处含有公民身份号码", "This holds a mobile number.", "此处含有手机号码")


def texts(most: int) -> Iterator[tuple[str, str]]:
    """(typed, stored): every text that stays, as many at once as go into one field; and what is folded."""
    pairs = [(text, text) for text in STAYING.values()] + [(typed, kept) for typed, kept in FOLDED.values() if kept]
    typed, kept = "", ""
    for more, becomes in pairs:
        if typed and len(typed) + 1 + len(more) > most:
            yield typed, kept
            typed, kept = "", ""
        typed, kept = f"{typed} {more}".strip(), f"{kept} {becomes}".strip()
    yield typed, kept


def unseen(forms: list[Form]) -> set[str]:
    """Names of text fields that a form class of ours has and no page of the office shows."""
    seen = {field.name.partition("-")[0] for form in forms for field in form.texts}
    return {name for one in form_classes() for name in text_fields(one)} - seen


def form_classes() -> Iterator[type[DeskForm]]:
    """Every form class of the rooms."""
    waiting = list(DeskForm.__subclasses__())
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if one.__module__.startswith("admin_app."):
            yield one


def text_fields(form: type[DeskForm]) -> Iterator[str]:
    """The names of its fields into which people type words."""
    for name, field in vars(form).items():
        kind = getattr(field, "field_class", None)
        if isinstance(kind, type) and issubclass(kind, StringField) and not issubclass(kind, HiddenField | PasswordField):
            yield name


def losses(office: FullOffice, form: Form) -> Iterator[str]:
    """Fields of this form in which something is lost without a word."""
    yield from lost_words(office, form)
    for name in fields(form, latin=False):
        text = " ".join(IMPOSSIBLE.values())
        answer, _stored = send(office, form, {name: text})
        if not is_refused(answer, text):
            yield f"{form.rule} {name}: {answer.status_code}, what no record can hold is not refused by its code point"
    for name in fields(form, latin=True) if form.rule not in AS_TYPED else ():
        text = "".join(STAYING.values())
        answer, _stored = send(office, form, {name: text})
        if not is_refused(answer, text):
            yield f"{form.rule} {name}: {answer.status_code}, what is not Latin is not refused by its code point"


def lost_words(office: FullOffice, form: Form) -> Iterator[str]:
    """Fields of words that do not store what is typed."""
    names = fields(form, latin=False)
    mosts = [field.most or SHORTEST for field in form.texts if field.name in names]
    most = min([LONGEST if len(names) == 1 else SHORTEST, *mosts])
    for typed, kept in texts(most - 5) if names else ():
        answer, lost = lost_from(office, form, typed, kept)
        if is_refused(answer, typed):  # a label refuses what no font has; the others of the batch are tried alone
            yield from lost_alone(office, form, [text for text in STAYING.values() if text in typed])
        elif lost or answer.status_code >= 400:
            yield f"{form.rule} {lost}: {answer.status_code} for {typed!a}"


def lost_from(office: FullOffice, form: Form, typed: str, kept: str) -> tuple[Any, list[str]]:
    """The answer to the form with `typed` in all its fields of words, and the fields of which `kept` is not stored."""
    names = fields(form, latin=False)
    answer, stored = send(office, form, {name: f"{typed} {place}nd" for place, name in enumerate(names)})
    kept = typed if form.rule in AS_TYPED else kept
    return answer, [name for place, name in enumerate(names) if f"{kept} {place}nd" not in stored]


def lost_alone(office: FullOffice, form: Form, alone: list[str]) -> Iterator[str]:
    """The texts that are neither stored nor refused by their code point when they are the only ones."""
    for text in alone:
        answer, lost = lost_from(office, form, text, text)
        if lost and not is_refused(answer, text):
            yield f"{form.rule} {lost}: {answer.status_code} for {text!a}"


def open_to(office: FullOffice, form: Form, number: str, holds: str) -> Iterator[str]:
    """Fields that take this number of a person, or lose what was typed; those that say that they are there for it are not asked."""
    also = fields(form, latin=True) if holds == "id-number" else []  # a serial may be eleven digits
    for name in [*fields(form, latin=False), *also]:
        (field, *_same) = (one for one in form.texts if one.name == name)
        if field.holds == holds:
            continue
        typed = number if is_latin(form, name) else f"见 {number}"
        answer, stored = send(office, form, {name: typed}, kept_apart=ENCRYPTED)
        if form.rule in AS_TYPED:
            yield from (
                [f"{form.rule} {name}: {answer.status_code}, stored in clear"] if answer.status_code >= 400 or number in stored else []
            )
            continue
        shown = html.unescape(answer.text)
        stays = typed in shown or f"{form.rule} {name}" in GONE_BACK_TO
        if answer.status_code != 422 or not stays or number in stored:
            yield f"{form.rule} {name}: {answer.status_code}, stays: {stays}, stored: {number in stored}"
        elif not is_latin(form, name) and not any(sentence in shown for sentence in NUMBER_SENTENCES):
            yield f"{form.rule} {name}: says something else"


NUMBERS = {
    "id-number": id_number, "phone": lambda: "13800138001", "postcode": lambda: "310013", "digits": lambda: "330108",
    "serial": lambda: "AB12345678", "tracking": lambda: "RA473124829CN", "reference": lambda: "PX261122000016",
}  # fmt: skip
"""Kind of number, as its field says it -> one that is right."""


def is_kept_number(form: Form, field: Field) -> bool:
    return bool(field.number) and form.rule not in AS_TYPED and f"{form.rule} {field.name}" not in NEVER_STORED


def misread(office: FullOffice, form: Form) -> Iterator[str]:
    """Fields for a number that do not take it however it was pasted, or keep something else."""
    for name, kind in {field.name: field.number for field in form.texts if is_kept_number(form, field)}.items():
        number = NUMBERS[kind]()
        for typed in spellings(number):
            answer, stored = send(office, form, {name: typed})
            shown = answer.text if answer.status_code == 200 else ""  # asks once more before anything is stored
            is_kept = any(trace in stored + shown for trace in traces(number)) or (answer.location or "").startswith("/residents/new/")
            if answer.status_code >= 400 or not is_kept:
                yield f"{form.rule} {name}: {answer.status_code} for {typed!a}"


def unasked(office: FullOffice, form: Form) -> Iterator[str]:
    """Fields for an ID number that take an unusual one without asking, or not even once somebody says that it is so."""
    for name in (field.name for field in form.texts if is_kept_number(form, field) and field.number == "id-number"):
        number = id_number(place="321119")
        answer, _stored = send(office, form, {name: number})
        box = f'name="{name}_confirmed" value="{number}"'
        if answer.status_code != 422 or box not in answer.text:
            yield f"{form.rule} {name}: {answer.status_code} for a place that is on no list"
        confirmed, _stored = send(office, form, {name: number}, also={f"{name}_confirmed": number})
        if confirmed.status_code != 302:
            yield f"{form.rule} {name}: {confirmed.status_code} for a number that was compared"


def traces(number: str) -> set[str]:
    """What a table that keeps the number holds in clear: itself, its blind index, its mask."""
    ring = crypto.keyring()
    blind = {index for kind in ("id_number", "phone") for index in ring.blind_indexes(kind, number)}
    return {number, *blind, *([mask_id_number(number)] if len(number) == len(id_number()) else [])}


def finding(office: FullOffice) -> Form:
    """The form that finds a resident."""
    page = office.people["i"].get("/residents/").text
    (form,) = (form for form in forms_in(office.app, page, letter="i", page="/residents/") if form.rule == "/residents/find")
    return form


def reopening(office: FullOffice) -> list[Form]:
    """The form with one text by which a rejected case is opened again."""
    case = db.session.scalars(sa.select(Application.reference).where(Application.status == "rejected")).first()
    address = f"/applications/{case}"
    found = forms_in(office.app, office.people["s"].get(address).text, letter="s", page=address)
    return [form for form in found if form.rule == "/applications/<reference>/reopen"]


@pytest.fixture(scope="module")
def forms(furnished: FullOffice) -> list[Form]:
    """Every form with texts, looked for once for this file: no more is opened than it takes to see each."""
    furnished.app.config["WTF_CSRF_ENABLED"] = False
    furnished.restore()
    return forms_with_texts(replace(furnished, is_lean=True))


@pytest.mark.about_pages
def test_what_is_typed_is_stored_or_refused_by_its_code_point(full_office: FullOffice, forms: list[Form]) -> None:
    there = {f"{form.rule} {field.name}" for form in forms for field in form.texts}
    assert set(NEVER_STORED) - there == set(), "fields that are never stored are still there"
    assert unseen(forms) == set(), "every text field of a form class stands on a page"
    assert [loss for form in forms for loss in losses(full_office, form)] == []


@pytest.mark.about_pages
@pytest.mark.parametrize(("number", "holds"), [(id_number(), "id-number"), pytest.param("13800138000", "phone", marks=pytest.mark.proof)])
def test_a_number_of_a_person_is_refused_in_every_text_and_stays_in_its_field(
    full_office: FullOffice, forms: list[Form], number: str, holds: str
) -> None:
    assert [place for form in forms for place in open_to(full_office, form, number, holds)] == []


@pytest.mark.about_pages
def test_a_number_is_kept_however_it_was_pasted_wherever_one_is_typed(full_office: FullOffice, forms: list[Form]) -> None:
    assert {field.number for form in forms for field in form.texts} - {""} == NUMBERS.keys()
    assert [place for form in forms for place in misread(full_office, form)] == []


@pytest.mark.about_pages
def test_an_unusual_number_is_asked_about_wherever_one_is_typed(full_office: FullOffice, forms: list[Form]) -> None:
    assert [place for form in forms for place in unasked(full_office, form)] == []


@pytest.mark.about_pages
def test_control_a_field_that_asks_nothing_is_found(full_office: FullOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "ask_about", lambda _identity, **_how: None)
    assert list(unasked(full_office, finding(full_office))) == ["/residents/find id_number: 302 for a place that is on no list"]


@pytest.mark.about_pages
def test_control_a_reader_that_takes_plain_digits_alone_is_found(full_office: FullOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(characters, "compatible", str)
    assert [place.partition(" for ")[0] for place in misread(full_office, finding(full_office))] == ["/residents/find id_number: 422"]


@pytest.mark.about_pages
def test_control_a_text_that_takes_numbers_is_found(full_office: FullOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts_read, "id_numbers_in", lambda _text: ())
    (form,) = reopening(full_office)
    assert list(open_to(full_office, form, id_number(), "id-number")) == [
        "/applications/<reference>/reopen reason: 302, stays: False, stored: True"
    ]


@pytest.mark.about_pages
def test_control_a_reader_that_asks_python_what_exists_is_found(full_office: FullOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "without_invisible", lambda text: "".join(filter(str.isprintable, text)))
    (form,) = reopening(full_office)
    assert "\\U0002ebf0" in "".join(lost_words(full_office, form))

"""What a form says about a wrong field is Chinese where the page is Chinese: every form of the desk, found by itself."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import wtforms
from babel.messages.pofile import read_po
from flask import Flask
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import RadioField, SelectChoice, SelectField, StringField
from wtforms.i18n import messages_path
from wtforms.validators import Length

from admin_app import menu
from admin_app.web.desk_form import SENTENCES, DeskForm

ENGLISH = re.compile(r"[A-Za-z]{2,}[ ,]+[a-z]{2,}")
BAD = {
    "nothing": "",
    "too long": "x" * 3000,
    "no number": "many",
    "too small": "-99999999",
    "too big": "99999999",
    "no choice": "nobody",
    "half a day": "2026-13-45",
}
"""What somebody may type into every field of a form."""


def forms(root: type[FlaskForm] = DeskForm) -> Iterator[type[FlaskForm]]:
    """Every form of the desk below `root` (the screens of the menu import them all)."""
    assert menu.SCREENS
    for form in root.__subclasses__():
        if form.__module__.startswith("admin_app."):
            yield form
            yield from forms(form)


def sentences(app: Flask, form: type[FlaskForm], typed: str) -> list[str]:
    """What the form says in Chinese when `typed` stands in each of its fields."""
    with app.test_request_context("/", method="POST", headers={"Accept-Language": "zh-CN"}):
        names = [field.name for field in form(formdata=None)]
        filled = form(formdata=MultiDict(dict.fromkeys(names, typed)))
        for field in filled:
            if isinstance(field, SelectField | RadioField) and field.choices is None:
                field.choices = [SelectChoice("one")]
        filled.validate()
        return [str(error) for field in filled for error in field.errors] + [str(error) for error in filled.form_errors]


def english(said: list[str]) -> list[str]:
    """The sentences that are not Chinese."""
    return [text for text in said if ENGLISH.search(text) or not re.search(r"[\u4e00-\u9fff]", text)]


@pytest.fixture
def desk(sqlite_app) -> Flask:
    """The app without its data: no form here asks the database."""
    app = sqlite_app[0]
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.mark.parametrize("form", sorted(set(forms()), key=lambda form: form.__name__), ids=lambda form: form.__name__)
@pytest.mark.parametrize("typed", BAD.values(), ids=BAD)
def test_a_form_complains_in_chinese(desk: Flask, form: type[FlaskForm], typed: str) -> None:
    assert not english(sentences(desk, form, typed))


def test_the_forms_do_complain(desk: Flask) -> None:
    said = {text for form in set(forms()) for typed in BAD.values() for text in sentences(desk, form, typed)}
    assert {"此项必填。", "最多填写 60 个字符。", "请填写整数。", "数值必须在 1 至 20 之间。", "请从所列选项中选择。", "日期无效。"} <= said


def test_every_form_is_a_form_of_the_desk() -> None:
    strangers = [form for form in FlaskForm.__subclasses__() if form.__module__.startswith("admin_app.") and form is not DeskForm]
    assert not strangers


def test_all_that_wtforms_can_say_is_in_our_catalogue() -> None:
    with (Path(messages_path()) / "wtforms.pot").open("rb") as file:
        known = {message.id if isinstance(message.id, str) else message.id[0] for message in read_po(file) if message.id}
    ours = {str(sentence._args[0]) for sentence in SENTENCES}
    assert known - ours == set(), wtforms.__version__


def test_an_english_sentence_is_noticed(desk: Flask) -> None:
    class Careless(DeskForm):
        """A form with a sentence of its own that nobody translated."""

        name = StringField("Name", validators=[Length(max=5, message="This is too long.")])

    assert english(sentences(desk, Careless, "x" * 9)) == ["This is too long."]

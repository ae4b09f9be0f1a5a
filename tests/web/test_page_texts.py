"""The texts of a page: the reader's language, safe to show, the same as the extension's."""

from types import SimpleNamespace

import flask_babel
import pytest
from flask import Flask
from markupsafe import Markup

from admin_app.applications import rules
from admin_app.foundation.i18n import words
from admin_app.web import page_texts


def texts(app: Flask, language: str) -> dict[str, object]:
    with app.test_request_context("/", headers={"Accept-Language": language}):
        return page_texts.of_page(language)


@pytest.mark.parametrize(("language", "expected"), [("en", "Queue"), ("zh", "审核队列")])
def test_a_text_is_in_the_language_of_the_page(app: Flask, language: str, expected: str) -> None:
    assert texts(app, language)["_"]("Queue") == expected


@pytest.mark.parametrize("language", ["en", "zh"])
def test_texts_equal_those_of_the_extension(app: Flask, language: str) -> None:
    with app.test_request_context("/", headers={"Accept-Language": language}):
        ours = page_texts.of_page(language)
        assert ours["_"]("Remove filter: %(label)s", label="x") == flask_babel.gettext("Remove filter: %(label)s", label="x")
        for number in (0, 1, 2):
            there = flask_babel.ngettext("%(num)s day", "%(num)s days", number)
            assert ours["ngettext"]("%(num)s day", "%(num)s days", number) == there


def test_values_are_escaped_and_may_have_any_name(app: Flask) -> None:
    _ = texts(app, "en")["_"]
    assert _("%(text)s %(singular)s", text="<b>", singular=Markup("<i>")) == "&lt;b&gt; <i>"
    assert _("100 %%") == "100 %"


def test_a_language_forced_for_one_document_does_not_change_the_page(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        page = page_texts.of_page("en")
        with flask_babel.force_locale("zh"):
            assert page_texts.of_page("zh")["_"]("Queue") == "审核队列"
        assert page["_"]("Queue") == "Queue"


def instead_of_part(app: Flask, monkeypatch: pytest.MonkeyPatch, template: SimpleNamespace) -> None:
    real = app.jinja_env.get_template
    monkeypatch.setattr(app.jinja_env, "get_template", lambda name: template if name == "part.html" else real(name))
    monkeypatch.setattr(page_texts, "_parts", {})


def test_the_macros_of_every_page_are_made_once_a_language(app: Flask) -> None:
    for language, expected in (("en", "Pages"), ("zh", "分页"), ("en", "Pages")):
        with app.test_request_context("/"), flask_babel.force_locale(language):
            first, second = page_texts.of_page(language)["ui"], page_texts.of_page(language)["ui"]
            assert first is second
            assert f'aria-label="{expected}"' in first.pager(text="x")


def test_a_table_of_words_is_translated_into_each_language(app: Flask) -> None:
    for language, expected in (("en", "Lost"), ("zh", "遗失"), ("en", "Lost")):
        with app.test_request_context("/"), flask_babel.force_locale(language):
            assert words(rules.REASON_LABELS)["lost"] == expected
            assert list(words(rules.REASON_LABELS)) == [str(reason) for reason in rules.REASON_LABELS]

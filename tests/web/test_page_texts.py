"""The texts of a page: the reader's language, safe to show, the same as the extension's."""

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


def test_a_pattern_says_the_value_in_its_place_and_escapes_both() -> None:
    say = page_texts.pattern("Open <REFERENCE> & go")
    assert say("BK-1") == "Open &lt;BK-1&gt; &amp; go"
    assert say("<b>") == "Open &lt;&lt;b&gt;&gt; &amp; go"
    assert page_texts.pattern(Markup("<i>REFERENCE</i>"))("&") == "<i>&amp;</i>"


def test_a_part_is_drawn_once_for_the_same_arguments(app: Flask) -> None:
    macro = app.jinja_env.from_string("{% macro part(a, b=1) %}{{ a }}-{{ b }}{% endmacro %}").module.part
    once = texts(app, "en")["once"]
    first = once(macro, "x", b=2)
    assert first == "x-2"
    assert once(macro, "x", b=2) is first
    assert (once(macro, "x"), once(macro, "x", b=3), once(macro, "y", b=2)) == ("x-1", "x-3", "y-2")
    assert texts(app, "en")["once"](macro, "x", b=2) is not first, "another page draws its own"


def test_a_table_of_words_is_translated_into_each_language(app: Flask) -> None:
    for language, expected in (("en", "Lost"), ("zh", "遗失"), ("en", "Lost")):
        with app.test_request_context("/"), flask_babel.force_locale(language):
            assert words(rules.REASON_LABELS)["lost"] == expected
            assert list(words(rules.REASON_LABELS)) == [str(reason) for reason in rules.REASON_LABELS]

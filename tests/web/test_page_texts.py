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


def test_a_part_is_drawn_once_for_the_same_arguments(app: Flask) -> None:
    macro = app.jinja_env.from_string("{% macro part(a, b=1) %}{{ a }}-{{ b }}{% endmacro %}").module.part
    once = texts(app, "en")["once"]
    first = once(macro, "x", b=2)
    assert first == "x-2"
    assert once(macro, "x", b=2) is first
    assert (once(macro, "x"), once(macro, "x", b=3), once(macro, "y", b=2)) == ("x-1", "x-3", "y-2")
    assert texts(app, "en")["once"](macro, "x", b=2) is not first, "another page draws its own"


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


def test_a_part_is_drawn_once_for_all_for_the_same_values_and_language(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    template = SimpleNamespace(render=lambda known: drawn.append(known) or f"{known['_']('Queue')} {known['view']}")
    instead_of_part(app, monkeypatch, template)
    answers = []
    for language, view, root in (("en", "a", ""), ("en", "a", ""), ("zh", "a", ""), ("en", "b", ""), ("en", "a", "/desk")):
        with app.test_request_context("/", base_url=f"http://localhost{root}"), flask_babel.force_locale(language):
            answers.append(page_texts.of_page(language)["once_for_all"]("part.html", view=view))
    assert answers == ["Queue a", "Queue a", "审核队列 a", "Queue b", "Queue a"]
    assert answers[0] is answers[1]
    assert len(drawn) == 4
    assert not {"me", "today", "csrf_token"} & set(drawn[0]), "a part for all knows nobody"


def test_parts_drawn_once_for_all_do_not_pile_up(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    instead_of_part(app, monkeypatch, SimpleNamespace(render=lambda known: known["view"]))
    with app.test_request_context("/"):
        draw = page_texts.of_page("en")["once_for_all"]
        assert [draw("part.html", view=str(number)) for number in range(3 * page_texts.PARTS_KEPT)][-1] == str(
            3 * page_texts.PARTS_KEPT - 1
        )
    assert len(page_texts._parts) <= page_texts.PARTS_KEPT


def test_a_table_of_words_is_translated_into_each_language(app: Flask) -> None:
    for language, expected in (("en", "Lost"), ("zh", "遗失"), ("en", "Lost")):
        with app.test_request_context("/"), flask_babel.force_locale(language):
            assert words(rules.REASON_LABELS)["lost"] == expected
            assert list(words(rules.REASON_LABELS)) == [str(reason) for reason in rules.REASON_LABELS]

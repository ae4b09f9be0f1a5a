"""Stencils: a macro drawn once a page and filled in for each row, with the same result as the macro itself."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from markupsafe import Markup

from admin_app.web.stencils import NotPlain, stencil

ROW = """{% macro row(case, who) -%}
<td title="{{ case.reference }}" lang="{{ 'en' }}">{{ case.person.name }}</td>{{ who }}
<a href="/x/{{ case.reference }}">{{ case.reference }}</a>
{%- endmacro %}"""


def macro(app: Flask, source: str) -> Any:
    return app.jinja_env.from_string(source).module.row  # type: ignore[attr-defined]


def case(reference: str, name: object) -> SimpleNamespace:
    return SimpleNamespace(reference=reference, person=SimpleNamespace(name=name))


@pytest.mark.parametrize(
    "name", ["王小明", "<script>alert(1)</script>", "'\"><img src=x>", "{{ 7 * 7 }} %(a)s {0}", "", None, 7, Markup("<b>x</b>")]
)
def test_a_stencil_draws_what_its_macro_draws(app: Flask, name: object) -> None:
    row = macro(app, ROW)
    fill = stencil(row)
    for who in ("me & you", Markup("<i>me</i>")):
        assert fill(case("BK-1", name), who) == row(case("BK-1", name), who)


def test_every_row_has_its_own_values(app: Flask) -> None:
    fill = stencil(macro(app, ROW))
    first, second = fill(case("BK-1", "a"), "x"), fill(case("BK-2", "b"), "y")
    assert "BK-2" not in first
    assert "BK-1" not in second
    assert first != second


def test_a_value_may_stand_in_an_address_and_in_a_sentence(app: Flask) -> None:
    source = (
        "{% macro row(name) %}{{ url_for('CaseView.show', reference=name) }} {{ _('Select %(reference)s', reference=name) }}{% endmacro %}"
    )
    with app.test_request_context("/"):
        fill = stencil(macro(app, "{% set _ = gettext %}" + source))
        assert fill("BK-26-0000001") == "/applications/BK-26-0000001 Select BK-26-0000001"


@pytest.mark.parametrize(
    "asked",
    [
        "{% if name %}x{% endif %}", "{{ 'x' if name == 'y' }}", "{{ 'x' if name.status != 'y' }}", "{{ name | length }}",
        "{{ name | upper }}", "{{ name[:1] }}",
        "{% for one in name %}{{ one }}{% endfor %}", "{{ name + 1 }}", "{{ name < 3 }}", "{{ name() }}",
        "{{ '%s' % name | length }}", "{% set unused = name ~ '' %}",
    ],
)  # fmt: skip
def test_a_macro_that_asks_more_of_a_value_than_to_show_it_is_refused(app: Flask, asked: str) -> None:
    with pytest.raises(NotPlain):
        stencil(macro(app, "{% macro row(name) %}" + asked + "{% endmacro %}"))


def test_a_macro_without_values_is_drawn_as_it_is(app: Flask) -> None:
    assert stencil(macro(app, "{% macro row() %}<b>—</b>{% endmacro %}"))() == "<b>—</b>"

"""Every place that takes files offers what is taken, and says so."""

import re
from pathlib import Path

import pytest

from admin_app.foundation.storage.kinds import ACCEPT, EXTENSIONS, MEDIA_TYPES, words
from admin_app.foundation.storage.limits import Source

TEMPLATES = Path(__file__).parents[2] / "admin_app" / "templates"
FIELD = re.compile(r"<input[^>]*type=[\"']file[\"'][^>]*>")
OFFERED = re.compile(r"accept=\"\{\{ upload_accept\(\) \}\}\"")
TABLES = ("hand_in.html", "post.html")
"""Where a table is wanted: the answer of a maker, the numbers of a carrier."""
KINDS_NAMED = re.compile(r"JPEG|HEIC|image/(?:jpeg|png)")


def fields():
    """(template, field) of each place that takes a file."""
    return [(path.name, field) for path in sorted(TEMPLATES.rglob("*.html")) for field in FIELD.findall(path.read_text())]


def test_there_are_places_that_take_files():
    assert {name for name, _field in fields()} == {"macros.html", "draft.html", *TABLES}


@pytest.mark.parametrize(("name", "field"), [pair for pair in fields() if pair[0] not in TABLES])
def test_each_place_offers_the_kinds_that_are_taken(name, field):
    assert OFFERED.search(field)


@pytest.mark.parametrize("page", TABLES)
def test_what_a_maker_or_a_carrier_hands_in_is_a_table(page):
    (field,) = [field for name, field in fields() if name == page]
    assert 'accept=".csv,.xlsx"' in field


def test_control_a_list_of_its_own_is_noticed():
    assert not OFFERED.search('<input type="file" accept="image/png">')


def test_no_template_names_kinds_by_itself():
    named = [path.name for path in TEMPLATES.rglob("*.html") if KINDS_NAMED.search(path.read_text())]
    assert named == []


@pytest.mark.parametrize("source", list(Source))
def test_each_kind_is_offered_and_named(app, source):
    assert set(MEDIA_TYPES[source]) <= set(ACCEPT.split(","))
    assert source.value in str(words()).lower()


def test_what_systems_do_not_know_is_offered_by_its_ending():
    assert set(EXTENSIONS) <= set(ACCEPT.split(","))


def test_a_page_carries_what_its_template_asks_for(app):
    with app.test_request_context():
        shown = app.jinja_env.from_string("{% import 'desk/macros.html' as ui with context %}{{ ui.dropzone('proof', 'x') }}").render()
    assert f'accept="{ACCEPT}"' in shown

"""Every pair of days that a page of the desk asks for: what is wrong stands at its field, and what was typed stays."""

import re
from collections.abc import Iterator
from html import unescape

from admin_app.menu import LISTS
from admin_app.staff.permissions import PERMISSIONS, Role
from admin_app.web.lists.filters import Days
from tests.factories.production import make_production
from tests.web.filled_lists import READERS

WRONG = {"2026-11-20 to 2026-11-19": 1, "2026-02-31 to 2026-11-19": 0, "tomorrow to 2026-11-19": 0}
"""What is typed into both fields -> which of the two is marked."""


def pairs() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(role that reads it, endpoint's address, names) of each pair of days: those of the lists, and of the report."""
    for page in LISTS:
        for one in page.filters:
            if isinstance(one, Days):
                role = next(role for role in READERS if page.permission in PERMISSIONS[Role(role)])
                yield role, page.endpoint, one.arguments
    yield "supervisor", "ReportView.index", ("from", "to")


def test_a_wrong_range_is_marked_at_its_field_and_stays_there(app, sign_in, mailer):
    batch = make_production(mailer)
    found = list(pairs())
    assert len(found) >= 4
    browsers = {role: sign_in(role) for role in {role for role, _endpoint, _names in found}}
    for role, endpoint, names in found:
        address = next(rule.rule for rule in app.url_map.iter_rules(endpoint) if "GET" in rule.methods).replace(
            "<public_id>", batch.public_id
        )
        for typed, wrong in WRONG.items():
            values = typed.split(" to ")
            answer = browsers[role].get(address, query_string=dict(zip(names, values, strict=True)))
            assert answer.status_code == 400, (endpoint, typed)
            tags = [tag for tag in re.findall(r"<input[^>]*>", answer.text) if "hidden" not in tag]
            fields = {name: tag for tag in tags for name in names if f'name="{name}"' in tag}
            assert [name for name in names if 'aria-invalid="true"' in fields[name]] == [names[wrong]], (endpoint, typed)
            assert [unescape(re.search(r'value="([^"]*)"', fields[name])[1]) for name in names] == values, (endpoint, typed)


def test_every_page_with_two_days_is_among_them(app):
    templates = {name: app.jinja_env.loader.get_source(app.jinja_env, name)[0] for name in app.jinja_env.list_templates()}
    typed = {name for name, source in templates.items() if source.count("type='date'") + source.count('type="date"') >= 2}
    assert typed <= {"dashboard/flow.html"}

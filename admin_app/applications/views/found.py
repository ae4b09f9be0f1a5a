"""The lists that a search finds: people by name, or whatever is called exactly so."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_app.applications import rules
from admin_app.applications.queries import search
from admin_app.audit.operations import reading
from admin_app.foundation.i18n import words
from admin_app.residents import rules as resident_rules
from admin_app.web.lists.description import PLACE, Column, ListPage, Order
from admin_app.web.lists.drawing import macro

FOUND_STAYS = _l("What a search finds is not exported: it is for finding one person, and what was typed is kept for minutes only.")


class PersonShown(NamedTuple):
    """Somebody found by name, as the person who looks may see them."""

    resident: search.Person
    name: str
    name_latin: str
    cases: tuple[search.FoundCase, ...]


def _people(rows: Sequence[Any], context: Any) -> list[PersonShown]:
    me = context.me
    found = search.with_cases(me, [search.Person._make(row) for row in rows])
    for person in found:
        reading.opened("found", person.resident.public_id, person.resident)
    return [PersonShown(person.resident, *resident_rules.shown_names(person.resident, me), person.cases) for person in found]


def _found_for(shown: Any) -> Any:
    return _("Found for “%(text)s”", text=shown.context.given.get("text", ""))


PEOPLE = ListPage(
    name="people",
    endpoint="SearchView.results",
    permission="search",
    title=_l("Search"),
    subtitle=_found_for,
    template="search/results.html",
    saves_views=False,
    listed=search.named,
    question=lambda _wanted: None,
    values=lambda context: search.prefix(context.given["text"]),
    prepare=_people,
    row_id="resident.public_id",
    facts={"rules": rules, "words": words},
    columns=[
        Column(
            name="resident", label=_l("Resident"), value="name", style="tight", is_fixed=True, cell=macro("search/cells.html", "resident"),
            order=Order(by=search.BY_NAME, words=PLACE),
        ),
        Column(name="born", label=_l("Born"), value="resident.birth_month", style="tight"),
        Column(name="id_number", label=_l("ID number"), value="resident.id_number_masked", style="tight number-plain"),
        Column(
            name="applications", label=_l("Applications"), value=lambda person, _: len(person.cases), style="wrap",
            cell=macro("search/cells.html", "cases"),
        ),
    ],
    order="resident",
    key_hints=[(("/",), _l("search again"))],
    not_exported=FOUND_STAYS,
)  # fmt: skip
HITS = ListPage(
    name="hits",
    endpoint="SearchView.results",
    permission="search",
    title=_l("Search"),
    subtitle=_found_for,
    template="search/results.html",
    saves_views=False,
    rows=lambda context: context.given["hits"],
    row_id="title",
    columns=[
        Column(name="kind", label=_l("What"), value="kind", style="tight"),
        Column(name="number", label=_l("Number"), value="title", style="tight", is_fixed=True,
               cell=lambda hit, draw: draw.link(hit.title, hit.url)),
        Column(name="about", label=_l("About"), value="text"),
    ],
    not_exported=FOUND_STAYS,
)  # fmt: skip

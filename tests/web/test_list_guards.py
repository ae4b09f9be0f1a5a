"""A list is drawn by the one component, and nowhere else; what a list cannot do, it says."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from admin_app.menu import LISTS
from admin_app.web.lists.description import NO_INDEX, WHOLE, Column, ListPage
from tests.sources import ROOT, own_code

COMPONENT = "desk/list_parts.html"
NO_LISTS = {
    "cards/show.html": "the few copies of one card",
    "cards/destruction_cards.html": "the cards of one destruction, that two people compare",
    "mailing/carrier_rows.html": "the rows of one file, at most as many as a batch holds",
    "case/stale.html": "what differs between two versions of one case",
    "clients/show.html": "the few keys of one client",
    "dashboard/home_administrator.html": "a number for each role",
    "dashboard/home_auditor.html": "the beginning of the log, with the way to it",
    "dashboard/home_intake_clerk.html": "the beginnings of lists, with the ways to them",
    "dashboard/home_mailroom_clerk.html": "the beginnings of lists, with the ways to them",
    "dashboard/home_supervisor.html": "figures of each member of the staff",
    "dashboard/macros.html": "the table twin of a chart; the beginning of the queue, with the way to it",
    "desk/differences.html": "what differs between what was typed and what is saved",
    "erasures/parts.html": "how much of each kind is erased",
    "intake/resident_section.html": "the applications of one person",
    "loss_reports/resident_section.html": "the loss reports of one person",
    "mailing/confirm_posting.html": "what leaves, once more before it does",
    "mailing/designs.html": "the rules that choose a label design, a line each",
    "mailing/label_stocks.html": "which scripts the print fonts have",
    "mailing/sheets.html": "waste of each stock by month, a line each",
    "mailing/parcel.html": "the few labels of one parcel",
    "online/centre.html": "the hours of one centre, a line each day of the week",
    "online/look_up.html": "the few codes that a demo gives away",
    "production/answer.html": "the rows of one file that are not right",
    "queue/second_rules.html": "the rules that ask for a second person, a line each",
    "reference/notice.html": "the few holidays of one notice",
    "reference/stale.html": "what differs between two versions of one line",
    "retention/index.html": "how long each kind of record stays, a line each",
    "staff/passkeys.html": "the few passkeys of one person",
    "staff/sessions.html": "the few browsers of one person",
}
"""Templates with a table that is no list: why not."""
PAGING = re.compile(r"\bkeyset\.(page|page_of|Pager)\(|\bPager\(")
ROWS_OF_A_LIST = re.compile(r"\blist\.body\b|\bdata-rows=|list_menus\.html|drawn_menus")


def templates(root: Path) -> Iterator[tuple[str, str]]:
    """Name and text of each template."""
    place = root / "admin_app" / "templates"
    for file in sorted(place.rglob("*.html")):
        yield file.relative_to(place).as_posix(), file.read_text()


def with_table(root: Path) -> set[str]:
    """The templates that draw a table themselves."""
    return {name for name, text in templates(root) if "<table" in text} - {COMPONENT}


def paging(root: Path) -> set[str]:
    """The files that page by key, other than the component, keyset itself and what a room asks its tables."""
    found = set()
    for file, _tree in own_code(root):
        name = file.relative_to(root)
        is_query = any(part.removesuffix(".py") == "queries" for part in name.parts)
        may = is_query or name.as_posix() in ("admin_app/web/lists/context.py", "admin_app/foundation/keyset.py")
        if not may and PAGING.search(file.read_text()):
            found.add(name.as_posix())
    return found


def drawing_rows(root: Path) -> set[str]:
    """The templates that draw the rows or menus of a list without the component."""
    return {name for name, text in templates(root) if ROWS_OF_A_LIST.search(text)} - {COMPONENT}


def silent(page: ListPage) -> list[str]:
    """The columns that the list cannot be sorted by and that do not say why; a short list says that it has an order of its own."""
    unsorted = [column for column in page.columns if column.order is None and not column.only_screen]
    why = {column.name: str(page.why_unsorted(column)).strip() for column in unsorted}
    return [name for name, reason in why.items() if not reason or (page.listed is None and reason == str(NO_INDEX))]


def test_every_table_is_a_list_of_the_component_or_named_as_none() -> None:
    assert with_table(ROOT) == set(NO_LISTS)


def test_only_queries_and_the_component_page_by_key() -> None:
    assert not paging(ROOT)


def test_no_template_draws_rows_or_menus_of_a_list_without_the_component() -> None:
    assert not drawing_rows(ROOT)


@pytest.mark.parametrize("page", LISTS, ids=lambda page: page.name)
def test_every_column_that_cannot_be_sorted_by_says_why(page: ListPage) -> None:
    assert not silent(page)


@pytest.mark.parametrize("page", LISTS, ids=lambda page: page.name)
def test_the_column_that_names_a_row_is_one_that_nobody_can_leave_out(page: ListPage) -> None:
    assert any(column.is_fixed and not column.only_screen and not column.tabs for column in page.columns)


@pytest.mark.parametrize(
    ("file", "text", "guard"),
    [
        ("admin_app/templates/cards/more.html", "<table><tr><td>{{ card }}</td></tr></table>", with_table),
        ("admin_app/templates/cards/more.html", '<tbody data-rows="cards">{{ list.body }}</tbody>', drawing_rows),
        ("admin_app/templates/cards/more.html", "{{ list.drawn_menus }}", drawing_rows),
        ("admin_app/cards/views.py", "found = keyset.page_of(listed, NEWEST, me, tab)\n", paging),
        ("admin_app/cards/operations.py", "found = Pager(query, Card.id).page(key=key)\n", paging),
    ],
)
def test_control_a_list_that_goes_its_own_way_is_found(tmp_path: Path, file: str, text: str, guard) -> None:
    place = tmp_path / file
    place.parent.mkdir(parents=True)
    place.write_text(text)
    assert guard(tmp_path)


def test_control_a_column_without_a_reason_is_found() -> None:
    page = next(page for page in LISTS if page.listed is not None)
    dumb = Column(name="dumb", label="Dumb", value="id", unsorted=" ")
    assert silent(replace(page, columns=[*page.columns, dumb])) == ["dumb"]
    short = next(page for page in LISTS if page.listed is None)
    assert silent(replace(short, columns=[*short.columns, replace(dumb, unsorted=NO_INDEX)])) == ["dumb"]
    assert not silent(replace(short, columns=[*short.columns, replace(dumb, unsorted=WHOLE)]))

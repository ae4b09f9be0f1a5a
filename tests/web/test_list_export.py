"""Every list as CSV and XLSX: what its page shows to this person, and nothing else; each file stands in the log."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from python_calamine import CalamineWorkbook

from admin_app.audit.models import AuditEntry
from admin_app.audit.operations import reading
from admin_app.foundation.database import db
from admin_app.foundation.jobs.models import FAILED
from admin_app.menu import LISTS
from admin_app.staff.models import StaffMember
from admin_app.staff.permissions import PERMISSIONS, Role
from admin_app.web.lists.description import ListPage
from tests.factories.applications import make_application, make_unclaimed
from tests.factories.cards import approved, make_card
from tests.factories.foundation import make_job
from tests.factories.mailing import make_batch, make_parcel
from tests.factories.residents import make_resident
from tests.office import furnish
from tests.routes import LETTERS, routes
from tests.routes import address as example

SAVED = [page for page in LISTS if not page.not_exported]


@dataclass(frozen=True)
class Sheet:
    """A table as it was read: on the page, or from a file."""

    headings: list[str]
    rows: list[list[Any]]


@dataclass(frozen=True)
class Seen:
    """A list in a browser: its table and the form that exports it."""

    page: ListPage
    table: Sheet
    url: str
    fields: list[tuple[str, str]]


def words(node: Any) -> str:
    return re.sub(r"\s+", " ", node.text_content()).strip()


def seen(page: ListPage, browser: FlaskClient, url: str) -> Seen | None:
    """The list at `url`, all its pages; None where it is empty."""
    answer = browser.get(url)
    assert answer.status_code == 200, f"{url}: {answer.status_code}"
    tree = html.fromstring(answer.text)
    forms = tree.xpath(f"//form[@action='/lists/{page.name}/export']")
    if not forms:
        return None
    table = tree.xpath(f"//table[@data-rows='{page.name}']")[0]
    typed = {str(column.label) for column in page.columns if column.only_screen}
    heads = [(place, words(head).rstrip(" ↓↑")) for place, head in enumerate(table.xpath(".//thead//th")) if not head.xpath(".//input")]
    kept = [(place, head) for place, head in heads if head not in typed]
    rows = [[words(row.xpath("./td|./th")[place]) for place, _head in kept] for row in table.xpath(".//tbody/tr")]
    fields = [(one.get("name"), one.get("value")) for one in forms[0].xpath(".//input")]
    for step in tree.xpath("//nav[contains(@class, 'pager')]//a[@rel='next']"):
        after = seen(page, browser, step.get("href"))
        assert after
        rows += after.table.rows
    return Seen(page, Sheet([head for _place, head in kept], rows), forms[0].get("action"), fields)


def addresses(app: Flask, page: ListPage) -> Iterator[str]:
    """The list at its widest, one address a tab."""
    url = next(example(route) for route in routes(app) if route.endpoint == page.endpoint and route.method == "GET")
    size = "" if page.listed is None else "size=100"
    for tab in [tab.name for tab in page.tabs if not tab.endpoint] or [""]:
        arguments = "&".join(filter(None, [f"tab={tab}" if tab else "", size]))
        yield f"{url}?{arguments}"


def readers(page: ListPage) -> Iterator[str]:
    """The letters of the roles that may see the list."""
    yield from (letter for letter, role in LETTERS.items() if page.permission in PERMISSIONS[Role(role)])


def fetch(browser: FlaskClient, found: Seen, kind: str) -> Any:
    answer = browser.post(found.url, data=dict([*found.fields, ("file", kind)]))
    assert answer.status_code == 200, answer.text
    return answer


def from_csv(answer: Any) -> Sheet:
    headings, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))
    return Sheet(headings, [list(row) for row in rows])


def from_xlsx(answer: Any) -> Sheet:
    headings, *rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    return Sheet([str(one) for one in headings], rows)


def differing(found: Seen, sheet: Sheet) -> list[str]:
    """Where a file and its page are not the same; drawn cells say more than their value, so only plain texts are compared to the letter."""
    if found.table.headings != sheet.headings or len(found.table.rows) != len(sheet.rows):
        return [f"{found.page.name}: {found.table.headings} {len(found.table.rows)}, {sheet.headings} {len(sheet.rows)}"]
    drawn = {str(column.label): column.cell is not None for column in found.page.columns if column.cell is None or column.is_fixed}
    wrong = []
    for shown, given in zip(found.table.rows, sheet.rows, strict=True):
        for head, on_page, in_file in zip(sheet.headings, shown, given, strict=True):
            # A drawn cell may have words for nothing («No serial yet»).
            if head in drawn and not (drawn[head] and in_file == "") and not is_same(on_page, in_file):
                wrong.append(f"{found.page.name}, {head}: {on_page!r}, {in_file!r}")
    return wrong


def is_same(on_page: str, in_file: Any) -> bool:
    moment = re.match(r"\d{4}-\d\d-(\d\d)(?: (\d\d:\d\d):\d\d)?$", str(in_file))
    if moment:
        # The page leaves the year out where it is this one.
        return moment[1].lstrip("0") in on_page and (moment[2] or "") in on_page
    if isinstance(in_file, float):
        return float(on_page) == in_file
    text = re.sub(r"\s+", " ", str(in_file).removeprefix("'")).strip()
    return text in on_page if text else on_page in ("—", "")


@pytest.fixture
def office(app: Flask) -> dict[str, FlaskClient]:
    """A small demo office and a browser for each role; a batch with a parcel, a card on its way, a job that failed."""
    people = furnish(app)
    make_job(name="mailing.render_labels", status=FAILED, error="=1+1")
    taken_by = db.session.scalars(sa.select(StaffMember).where(StaffMember.username == "m-i")).one()
    make_card(approved(taken_by, taken_by.centre, reference="BK-19-0000001"), "ready")
    reading.write([reading.Look("resident", "x", "x")], by=taken_by.actor)
    return people


def filled(app: Flask, people: dict[str, FlaskClient], page: ListPage) -> Iterator[tuple[str, Seen]]:
    """Each person's view of each tab that holds something."""
    for letter in readers(page):
        for url in addresses(app, page):
            found = seen(page, people[letter], url)
            if found:
                yield letter, found


@pytest.mark.about_pages
@pytest.mark.parametrize(("kind", "read"), [("csv", from_csv), ("xlsx", from_xlsx)])
def test_every_list_is_saved_as_its_page_shows_it(kind, read, app, office):
    wrong, proven = [], set()
    for page in SAVED:
        for letter, found in filled(app, office, page):
            proven.add(page.name)
            wrong += differing(found, read(fetch(office[letter], found, kind)))
    assert proven == {page.name for page in SAVED}
    assert list(dict.fromkeys(wrong)) == []


def test_control_a_file_with_a_row_less_or_another_value_is_noticed():
    page = next(page for page in LISTS if page.name == "queue")
    found = Seen(page, Sheet(["Reference"], [["BK-1"], ["BK-2"]]), "", [])
    assert differing(found, Sheet(["Reference"], [["BK-1"], ["BK-2"]])) == []
    for sheet in (Sheet(["Reference"], [["BK-1"]]), Sheet(["Number"], [["BK-1"], ["BK-2"]]), Sheet(["Reference"], [["BK-2"], ["BK-1"]])):
        assert differing(found, sheet)


def test_a_list_that_is_not_saved_says_why_and_refuses(office):
    kept = [page for page in LISTS if page.not_exported]
    assert {page.name for page in kept} == {"people", "hits", "stuffing", "posting"}
    for page in kept:
        answer = office[next(readers(page))].post(f"/lists/{page.name}/export", data={"file": "csv"})
        assert answer.status_code == 422
        assert str(page.not_exported) in answer.text


def test_the_page_of_a_search_says_why_it_is_not_saved(office, sign_in):
    make_resident()
    url = office["r"].post("/search/", data={"q": "Wang"}).headers["Location"]
    assert "What a search finds is not exported" in office["r"].get(url).text


@pytest.fixture
def formula_case(clerk, centre):
    """Somebody whose name a spreadsheet would calculate."""
    return make_application(clerk, centre, make_resident('=HYPERLINK("x")', ""), status="submitted")


def asked(browser: FlaskClient, name: str, **fields: Any) -> Any:
    return browser.post(f"/lists/{name}/export", data={"file": "xlsx", **fields})


def test_a_formula_typed_as_a_name_is_a_text(formula_case, sign_in):
    browser = sign_in("reviewer")
    assert '=HYPERLINK("x")' in from_xlsx(asked(browser, "queue", tab="all")).rows[0]
    assert '\'=HYPERLINK("x")' in from_csv(asked(browser, "queue", tab="all", file="csv")).rows[0]


def test_headings_are_in_the_readers_language(formula_case, sign_in):
    browser = sign_in("reviewer", language="zh")
    assert from_xlsx(asked(browser, "queue", tab="all")).headings[:2] == ["编号", "参保人"]


def test_what_auditors_see_masked_is_masked_in_the_file(app, clerk, centre, sign_in):
    batch = make_batch(clerk, "open", parcel_count=1)
    make_application(clerk, centre, make_resident("欧阳静", ""))
    make_card(approved(clerk, centre, resident=make_resident("欧阳静", "")), "ready")
    make_parcel(batch, make_card(approved(clerk, centre, resident=make_resident("欧阳静", "")), "posted"), 1, recipient="欧阳静")
    browsers = {"auditor": sign_in("auditor"), "supervisor": sign_in("supervisor")}
    places = {"queue": {"tab": "all"}, "cards": {"tab": "to_mail"}, "mail-ready": {}, "parcels": {"public_id": batch.public_id}}
    for name, fields in places.items():
        texts = {who: str(from_xlsx(asked(browser, name, **fields)).rows) for who, browser in browsers.items()}
        assert "欧阳静" in texts["supervisor"], name
        assert "欧＊＊" in texts["auditor"] and "欧阳" not in texts["auditor"], name


def test_fields_to_type_into_are_not_in_the_file(clerk, centre, sign_in):
    make_card(approved(clerk, centre), "requested")
    assert "Serial" not in from_xlsx(asked(sign_in("mailroom_clerk"), "cards", tab="requested")).headings


def test_filters_and_order_are_those_of_the_page(clerk, centre, sign_in):
    cases = [make_application(clerk, centre, reason=reason) for reason in ("damaged", "lost", "damaged")]
    rows = from_xlsx(asked(sign_in("reviewer"), "queue", tab="all", reason="damaged", order="-due")).rows
    assert [row[0] for row in rows] == [cases[2].reference, cases[0].reference]


@pytest.mark.parametrize(
    "fields",
    [{"tab": "nobody"}, {"reason": "nobody"}, {"nonsense": "1"}, {"from": "2026-13-01"}, {"file": "pdf"}, {"file": ""}, {"order": "x"}],
)
def test_a_view_that_the_list_does_not_have_is_refused(fields, app, sign_in):
    assert asked(sign_in("reviewer"), "queue", **fields).status_code == 400
    assert exports() == []


def test_a_list_that_nobody_knows_is_not_found(app, sign_in):
    assert asked(sign_in("reviewer"), "nobody").status_code == 404


def test_whoever_may_not_see_a_list_gets_no_file(office):
    wrong = []
    for page in LISTS:
        for letter in set(LETTERS) - set(readers(page)):
            status = asked(office[letter], page.name).status_code
            wrong += [] if status == 403 else [(page.name, letter, status)]
    assert wrong == []
    assert exports() == []


def exports() -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "lists.exported").order_by(AuditEntry.id)))


def test_each_file_stands_in_the_log_without_what_was_typed(make_staff, app, sign_in):
    member = make_staff("administrator", username="meilin")
    assert asked(sign_in(member), "staff", q="Meilin").status_code == 200
    (entry,) = exports()
    assert (entry.subject_type, entry.subject_ref, entry.actor_id) == ("list", "staff", member.id)
    assert entry.changes == {"file": "xlsx", "tab": "", "filters": "q, state", "rows": 1}


def test_a_page_of_the_list_is_not_all_of_it(clerk, centre, sign_in):
    make_unclaimed(clerk, centre, 130)
    assert len(from_csv(asked(sign_in("reviewer"), "queue", tab="all", size="25", file="csv")).rows) == 130


def test_a_form_without_its_token_gives_nothing_out(app, sign_in):
    browser = sign_in("reviewer")
    app.config["WTF_CSRF_ENABLED"] = True
    assert asked(browser, "centres").status_code == 400
    assert exports() == []


def test_the_file_is_saved_and_kept_nowhere(app, centre, sign_in):
    answer = asked(sign_in("reviewer"), "centres")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="centres-')

"""The base of the reference-data screens, shown by reason codes, stocks, centres and calendar days."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from admin_app.applications.crud_view import ReasonCodeForm, ReasonCodeReferenceView
from admin_app.applications.models import ReasonCode
from admin_app.audit.models import AuditEntry
from admin_app.centres.models import CalendarDay, Centre
from admin_app.foundation.database import db, transaction
from admin_app.mailing.models import LabelStock
from admin_app.web.reference_form import fields_of
from tests.factories.applications import make_reason_code
from tests.factories.centres import make_centre
from tests.factories.staff import PASSWORD

REASON = {"code": "too_dark", "kind": "refuse_document", "text_en": "Too dark", "text_zh": "过暗", "sort": "15", "is_active": "y"}


def reason(code: str) -> ReasonCode:
    db.session.rollback()
    return db.session.scalar(sa.select(ReasonCode).where(ReasonCode.code == code))


def newest_entry() -> AuditEntry:
    return db.session.scalar(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))


def edit_form(browser, url: str, **changes: str) -> dict[str, str]:
    """What a browser would send from the open form, with `changes`."""
    page = browser.get(url).text
    values = {}
    for tag in re.findall(r"<input[^>]*>", page):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") != "checkbox" or " checked" in tag:
            values[attributes.get("name", "")] = attributes.get("value", "")
    return values | changes


def test_a_new_row_is_stored_and_recorded(sign_in):
    answer = sign_in("supervisor").post("/reference/reasons/add", data=REASON)
    assert answer.status_code == 302, answer.text
    assert reason("too_dark").text_zh == "过暗"
    entry = newest_entry()
    assert (entry.action, entry.subject_ref, entry.actor_role) == ("reference.reason_code_added", "too_dark", "supervisor")
    assert entry.changes["text_en"] == "Too dark"


def test_a_change_is_recorded_with_before_and_after(sign_in):
    browser, row = sign_in("supervisor"), reason("unreadable")
    url = f"/reference/reasons/{row.id}/edit"
    answer = browser.post(url, data=edit_form(browser, url, text_en="Cannot be read"))
    assert answer.status_code == 302, answer.text
    entry = newest_entry()
    assert entry.action == "reference.reason_code_changed"
    assert entry.changes == {"before": {"text_en": "Not readable"}, "after": {"text_en": "Cannot be read"}}


def test_saving_without_a_change_records_nothing(sign_in):
    browser, row = sign_in("supervisor"), reason("unreadable")
    url = f"/reference/reasons/{row.id}/edit"
    assert browser.post(url, data=edit_form(browser, url)).status_code == 302
    assert newest_entry().action == "staff.signed_in"


def test_a_row_is_switched_off_not_deleted(sign_in):
    browser, row = sign_in("supervisor"), reason("unsigned")
    url = f"/reference/reasons/{row.id}/edit"
    values = edit_form(browser, url)
    del values["is_active"]
    browser.post(url, data=values)
    assert reason("unsigned").is_active is False
    assert "unsigned" not in browser.get("/reference/reasons/?size=100").text
    assert "unsigned" in browser.get("/reference/reasons/?state=off").text


@pytest.mark.parametrize("route", ["delete", "action/x", "download", "action_post"])
def test_the_framework_serves_nothing_but_list_show_add_and_edit(sign_in, route):
    row = reason("unsigned")
    browser = sign_in("supervisor")
    for url in (f"/reference/reasons/{route}", f"/reference/reasons/{route}/{row.id}", f"/reference/reasons/{row.id}/{route}"):
        assert browser.get(url).status_code == 404
        assert browser.post(url).status_code == 404


def test_a_stale_form_shows_the_differences_and_keeps_what_was_typed(sign_in, app):
    browser, row = sign_in("supervisor"), reason("expired_document")
    url = f"/reference/reasons/{row.id}/edit"
    values = edit_form(browser, url, text_en="Mine")
    with transaction():
        db.session.get(ReasonCode, row.id).text_en = "Theirs"
    answer = browser.post(url, data=values)
    assert answer.status_code == 409
    assert "Theirs" in answer.text and "Mine" in answer.text
    assert reason("expired_document").text_en == "Theirs"


def test_the_stale_page_can_be_saved_knowingly(sign_in):
    browser, row = sign_in("supervisor"), reason("expired_document")
    url = f"/reference/reasons/{row.id}/edit"
    values = edit_form(browser, url, text_en="Mine")
    with transaction():
        db.session.get(ReasonCode, row.id).text_en = "Theirs"
    page = browser.post(url, data=values).text
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)[1]
    assert browser.post(url, data=values | {"version": version}).status_code == 302
    assert reason("expired_document").text_en == "Mine"


def test_a_form_without_version_is_no_form_of_ours(sign_in):
    browser, row = sign_in("supervisor"), reason("expired_document")
    url = f"/reference/reasons/{row.id}/edit"
    values = edit_form(browser, url, text_en="Mine")
    del values["version"]
    assert browser.post(url, data=values).status_code == 400


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"text_en": ""}, "This field is required"),
        ({"text_en": "x" * 201}, "longer than 200"),
        ({"sort": "many"}, "Not a valid integer"),
        ({"sort": "99999999999999999999"}, "Number must be between"),
        ({"kind": "other"}, "Not a valid choice"),
        ({"code": "Not a code"}, "Letters, digits"),
        ({"code": "unsigned"}, "Another entry has this already"),
    ],
)
def test_a_value_that_is_refused_keeps_the_others(sign_in, change, sentence):
    answer = sign_in("supervisor").post("/reference/reasons/add", data=REASON | {"text_zh": "保留"} | change)
    assert answer.status_code == 422
    assert sentence in answer.text and "保留" in answer.text
    assert reason("too_dark") is None


def test_control_characters_are_taken_out(sign_in):
    sign_in("supervisor").post("/reference/reasons/add", data=REASON | {"text_en": "Too\x07 dark\r\nhere"})
    assert reason("too_dark").text_en == "Too dark here"


def test_html_is_shown_as_text(sign_in):
    browser = sign_in("supervisor")
    page = browser.post("/reference/reasons/add", data=REASON | {"text_en": "<b>dark</b>"}, follow_redirects=True).text
    assert "&lt;b&gt;dark&lt;/b&gt;" in page and "<b>dark" not in page


def test_a_column_outside_the_form_is_not_written(sign_in):
    sign_in("supervisor").post("/reference/reasons/add", data=REASON | {"id": "999", "version": "77"})
    assert reason("too_dark").id != 999
    assert reason("too_dark").version == 1


@pytest.mark.parametrize(
    "query",
    [
        "size=abc",
        "size=100000",
        "order=nope",
        "order=id",
        "state=x",
        "page=abc",
        "page=-1",
        "page=99999999999999999999",
        "q=%00",
        "q=" + "x" * 81,
    ],
)
def test_an_odd_argument_answers_400(sign_in, query):
    assert sign_in("supervisor").get(f"/reference/reasons/?{query}").status_code == 400


@pytest.mark.parametrize("pk", ["0", "999999", "9223372036854775807", "9223372036854775808", "x", "-1"])
def test_an_unknown_row_answers_404(sign_in, pk):
    browser = sign_in("supervisor")
    assert browser.get(f"/reference/reasons/{pk}").status_code == 404
    assert browser.post(f"/reference/reasons/{pk}/edit", data=REASON | {"version": "1"}).status_code == 404


def test_pages_follow_each_other_without_gap_or_repeat(sign_in):
    with transaction():
        for n in range(70):
            make_reason_code(f"r{n:03}", text_en=f"same {n % 3}", text_zh="同", sort=n % 5)
    browser, url, seen = sign_in("supervisor"), "/reference/reasons/?q=same&order=-sort", []
    while url:
        page = browser.get(url).text
        seen += re.findall(r">(r\d{3})</a>", page)
        older = re.search(r'href="([^"]*)" rel="next"', page)
        url = older[1].replace("&amp;", "&") if older else None
    assert len(seen) == len(set(seen)) == 70


def test_the_newer_page_is_the_one_before(sign_in):
    with transaction():
        for n in range(60):
            make_reason_code(f"r{n:03}", text_en="same", text_zh="同", sort=n)
    browser = sign_in("supervisor")
    first = browser.get("/reference/reasons/?q=same").text
    second = browser.get(re.search(r'href="([^"]*)" rel="next"', first)[1].replace("&amp;", "&")).text
    back = browser.get(re.search(r'href="([^"]*)" rel="prev"', second)[1].replace("&amp;", "&")).text
    rows = re.compile(r">(r\d{3})</a>")
    assert rows.findall(back) == rows.findall(first) != rows.findall(second)


def test_the_search_sees_its_columns_only_and_wildcards_are_letters(sign_in):
    browser = sign_in("supervisor")
    assert "照片背景不合格" in browser.get("/reference/reasons/?q=背景").text
    assert "照片背景不合格" not in browser.get("/reference/reasons/?q=%25").text
    assert "照片背景不合格" not in browser.get("/reference/reasons/?q=refuse_document&size=100").text


@pytest.mark.parametrize("role", ["intake_clerk", "reviewer", "mailroom_clerk", "auditor", "administrator"])
def test_other_roles_do_not_see_reason_codes(sign_in, role):
    browser = sign_in(role)
    assert browser.get("/reference/reasons/").status_code == 403
    assert browser.post("/reference/reasons/add", data=REASON).status_code == 403


def test_who_may_read_may_not_therefore_write(sign_in, centre):
    browser = sign_in("reviewer")
    assert browser.get("/reference/centres/").status_code == 200
    assert browser.get("/reference/centres/add").status_code == 403
    assert browser.post(f"/reference/centres/{centre.id}/edit", data={"name_en": "x"}).status_code == 403


def test_a_label_stock_must_fit_its_page(sign_in):
    browser = sign_in("mailroom_clerk")
    stock = db.session.scalar(sa.select(LabelStock).where(LabelStock.code == "L7163"))
    url = f"/reference/label-stocks/{stock.id}/edit"
    answer = browser.post(url, data=edit_form(browser, url, columns="3"))
    assert answer.status_code == 422
    assert "The labels need 307.05 mm, the page has 210 mm." in answer.text


@pytest.mark.parametrize("value", ["nan", "inf", "-5", "1e308", "x", ""])
def test_a_label_stock_needs_real_figures(sign_in, value):
    browser = sign_in("mailroom_clerk")
    stock = db.session.scalar(sa.select(LabelStock).where(LabelStock.code == "L7163"))
    url = f"/reference/label-stocks/{stock.id}/edit"
    assert browser.post(url, data=edit_form(browser, url, left_mm=value)).status_code == 422


def test_the_hours_of_a_centre_are_read_from_text(sign_in, centre):
    browser, url = sign_in("administrator"), f"/reference/centres/{centre.id}/edit"
    values = edit_form(browser, url) | {"hours": ["9:00–12:00，13:30-17:00", *["09:00-17:00"] * 4, "", ""]}
    answer = browser.post(url, data=values)
    assert answer.status_code == 302, answer.text
    db.session.rollback()
    assert db.session.get(Centre, centre.id).hours[0] == [["09:00", "12:00"], ["13:30", "17:00"]]


def test_hours_that_cannot_be_read_name_the_day(sign_in, centre):
    browser, url = sign_in("administrator"), f"/reference/centres/{centre.id}/edit"
    answer = browser.post(url, data=edit_form(browser, url) | {"hours": ["", "17:00-09:00", "", "", "", "", ""]})
    assert answer.status_code == 422
    assert "Tuesday" in answer.text and "17:00-09:00" in answer.text


def test_a_calendar_day_is_added_once(sign_in):
    browser = sign_in("administrator")
    day = {"day": "2027-02-05", "kind": "holiday", "name_en": "Local", "name_zh": "本地", "is_active": "y"}
    assert browser.post("/reference/calendar/add", data=day).status_code == 302
    assert browser.post("/reference/calendar/add", data=day).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CalendarDay)) == 1


@pytest.mark.parametrize("day", ["", "2027-02-30", "tomorrow", "0000-00-00", "99999-01-01"])
def test_a_calendar_day_needs_a_real_day(sign_in, day):
    assert sign_in("administrator").post("/reference/calendar/add", data={"day": day, "kind": "holiday"}).status_code == 422


def test_a_list_needs_few_statements(sign_in, app):
    browser, statements = sign_in("supervisor"), []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
    browser.get("/reference/reasons/?size=100")
    assert 0 < len([text for text in statements if "SELECT" in text]) <= 10


def test_the_fields_of_the_form_are_the_columns_of_the_screen(app):
    assert [*fields_of(ReasonCodeForm)] == ["code", "kind", "text_en", "text_zh", "sort", "is_active"]
    assert ReasonCodeReferenceView.show_columns == [*fields_of(ReasonCodeForm)]
    assert str(ReasonCodeReferenceView.label_columns["text_zh"]) == "Text, Chinese"


def test_the_key_and_fixed_columns_stay_as_they_were_typed_first(sign_in):
    browser, row = sign_in("supervisor"), reason("unreadable")
    assert ReasonCodeReferenceView.edit_columns == ["text_en", "text_zh", "sort", "is_active"]
    url = f"/reference/reasons/{row.id}/edit"
    assert browser.post(url, data=edit_form(browser, url, code="other", kind="reject", text_en="New")).status_code == 302
    kept = reason("unreadable")
    assert (kept.kind, kept.text_en) == ("refuse_document", "New")


def test_a_choice_reads_as_its_word(sign_in):
    page = sign_in("supervisor").get("/reference/reasons/?size=100").text
    assert "<td>Refused document</td>" in page and "<td>refuse_document</td>" not in page


def test_the_history_of_a_row_is_told_in_words(sign_in):
    browser, row = sign_in("supervisor"), reason("unsigned")
    url = f"/reference/reasons/{row.id}/edit"
    values = edit_form(browser, url)
    del values["is_active"]
    page = browser.post(url, data=values, follow_redirects=True).text
    assert "In use: <del>yes</del> → <ins>no</ins>" in page and "<code>is_active</code>" not in page


def test_two_threads_never_see_each_others_search(app, make_staff):
    make_staff("administrator")
    for n in range(8):
        make_centre(f"M{n}", name_en=f"marker{n}marker")
    foreign: list[str] = []
    start = threading.Barrier(8)

    def browse(n: int) -> None:
        browser = app.test_client()
        browser.post("/sign-in", data={"username": "administrator", "password": PASSWORD})
        start.wait()
        for _turn in range(12):
            page = browser.get(f"/reference/centres/?q=marker{n}marker").text
            foreign.extend(found for found in re.findall(r"marker(\d)marker", page) if int(found) != n)
            if f"marker{n}marker" not in page:
                foreign.append("missing")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(browse, range(8)))
    assert foreign == []


def test_the_framework_gets_a_filter_object_of_its_own_in_every_request(app):
    view = next(view for view in app.appbuilder.baseviews if type(view).__name__ == "CentreReferenceView")
    with app.app_context(), app.test_request_context():
        mine = view._filters
        assert view._filters is mine
    with app.app_context(), app.test_request_context():
        assert view._filters is not mine

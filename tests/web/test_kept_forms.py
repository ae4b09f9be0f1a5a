"""A form that was not taken comes back to whoever typed it, and to nobody else, with every guard of the office in force."""

import html
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask, Response
from flask.testing import FlaskClient
from flask_babel import force_locale
from lxml import html as lxml_html

from admin_app.centres.models import Centre
from admin_app.foundation import browser_sessions, clock
from admin_app.staff.models import StaffMember
from admin_app.web import kept_forms
from admin_app.web.form_filling import PASSING, Sent, fill, one_line_end, written_in
from admin_app.web.request_limits import FORM_BYTES
from tests.factories.applications import make_application, make_ready_case
from tests.factories.residents import register
from tests.factories.staff import PASSWORD, code_of_now, give_second_factor
from tests.software_key import SoftwareKey

TEMPLATES = Path(kept_forms.__file__).parents[1] / "templates"
WORDS = '记得 <b> & "more"'


@pytest.fixture
def guarded(app: Flask) -> Iterator[Flask]:
    """The app as it runs in the office: tokens are asked for."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


def fields(text: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that is sent to an address that begins so."""
    found = lxml_html.fromstring(text).xpath("//form[starts-with(@action, $action)]", action=action)
    return {one.get("name"): one.get("value") or "" for one in found[0].xpath(".//input[@type='hidden']")}


def entered(browser: FlaskClient, member: StaffMember, text: str | None = None) -> str:
    """Sign in with the form of the page (default: of the sign-in page); where it leads."""
    text = text or browser.get("/sign-in").text
    answer = browser.post("/sign-in", data=fields(text, "/sign-in") | {"username": member.username, "password": PASSWORD})
    assert answer.status_code == 302, answer.text
    if answer.location.endswith("/code"):
        page = browser.get(answer.location).text
        answer = browser.post("/sign-in/code", data=fields(page, "/sign-in/code") | {"verification_code": code_of_now()})
        assert answer.status_code == 302, answer.text
    return str(answer.location)


def reported(browser: FlaskClient, place: str, **changes: str) -> dict[str, str]:
    """A loss report as somebody fills it in on its page."""
    return fields(browser.get(place).text, place) | {"channel": "counter", "kind": "provisional", "circumstances": WORDS} | changes


def options_on(page: str) -> str:
    """What the page lets the browser ask the device."""
    return html.unescape(re.search(r'data-options="([^"]*)"', page)[1])


def circumstances(text: str) -> str:
    return str(lxml_html.fromstring(text).xpath("//textarea[@name='circumstances']")[0].text or "").removeprefix("\n")


def end_session(browser: FlaskClient) -> None:
    browser_sessions.end(browser.get_cookie("card_desk").value)


@pytest.mark.parametrize("has_code", [False, True])
def test_over_a_sign_in_with_and_without_a_second_factor(guarded: Flask, clerk: StaffMember, has_code: bool) -> None:
    resident = register(clerk)
    if has_code:
        give_second_factor(clerk)
    browser, place = guarded.test_client(), f"/loss-reports/new/{resident.public_id}"
    with time_machine.travel(clock.now(), tick=False) as now:
        entered(browser, clerk)
        sent = reported(browser, place)
        end_session(browser)
        now.shift(60)  # the next code
        refused = browser.post(place, data=sent)
        assert refused.status_code == 401 and "Your session has ended" in refused.text
        assert entered(browser, clerk, refused.text) == place
    page = browser.get(place)
    assert circumstances(page.text) == WORDS and "You are signed in again" in page.text
    assert browser.post(place, data=fields(page.text, place) | {"channel": "counter", "kind": "provisional"}).status_code == 302
    assert "You are signed in again" not in browser.get(place).text


def test_who_signed_in_again_elsewhere_gets_the_old_window_back_filled_in(guarded: Flask, clerk: StaffMember) -> None:
    resident = register(clerk)
    browser, place = guarded.test_client(), f"/loss-reports/new/{resident.public_id}"
    entered(browser, clerk)
    sent = reported(browser, place)
    end_session(browser)
    entered(browser, clerk)
    answer = browser.post(place, data=sent)
    assert (answer.status_code, answer.location) == (302, place)
    assert circumstances(browser.get(place).text) == WORDS


def test_the_window_of_somebody_else_keeps_nothing(guarded: Flask, clerk: StaffMember, supervisor: StaffMember) -> None:
    resident = register(clerk)
    browser, place = guarded.test_client(), f"/loss-reports/new/{resident.public_id}"
    entered(browser, clerk)
    sent = reported(browser, place)
    end_session(browser)
    entered(browser, supervisor)
    answer = browser.post(place, data=sent)
    assert answer.status_code == 400 and WORDS not in html.unescape(answer.text)


def test_a_wrong_password_and_another_language_keep_the_form(guarded: Flask, clerk: StaffMember) -> None:
    resident = register(clerk)
    browser, place = guarded.test_client(), f"/loss-reports/new/{resident.public_id}"
    entered(browser, clerk)
    sent = reported(browser, place)
    end_session(browser)
    refused = browser.post(place, data=sent).text
    again = browser.post("/sign-in", data=fields(refused, "/sign-in") | {"username": clerk.username, "password": "wrong"})
    assert again.status_code == 422
    switched = browser.post("/preferences/?beside=1", data=fields(again.text, "/sign-in") | {"username": clerk.username, "language": "zh"})
    assert 'lang="zh-Hans"' in switched.text and f'value="{clerk.username}"' in switched.text
    assert entered(browser, clerk, switched.text) == place
    assert circumstances(browser.get(place).text) == WORDS


def test_what_the_script_gathers_comes_back(guarded: Flask, clerk: StaffMember) -> None:
    resident = register(clerk)
    browser, place = guarded.test_client(), f"/loss-reports/new/{resident.public_id}"
    entered(browser, clerk)
    text = browser.get(place).text
    gathered = json.dumps([{"action": place, "fields": [["circumstances", WORDS], ["kind", "formal"]]}])
    switch = fields(text, "/preferences/") | {"language": "zh", "kept_forms": gathered}
    assert browser.post("/preferences/", data=switch).location == place
    page = browser.get(place).text
    assert circumstances(page) == WORDS and 'lang="zh-Hans"' in page
    dropped = browser.post("/preferences/", data=fields(page, "/preferences/") | {"forget": "yes"})
    assert circumstances(browser.get(dropped.location).text) == ""


def test_without_script_the_appearance_is_switched_beside_what_is_typed(guarded: Flask, clerk: StaffMember) -> None:
    browser, place = guarded.test_client(), f"/loss-reports/new/{register(clerk).public_id}"
    entered(browser, clerk)
    sent = reported(browser, place)
    for chosen in ("light", "dark", "auto"):
        answer = browser.post("/preferences/?beside=1", data=sent | {"theme": "next"})
        page = browser.get(answer.location).text
        assert answer.location == place and circumstances(page) == WORDS and f'data-theme-choice="{chosen}"' in page


def test_over_a_sign_in_with_a_passkey(guarded: Flask, clerk: StaffMember) -> None:
    resident, key = register(clerk), SoftwareKey()
    give_second_factor(clerk)
    browser, place = guarded.test_client(), f"/loss-reports/new/{resident.public_id}"
    with time_machine.travel(clock.now(), tick=False) as now:
        entered(browser, clerk)
        page = browser.get("/account/passkeys/").text
        made = fields(page, "/account/passkeys/add") | {"name": "my stick", "credential": key.make(options_on(page))}
        assert browser.post("/account/passkeys/add", data=made).status_code == 302
        sent = reported(browser, place)
        end_session(browser)
        now.shift(60)
        refused = browser.post(place, data=sent).text
        browser.post("/sign-in", data=fields(refused, "/sign-in") | {"username": clerk.username, "password": PASSWORD})
        page = browser.get("/sign-in/code").text
        signed = fields(page, "/sign-in/passkey") | {"credential": key.sign(options_on(page))}
        assert browser.post("/sign-in/passkey", data=signed).location == place
    shown = browser.get(place).text
    assert circumstances(shown) == WORDS and "You are signed in again" in shown


def test_what_is_too_long_to_come_along_is_said_and_nothing_is_switched(guarded: Flask, clerk: StaffMember) -> None:
    browser, place = guarded.test_client(), f"/loss-reports/new/{register(clerk).public_id}"
    entered(browser, clerk)
    sent = reported(browser, place, circumstances="y" * kept_forms.MOST)
    switched = browser.post("/preferences/?beside=1", data=sent | {"language": "zh"})
    assert switched.status_code == 413 and "Nothing was switched. Go back: it still stands there." in switched.text
    assert '<html lang="en"' in browser.get("/").text
    end_session(browser)
    refused = browser.post(place, data=sent)
    assert refused.status_code == 401 and "does not come along over a sign-in. Go back" in refused.text
    assert "the form comes back" not in refused.text and 'name="kept"' not in refused.text


def test_control_what_is_just_short_enough_comes_along(guarded: Flask, clerk: StaffMember) -> None:
    browser, place = guarded.test_client(), f"/loss-reports/new/{register(clerk).public_id}"
    entered(browser, clerk)
    sent = reported(browser, place, circumstances="y" * (kept_forms.MOST - 5_000))
    end_session(browser)
    assert entered(browser, clerk, browser.post(place, data=sent).text) == place
    assert len(circumstances(browser.get(place).text)) == kept_forms.MOST - 5_000


def test_a_form_that_is_larger_than_any_is_refused_with_the_way_back(guarded: Flask, clerk: StaffMember) -> None:
    browser, place = guarded.test_client(), f"/loss-reports/new/{register(clerk).public_id}"
    entered(browser, clerk)
    sent = reported(browser, place, circumstances="y" * FORM_BYTES)
    for _session in ("with one", "without one"):
        answer = browser.post(place, data=sent)
        assert answer.status_code == 413 and "Go back: what you typed still stands there" in answer.text
        end_session(browser)


def test_large_files_without_a_session_are_not_read_and_the_page_says_so(guarded: Flask, clerk: StaffMember, centre: Centre) -> None:
    browser, place = guarded.test_client(), f"/intake/{make_application(clerk, centre, status='draft', is_open=False).reference}"
    entered(browser, clerk)
    sent = fields(browser.get(place).text, f"{place}/documents") | {"files": (io.BytesIO(b"x" * (FORM_BYTES + 1)), "scan.jpg")}
    end_session(browser)
    answer = browser.post(f"{place}/documents", data=sent)
    assert answer.status_code == 401 and "then choose the files again" in answer.text


@pytest.mark.parametrize("gathered", ["", "x", "[]", "{}", "[1]", '[{"action": 1}]', '[{"fields": [[1]], "action": "/"}]', "[" * 5000])
def test_what_no_script_of_ours_gathers_is_left(sign_in: Callable[..., FlaskClient], gathered: str) -> None:
    assert sign_in("reviewer").post("/preferences/", data={"language": "zh", "kept_forms": gathered}).status_code == 302


def test_a_form_of_a_stranger_is_no_row_and_no_form_of_anybody(guarded: Flask) -> None:
    browser = guarded.test_client()
    sent = fields(browser.get("/sign-in").text, "/sign-in")
    answer = browser.post("/queue/next", data=sent | {"q": WORDS, "csrf_token": "old"})
    assert answer.status_code == 400 and 'name="kept"' not in answer.text


def test_a_background_request_is_told_by_its_status(guarded: Flask, reviewer: StaffMember) -> None:
    browser = guarded.test_client()
    entered(browser, reviewer)
    sent = fields(browser.get("/queue/").text, "/queue/next")
    end_session(browser)
    answer = browser.post("/queue/next", data=sent, headers={"Sec-Fetch-Mode": "cors"})
    assert answer.status_code == 400 and 'name="kept"' not in answer.text


def test_it_waits_for_some_minutes(sign_in: Callable[..., FlaskClient], clerk: StaffMember, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_forms, "MINUTES", 5)
    resident = register(clerk)
    browser, place = sign_in(clerk), f"/loss-reports/new/{resident.public_id}"
    sent = reported(browser, place) | {"language": "en"}
    with time_machine.travel(clock.now(), tick=False) as now:
        browser.post("/preferences/?beside=1", data=sent)
        assert circumstances(browser.get(place).text) == WORDS
        now.shift((kept_forms.MINUTES + 1) * 60)
        assert circumstances(browser.get(place).text) == ""


def pressed(text: str) -> set[str]:
    """The names that a template writes down for its buttons and hidden fields."""
    tags = re.findall(r"""<button[^>]*|<input type="hidden"[^>]*|ui\.button\([^\n]*?\) }}""", text)
    return {name for tag in tags for name in re.findall(r"""\bname=["']([a-z_]+)["']""", tag)}


def test_no_button_and_no_hidden_field_is_taken_for_typed_words() -> None:
    # The marks of records are known by their shape; next is of the sign-in page; a day and a class of posting and a first cell are typed as
    # well; the rows of a file are those that its page has just shown; designs and slips stand in addresses.
    # Residents' pages keep no form at all.
    others = {"about", "card", "case", "notice", "parcel", "token", "next", "posted_on", "postage", "rows", "start_cell", "design", "what"}
    known = kept_forms.CHOICES | kept_forms.NOT_KEPT | PASSING | others
    found = {path.name: pressed(path.read_text("utf-8")) - known for path in TEMPLATES.rglob("*.html") if path.parent.name != "online"}
    assert {name: names for name, names in found.items() if names} == {}
    control = """{{ ui.button(_('Go'), name='odd') }}<button name="b"><input type="hidden" name="h">"""
    assert pressed(control) == {"odd", "b", "h"}


@pytest.mark.parametrize("note", ["", WORDS])
def test_who_decides_too_late_reads_who_was_faster_and_the_note_once(
    guarded: Flask, clerk: StaffMember, reviewer: StaffMember, centre: Centre, note: str
) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    place, browser = f"/applications/{case.reference}", guarded.test_client()
    entered(browser, reviewer)
    sent = fields(browser.get(place).text, f"{place}/decide") | {"kind": "approve", "then": "next", "note": note}
    assert browser.post(f"{place}/decide", data=sent | {"note": ""}).status_code == 302
    answer = browser.post(f"{place}/decide", data=sent)
    told = lxml_html.fromstring(answer.text).xpath("//main//*[contains(@class, 'notice-warning')]")[0].text_content()
    assert answer.status_code == 409 and "already decided this case" in told
    assert "What you typed into it" not in answer.text and html.unescape(answer.text).count(WORDS) == bool(note)


@pytest.mark.parametrize(
    ("name", "value", "is_told"),
    [("kind", "approve", False), ("kind", "My words", True), ("note", "approve", True), ("why", "ok", True), ("then", "next", False)],
)
def test_a_button_is_no_words(app: Flask, name: str, value: str, is_told: bool) -> None:
    kept = kept_forms.Kept(1, "/", (Sent("/gone", ((name, value),)),), clock.now().isoformat(), why="refused")
    with app.test_request_context("/", method="POST"):
        text = kept_forms._written(Response(PAGE, mimetype="text/html"), kept).get_data(as_text=True)
    assert (f"<li>{value}</li>" in text) is is_told


@pytest.mark.parametrize(
    ("language", "told"), [("en", ["How it came in: Phone", "Kind: Formal"]), ("zh", ["受理渠道：电话", "类型：正式"])]
)
def test_a_choice_is_told_in_the_words_of_its_form(app: Flask, language: str, told: list[str]) -> None:
    chosen = (("channel", "phone"), ("kind", "formal"), ("was_stolen", "y"), ("circumstances", WORDS), ("key", "0" * 32))
    kept = kept_forms.Kept(1, "/", (Sent("/gone", chosen),), clock.now().isoformat(), why="refused")
    with app.test_request_context("/", method="POST"), force_locale(language):
        page = kept_forms._written(Response(PAGE, mimetype="text/html"), kept).get_data(as_text=True)
    lines = [one.text_content() for one in lxml_html.fromstring(page).xpath("//ul[contains(@class, 'kept-left')]/li")]
    assert lines[:2] == told and WORDS in lines and not {"phone", "formal", "y"} & set(lines)


def test_what_the_page_itself_shows_is_not_told_twice() -> None:
    page = "<textarea name='n'>\na &amp; b</textarea><input name='t' value=' x '><input type='hidden' name='h' value='no'>"
    assert written_in(page) == {"a & b", "x"}
    assert one_line_end("a\r\nb ") == "a\nb"


PAGE = """<main id="main"><form method="post" action="/a"><input type="hidden" name="version" value="3"><input name="t" value="a&amp;b">
<label><input type="checkbox" name="c" value="1" checked></label><input type="checkbox" name="c" value="2">
<div popover id="o"><textarea name="note">old</textarea><select name="s"><option value="">-</option><option value="x">X</option></select>
<input type="password" name="password"><button name="kind" value="no">No</button></div></form>
<form method="post" action="/b"><input type="hidden" name="id" value="1"><input name="t"></form>
<form method="post" action="/b"><input type="hidden" name="id" value="2"><input name="t"></form></main>"""


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ((("t", '"><b>'),), '<input name="t" value="&quot;&gt;&lt;b&gt;">'),
        ((("c", "2"),), '<input type="checkbox" name="c" value="2" checked="">'),
        ((("t", "a&b"),), '<input type="checkbox" name="c" value="1">'),
        ((("note", "</textarea><script>"),), "\n&lt;/textarea&gt;&lt;script&gt;</textarea>"),
        ((("s", "x"),), '<option value="x" selected="">'),
        ((("version", "2"),), 'name="version" value="2"'),
        ((("kind", "no"),), '<div id="o" data-kept-open="">'),
    ],
)
def test_a_value_is_written_into_its_control(sent: tuple[tuple[str, str], ...], expected: str) -> None:
    assert expected in fill(PAGE, Sent("/a", sent), page="/").text


def test_the_form_that_names_the_same_record_is_filled() -> None:
    filled = fill(PAGE, Sent("/b", (("id", "2"), ("t", "here"))), page="/").text
    assert re.search(r'name="id" value="2"><input name="t" value="here">', filled) and filled.count("here") == 1


def test_a_fresh_form_keeps_its_own_version() -> None:
    filled = fill(PAGE, Sent("/a", (("version", "2"), ("t", "here"))), page="/", with_hidden=False)
    assert 'name="version" value="3"' in filled.text and 'value="here"' in filled.text


def test_what_has_no_place_is_told() -> None:
    assert fill(PAGE, Sent("/a", (("gone", "words"), ("csrf_token", "x"))), page="/").left == (("gone", "words"),)
    filled = fill(PAGE, Sent("/c", (("t", "words"),)), page="/")
    assert (filled.text, filled.left, filled.form_id) == (PAGE, (("t", "words"),), "")


def test_a_password_is_never_written() -> None:
    assert "hush" not in fill(PAGE, Sent("/a", (("password", "hush"), ("t", "x"))), page="/").text

"""Every form into which somebody types: the session ends, the language is switched; what was typed is in the form again."""

import html
import math
import re
from collections.abc import Iterable
from typing import Any

import pytest
import sqlalchemy as sa
from lxml import html as lxml_html
from werkzeug.datastructures import MultiDict

from admin_app.foundation import browser_sessions
from admin_app.foundation.browser_sessions import BrowserSession
from admin_app.foundation.database import db
from admin_app.loss_reports import operations as loss_reports
from admin_app.web import form_words, kept_forms
from admin_app.web.doors import ONLINE, is_below
from admin_app.web.form_filling import Sent
from tests.factories.staff import PASSWORD, code_of_now
from tests.faults.furnished import FullOffice
from tests.faults.typed import CHOICES, WORDS, columns_with, free_texts, is_typed, lost, typed_forms, typed_into
from tests.forms import Form, filled

pytestmark = pytest.mark.about_pages


def in_its_page(office: FullOffice, form: Form) -> Form:
    """The form as its page shows it now."""
    office.restore()
    fresh = office.sender.current(form)
    assert fresh is not None, f"{form.rule} is not on {form.page} any more"
    return fresh


def end_session(office: FullOffice, letter: str) -> None:
    """What the server does after the idle minutes."""
    browser_sessions.end(office.people[letter].get_cookie("card_desk").value)


def rows_of_sessions() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count(BrowserSession.id)))


def hidden(text: str, name: str) -> str:
    """The value of a hidden field of the page."""
    found = lxml_html.fromstring(text).xpath("//input[@name=$name]/@value", name=name)
    return str(found[0]) if found else ""


def signed_in_again(office: FullOffice, letter: str, text: str, who: str = "") -> Any:
    """The answer to the sign-in form of the page, once more with the code where one is asked for."""
    browser, sent = office.people[letter], {"username": who or f"m-{letter}", "password": PASSWORD}
    answer = browser.post("/sign-in", data=sent | {"kept": hidden(text, "kept"), "next": hidden(text, "next")})
    return browser.post(answer.location, data={"verification_code": code_of_now()}) if (answer.location or "").endswith("/code") else answer


def over_a_sign_in(office: FullOffice, form: Form) -> list[str]:
    """What is lost of the form when its session has ended."""
    fresh = in_its_page(office, form)
    data = typed_into(fresh)
    end_session(office, form.letter)
    before = rows_of_sessions()
    refused = office.people[form.letter].post(fresh.action, data=data)
    assert (refused.status_code, rows_of_sessions()) == (401, before), f"{form.rule}: {refused.status_code}"
    assert "记得" not in refused.text and hidden(refused.text, "kept"), f"{form.rule}: the sign-in page shows what was typed"
    answer = signed_in_again(office, form.letter, refused.text)
    return lost(office.app, office.people[form.letter].get(answer.location).text, fresh, data, page=answer.location)


def over_a_switch(office: FullOffice, form: Form) -> list[str]:
    """What is lost of the form when its own switch of the language is pressed."""
    fresh = in_its_page(office, form)
    data, browser = typed_into(fresh), office.people[form.letter]
    answer = browser.post("/preferences/?beside=1", data=MultiDict([*data.items(multi=True), ("language", "zh")]))
    page = browser.get(answer.location)
    assert re.search(r'<html[^>]* lang="zh-Hans"', page.text), f"{form.rule}: {answer.location} is not in Chinese"
    return lost(office.app, page.text, fresh, data, page=answer.location)


def test_every_form_goes_on_after_a_sign_in(full_office: FullOffice) -> None:
    forms = typed_forms(full_office.forms)
    assert len(forms) > 40
    missing = {f"{form.rule} {form.button} on {form.page}": left for form in forms if (left := over_a_sign_in(full_office, form))}
    assert missing == {}


def test_every_form_survives_the_switch_of_the_language(full_office: FullOffice) -> None:
    forms = typed_forms(full_office.forms)
    missing = {f"{form.rule} {form.button} on {form.page}": left for form in forms if (left := over_a_switch(full_office, form))}
    assert missing == {}


NO_WORDS = {
    ("/applications/<reference>/reassign", "to"): "the names of colleagues, which are no codes",
    ("/lists/<name>/choices", "column"): "what a list shows: its form stands on every page of the list",
    ("/lists/<name>/choices", "order"): "as before",
    ("/lists/<name>/choices", "size"): "as before",
}
"""Choices that are told as they were sent, if ever."""
EDITED = "再改一次 edited"
NOTHING_TO_KEEP = {
    "/applications/<reference>/letter": "shows the letter in a tab of its own; the form with what was typed stays where it is",
    "/search/": "asks again; what is asked for stands on the page that answers",
    "/lists/<name>/views": "a view is made again under its other name; a link has none",
    "/residents/find": "asks again; the number leads to the same person",
}
"""Forms that change nothing."""


def after_back(office: FullOffice, form: Form) -> list[str]:
    """The texts that are neither stored nor on the page, nor back in the form, when it is sent, edited after «Back» and sent again."""
    fresh = in_its_page(office, form)
    # An address for e-mail that is edited so is refused at once, whatever becomes of the other texts.
    names, first = [name for name in free_texts(fresh) if name != "email"], filled(fresh)
    if not names:
        return []
    office.sender.press(fresh, first)
    again = MultiDict((name, EDITED if name in names else value) for name, value in first.items(multi=True))
    answer, text = office.sender.press(fresh, again)
    back = re.search(r'href="([^"]+)" data-form-again', text)
    if back:
        text += office.people[form.letter].get(html.unescape(back[1]), follow_redirects=True).text
    is_known = EDITED in html.unescape(text) or columns_with(EDITED)
    return [] if is_known else [f"{answer.status_code}", *names]


def test_every_form_that_is_edited_and_sent_again_is_applied_or_refused_with_words(full_office: FullOffice) -> None:
    forms = [form for form in typed_forms(full_office.forms) if form.rule not in NOTHING_TO_KEEP]
    missing = {f"{form.rule} {form.button} on {form.page}": left for form in forms if (left := after_back(full_office, form))}
    assert missing == {}


def test_control_an_edit_that_is_dropped_is_noticed(full_office: FullOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    form = next(form for form in typed_forms(full_office.forms) if form.rule == "/loss-reports/new/<public_id>")
    monkeypatch.setattr(loss_reports, "_as_sent", lambda first, _said, _is_formal: first)
    assert after_back(full_office, form)


def test_control_a_form_that_is_not_kept_is_noticed(full_office: FullOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    form = next(form for form in typed_forms(full_office.forms) if form.rule == "/cards/<public_id>/spoil")
    monkeypatch.setattr(kept_forms, "put", lambda _kept: None)
    assert over_a_sign_in(full_office, form) and over_a_switch(full_office, form)


def test_every_form_has_switches_of_its_own_which_enter_never_presses(full_office: FullOffice) -> None:
    wrong, seen = set(), 0
    for (letter, page), text in full_office.crawler.pages.items():
        if letter == "-" or is_below(page.partition("?")[0], ONLINE):  # nobody is known there, and nothing kept
            continue
        for form in lxml_html.fromstring(text).xpath("//form[@method='post']"):
            if not typed_names(form) or (form.get("action") or "").startswith("/preferences/"):
                continue
            places = [one.get("formaction") or "" for one in form.xpath(".//button[not(@type='button')]")]
            own = {one.get("name") for one in form.xpath(".//button[contains(@formaction, 'beside=1')]")}
            seen += 1
            if "beside=1" not in places[-1] or "beside=1" in places[0] or own != {"theme", "language"}:
                wrong.add((page, form.get("action")))
    assert wrong == set() and seen > 100


def typed_names(form: Any) -> set[str]:
    """The names of what stands there to be typed or chosen."""
    kinds = {"hidden", "password", "file"}
    found = [one for one in form.xpath(".//input[not(@hidden)]|.//select|.//textarea") if one.get("type") not in kinds]
    return {one.get("name") for one in found} - kept_forms.SECRETS - {None}


def test_nobody_else_sees_what_was_typed(full_office: FullOffice) -> None:
    form = next(form for form in typed_forms(full_office.forms) if form.rule == "/cards/<public_id>/spoil")
    fresh = in_its_page(full_office, form)
    end_session(full_office, form.letter)
    refused = full_office.people[form.letter].post(fresh.action, data=typed_into(fresh))
    answer = signed_in_again(full_office, form.letter, refused.text, who="m-s")
    assert answer.location == "/"
    page = full_office.people[form.letter].get(fresh.page)
    assert WORDS not in html.unescape(page.text) + html.unescape(full_office.people[form.letter].get("/").text)


def test_what_is_sealed_is_neither_read_nor_changed_on_its_way(full_office: FullOffice) -> None:
    form = next(form for form in typed_forms(full_office.forms) if form.rule == "/cards/<public_id>/spoil")
    fresh = in_its_page(full_office, form)
    end_session(full_office, form.letter)
    sealed = hidden(full_office.people[form.letter].post(fresh.action, data=typed_into(fresh)).text, "kept")
    for text in (sealed[:-5] + "AAAA=", "", "x", "é", sealed + "A"):
        with pytest.raises(kept_forms.NotTheirs):
            kept_forms.opened(text, 1)


@pytest.mark.parametrize("mark", ["", "x", "no mark of ours"])
def test_a_form_of_another_site_is_not_kept(full_office: FullOffice, mark: str) -> None:
    full_office.restore()
    answer = full_office.people["-"].post("/queue/next", data={"q": WORDS, "form_page": mark})
    assert answer.status_code == 401 and not hidden(answer.text, "kept")


def without_a_word_about_files(pages: Iterable[str]) -> int:
    """How many pages take files and do not say beforehand when one must be chosen again."""
    taking = [text for text in pages if 'type="file"' in text]
    assert taking
    return sum("data-files-again" not in text for text in taking)


def test_every_page_that_takes_files_says_beforehand_when_they_are_chosen_again(full_office: FullOffice) -> None:
    pages = full_office.crawler.pages.values()
    assert without_a_word_about_files(pages) == 0
    assert without_a_word_about_files(text.replace("data-files-again", "") for text in pages) > 0, "the control"


def test_a_form_that_may_refuse_files_for_what_is_typed_beside_them_says_so(full_office: FullOffice) -> None:
    """Elsewhere each file is taken or refused by itself; what is ticked or chosen beside it says what it is, and may be left out."""
    wrong, seen = set(), set()
    for (_letter, page), text in full_office.crawler.pages.items():
        for form in lxml_html.fromstring(text).xpath("//form[.//input[@type='file']]"):
            beside = ".//input[not(@type='hidden' or @type='file' or @type='radio' or @type='checkbox')]"
            has_texts, is_said = bool(form.xpath(f".//textarea|{beside}")), bool(form.xpath(".//*[@data-files-again='beside']"))
            seen.add(has_texts)
            wrong |= {page} if has_texts != is_said else set()
    assert (wrong, seen) == (set(), {True, False})


def room_of(form: Form) -> float:
    """How many characters a person can type into the texts of a form; endless where a field says no end."""
    return sum(one.most or math.inf for one in form.texts if is_typed(one))


def test_no_form_of_ours_holds_more_than_is_kept(full_office: FullOffice) -> None:
    rooms = {form.rule: room_of(form) for form in typed_forms(full_office.forms)}
    assert {rule: room for rule, room in rooms.items() if room > kept_forms.MOST} == {}


def raw_codes(forms: list[Form]) -> set[tuple[str, str, str]]:
    """What a form that is gone would say as a program spells it: address, field and code."""
    found = set()
    for form in forms:
        sent = Sent(form.action, tuple((one.name, "") for one in form.fields))
        for one in form.fields:
            for value in {*one.options, one.value} if one.kind in CHOICES else ():
                if value and kept_forms.CODE.fullmatch(value) and kept_forms.in_words(sent, one.name, value, ()) == value:
                    found.add((form.rule, one.name, value))
    return found


def test_what_was_chosen_in_a_form_that_is_gone_is_told_in_words(full_office: FullOffice) -> None:
    assert {place for place in raw_codes(typed_forms(full_office.forms)) if place[:2] not in NO_WORDS} == set()


def test_control_a_choice_without_words_is_found(full_office: FullOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form_words, "chosen", lambda *_given: None)
    found = raw_codes(typed_forms(full_office.forms))
    assert {("/loss-reports/new/<public_id>", "channel", "phone"), ("/intake/new/<public_id>", "reason", "lost")} <= found


def test_control_typed_fields_are_found(full_office: FullOffice) -> None:
    found = {one.name for form in typed_forms(full_office.forms) for one in form.fields if is_typed(one)}
    assert {"reason", "note", "statement", "circumstances", "address", "name"} <= found

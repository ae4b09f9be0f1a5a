"""The work with the keyboard alone: focus is always to be seen, keys leave typing alone and can be switched off."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from admin_app.factory import create_app
from admin_app.foundation import clock
from admin_app.foundation.database import transaction
from admin_app.loss_reports.models import LossReport
from admin_app.residents.models import Resident
from tests.apps import make_settings

pytestmark = pytest.mark.browser
FOCUS = """() => {
    const at = document.activeElement;
    const style = getComputedStyle(at);
    const shown = (one) => one && getComputedStyle(one).outlineStyle !== 'none' && parseFloat(getComputedStyle(one).outlineWidth) > 0;
    const box = at.getBoundingClientRect();
    const seen = shown(at) || shown(at.closest('label, .dropzone')) || style.boxShadow !== 'none';
    return [at.tagName, seen && box.width > 0, at.outerHTML.slice(0, 120)];
}"""


def unseen(page, steps: int) -> list[str]:
    """Press Tab `steps` times; what had the focus without showing it."""
    hidden = []
    for _ in range(steps):
        page.keyboard.press("Tab")
        tag, seen, text = page.evaluate(FOCUS)
        if tag != "BODY" and not seen:
            hidden.append(text)
    return hidden


@pytest.mark.parametrize(
    ("role", "address"), [("reviewer", "/queue/"), ("intake_clerk", "/residents/?goal=application"), ("mailroom_clerk", "/mailing/")]
)
def test_every_stop_of_the_tab_key_shows_where_it_is(person, role, address):
    somebody = person(role)
    page = somebody.open(address)
    assert unseen(page, 45) == []


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_a_stop_that_shows_nothing_is_noticed(person):
    page = person("administrator").open("/centres/")
    page.evaluate(
        "() => { const b = document.createElement('button'); b.style.cssText = 'outline: none !important; box-shadow: none !important';"
        " b.textContent = 'unseen'; document.body.prepend(b); }"
    )
    assert len(unseen(page, 2)) == 1


def test_a_case_is_claimed_verified_and_decided_without_a_mouse(person):
    reviewer = person("reviewer")
    page = reviewer.open("/queue/?tab=unclaimed")
    page.keyboard.press("j")
    page.locator(".row-current").wait_for()
    page.keyboard.press("x")
    expect(page.locator("[data-bulk].bulk-on")).to_be_visible()
    page.keyboard.press("x")
    expect(page.locator("[data-bulk]")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/applications/BK-" in url)
    reviewer.check()
    page.keyboard.press("c")
    page.locator("[data-key=v]:visible").first.wait_for()
    with page.expect_navigation():
        page.keyboard.press("v")
    assert page.locator("[data-viewer-open] .icon").count() > 0
    page.keyboard.press("2")
    page.locator("#outcome-request").wait_for(state="visible")
    assert page.evaluate("() => document.activeElement.name") == "request_reason"
    reviewer.check()
    reference = page.url.split("/applications/")[1].split("?")[0]
    page.keyboard.press("Space")
    preview = page.locator("#outcome-request .letter-preview")
    page.locator("#outcome-request button[name=letter]").focus()
    page.keyboard.press("Enter")
    expect(preview.locator("li")).not_to_have_count(0)
    assert preview.is_visible() and page.url.split("?")[0].endswith(reference), "the letter is shown in its place; the case stays open"
    reviewer.check()
    page.locator("#outcome-request button[name=kind][value=request_information]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: reference not in url)
    reviewer.check()


PRESSED = """(fields) => document.dispatchEvent(Object.assign(
    new KeyboardEvent('keydown', Object.assign({key: '?', bubbles: true, cancelable: true}, fields))))"""
PASSES = "() => new Promise(resolve => setTimeout(resolve, 100))"
"""Longer than the guard against scanners holds a key back."""


@pytest.mark.parametrize("language", ["zh"], indirect=True)
def test_keys_leave_typing_and_the_input_method_alone(person):
    page = person("reviewer").open("/queue/")
    for fields in ({"isComposing": True}, {"keyCode": 229}, {"ctrlKey": True}):
        page.evaluate(PRESSED, fields)
        page.evaluate(PASSES)
        assert not page.locator("#help").is_visible(), fields
    page.locator("[data-search]").fill("")
    page.locator("[data-search]").press("?")
    assert not page.locator("#help").is_visible()
    expect(page.locator("[data-search]")).to_have_value("?")
    page.evaluate("() => document.activeElement.blur()")
    page.evaluate(PRESSED, {})
    expect(page.locator("#help")).to_be_visible()


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_keys_can_be_switched_off_and_on_again(person):
    auditor = person("auditor")
    for wanted in ("off", "on"):
        page = auditor.open("/account/")
        with page.expect_navigation():
            page.locator(f"main [name=shortcuts][value={wanted}]").check(force=True)
        auditor.open("/queue/")
        assert page.locator(".key-hints").is_visible() is (wanted == "on")
        page.keyboard.press("?")
        if wanted == "on":
            expect(page.locator("#help")).to_be_visible()
        else:
            page.evaluate(PASSES)
            assert not page.locator("#help").is_visible()


def test_a_resident_is_called_from_the_list_with_two_keys_and_a_word(person, desk):
    app = create_app(make_settings(desk.instance, f"sqlite:///{desk.instance / 'card_desk.db'}", environment="demo"))
    with app.app_context(), transaction() as session:
        soon, running = clock.now() + timedelta(minutes=30), LossReport.status == "provisional"
        reachable = LossReport.resident_id.in_(sa.select(Resident.id).where(Resident.phone_masked != ""))
        session.execute(sa.update(LossReport).where(running, reachable).values(lapses_at=soon))
    clerk = person("intake_clerk")
    page = clerk.open("/loss-reports/?tab=call")
    before = page.locator("[data-row]").count()
    assert before > 0
    clerk.check()
    page.keyboard.press("c")
    page.locator(".revealed").wait_for()
    assert page.evaluate("() => document.activeElement.name") == "note"
    clerk.check()
    page.keyboard.type("tomorrow")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/loss-reports/" in url)
    expect(page.locator("[data-row]")).to_have_count(before - 1)
    clerk.check()

"""A new colleague's first day at the door: one-time password, second factor, recovery codes, sessions, and being asked again."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from admin_app.factory import create_app
from admin_app.foundation import browser_sessions, clock
from admin_app.staff.models import StaffMember
from admin_app.web import fresh_proof
from tests.apps import make_settings
from tests.browser.desk import Desk, Person
from tests.factories.staff import code_of_now

pytestmark = pytest.mark.browser
NEW = "seven blue umbrellas"


def hired(administrator: Person, username: str) -> str:
    """The one-time password of a new auditor."""
    page = administrator.open("/staff/add")
    page.locator("main [name=username]").fill(username)
    for name in ("name_en", "name_zh"):
        page.locator(f"main [name={name}]").fill("New Colleague")
    page.locator("main [name=role]").select_option("auditor")
    page.locator("main form button[type=submit]").first.click()
    return page.locator("[data-testid=password]").inner_text()


def give(page: Page, username: str, password: str) -> None:
    """Name and password on the sign-in page."""
    page.locator("input[name=username]").fill(username)
    page.locator("input[name=password]").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def let_the_proof_grow_old(desk: Desk, page: Page) -> None:
    """As a quarter of an hour would."""
    app = create_app(make_settings(desk.instance, f"sqlite:///{desk.instance / 'card_desk.db'}", environment="demo"))
    (key,) = [cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "card_desk"]
    with app.app_context():
        loaded = browser_sessions.load(key, owner=StaffMember)
        assert loaded is not None
        old = (clock.now() - timedelta(hours=1)).isoformat()
        browser_sessions.save(key, loaded.content | {fresh_proof.PROVED_AT: old}, known=loaded)


def choose_a_password(somebody: Person, shown: str) -> None:
    """The page that asks for an own password: one that is too easy is refused, another one is taken."""
    page = somebody.open("/account/password")
    for new in ("password2026", NEW):
        page.locator("input[name=current]").fill(shown)
        page.locator("input[name=new]").fill(new)
        page.keyboard.press("Enter")
        page.locator("#flashes .notice-success" if new == NEW else ".form-error").wait_for()
        somebody.check()


def set_up_a_second_factor(somebody: Person) -> list[str]:
    """From the account page to the recovery codes, which are returned."""
    page = somebody.open("/account/second-factor/")
    somebody.check()
    page.locator("form[action$='/begin'] button").click()
    page.locator("main img").wait_for()
    secret = page.locator("dd").first.inner_text().replace(" ", "")
    assert page.locator("main img").evaluate("image => image.naturalWidth") > 0
    somebody.check()
    page.locator("input[name=verification_code]").fill(code_of_now(secret))
    page.keyboard.press("Enter")
    page.locator("[data-testid=codes]").wait_for()
    somebody.check()
    return page.locator("[data-testid=codes] li").all_inner_texts()


def come_back(somebody: Person, username: str, code: str) -> None:
    """Sign out, and in again with password and a recovery code."""
    page = somebody.page
    page.locator(".me-button").click()
    page.locator("form[action$='/sign-out'] button").click()
    page.wait_for_url(re.compile("/sign-in"))
    give(page, username, NEW)
    page.wait_for_url(re.compile("/sign-in/code"))
    page.locator("input[name=verification_code]").fill("000000")
    page.keyboard.press("Enter")
    page.locator(".form-error").wait_for()
    somebody.check()
    page.locator("input[name=verification_code]").fill(code)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def test_a_new_colleague_chooses_a_password_and_sets_up_a_second_factor(person, language, desk):
    administrator, username = person("administrator"), f"door.{language}"
    shown = hired(administrator, username)
    somebody = person("auditor")
    page = somebody.page
    page.context.clear_cookies(name="card_desk")
    somebody.open("/sign-in")
    give(page, username, "not the password")
    page.get_by_role("alert").wait_for()
    somebody.check()
    give(page, username, shown)
    page.locator("input[name=new]").wait_for()
    chosen = {"language": language, "back": "/", "csrf_token": page.locator("input[name=csrf_token]").first.get_attribute("value")}
    page.request.post(desk.url + "/preferences/", form=chosen, headers={"Sec-Fetch-Site": "same-origin"}, max_redirects=0)
    choose_a_password(somebody, shown)
    codes = set_up_a_second_factor(somebody)
    assert len(codes) == 10
    for path in ("/account/second-factor/", "/account/passkeys/", "/account/sessions/"):
        somebody.open(path)
        somebody.check()
    come_back(somebody, username, codes[0])
    somebody.check()


def test_whoever_was_not_asked_for_long_is_asked_in_place_and_loses_nothing(person, language, desk):
    administrator = person("administrator")
    page = administrator.open("/staff/add")
    let_the_proof_grow_old(desk, page)
    page.locator("main [name=username]").fill(f"later.{language}")
    page.locator("main [name=name_en]").fill("Typed Before")
    page.locator("main [name=role]").select_option("auditor")
    page.locator("main form button[type=submit]").first.click()
    page.locator("input[name=proof]").fill("not the password")
    page.keyboard.press("Enter")
    page.locator(".form-error").wait_for()
    administrator.check()
    page.locator("input[name=proof]").fill(desk.accounts["administrator"]["password"])
    page.keyboard.press("Enter")
    page.locator("[data-testid=password]").wait_for()
    assert "Typed Before" in page.content()
    administrator.check()


DEVICE = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
OTHER_QUESTION = """form => {
    const options = JSON.parse(form.dataset.options);
    options.challenge = (options.challenge[0] === 'A' ? 'B' : 'A') + options.challenge.slice(1);
    form.dataset.options = JSON.stringify(options);
}"""


def give_a_device(page: Page) -> None:
    """A device that makes passkeys and signs with them, in the place of the machine's own."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | {"automaticPresenceSimulation": True}})


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_a_passkey_is_made_and_signs_in_with_the_browser_s_own_device(person, desk):
    administrator, username = person("administrator"), "door.passkey"
    shown = hired(administrator, username)
    somebody = person("auditor")
    page = somebody.page
    page.context.clear_cookies(name="card_desk")
    somebody.desk = replace(desk, url=desk.url.replace("127.0.0.1", "localhost"))  # passkeys belong to a name, not to a number
    give_a_device(page)
    somebody.open("/sign-in")
    give(page, username, shown)
    page.locator("input[name=new]").wait_for()
    token = page.locator("input[name=csrf_token]").first.get_attribute("value") or ""
    chosen = {"csrf_token": token, "back": "/", "language": "en", "theme": "light"}  # what was chosen before is known to another host
    page.request.post(somebody.desk.url + "/preferences/", form=chosen, headers={"Sec-Fetch-Site": "same-origin"}, max_redirects=0)
    choose_a_password(somebody, shown)
    set_up_a_second_factor(somebody)
    somebody.open("/account/passkeys/")
    page.locator("input[name=name]").fill("Counter 3")
    page.locator("form[data-passkey=create] button").click()
    page.get_by_role("cell", name="Counter 3", exact=True).wait_for()
    somebody.check()

    page.locator(".me-button").click()
    page.locator("form[action$='/sign-out'] button").click()
    page.wait_for_url(re.compile("/sign-in"))
    give(page, username, NEW)
    form = page.locator("form[data-passkey=get]")
    form.evaluate(OTHER_QUESTION)
    with page.expect_response(lambda answer: answer.url.endswith("/sign-in/passkey")) as said:
        form.locator("button").click()
    assert said.value.status == 422, "the control: an answer to another question signs nobody in"
    page.wait_for_load_state()
    page.locator("form[data-passkey=get] button").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    assert somebody.faults == []

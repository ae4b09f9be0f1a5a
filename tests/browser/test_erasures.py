"""A supervisor asks for the erasure of a resident's data after the dry run, and takes it back; in both languages."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories.residents import id_number

pytestmark = pytest.mark.browser


def registered(person) -> str:
    """The address of somebody who has no case."""
    clerk = person("intake_clerk")
    page = clerk.open("/residents/")
    page.locator("main [name=id_number]").fill(id_number())
    page.locator("main [name=name]").fill("东方明")
    page.locator("main form button[type=submit]").first.click()
    page.locator("main [name=phone]").wait_for()
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/residents/[0-9a-f]{32}$"))
    return page.url.removeprefix(clerk.desk.url)


@pytest.mark.parametrize("width", [1280, 768])
def test_a_supervisor_asks_for_an_erasure_and_takes_it_back(person, language, width):
    address = registered(person)
    supervisor = person("supervisor", width=width, height=800)
    page = supervisor.open(address)
    page.locator("a[href*='/erasures/new/']").first.click()
    expect(page.locator("main tbody tr")).not_to_have_count(0)
    supervisor.check()
    page.locator("main form[action*='/erasures/new/'] button[type=submit]").click()
    page.locator("main form[action$='/answer']").wait_for()
    supervisor.check()
    supervisor.open("/erasures/")
    expect(page.locator("tbody a[href*='/erasures/']").first).to_be_visible()
    supervisor.check()
    page.locator("tbody a[href*='/erasures/']").first.click()
    page.locator("main form[action$='/answer'] button[value=refuse]").click()
    expect(page.locator("main form[action$='/answer']")).to_have_count(0)
    supervisor.check()

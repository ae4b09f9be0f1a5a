"""An ID number is checked while it is typed, a known one brings the name, an unusual one is asked about; in both languages."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories.residents import id_number

pytestmark = pytest.mark.browser


def test_an_id_number_is_checked_while_it_is_typed_and_brings_the_name(person, language):
    clerk, number = person("intake_clerk"), id_number()
    page = clerk.open("/residents/")
    field, name, state = (page.locator(f"main {place}") for place in ("[name=id_number]", "[name=name]", "#id_number-state"))
    field.fill(number)
    name.fill("东方红")
    page.locator("main form button[type=submit]").first.click()
    page.locator("main [name=phone]").wait_for()
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/residents/[0-9a-f]{32}$"))

    clerk.open("/residents/")
    field.fill(f"{number[:16]}{(int(number[16]) + 1) % 10}{number[17]}")
    expect(state).to_have_text(state.get_attribute("data-text-checksum"))
    clerk.check()
    field.fill(f"'{number[:6]}\u2013{number[6:]}\u3000")
    expect(name).to_have_value("东方红")
    expect(state).to_contain_text("东方红")
    clerk.check()
    field.fill(id_number())
    expect(name).to_have_value("")
    name.fill("李明")
    field.fill(number)
    expect(state).to_contain_text("东方红")
    expect(name).to_have_value("李明")


def test_an_unusual_id_number_is_asked_about(person, language):
    clerk = person("intake_clerk")
    page = clerk.open("/residents/?goal=application")
    page.locator("main [name=id_number]").fill(id_number(place="321119"))
    page.locator("main [name=name]").fill("东方白")
    page.locator("main form button[type=submit]").first.click()
    box = page.locator("main [name=id_number_confirmed]")
    expect(box).not_to_be_checked()
    clerk.check()
    box.check()
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/residents/new/"))

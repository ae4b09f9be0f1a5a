"""The photo desk in the browser: lines by arrow keys, by mouse and as numbers; the cut lies with the case."""

import re

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.browser.paper import visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def photo(tmp_path):
    """A face in the middle of a large photo."""
    image = Image.new("RGB", (1600, 2000), (238, 238, 232))
    ImageDraw.Draw(image).ellipse((560, 300, 1040, 980), fill=(205, 160, 130), outline=(40, 30, 30), width=12)
    image.save(tmp_path / "IMG_2041.jpg", quality=80)
    return tmp_path / "IMG_2041.jpg"


def draft_with(clerk, guest, photo):
    """A new case at the counter with that photo; the page of its documents is open."""
    page = clerk.page
    clerk.open("/residents/?goal=application")
    page.locator("[name=id_number]").fill(guest.person.identity.id_number)
    page.locator("main [name=name]").fill(guest.person.name.written)
    page.locator("main form button[type=submit]").first.click()
    page.locator("[name=phone]").fill(guest.person.phone)
    page.locator("main form button[type=submit]").first.click()
    page.locator("input[name=reason][value=damaged]").check(force=True)
    page.locator("main [name=postcode]").fill("310012")
    page.locator("main [name=address]").fill("浙江省杭州市西湖区\n文三路90号")
    page.locator("main [name=recipient]").fill(guest.person.name.written)
    page.locator("form[data-needs-url] button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/intake/BK-"))
    page.locator("#files-photo").set_input_files([photo])
    page.locator("#material-photo .photo-desk").first.wait_for()


def test_a_portrait_is_cut_out_with_the_keyboard(person, tmp_path, language, photo):
    clerk = person("intake_clerk")
    draft_with(clerk, visitor({"en": 300, "zh": 400}[language], tmp_path), photo)
    page = clerk.page
    clerk.check()
    page.locator("#material-photo a.btn").click()
    crown = page.locator("[data-line=crown]")
    crown.wait_for()
    clerk.check()
    before = int(page.locator("#crown").input_value())
    crown.focus()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#crown")).to_have_value(str(before + 9))
    expect(crown).to_have_attribute("aria-valuenow", str(before + 9))
    for name, value in {"crown": 300, "chin": 980, "eyes": 640, "middle": 800}.items():
        page.locator(f"#{name}").fill(str(value))
    expect(crown).to_have_attribute("aria-valuenow", "300")
    page.locator(".portrait button[type=submit]").click()
    page.locator("#material-photo .removed-line").wait_for()
    expect(page.locator("#material-photo figure")).to_have_count(1)
    clerk.check()

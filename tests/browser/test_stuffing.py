"""The stuffing desk with a simulated scanner: right pairs, a wrong one, fast scans, posting from a range; the steps are counted."""

import os
import re

import pytest
from playwright.sync_api import Page, expect

from admin_app.mailing.rules import s10_check_digit
from tests.browser.counted import Counted
from tests.browser.desk import PATIENCE_MS

pytestmark = pytest.mark.browser
FIRST = {"en": 55_000_001, "zh": 56_000_001}
KEYS_OF_A_BATCH = 10
"""Beside two scans for each card: all that is pressed until the batch has left."""


def scan(page: Page, code: str) -> None:
    """What a scanner does: the characters without a pause, and Enter."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def labelled_batch(mailroom, most: int) -> str:
    """A batch of ready cards with its labels; its address."""
    page = mailroom.open("/mailing/")
    boxes = page.locator("input[name=card]:enabled")
    for place in range(min(most, boxes.count())):
        boxes.nth(place).check()
    page.locator("button[name=choose][value=selected]").click()
    page.wait_for_url(re.compile(r"/mailing/batches/[0-9a-f]{32}"))
    page.locator("button[data-key='p']").click()
    page.locator("button[data-key='o']").wait_for(timeout=PATIENCE_MS)
    return page.url.removeprefix(mailroom.desk.url).partition("?")[0]


def pairs_of(page: Page) -> list[tuple[str, str]]:
    """Label and serial of each row of the list to pack by."""
    rows = page.locator("table[data-rows=stuffing] tbody tr")
    found = [re.findall(r"PX[0-9-]+|[A-Z]{2}[0-9]{8,14}", " ".join(row.locator("td, th").all_inner_texts())) for row in rows.all()]
    return [(next(one for one in each if one.startswith("PX")), next(one for one in each if not one.startswith("PX"))) for each in found]


def look(mailroom, name: str) -> None:
    """Keep a picture for whoever wants to look (CARD_DESK_LOOK: a folder)."""
    if folder := os.environ.get("CARD_DESK_LOOK"):
        mailroom.page.screenshot(path=f"{folder}/{name}-{mailroom.language}.png", full_page=True)


def test_a_batch_is_packed_by_scan_and_posted_from_a_range(person, language):
    mailroom = person("mailroom_clerk", width=1280, height=800)
    address, page = labelled_batch(mailroom, 3), mailroom.page
    counted = Counted(page)
    counted.key_to_another_page("s")
    pairs = pairs_of(page)
    look(mailroom, "stuffing-begin")
    mailroom.check()
    wrong_pair(mailroom, pairs)
    for label, serial in pairs:  # as fast as keys go: nobody waits for an answer
        scan(page, label)
        scan(page, serial)
    expect(page.locator("#stuffing-said .stuffing-count strong")).to_have_text(str(len(pairs)))
    expect(page.locator("#stuffing-said .big-good")).to_be_visible()
    expect(page.locator("table[data-rows=stuffing] .tick-box")).to_have_count(0)
    look(mailroom, "stuffing-done")
    mailroom.check(allow=("409",))
    expect(page.locator("[data-all-packed] a")).to_be_focused()
    counted.key_to_another_page("Enter")
    look(mailroom, "posting")
    eight = f"{FIRST[language]}"
    counted.type(f"RA{eight}{s10_check_digit(eight)}CN")
    counted.key_to_another_page("Enter")
    look(mailroom, "posting-confirm")
    mailroom.check(allow=("409",))
    page.locator("main form button.btn-success").focus()
    counted.actions += 1
    counted.key_to_another_page("Enter")
    assert page.url.partition("?")[0].endswith(address)
    look(mailroom, "posted")
    mailroom.check(allow=("409",))
    answer = page.request.get(mailroom.desk.url + address + "/posting-list.pdf")
    assert answer.headers["content-type"] == "application/pdf" and answer.body()[:5] == b"%PDF-"
    assert counted.actions <= KEYS_OF_A_BATCH


def wrong_pair(mailroom, pairs: list[tuple[str, str]]) -> None:
    """A card in the wrong envelope stops the desk, whatever a scanner sends then; only Escape goes on, and the envelope is still open."""
    page = mailroom.page
    scan(page, pairs[0][0])
    scan(page, pairs[1][1])
    stop = page.locator("dialog[data-stuffing-stop]")
    expect(stop).to_be_visible()
    expect(stop.locator(".big-bad")).to_be_visible()
    look(mailroom, "stuffing-stop")
    mailroom.check(allow=("409",))
    scan(page, pairs[2][0])
    expect(stop).to_be_visible()
    page.keyboard.press("Escape")
    expect(stop).to_be_hidden()
    expect(page.locator("#stuffing-said .big-waiting")).to_be_visible()
    expect(page.locator("#field-label")).to_be_focused()


def test_what_is_scanned_while_the_server_does_not_answer_is_not_lost(person):
    mailroom = person("mailroom_clerk", width=1280, height=800)
    page = mailroom.page
    labelled_batch(mailroom, 2)
    page.locator("a[data-key='s']").click()
    page.locator("[data-scan-pairs]").wait_for()
    pairs = pairs_of(page)
    unanswered = []
    page.route("**/stuffing", lambda route: unanswered.append(route) if route.request.method == "POST" else route.continue_())
    for label, serial in pairs:
        scan(page, label)
        scan(page, serial)
    page.keyboard.type(pairs[0][0][:4])  # the connection breaks while a code is under way
    for _ in range(PATIENCE_MS // 50):
        if unanswered:  # the first pair is on its way as soon as the browser has told so
            break
        page.wait_for_timeout(50)
    unanswered[0].abort()
    stop = page.locator("dialog[data-stuffing-stop]")
    expect(stop).to_be_visible()
    expect(page.locator("#field-label")).to_have_value("")
    page.unroute("**/stuffing")
    page.keyboard.press("Escape")
    expect(page.locator("#stuffing-said .stuffing-count strong")).to_have_text(str(len(pairs)))

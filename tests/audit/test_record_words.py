"""What is read of the log holds references and words: no long row of hexadecimal digits, on no page of whoever reads it."""

import re

import pytest
from lxml import html

from admin_app.foundation import origin
from admin_app.foundation.database import new_public_id
from admin_app.web import fact_words
from tests.factories.audit import make_entry
from tests.web.filled_lists import Filled

DIGITS = re.compile(r"(?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{8,}")
PAGES = (
    "/",
    "/audit/",
    "/audit/readings/",
    "/audit/proof/",
    "/erasures/?state=all",
    "/restrictions/",
    "/queue/?tab=all",
    "/cards/?tab=gone",
)


@pytest.fixture
def office(app, sign_in):
    filled = Filled(sign_in)
    filled.fill(2)
    for subject in ("resident", "card", "parcel", "document", "application"):
        make_entry(subject_type=subject, subject_ref=new_public_id(), case_ref=new_public_id(), request_id=origin.new_number())
    make_entry(action="staff.sign_in_refused", subject_type="staff", subject_ref=new_public_id(), outcome="refused")
    return filled


def shown(page: str) -> list[str]:
    """Long rows of hexadecimal digits in what a page says."""
    main = html.fromstring(page).get_element_by_id("main")
    return [word for text in main.itertext() for word in DIGITS.findall(text)]


def test_no_page_of_the_auditor_shows_long_rows_of_digits(office):
    browser = office.browsers["auditor"]
    pages = {address: browser.get(address) for address in PAGES}
    assert {address: answer.status_code for address, answer in pages.items() if answer.status_code != 200} == {}
    found = {address: shown(answer.text) for address, answer in pages.items()}
    links = [link for link in re.findall(r'href="(/audit/\?[^"]*)"', pages["/audit/"].text) if "subject_ref=" in link or "case=" in link]
    for link in links:
        found[link] = shown(browser.get(link.replace("&amp;", "&")).text)
    assert {address: words for address, words in found.items() if words} == {} and len(links) > 5


def test_control_a_long_row_of_digits_is_found():
    assert shown(f'<main id="main"><p>Card {new_public_id()}</p></main>')
    assert not shown(f'<main id="main"><p>Card {fact_words.mark(new_public_id())} BK-26-0000001 {origin.new_number()}</p></main>')


def test_the_number_of_a_request_is_one_that_people_can_read_out(office):
    said = office.browsers["auditor"].get("/nowhere").text
    assert re.search(r"\d{4}-\d{4}-\d{4}", said) and not shown(said)

"""Addresses in Chinese and Uyghur on one line: a number stays with what it counts, on the page and in the parts of the text."""

from collections.abc import Callable
from dataclasses import replace

import pypdfium2
import pytest

from reports.labels.rows import LabelRow
from reports.labels.sheets import render_label_sheets
from reports.letters.receipts import application_receipt
from reports.text import directions
from reports.text.characters import clean
from tests.reports.letter_rows import APPLICATION
from tests.reports.stocks import L7163

ADDRESSES = {
    "ئۈرۈمچى شەھىرى تىيانشان رايونى 12号": ["ئۈرۈمچى شەھىرى تىيانشان رايونى", " 12号"],
    "乌鲁木齐市 ئازادلىق شىمالىي يولى 215号3单元": ["乌鲁木齐市 ", "ئازادلىق شىمالىي يولى", " 215号3单元"],
    "喀什市 خانلىق مەدرىس كوچىسى 2-301 室": ["喀什市 ", "خانلىق مەدرىس كوچىسى", " 2-301 室"],
    "伊宁市غالىبىيەت يولى8号楼": ["伊宁市", "غالىبىيەت يولى", "8号楼"],
    "和田市 نۇرباغ يولى (15)号": ["和田市 ", "نۇرباغ يولى", " (15)号"],
    "吐鲁番市 بازار يولى 34، 4-قەۋەت 6号": ["吐鲁番市 ", "بازار يولى 34، 4-قەۋەت", " 6号"],
    "ئەركىن قۇربان\N{NO-BREAK SPACE}收": ["ئەركىن قۇربان", "\N{NO-BREAK SPACE}收"],
    "耶路撒冷路 דוד כהן 12号": ["耶路撒冷路 ", "דוד כהן", " 12号"],
    "ئۈرۈمچى شەھىرى 12": ["ئۈرۈمچى شەھىرى 12"],
    "ئازادلىق يولى 12 解放路": ["ئازادلىق يولى 12", " 解放路"],
    "解放北路12号": ["解放北路12号"],
    "\U000323af家 ئا": ["\U000323af家 ", "ئا"],
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_number_stands_in_the_part_of_what_it_counts(address: str) -> None:
    assert directions.parts(address) == ADDRESSES[address]


@pytest.mark.parametrize("text", ["", " ", "12", "\u0301", "ئ", "1ئ", "ئ1", "ئ解", "解ئ解ئ", "\u200cئ"])
def test_no_character_is_lost_between_the_parts(text: str) -> None:
    assert "".join(directions.parts(text)) == text


def left_of(char: str, content: bytes) -> set[str]:
    """What stands next to each `char` of a PDF on its left, on the page itself."""
    with pypdfium2.PdfDocument(content) as document:
        page = document[0].get_textpage()
        boxes = [(page.get_text_range(number, 1), page.get_charbox(number)) for number in range(page.count_chars())]
    found = set()
    for _letter, (left, bottom, _right, top) in (one for one in boxes if one[0] == char):
        beside = [(box[2], letter) for letter, box in boxes if box[2] <= left + 1 and box[1] < top and box[3] > bottom and letter.strip()]
        found.add(max(beside)[1])
    return found


def label(address: str) -> bytes:
    return render_label_sheets([LabelRow("PX1", "王伟", "830000", (address,))], stock=L7163, language="zh")


def receipt(address: str) -> bytes:
    return application_receipt(replace(APPLICATION, resident=address, clerk="", centre=replace(APPLICATION.centre, address="文三路")), "zh")


HOUSES = [address for address in ADDRESSES if clean(address).endswith(("2号", "6号"))]


@pytest.mark.parametrize("printed", [label, receipt])
@pytest.mark.parametrize("address", HOUSES)
def test_on_paper_the_number_of_a_house_stands_before_its_word(address: str, printed: Callable[[str], bytes]) -> None:
    assert address[-2] in left_of("号", printed(address))


def test_control_by_the_plain_rules_the_number_leaves_its_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directions, "parts", lambda text: [text])
    assert "2" not in left_of("号", label(HOUSES[0])) | left_of("号", receipt(HOUSES[0]))

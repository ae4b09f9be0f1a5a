"""Numbers of people inside a text: found however they are written, and nothing else is taken for one."""

import random
from collections.abc import Callable

import pytest

from admin_app.foundation.storage.names import clean_name
from admin_app.foundation.typed_text import numbers, texts
from admin_app.foundation.typed_text.personal_numbers import covered, id_numbers_in, mobile_numbers_in
from tests.factories.residents import id_number

NUMBER, OLD, MOBILE = id_number(), "330106870412153", "13800138000"
HAN = str.maketrans("0123456789", "〇一二三四五六七八九")
WRITTEN: dict[str, Callable[[str], str]] = {
    "plain": str,
    "small letters": str.lower,
    "among Han": lambda number: f"身份证{number}号",
    "among Latin": lambda number: f"ID:{number}, seen",
    "in blanks": lambda number: f"{number[:6]} {number[6:14]} {number[14:]}",
    "in hyphens": lambda number: f"{number[:6]}-{number[6:14]}\u2014{number[14:]}",
    "in dots": lambda number: ".".join(number),
    "a list before it": lambda number: f"1. {number}",
    "over two lines": lambda number: f"{number[:9]}\n{number[9:]}",
    "full width": lambda number: "".join(chr(ord(char) + 0xFEE0) for char in number),
    "ideographs": lambda number: number.translate(HAN),
    "zero width": lambda number: "\u200b".join(number),
    "Arabic digits": lambda number: "".join(chr(0x660 + int(char)) if char.isdigit() else char for char in number),
}
MOBILES = {
    "plain": MOBILE,
    "with blanks": "138 0013 8000",
    "with hyphens": "138-0013-8000",
    "abroad": "+86 138 0013 8000",
    "among Han": f"电话{MOBILE}找她",
}
NONE = {
    "one wrong digit": f"{NUMBER[:16]}{(int(NUMBER[16]) + 1) % 10}{NUMBER[17]}",
    "a reference": "BK-26-0000123",
    "a tracking number": "1234567890123",
    "a tracking number with letters": "XA13812345678",
    "a serial": "AB12345678",
    "days": "2026-11-29 14:30, 2026-11-30 09:00, 2026-12-01",
    "a bank card": "6222 0012 3412 3412 346",
    "a phone of an office": "0571-87654321",
    "a postcode and a house": "310012 18-3-1201",
    "fifteen digits": "330106871341153",
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("read", [texts.line, texts.block, texts.reason, texts.name, texts.address], ids=lambda one: one.__name__)
def test_an_id_number_in_a_text_is_refused_however_it_is_written(read: Callable[[str], str], written: Callable[[str], str]) -> None:
    with pytest.raises(texts.NumberRefused) as refused:
        read(written(NUMBER))
    assert NUMBER not in str(refused.value.message)


@pytest.mark.parametrize("text", [OLD, f"旧号{OLD}。", "330106 870412 153", "1. 330106870412153"])
def test_a_number_of_fifteen_digits_is_refused(text: str) -> None:
    with pytest.raises(texts.NumberRefused):
        texts.line(text)


@pytest.mark.parametrize("text", MOBILES.values(), ids=MOBILES)
def test_a_mobile_number_is_refused_but_where_the_line_is_there_for_one(text: str) -> None:
    with pytest.raises(texts.NumberRefused):
        texts.line(text)
    assert texts.line(text, has_phone=True) == text


@pytest.mark.parametrize("text", NONE.values(), ids=NONE)
def test_control_other_numbers_stay(text: str) -> None:
    assert texts.line(text) == text
    assert covered(text) == text


def test_control_what_is_looked_for_may_be_a_number() -> None:
    assert texts.asked(NUMBER) == NUMBER


def test_a_serial_is_no_id_number() -> None:
    with pytest.raises(texts.NumberRefused):
        numbers.serial(NUMBER)


def test_a_file_that_is_called_by_a_number_is_called_by_its_last_digits() -> None:
    assert clean_name(f"王龑 {NUMBER} {MOBILE}.jpg") == f"王龑 …{NUMBER[-4:]} …{MOBILE[-4:]}.jpg"


def test_figures_of_chance_are_hardly_ever_taken_for_a_number() -> None:
    rng = random.Random(7)
    drawn = ["".join(rng.choices("0123456789", k=length)) for length in (14, 15, 16, 17, 18, 19, 20) for _one in range(1000)]
    assert sum(any(id_numbers_in(text)) for text in drawn) <= 2
    assert sum(any(mobile_numbers_in(text)) for text in drawn) == 0

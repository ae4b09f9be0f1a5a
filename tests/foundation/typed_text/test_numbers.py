"""Numbers as people paste them: one rule for all of them."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admin_app.foundation.typed_text import numbers, texts
from admin_app.foundation.typed_text.search_keys import search_key

DAY = date(2026, 11, 22)
PASTED: dict[str, Callable[[str], str]] = {
    "blanks around": lambda number: f"  {number}\u00a0",
    "blanks inside": lambda number: "\u2009".join(number),
    "a line end": lambda number: f"{number}\r\n",
    "zero width": lambda number: "\u200b".join(number),
    "byte order mark": lambda number: f"\ufeff{number}",
    "direction marks": lambda number: f"\u202a{number}\u202c",
    "full width": lambda number: "".join(chr(ord(char) + 0xFEE0) for char in number),
    "small letters": str.lower,
    "an apostrophe of a spreadsheet": lambda number: f"'{number}",
    "a curly apostrophe": lambda number: f"\u2019{number}",
    "a full-width apostrophe": lambda number: f"\uff07{number}",
    "an accent for an apostrophe": lambda number: f"\u00b4{number}",
    "the identifier of a scanner": lambda number: f"]C1{number}",
    "another identifier": lambda number: f"]C0{number}",
    "a group separator of a scanner": lambda number: f"\x1d{number}",
    "hyphens": lambda number: f"{number[:4]}-{number[4:]}",
} | {
    f"dash U+{ord(dash):04X}": (lambda number, dash=dash: f"{number[:4]}{dash}{number[4:]}")
    for dash in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\ufe63\u30fc\uff70\u00ad"
}
READERS: dict[str, tuple[Callable[[str], object], str]] = {
    "ID number": (numbers.compact, "11010519491231002X"),
    "serial": (numbers.serial, "AB12345678"),
    "tracking number": (numbers.compact, "RA473124829CN"),
    "phone": (numbers.phone, "13800135521"),
    "postcode": (numbers.postcode, "310012"),
}


@pytest.mark.parametrize(("read", "number"), READERS.values(), ids=READERS)
@pytest.mark.parametrize("paste", PASTED.values(), ids=PASTED)
def test_a_number_is_read_however_it_was_pasted(read: Callable[[str], object], number: str, paste: Callable[[str], str]) -> None:
    assert read(paste(number)) == number


def test_control_another_digit_is_another_number() -> None:
    assert numbers.compact("11010519491231003X") != numbers.compact("11010519491231002X")


@pytest.mark.parametrize("typed", ["BK-26-0000123", "ＢＫ－26−0000123", " bk\u201326\u201300\u200b00123", "'BK-26-0000123"])
def test_a_reference_keeps_its_hyphens(typed: str) -> None:
    assert numbers.plain(typed) == "BK-26-0000123"


@pytest.mark.parametrize(
    ("typed", "reference"),
    [
        ("'ｂｋ26\u20130000123", "BK-26-0000123"),
        ("GS260000123", "GS-26-0000123"),
        ("jj\u201226\u22121122\u201301", "JJ-26-1122-01"),
        ("]C1px\u200b261122000018\u20142", "PX261122000018-2"),
        ("wang.li2", "wang.li2"),
        ("ab1", "ab1"),
        ("0f" * 16, "0f" * 16),
        ("", ""),
    ],
)
def test_a_reference_is_read_and_another_text_stays(typed: str, reference: str) -> None:
    assert numbers.reference(typed) == numbers.reference(reference) == reference


@pytest.mark.parametrize(
    ("read", "typed"), [(numbers.serial, "AB12社345"), (numbers.postcode, "31001٢"), (numbers.phone, "138\U0002ebf00")]
)
def test_a_strange_character_in_a_number_is_named(read: Callable[[str], object], typed: str) -> None:
    with pytest.raises(texts.TextRefused) as refused:
        read(typed)
    assert "U+" in str(refused.value.message)


@pytest.mark.parametrize("typed", ["1234", "phone", "12345678901234567", "<b>", "138001355x1"])
def test_what_is_no_phone_is_refused(typed: str) -> None:
    with pytest.raises(texts.TextRefused):
        numbers.phone(typed)


@pytest.mark.parametrize("typed", ["31001", "3100122", "abc"])
def test_what_is_no_postcode_is_refused(typed: str) -> None:
    with pytest.raises(texts.TextRefused):
        numbers.postcode(typed)


@pytest.mark.parametrize("typed", ["AB12_3456", "A" * 21, "<b>"])
def test_what_is_no_serial_is_refused(typed: str) -> None:
    with pytest.raises(texts.TextRefused):
        numbers.serial(typed)


def test_no_letter_is_made_of_another_one() -> None:
    assert numbers.compact("ß") == "ß" and numbers.compact("ı") == "ı"


@pytest.mark.parametrize(("typed", "day"), [("2026-11-22", DAY), (" ２０２６－１１－２２ ", DAY), ("", None), (" ", None)])
def test_a_day_is_read(typed: str, day: date | None) -> None:
    assert numbers.day(typed) == day


@pytest.mark.parametrize("typed", ["20261122", "2026-W47-7", "2026-13-01", "2026-02-30", "22.11.2026", "2026-11-22T00:00", "yesterday"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(texts.TextRefused):
        numbers.day(typed)


def test_the_key_of_a_form_is_ours_or_none() -> None:
    assert numbers.form_key("") is None and numbers.form_key("0f" * 16) == "0f" * 16
    for foreign in ("x", "0F" * 16, "0f" * 17):
        with pytest.raises(numbers.FormKeyRefused):
            numbers.form_key(foreign)


@settings(deadline=None)
@given(st.text("0123456789ABCx-\u2014\u3000\u200b\uff11\uff38.", max_size=40))
def test_reading_a_number_twice_changes_nothing(text: str) -> None:
    assert numbers.compact(numbers.compact(text)) == numbers.compact(text)


@pytest.mark.parametrize("typed", ["王　芳", "王\u00a0芳", "王\u200b芳", "王·芳", "王\u200d芳"])
def test_a_name_is_looked_for_without_its_blanks(typed: str) -> None:
    assert search_key(typed) == search_key("王芳")


@pytest.mark.parametrize("name", ["李\U0002ebf0", "郑\U00031350", "王\ue863", "王\U000323b0"])
def test_a_rare_name_is_looked_for_as_it_is(name: str) -> None:
    assert search_key(name) == name

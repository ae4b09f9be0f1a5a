"""ID numbers and mobile phone numbers inside a text, however they are written: they have fields of their own, where they are encrypted."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from stdnum import numdb
from stdnum.cn import ric

from admin_app.foundation.typed_text import characters
from reports.text import folding

TAIWAN_PERMIT, FOREIGNER = "830000", "9"
DASHES = re.compile("[-\u2010-\u2015\u2043\u2212\u2500\u30fc\u2e3a\u2e3b\uff0d]")
"""Hyphen, dashes, minus, and the long-vowel mark that a Japanese keyboard has in their place."""
IDEOGRAPHS = {char: str(place) for place, char in enumerate("〇一二三四五六七八九")} | {"零": "0"}
MARKS = frozenset(".·•,，、/_\u30fb")
"""What people put between groups of digits, besides blanks and dashes."""
OLD_LENGTH, LENGTH = 15, 18
RUN = re.compile(r"[0-9](?: {0,3}[0-9X])*")
MOBILE = re.compile(r"(?<![0-9A-Z])(?:(?:00)?86 {0,2})?1[3-9][0-9] {0,2}[0-9]{4} {0,2}[0-9]{4}(?![0-9])")
"""Eleven digits as the numbering plan of mobile phones has them. After capitals it is a tracking number (XA13812345678)."""


def id_numbers_in(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every ID number (GB 11643, and the older one of 15 digits) in `text`."""
    plain, places = _plain(text)
    for run in RUN.finditer(plain):
        yield from ((places[start], places[end] + 1) for start, end in _in_run(run))


def mobile_numbers_in(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every mobile phone number in `text`."""
    plain, places = _plain(text)
    yield from ((places[found.start()], places[found.end() - 1] + 1) for found in MOBILE.finditer(plain))


def covered(text: str) -> str:
    """`text` with no more than the last four digits of ID numbers and mobile numbers: for what nobody can be asked to change."""
    for find in (id_numbers_in, mobile_numbers_in):
        for start, end in sorted(find(text), reverse=True):
            text = f"{text[:start]}…{text[max(start, end - 4) :]}"
    return text


def is_known_place(code: str) -> bool:
    """Whether the code ever stood for a county, for Taiwan (residence permits), or for a foreigner's permanent residence.

    Numbers were first given out in 1984, with the codes of that time also to people born long before; so python-stdnum's own check
    against the year of birth would refuse real people. The ID of a foreigner who stays for good begins with 9, the two digits of the
    province that issued it, and the three digits of the nationality (National Immigration
    Administration, machine-readable rules of the card of 2023).
    """
    if code == TAIWAN_PERMIT:
        return True
    if code[0] == FOREIGNER:
        return code[3:] != "000" and any("province" in facts for _part, facts in numdb.get("cn/loc").info(code[1:3] + "0000"))
    return any("county" in facts for _part, facts in numdb.get("cn/loc").info(code))


def is_possible_place(code: str) -> bool:
    """Whether the code is of a known place, or of one that is on no list in a province that there is.

    Numbers were given out with local codes too, such as 321119 for an economic zone of Zhenjiang.
    """
    return is_known_place(code) or any("province" in facts for _part, facts in numdb.get("cn/loc").info(f"{code[:2]}0000"))


def _plain(text: str) -> tuple[str, list[int]]:
    """The text with digits of every kind as 0-9 and one blank for what stands between digits; and where each character stood."""
    found = [(plain, place) for place, char in enumerate(text) if (plain := _plain_char(char))]
    return "".join(plain for plain, _place in found), [place for _plain, place in found]


def _plain_char(char: str) -> str:
    if " " < char < "\x7f" and char not in MARKS:
        return {"x": "X", "-": " "}.get(char, char)
    if char in MARKS or DASHES.match(char) or characters.BLANKS.match(char) or characters.BREAKS.match(char):
        return " "
    digit = IDEOGRAPHS.get(char) or unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    if not folding.without_invisible(char):
        return ""
    return "X" if char in "ｘＸⅩⅹ" else char


def _in_run(run: re.Match[str]) -> Iterator[tuple[int, int]]:
    places = [place for place in range(run.start(), run.end()) if run.string[place] != " "]
    solid = "".join(run.string[place] for place in places)
    end = 0
    for start in range(len(solid) - LENGTH + 1):
        if start >= end and _is_id_number(solid[start : start + LENGTH]):
            end = start + LENGTH
            yield places[start], places[end - 1]
    if not end and len(solid) == OLD_LENGTH and _is_old_number(solid):
        yield places[0], places[-1]
    elif not end:
        words = re.finditer(r"(?<![0-9X])[0-9]{15}(?![0-9X])", run[0])
        yield from ((run.start() + word.start(), run.start() + word.end() - 1) for word in words if _is_old_number(word[0]))


def _is_id_number(number: str) -> bool:
    """Whether it can be nobody's but a person's: check digit, day and place are right."""
    if not number[:-1].isdigit() or not _is_day(number[6:10], number[10:14]):
        return False
    return bool(number[-1] == ric.calc_check_digit(number)) and is_possible_place(number[:6])


def _is_old_number(number: str) -> bool:
    return number.isdigit() and _is_day(f"19{number[6:8]}", number[8:12]) and is_known_place(number[:6])


def _is_day(year: str, month_and_day: str) -> bool:
    try:
        date(int(year), int(month_and_day[:2]), int(month_and_day[2:]))
    except ValueError:
        return False
    return year[:2] in ("18", "19", "20")

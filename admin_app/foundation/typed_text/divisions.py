"""The administrative divisions of China as data: province, city, district, subdistrict, by code and by name; and those that are no more."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from stdnum import numdb

SOURCE = Path(__file__).with_name("divisions.tsv")
"""Codes of GB/T 2260 and of the National Bureau of Statistics; source, date and licence stand in it and beside it."""
PROVINCE, CITY, DISTRICT, SUBDISTRICT = 2, 4, 6, 9
"""Digits of a code of each level."""
NO_CITIES = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
"""What stands in the place of a city where a district belongs to no city; nobody writes it on an envelope."""
WITHOUT_DISTRICTS = frozenset({"71", "81", "82"})
"""Taiwan, Hong Kong and Macao: the data have nothing below them."""
_PROVINCE_ENDING = re.compile("(?:壮族|回族|维吾尔)?自治区$|特别行政区$|省$|市$")
_CITY_ENDING = re.compile("市$|地区$|盟$")
_PERIOD = re.compile(r"\[[0-9]*-([0-9]{4})\]([^,]+)")


@dataclass(frozen=True)
class Division:
    """One division: its code, and its name in Chinese."""

    code: str
    name: str

    @property
    def short(self) -> str:
        """As people write it before a division of its own (浙江, 杭州); '' where they write the whole name only."""
        ending = {PROVINCE: _PROVINCE_ENDING, CITY: _CITY_ENDING}.get(len(self.code))
        short = ending.sub("", self.name) if ending else ""
        return short if short != self.name and len(short) > 1 else ""

    @property
    def is_no_city(self) -> bool:
        """Whether it stands in the place of a city where there is none."""
        return len(self.code) == CITY and self.name in NO_CITIES


class Former(NamedTuple):
    """A district or county that is no more."""

    name: str
    code: str
    until: int
    """The year in which it ended."""


@cache
def as_of() -> str:
    """The day of which the data are, ISO 8601."""
    return next(row.removeprefix("# As of: ") for row in _rows() if row.startswith("# As of: "))


def _rows() -> list[str]:
    return SOURCE.read_text("utf-8").splitlines()


@cache
def _table() -> dict[str, tuple[str, str]]:
    """code -> name, and what is below a district, as it stands in the file."""
    rows = (row.split("\t") for row in _rows() if not row.startswith("#"))
    return {row[0]: (row[1], row[2] if len(row) > 2 else "") for row in rows}


@cache
def _below() -> dict[str, tuple[Division, ...]]:
    """The code of a province or city, '' for the country -> what belongs to it, by code."""
    found: dict[str, list[Division]] = defaultdict(list)
    for code, (name, _subdistricts) in _table().items():
        found["" if len(code) == PROVINCE else code[:-2]].append(Division(code, name))
    return {code: tuple(divisions) for code, divisions in found.items()}


def within(code: str) -> tuple[Division, ...]:
    """The divisions that belong to this one, by code; those of the country for ''."""
    if len(code) != DISTRICT:
        return _below().get(code, ())
    words = _table().get(code, ("", ""))[1].split(" ")
    return tuple(Division(code + word[:3], word[3:]) for word in words if word)


def by_code(code: str) -> Division | None:
    """The division with this code (2, 4, 6 or 9 digits), as it is in the data."""
    if len(code) == SUBDISTRICT:
        return next((one for one in within(code[:DISTRICT]) if one.code == code), None)
    known = _table().get(code)
    return Division(code, known[0]) if known else None


def path(code: str) -> list[Division]:
    """The division with what it belongs to, from the province down; empty for a code that there is not."""
    steps = [by_code(code[:digits]) for digits in (PROVINCE, CITY, DISTRICT, SUBDISTRICT) if len(code) >= digits]
    return [one for one in steps if one] if all(steps) else []


def written(code: str) -> str:
    """The division as it stands on an envelope: 浙江省杭州市西湖区; what is no city, and a name that came before, is left out."""
    names = [one.name for one in path(code) if not one.is_no_city]
    return "".join(dict.fromkeys(names))


@cache
def named(first: str) -> tuple[Division, ...]:
    """The cities and districts whose names begin with these two characters."""
    return _by_beginning().get(first, ())


@cache
def _by_beginning() -> dict[str, tuple[Division, ...]]:
    found: dict[str, list[Division]] = defaultdict(list)
    for code, (name, _subdistricts) in _table().items():
        if len(code) in (CITY, DISTRICT) and name not in NO_CITIES:
            found[name[:2]].append(Division(code, name))
    return {first: tuple(divisions) for first, divisions in found.items()}


def formers(name: str, *, province: str = "") -> list[Former]:
    """The divisions that once had exactly this name (in this province), and have it there no more; the one that lasted longest first."""
    alike = [one for one in _formers().get(name, ()) if one.code.startswith(province)]
    return sorted(alike, key=lambda one: -one.until)


@cache
def _formers() -> dict[str, tuple[Former, ...]]:
    """After the list of python-stdnum, which has the years of each code of GB/T 2260 since 1980."""
    now = {(code[:PROVINCE], name) for code, (name, _subdistricts) in _table().items()}
    found: dict[str, list[Former]] = defaultdict(list)
    for code, text in _codes(numdb.get("cn/loc").prefixes):
        for until, name in _PERIOD.findall(text):
            if (code[:PROVINCE], name) not in now and name not in NO_CITIES:
                found[name].append(Former(name, code, int(until)))
    return {name: tuple(ended) for name, ended in found.items()}


def _codes(prefixes: list, before: str = "") -> Iterator[tuple[str, str]]:
    for _length, low, _high, facts, below in prefixes:
        if "county" in facts:
            yield before + low, facts["county"]
        yield from _codes(below, before + low)

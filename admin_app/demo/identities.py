"""Fictitious but valid 18-digit ID numbers (GB 11643): region, birth date, order and check digit agree."""

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random

from stdnum import numdb
from stdnum.cn import ric

MAX_PEOPLE = 1_200_000
"""up to here different indexes of one seed have different numbers by construction"""

_PROVINCE_SHARE = {
    "33": 580, "34": 85, "36": 60, "41": 60, "32": 40, "42": 30, "51": 25, "43": 20, "31": 15, "37": 15, "44": 10,
    "21": 8, "52": 8, "53": 7, "61": 7, "65": 14, "54": 6, "64": 3, "15": 3, "45": 4,
}  # fmt: skip
_HOME = "3301"
_HOME_COPIES = 4
_SLOTS = 4_000
_COPIES = 121
_DAYS = 365
_ORDER_PAIRS = 100
_FIRST_ORDER = 800
_AGE_BANDS = [(1, 6, 2), (7, 15, 3), (16, 24, 9), (25, 39, 28), (40, 59, 33), (60, 74, 18), (75, 85, 6), (86, 96, 1)]
_AGE_WEIGHTS = list(accumulate(share for _young, _old, share in _AGE_BANDS))
_SPAN = re.compile(r"^\[(\d*)-(\d*)\]")


@dataclass(frozen=True, slots=True)
class Identity:
    """Sex («F», «M»), birth date and the ID number that carries both."""

    sex: str
    born: dt.date
    id_number: str

    @property
    def province(self) -> str:
        """Two digits of the province of first registration."""
        return self.id_number[:2]


def _was_valid(counties: str, year: int) -> bool:
    """Whether a code stood for some county in a year; the table writes «[1983-2021]name» where it was not for ever."""
    spans = [_SPAN.match(county) for county in counties.split(",")]
    return any(span is None or int(span[1] or 0) <= year <= int(span[2] or 9999) for span in spans)


@cache
def _counties(province: str) -> tuple[tuple[str, str], ...]:
    """Four digits and names of each county of a province, from python-stdnum's own table."""
    children = next(row[4] for row in numdb.get("cn/loc").prefixes if row[1] == province)
    return tuple((low, props["county"]) for _length, low, _high, props, _none in children if int(low) % 100 > 1)


@cache
def _codes(province: str, year: int) -> tuple[tuple[str, int], ...]:
    """Codes valid in a year; those of the home city several times, numbered, as most applicants are from there."""
    codes = [province + low for low, names in _counties(province) if _was_valid(names, year)]
    return tuple((code, copy) for code in codes for copy in range(_HOME_COPIES if code.startswith(_HOME) else 1))


@cache
def _slots() -> tuple[tuple[str, int], ...]:
    """(province, running number in it), as often as the province's share; a person's index picks one."""
    total = sum(_PROVINCE_SHARE.values())
    slots = [(code, number) for code, share in _PROVINCE_SHARE.items() for number in range(_SLOTS * share // total)]
    Random("identity slots").shuffle(slots)
    return tuple(slots)


def draw_identity(rng: Random, index: int, *, seed: int, today: dt.date, year: int | None = None) -> Identity:
    """The identity of person number `index`; order digits are 800 to 999, the region follows the index.

    Two people of one birth year who share region and order digits are born on different days, so numbers never repeat
    below MAX_PEOPLE. Ages are those of a card office: mostly 18 to 85, a few children and very old people; `year` fixes
    the year of birth.
    """
    sex = "F" if rng.random() < 0.52 else "M"
    drawn = _birth_year(rng, today=today)
    year = drawn if year is None else year
    pair, turn = index % _ORDER_PAIRS, index // _ORDER_PAIRS
    lap, place = divmod(turn, len(_slots()))
    # neighbours come from all over the country: 1,237 is a prime, so every place still picks its own slot
    province, number = _slots()[(pair * 41 + place * 1_237 + seed * 59) % len(_slots())]
    codes = _codes(province, year)
    region, home_copy = codes[number % len(codes)]
    copy = (number // len(codes)) * _HOME_COPIES + home_copy + _COPIES * lap
    day = (int(region) * 7 + pair * 37 + year * 101 + copy) % _DAYS
    born = dt.date(year, 1, 1) + dt.timedelta(days=day)
    body = f"{region}{born:%Y%m%d}{_FIRST_ORDER + 2 * pair + (sex == 'M'):03d}"
    return Identity(sex, born, body + ric.calc_check_digit(body + "0"))


def _birth_year(rng: Random, *, today: dt.date) -> int:
    young, old, _share = rng.choices(_AGE_BANDS, cum_weights=_AGE_WEIGHTS)[0]
    return today.year - rng.randint(young, old)

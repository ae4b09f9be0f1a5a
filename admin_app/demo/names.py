"""Believable names of residents: real surname frequencies, compound, minority, foreign and rare-character names."""

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from pypinyin import lazy_pinyin

_DATA: dict[str, Any] = json.loads((Path(__file__).parent / "names.json").read_text("utf-8"))
_SINGLE = [tuple(row) for row in _DATA["surnames"]]
_COMPOUND = [tuple(row) for row in _DATA["compound_surnames"]]
_RARE_PINYIN = dict(_DATA["rare"])
_ERAS = [(int(year), names) for year, names in sorted(_DATA["given"].items(), reverse=True)]

_COMPOUND_SHARE = 0.012
_RARE_SHARE = 0.02
_HAN_NAMED_MINORITY_SHARE = 0.03
_NATIVE_SHARE = {"65": 0.75, "54": 0.9, "15": 0.6}
_FOREIGN_SHARE = 0.008


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name as written on the ID card, and in Latin letters (surname first)."""

    written: str
    latin: str
    ethnicity: str
    """as printed on the card without 族; empty for a foreign resident"""
    is_foreign: bool = False


@cache
def _weights(kind: str) -> tuple[list[tuple[str, int, str]], list[int]]:
    rows = _COMPOUND if kind == "compound" else _SINGLE
    return rows, list(accumulate(row[1] for row in rows))


def _surname(rng: Random) -> tuple[str, str]:
    rows, weights = _weights("compound" if rng.random() < _COMPOUND_SHARE else "single")
    surname, _weight, latin = rng.choices(rows, cum_weights=weights)[0]
    return surname, latin


def _given_name(rng: Random, sex: str, born: int) -> str:
    era = next((names for year, names in _ERAS if born >= year), _ERAS[-1][1])
    if rng.random() < _RARE_SHARE:
        rare = rng.choice(_DATA["rare"])[0]
        return rare if rng.random() < 0.6 else rng.choice(_DATA["compose"][sex][0]) + rare
    if rng.random() < 0.4:
        first, last = (rng.choice(pool) for pool in _DATA["compose"][sex])
        return first + last if first != last else last
    return rng.choice(era[sex])


def latin_of(text: str) -> str:
    """Toneless pinyin of a given name, one word, first letter large, apostrophe where syllables would run together."""
    out = ""
    for char in text:
        syllable = _RARE_PINYIN.get(char) or _pinyin(char)
        out += ("'" if out and syllable[0] in "aeo" else "") + syllable
    return out[:1].upper() + out[1:]


@cache
def _pinyin(char: str) -> str:
    return lazy_pinyin(char)[0]


def _han_name(rng: Random, sex: str, born: int) -> PersonName:
    surname, latin = _surname(rng)
    given = _given_name(rng, sex, born)
    ethnicity = "汉"
    if rng.random() < _HAN_NAMED_MINORITY_SHARE:
        rows = _DATA["ethnicities_with_han_names"]
        ethnicity = rng.choices(rows, weights=[row[1] for row in rows])[0][0]
    return PersonName(surname + given, f"{latin} {latin_of(given)}", ethnicity)


def _minority_name(rng: Random, sex: str, province: str) -> PersonName:
    ethnicity = rng.choice([name for name, shape in _DATA["minorities"].items() if shape["zone"] == province])
    shape = _DATA["minorities"][ethnicity]
    written, latin = rng.choice(shape[sex])
    if shape["dot"]:
        second, second_latin = rng.choice(shape["second"])
        written, latin = f"{written}·{second}", f"{latin} {second_latin}"
    return PersonName(written, latin, ethnicity)


def _foreign_name(rng: Random, sex: str) -> PersonName:
    latin = rng.choice([name for name, owner_sex in _DATA["foreign"] if owner_sex == sex])
    return PersonName(latin, latin, "", is_foreign=True)


def draw_name(rng: Random, *, sex: str, born: dt.date, province: str) -> PersonName:
    """A name that fits sex («F» or «M»), year of birth and the two-digit province of first registration."""
    if rng.random() < _FOREIGN_SHARE:
        return _foreign_name(rng, sex)
    if rng.random() < _NATIVE_SHARE.get(province, 0):
        return _minority_name(rng, sex, province)
    return _han_name(rng, sex, born.year)

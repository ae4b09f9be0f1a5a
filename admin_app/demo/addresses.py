"""Addresses made of real division and road names, in Chinese and Latin order."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

_HOME_SHARE = 0.86
_DISTRICT_WEIGHTS = {"330106": 26, "330105": 18, "330108": 13, "330109": 14, "330110": 13, "330102": 14, "330113": 4}


@dataclass(frozen=True, slots=True)
class Address:
    """One postal address; `street` is road and number, `building` the rest of the line."""

    postcode: str
    province: str
    city: str
    district: str
    subdistrict: str
    street: str
    building: str
    district_code: str
    latin: str

    @property
    def line(self) -> str:
        """Road, number, building: what follows the district."""
        return f"{self.street}{self.building}"

    @property
    def full(self) -> str:
        """The whole address in one Chinese line, without postcode."""
        city = "" if self.city == self.province else self.city
        return f"{self.province}{city}{self.district}{self.line}"


@cache
def divisions() -> dict[str, Any]:
    """The extract of china-division that ships beside this file (see divisions.LICENSE.txt)."""
    return json.loads((Path(__file__).parent / "divisions.json").read_text("utf-8"))


@cache
def _home_city() -> dict[str, Any]:
    return next(city for city in divisions()["cities"] if city["code"] == divisions()["home"])


@cache
def _home_weights() -> list[int]:
    return [_DISTRICT_WEIGHTS.get(district["code"], 1) for district in _home_city()["districts"]]


@cache
def _other_cities() -> list[dict[str, Any]]:
    return [city for city in divisions()["cities"] if city["code"] != divisions()["home"]]


def _building(rng: Random) -> tuple[str, str]:
    if rng.random() < 0.12:
        office = rng.randint(101, 1899)
        return f"{office}室", f"Rm {office}"
    house, unit, floor = rng.randint(1, 28), rng.randint(1, 4), rng.randint(1, 18)
    room = f"{floor}{rng.randint(1, 4):02d}"
    return f"{house}幢{unit}单元{room}室", f"Bldg {house}, Unit {unit}, Rm {room}"


def draw_address(rng: Random, *, city: dict[str, Any] | None = None) -> Address:
    """An address, mostly in the home city; `city` (a row of `divisions()`) fixes the city."""
    if city is None:
        city = _home_city() if rng.random() < _HOME_SHARE else rng.choice(_other_cities())
    weights = _home_weights() if city is _home_city() else None
    district = rng.choices(city["districts"], weights=weights)[0]
    road, road_latin = rng.choice(district["roads"])
    subdistrict = rng.choice(district["subdistricts"])[0]
    number = rng.randint(1, 480)
    building, building_latin = _building(rng)
    latin = (
        f"{building_latin}, {number} {road_latin}, {district['name_en']}, {city['name_en']}, "
        f"{city['province_en']} {district['postcode']}, P.R. China"
    )
    return Address(
        postcode=district["postcode"],
        province=city["province"],
        city=city["name"],
        district=district["name"],
        subdistrict=subdistrict,
        street=f"{road}{number}号",
        building=building,
        district_code=district["code"],
        latin=latin,
    )

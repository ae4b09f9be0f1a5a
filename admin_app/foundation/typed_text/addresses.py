"""Which division a typed address names, what follows it, and what does not fit together: read from the text each time, kept nowhere."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from flask_babel import lazy_gettext as _l

from admin_app.foundation.typed_text import characters, divisions, texts
from admin_app.foundation.typed_text.divisions import CITY, DISTRICT, PROVINCE, SUBDISTRICT, Division, Former

COUNTRY = ("中华人民共和国", "中国")
BETWEEN = frozenset(",，、;；:：/|-·.。")
"""What people put between the parts of an address, besides blanks."""
HAN = re.compile("[\u3400-\u9fff]")
LONGEST, LONGEST_FORMER = 500, 15
"""Characters that are looked at for a division, and those of the name of a former one."""
POSTCODES = {
    "11": "10", "12": "30", "13": "05 06 07", "14": "03 04", "15": "01 02", "21": "11 12", "22": "13", "23": "15 16", "31": "20",
    "32": "21 22", "33": "31 32", "34": "23 24", "35": "35 36", "36": "33 34", "37": "25 26 27", "41": "45 46 47", "42": "43 44",
    "43": "41 42", "44": "51 52", "45": "53 54", "46": "57", "50": "40", "51": "61 62 63 64", "52": "55 56", "53": "65 66 67",
    "54": "85 86", "61": "71 72", "62": "73 74", "63": "81", "64": "75", "65": "83 84", "81": "99", "82": "99",
}  # fmt: skip
"""Province -> the first two digits of its postcodes (GB/T 2260 codes; the numbering of China Post). Taiwan has numbers of its own."""


@dataclass(frozen=True)
class Found:
    """What an address names. Its text stays as it was typed: this is worked out from it, and never stands in its place."""

    code: str = ""
    """The division, as deep as the text says it; '' where it names none."""
    end: int = 0
    """Where in the text the rest begins: road, number, building."""
    alike: tuple[str, ...] = ()
    """Divisions of that name, where there are several and nothing tells which one is meant."""
    former: Former | None = None
    """A division of earlier days, which the text names after `code`."""

    @property
    def is_complete(self) -> bool:
        """Whether it says all that the post needs before the road."""
        return len(self.code) >= DISTRICT or self.code in divisions.WITHOUT_DISTRICTS


class _Step(NamedTuple):
    code: str
    at: int
    is_whole: bool
    """Whether its last part is written in full: «杭州» alone may be the beginning of a road."""


def find(text: str) -> Found:
    """What a typed address names; nothing where it is not written in Chinese."""
    solid, places = _solid(text)
    start = next((len(word) for word in COUNTRY if solid.startswith(word)), 0)
    whole = [step for step in _readings(solid, start) if step.is_whole]
    if not whole:
        return Found(former=_former(solid, start, ""))
    deepest = max(min(len(step.code), DISTRICT) for step in whole)
    best = max((step for step in whole if min(len(step.code), DISTRICT) == deepest), key=lambda step: (step.at, len(step.code)))
    alike = sorted({step.code for step in whole if step.at == best.at and len(step.code) == len(best.code)})
    end = places[best.at - 1] + 1
    if len(alike) > 1:
        return Found("", end, tuple(alike))
    former = _former(solid, best.at, best.code) if len(best.code) < DISTRICT else None
    return Found(best.code, end, former=former)


def _solid(text: str) -> tuple[str, list[int]]:
    """The text without what stands between its parts, and where each character of it stands."""
    kept = [(char, place) for place, char in enumerate(text[:LONGEST]) if char not in BETWEEN and not _is_blank(char)]
    return "".join(char for char, _place in kept), [place for _char, place in kept]


def _is_blank(char: str) -> bool:
    return bool(characters.BLANKS.match(char) or characters.BREAKS.match(char))


def _readings(solid: str, at: int) -> Iterator[_Step]:
    """Every way to read the beginning, from the province on, or from a city or district alone."""
    yield from _below("", solid, at)
    for one in divisions.named(solid[at : at + 2]):
        yield from _taken(one, solid, at)


def _below(code: str, solid: str, at: int) -> Iterator[_Step]:
    for one in divisions.within(code):
        yield from _taken(one, solid, at)
        if one.is_no_city or len(one.code) == CITY:  # a city is left out: 浙江省义乌市
            yield from _below(one.code, solid, at)


def _taken(one: Division, solid: str, at: int) -> Iterator[_Step]:
    if solid.startswith(one.name, at):
        end = at + len(one.name)
        yield from _after(one, solid, end, is_whole=True)
        if len(one.code) == PROVINCE and solid.startswith(one.name, end):  # 上海市上海市
            yield from _after(one, solid, end + len(one.name), is_whole=True)
    elif one.short and solid.startswith(one.short, at):
        yield from _after(one, solid, at + len(one.short), is_whole=False)


def _after(one: Division, solid: str, end: int, *, is_whole: bool) -> Iterator[_Step]:
    only = divisions.within(one.code) if len(one.code) == CITY else ()
    inside = only[0].code if len(only) == 1 and only[0].name == one.name else one.code  # 东莞市 is its own district
    yield _Step(inside, end, is_whole)
    if len(inside) < SUBDISTRICT:
        yield from _below(inside, solid, end)


def _former(solid: str, at: int, code: str) -> Former | None:
    """The longest name of a former division that stands here, of the same province."""
    for length in range(min(LONGEST_FORMER, len(solid) - at), 1, -1):
        found = divisions.formers(solid[at : at + length], province=code[:PROVINCE])
        if found:
            return found[0]
    return None


def placed(text: str, code: str) -> str:
    """The address with this division in front, in the place of the one that it named; the rest stays as it was typed.

    `text` itself for a code that there is not.
    """
    front, found = divisions.written(code), find(text)
    if not front:
        return text
    rest = text[found.end :]
    if found.end or not rest.strip():
        return front + rest if rest.strip() else front
    joint = "\n" if rest.count("\n") < texts.ADDRESS_ROWS - 1 else ""
    return front + joint + rest.lstrip()


def postcode_remark(postcode: str, code: str) -> str:
    """What is said of a postcode of another province than that of the address; '' where they fit, or nothing is known."""
    province = divisions.by_code(code[:PROVINCE]) if code else None
    starts = POSTCODES.get(province.code, "").split() if province else []
    if province is None or not starts or not re.fullmatch("[0-9]{6}", postcode) or postcode[:2] in starts:
        return ""
    facts = {"province": province.name, "starts": ", ".join(starts), "postcode": postcode[:2]}
    return str(_l("Postcodes of %(province)s begin with %(starts)s; this one begins with %(postcode)s. Please compare.", **facts))


def remarks(address: str, postcode: str) -> list[str]:
    """What should be looked at in an address, in sentences; it is never refused for it. Nothing for an address without Chinese."""
    if not HAN.search(address):
        return []
    found = find(address)
    said = [_division_remark(found), postcode_remark(postcode, found.code)]
    return [sentence for sentence in said if sentence]


def _division_remark(found: Found) -> str:
    if found.is_complete:
        return ""
    if found.former:
        facts = {"name": found.former.name, "year": found.former.until}
        return str(_l("%(name)s is no division of its own since %(year)s. Please choose the district of today.", **facts))
    if found.alike:
        where = " · ".join(divisions.written(code) for code in found.alike)
        return str(_l("There are several districts of this name: %(where)s. Please choose one.", where=where))
    return str(_l("No district is named in this address. Please choose it."))

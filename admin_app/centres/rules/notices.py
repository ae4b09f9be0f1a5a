"""The State Council's notice about the holidays of a year 部分节假日安排的通知, read as it is pasted."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.foundation.errors import DomainError
from admin_app.foundation.i18n import listed

FESTIVALS = {
    "元旦": _l("New Year's Day"), "春节": _l("Spring Festival"), "清明": _l("Tomb-Sweeping Day"), "劳动": _l("Labour Day"),
    "端午": _l("Dragon Boat Festival"), "中秋": _l("Mid-Autumn Festival"), "国庆": _l("National Day"),
}  # fmt: skip
"""How each holiday of the year is called in the notice (the beginning of its name); all of them stand in it."""
LONGEST = 15
"""Days of one holiday; the longest so far had nine."""
_LINE = re.compile(r"^(?:[一二三四五六七八九十]+\s*[、.]|\(?[0-9]{1,2}\)?\s*[、.)]?)?\s*([^:0-9]{2,30}):(.+)$")
_DAY = re.compile(r"(?:([0-9]{4})\s*年\s*)?(?:([0-9]{1,2})\s*月\s*)?([0-9]{1,2})\s*日(?:\s*\(([^)]*)\))?")
_WEEKDAY, _COUNT = re.compile(r"(?:周|星期)([一二三四五六日天])"), re.compile(r"共\s*([0-9]{1,2})\s*天")
_WEEKDAYS = {char: number for number, char in enumerate("一二三四五六日")} | {"天": 6}
_SIGNS = str.maketrans({"：": ":", "（": "(", "）": ")", "；": "。", ";": "。"})
Lines = Sequence[Mapping[str, Any]]
"""The holidays of a notice as they are kept: `name`, `first` and `last` day off as text, `working`: days that are made up."""


class NoticeRefused(DomainError):
    """The text is not the whole notice of that year."""


def read_notice(text: str, year: int) -> Lines:
    """The holidays that the notice names; NoticeRefused with a sentence if it is not whole, or not of `year`.

    A line is read if it says a day and 放假 or 上班; what stands around is left. Weekdays and «共3天» are compared where they stand.
    """
    rows = (row.translate(_SIGNS).strip() for row in text.splitlines())
    found = [_read(row, year) for row in rows if _DAY.search(row) and ("放假" in row or "上班" in row)]
    missing = [word for start, word in FESTIVALS.items() if not any(start in line["name"] for line in found)]
    if missing:
        raise NoticeRefused(_l("The notice names seven holidays; missing here: %(names)s.", names=listed(map(str, missing))))
    off = {day for line in found for day in _span(line)}
    for line in found:
        for day in line["working"]:
            if day in off:
                raise NoticeRefused(_l("%(day)s is a day off and a working day.", day=day))
    return found


def official_days(lines: Iterable[Mapping[str, Any]]) -> dict[date, str]:
    """Day -> 'holiday' or 'working', of every day that a notice names."""
    days: dict[date, str] = {}
    for line in lines:
        days |= {date.fromisoformat(day): "holiday" for day in _span(line)}
        days |= {date.fromisoformat(day): "working" for day in line["working"]}
    return days


def festival_words(name: str) -> list[Any]:
    """What a holiday of the notice is called, in the reader's language where it is one of the seven."""
    return [word for start, word in FESTIVALS.items() if start in name] or [name]


def _read(row: str, year: int) -> dict[str, Any]:
    match = _LINE.match(row)
    if match is None:
        sentence = _l("This line cannot be read: “%(line)s”. Write it like 元旦：1月1日至3日放假，共3天。1月4日上班。", line=row[:60])
        raise NoticeRefused(sentence)
    off, _, rest = match[2].partition("放假")
    days = _days(off, year)
    if not 1 <= len(days) <= 2 or not timedelta(0) <= days[-1] - days[0] < timedelta(days=LONGEST):
        raise NoticeRefused(_l("“%(name)s”: first and last day off cannot be read.", name=match[1]))
    count = _COUNT.search(rest)
    if count and int(count[1]) != (days[-1] - days[0]).days + 1:
        raise NoticeRefused(_l("“%(name)s”: the notice says %(num)s days, and it is not so many.", name=match[1], num=count[1]))
    working = [day for part in rest.split("。") if "上班" in part for day in _days(part.partition("上班")[0], year)]
    for day in working:
        if day.weekday() < 5:
            sentence = _l("“%(name)s”: %(day)s is no weekend day: nothing is made up there.", name=match[1], day=day.isoformat())
            raise NoticeRefused(sentence)
    made_up = [day.isoformat() for day in working]
    return {"name": match[1].strip(), "first": days[0].isoformat(), "last": days[-1].isoformat(), "working": made_up}


def _days(text: str, year: int) -> list[date]:
    """The days of a part of a line; a month that is left out is that of the day before."""
    month, found = 0, []
    for said in _DAY.finditer(text):
        month = int(said[2]) if said[2] else month
        try:
            day = date(int(said[1] or year), month, int(said[3]))
        except ValueError:
            raise NoticeRefused(_l("There is no such day: %(day)s.", day=said[0])) from None
        weekday = _WEEKDAY.search(said[4] or "")
        if weekday and _WEEKDAYS[weekday[1]] != day.weekday():
            sentence = _l(
                "%(day)s is another day of the week in %(year)s. Is this the notice of that year?", day=said[0], year=str(day.year)
            )
            raise NoticeRefused(sentence)
        if day.year not in (year - 1, year):
            raise NoticeRefused(_l("%(day)s does not belong to the holidays of %(year)s.", day=said[0], year=str(year)))
        found.append(day)
    return found


def _span(line: Mapping[str, Any]) -> list[str]:
    first, last = date.fromisoformat(line["first"]), date.fromisoformat(line["last"])
    return [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]

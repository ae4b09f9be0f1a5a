"""Centres, who is near, and the calendar in force."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import JSON, Date, Integer, Select, String, func, literal, or_, select, union_all

from admin_app.centres.models import CalendarDay, CalendarYear, Centre
from admin_app.centres.rules import WorkingCalendar, distance_km, official_days
from admin_app.foundation import clock, keyset
from admin_app.foundation.cache import cached
from admin_app.foundation.database import db

SEARCHED = (
    Centre.code, Centre.name_en, Centre.name_zh, Centre.district_en, Centre.district_zh, Centre.address_en, Centre.address_zh,
)  # fmt: skip
PLACED = (Centre.latitude.is_not(None), Centre.longitude.is_not(None))
"""Of centres whose place is known: only they can be near."""
NOTICE_MONTH = 11
"""In November the notice about the next year comes out (2024: on the 12th, 2025: on the 4th)."""
Point = tuple[float, float]
"""Latitude and longitude in degrees."""
Texts = tuple[str, str, str, str]
"""Name in English and Chinese, address in English and Chinese; '' where it is not said."""


NO_DAY, NO_CENTRE = (literal(None, Date), literal(None, String)), (literal(None, Integer), literal(None, JSON))
NO_YEAR = (literal(None, Integer), literal(None, JSON))
_DAYS_AND_HOURS = union_all(
    select(CalendarDay.day.label("day"), CalendarDay.kind.label("kind"), *NO_CENTRE, *NO_YEAR).where(CalendarDay.is_active),
    select(*NO_DAY, Centre.id, Centre.hours, *NO_YEAR),
    select(*NO_DAY, *NO_CENTRE, CalendarYear.year, CalendarYear.lines).where(CalendarYear.is_active),
)
Weeks = tuple[tuple[int, Any], ...]
"""(id, opening hours as Centre.hours keeps them) of every centre, in use or not, by id."""


@cached
def days_and_hours() -> tuple[WorkingCalendar, Weeks]:
    """The working-day calendar with the office's own days, and when its centres are open (one statement; kept for a moment)."""
    found = db.session.execute(_DAYS_AND_HOURS).all()
    own = {day: kind for day, kind, *_ in found if day is not None}
    notices = {year: lines for *_, year, lines in found if year is not None}
    official: dict[date, str] = {}
    for lines in notices.values():
        official |= official_days(lines)
    weeks = tuple(sorted((centre_id, hours) for _day, _kind, centre_id, hours, *_ in found if centre_id is not None))
    return WorkingCalendar(own, official, frozenset(notices)), weeks


def calendar() -> WorkingCalendar:
    """The working-day calendar with the office's own days."""
    return days_and_hours()[0]


def calendar_day(day_id: int | None) -> CalendarDay | None:
    """The office's own day with this id, in use or not."""
    return db.session.get(CalendarDay, day_id) if day_id is not None else None


def calendar_year(year_id: int | None) -> CalendarYear | None:
    """The year with this id whose notice was entered once, in use or not."""
    return db.session.get(CalendarYear, year_id) if year_id is not None else None


def is_guess(day: date) -> bool:
    """Whether a promised day may still move because the notice of its year has not been entered."""
    return calendar().is_guess(day)


def years_to_enter() -> list[int]:
    """The years whose notice should have been entered by now: this one, and from November on the next."""
    today = clock.today()
    wanted = (today.year, today.year + 1) if today.month >= NOTICE_MONTH else (today.year,)
    return [year for year in wanted if year not in calendar().years]


def active() -> Sequence[Centre]:
    """The centres in use, by code."""
    return db.session.scalars(select(Centre).where(Centre.is_active).order_by(Centre.code)).all()


def by_id(centre_id: int | None) -> Centre | None:
    """The centre with this id; None for nobody's."""
    return db.session.get(Centre, centre_id) if centre_id is not None else None


def by_code(code: str) -> Centre | None:
    """The centre with this code, in use or not."""
    return db.session.scalar(select(Centre).where(Centre.code == code))


def has_twin(texts: Texts) -> bool:
    """Whether a centre has exactly these names and addresses."""
    name_en, name_zh, address_en, address_zh = texts
    same = (Centre.name_en == name_en, Centre.name_zh == name_zh, Centre.address_en == address_en, Centre.address_zh == address_zh)
    return db.session.scalar(select(Centre.id).where(*same).limit(1)) is not None


def districts() -> Sequence[Any]:
    """(code, name_en, name_zh) of every district with a centre in use whose place is known, by code; '' where no centre says the name."""
    columns = (Centre.district_code, func.max(Centre.district_en).label("name_en"), func.max(Centre.district_zh).label("name_zh"))
    query = (
        select(*columns)
        .where(Centre.is_active, Centre.district_code != "", *PLACED)
        .group_by(Centre.district_code)
        .order_by(Centre.district_code)
    )
    return db.session.execute(query).all()


BY_CODE = keyset.Order((Centre.code,))


def listed(_who: Any, q: str, _today: date) -> Select[Any]:
    """The centres in use; `q` is part of a code, name, district or address."""
    query = select(Centre).where(Centre.is_active)
    return query.where(or_(*(column.icontains(q, autoescape=True) for column in SEARCHED))) if q else query


def middle_of(district_code: str) -> Point | None:
    """The mean point of the district's centres in use; None if the place of none is known."""
    query = select(func.avg(Centre.latitude), func.avg(Centre.longitude)).where(Centre.is_active, Centre.district_code == district_code)
    latitude, longitude = db.session.execute(query).one()
    return None if latitude is None else (float(latitude), float(longitude))


def nearest(here: Point, *, limit: int) -> list[tuple[Centre, float]]:
    """The centres in use whose place is known, with the distance in km from `here`, nearest first; two statements however many."""
    places = db.session.execute(select(Centre.id, Centre.latitude, Centre.longitude).where(Centre.is_active, *PLACED)).all()
    near = dict(sorted(((row.id, distance_km(here, (row.latitude, row.longitude))) for row in places), key=lambda pair: pair[1])[:limit])
    found = {centre.id: centre for centre in db.session.scalars(select(Centre).where(Centre.id.in_(near)))}
    return [(found[centre_id], distance) for centre_id, distance in near.items() if centre_id in found]

"""Service centres and days of the calendar."""

from datetime import date
from typing import Any

from admin_app.centres.models import CalendarDay, CalendarYear, Centre
from admin_app.foundation import clock
from tests.factories.saving import save

NOTICE = """元旦：1月1日放假。
春节：2月3日放假。
清明节：4月5日放假。
劳动节：5月1日放假。
端午节：6月9日放假。
中秋节：9月15日放假。
国庆节：10月1日放假。"""
"""A notice of no year: whole, each holiday of one day, nothing made up; right in any year for which it is entered."""


def new_centre(code: str, **changes: Any) -> Centre:
    """A service centre that is not in the database (yet)."""
    values = {
        "code": code, "name_en": f"Centre {code}", "name_zh": f"网点{code}", "district_code": "330106", "district_en": "West Lake",
        "district_zh": "西湖区", "address_en": "90 Wensan Road", "address_zh": "文三路90号", "postcode": "310012", "phone": "0571-12333",
        "latitude": 30.27, "longitude": 120.13, "hours": [[["09:00", "17:00"]]] * 5 + [[], []],
    }  # fmt: skip
    return Centre(**(values | changes))


def make_centre(code: str, **changes: Any) -> Centre:
    """Add a service centre."""
    return save(new_centre(code, **changes))


def make_calendar_day(day: date, **changes: Any) -> CalendarDay:
    """Add a holiday."""
    return save(CalendarDay(**({"day": day, "kind": "holiday", "name_en": "Rest", "name_zh": "休息"} | changes)))


def make_calendar_year(year: int, **changes: Any) -> CalendarYear:
    """Add a year whose notice has been entered; it names no day."""
    values = {"year": year, "source": f"测试〔{year - 1}〕1号", "notice": "元旦：1月1日放假。", "lines": [], "entered_on": clock.today()}
    return save(CalendarYear(**(values | changes)))

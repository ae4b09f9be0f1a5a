"""What residents' pages read of the rooms below."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from admin_app.applications.queries import materials
from admin_app.applications.rules import Applicant, Channel, Facts, Need, age_steps, may_apply, needs
from admin_app.centres import queries as centres
from admin_app.centres.rules import Opening, distance_km, hours_on, opening
from admin_app.foundation import clock
from admin_app.foundation.i18n import pick
from admin_app.mailing.queries import standing

NEAREST = 10
"""Centres that are shown to somebody who says where they are."""
MOST = 60
"""Centres of one page; an office with more asks for the district."""
BEYOND = 3
"""Centres of other districts that are shown beside those of the one that was asked for."""
DAYS = 7
"""Days of which a centre's page says the hours."""
DECIMALS = 3
"""Of a place in degrees: about 100 metres, near enough to say which centre is near."""


class Wanted(NamedTuple):
    """What somebody needs who comes to the counter."""

    needs: tuple[Need, ...]
    applicant: str
    """Who applies: a guardian where nobody else may."""


class CentreLine(NamedTuple):
    """A centre, whether it is open at this moment, and how far away it is (kilometres; None where nobody said from where)."""

    centre: Any
    opening: Opening
    distance: float | None = None


def rounded(latitude: float, longitude: float) -> centres.Point:
    """A place to about 100 metres: more of it is not used."""
    return round(latitude, DECIMALS), round(longitude, DECIMALS)


def every_centre() -> list[CentreLine]:
    """The centres in use, by district and name in the reader's language."""
    lines = _lines([(centre, None) for centre in centres.active()])
    return sorted(lines, key=lambda line: (pick(line.centre, "district"), pick(line.centre, "name")))


def near(here: centres.Point) -> list[CentreLine]:
    """The nearest centres whose place is known."""
    return _lines(centres.nearest(here, limit=NEAREST))


def around(district_code: str, everywhere: Sequence[CentreLine]) -> tuple[list[CentreLine], list[CentreLine]]:
    """The centres of a district, and the nearest ones beyond it as far from its middle."""
    inside = [line for line in everywhere if line.centre.district_code == district_code]
    middle = centres.middle_of(district_code)
    outside = [line._replace(distance=_distance(middle, line.centre)) for line in everywhere if line not in inside] if middle else []
    placed = sorted((line for line in outside if line.distance is not None), key=lambda line: line.distance or 0)
    return inside, placed[:BEYOND]


def districts(lines: Sequence[CentreLine]) -> dict[str, str]:
    """Code -> name in the reader's language of every district with a centre in use, in the order of the lines."""
    return {line.centre.district_code: pick(line.centre, "district") for line in lines if line.centre.district_code}


def centre(code: str) -> CentreLine | None:
    """The centre in use with this code; None for any other."""
    found = centres.by_code(code[:20])
    return _lines([(found, None)])[0] if found is not None and found.is_active else None


def days_of(line: CentreLine) -> list[tuple[date, list[list[str]]]]:
    """Today and the days after it with the opening hours by the calendar; [] where nobody entered any hours."""
    if not line.opening.is_known:
        return []
    calendar, today = centres.calendar(), clock.today()
    days = (today + timedelta(days=ahead) for ahead in range(DAYS))
    return [(day, hours_on(line.centre.hours, day, calendar)) for day in days]


def _distance(here: centres.Point, there: Any) -> float | None:
    return None if there.latitude is None or there.longitude is None else distance_km(here, (there.latitude, there.longitude))


def _lines(found: Sequence[tuple[Any, float | None]]) -> list[CentreLine]:
    calendar, moment = centres.calendar(), clock.to_office(clock.now())
    return [CentreLine(one, opening(one.hours, moment, calendar), distance) for one, distance in found]


def ages() -> list[int]:
    """The ages from which something else is needed, or somebody else applies, by the office's table; the first is 0."""
    return age_steps(materials.in_force())


def wanted(reason: str, applicant: str, age: int) -> Wanted:
    """What somebody of this age brings to the counter, by the office's table."""
    who = applicant if may_apply(applicant, age) else str(Applicant.GUARDIAN)
    return Wanted(needs(materials.in_force(), Facts(reason, who, Channel.COUNTER, age)), who)


class State(NamedTuple):
    """Where a case stands, as its resident may know it from reference and code alone: no name, no address, no reason."""

    told: standing.Standing
    line: CentreLine
    """The centre of the case."""


def state_of(case: Any) -> State:
    """What is told about a case."""
    return State(standing.of_cases([case])[0], line_of(case.centre))


def line_of(found: Any) -> CentreLine:
    """This centre, whether it is in use or not, and whether it is open."""
    return _lines([(found, None)])[0]

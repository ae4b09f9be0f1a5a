"""What the list of service centres shows: by code, or by distance from coordinates or a district."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from admin_app.centres import queries, rules
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.i18n import pick
from admin_app.web.lists.address import Wanted
from admin_app.web.lists.description import PLACE, Button, Column, Empty, ListPage, Order
from admin_app.web.lists.drawing import macro
from admin_app.web.lists.filters import Choice, Number, Pairs, Text

NEAR = 25
"""How many centres a nearest search shows."""
CELLS = "centres/cells.html"


class Line(NamedTuple):
    """A centre, whether it is open, and how far away it is (kilometres; None where nobody asked)."""

    centre: Centre
    opening: rules.Opening
    distance: float | None


def opening_now() -> Any:
    """A function centre -> Opening for this moment (one statement for the calendar)."""
    calendar, moment = queries.calendar(), clock.to_office(clock.now())
    return lambda centre: rules.opening(centre.hours, moment, calendar)


def _point(wanted: Wanted) -> queries.Point | None:
    latitude, longitude, district = (wanted.get(name) for name in ("latitude", "longitude", "district"))
    if latitude is not None and longitude is not None:
        return latitude, longitude
    return queries.middle_of(district) if district else None


def _nearest(context: Any) -> Sequence[Any] | None:
    here = _point(context.address.wanted)
    return queries.nearest(here, limit=NEAR) if here else None


def _lines(rows: Sequence[Any], _context: Any) -> list[Line]:
    opening = opening_now()
    pairs = [row if isinstance(row, tuple) else (row, None) for row in rows]
    return [Line(centre, opening(centre), distance) for centre, distance in pairs]


def _districts(_me: Any, _tab: str) -> Pairs:
    return [(row.district_code, pick(row, "name")) for row in queries.districts()]


def _name(line: Line, _context: Any) -> str:
    return pick(line.centre, "name")


def _is_open(line: Line, _context: Any) -> bool | None:
    return line.opening.is_open if line.opening.is_known else None


def _asks_distance(context: Any) -> bool:
    wanted = context.address.wanted
    return bool(wanted.get("district")) or (wanted.get("latitude") is not None and wanted.get("longitude") is not None)


CENTRES = ListPage(
    name="centres",
    endpoint="CentresView.index",
    permission="centres.read",
    title=_l("Service centres"),
    subtitle=_l("Where residents can go, and whether it is open now"),
    listed=queries.listed,
    instead=_nearest,
    question=lambda wanted: wanted.get("q", ""),
    prepare=_lines,
    row_id="centre.code",
    columns=[
        Column(name="centre", label=_l("Centre"), value=_name, is_fixed=True, cell=macro(CELLS, "centre")),
        Column(
            name="code", label=_l("Code"), value="centre.code", style="nowrap", is_shown=False,
            order=Order(by=queries.BY_CODE, words=PLACE, serves=lambda _tab, filters: not {"district", "latitude"} & set(filters)),
        ),
        Column(name="district", label=_l("District"), value=lambda line, _: pick(line.centre, "district")),
        Column(
            name="distance", label=_l("Distance"), value="distance", style="number nowrap", only_if=_asks_distance,
            cell=macro(CELLS, "distance"), unsorted=_l("nearest first"),
        ),
        Column(
            name="now", label=_l("Now"), value=_is_open, cell=macro(CELLS, "open_now"),
            unsorted=_l("it changes by the minute"),
        ),
        Column(name="phone", label=_l("Phone"), value="centre.phone", style="nowrap"),
        Column(name="address", label=_l("Address"), value=lambda line, _: pick(line.centre, "address"), style="wrap"),
    ],
    order="code",
    filters=[
        Text(name="q", label=_l("Name, district or address")),
        Number(name="latitude", label=_l("Latitude"), lowest=-90, highest=90, placeholder="30.27"),
        Number(name="longitude", label=_l("Longitude"), lowest=-180, highest=180, placeholder="120.13"),
        Choice(name="district", label=_l("Nearest to district"), offers=_districts),
    ],
    buttons=[Button(label=_l("Manage centres"), endpoint="CentreReferenceView.list", icon="pencil", permission="centres.edit")],
    empty=Empty(
        title=_l("No centres yet"), text=_l("Service centres appear here with their address, phone and opening hours."),
        endpoint="CentreReferenceView.add", action=_l("New centre"), permission="centres.edit", icon="map-pin",
    ),
)  # fmt: skip

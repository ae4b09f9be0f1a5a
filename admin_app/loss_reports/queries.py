"""Loss reports: whom a person may see, what is in force, the tabs of the list."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from admin_app.centres import queries as centres
from admin_app.centres import rules as centre_rules
from admin_app.foundation import clock, keyset
from admin_app.foundation.actor import Actor, Kind, is_actor, is_staff_member
from admin_app.foundation.database import db, literal
from admin_app.foundation.errors import NotFound
from admin_app.foundation.i18n import pick
from admin_app.loss_reports import rules
from admin_app.loss_reports.models import LossReport
from admin_app.loss_reports.rules import Status
from admin_app.residents import rules as resident_rules
from admin_app.residents.models import Call, Resident
from admin_app.residents.rules import Outcome
from admin_app.staff.permissions import ALL_CENTRES
from reports.letters.rows import CentreLines, LossReportReceiptRow

TABS = ("call", "provisional", "formal", "ended")
BY_LAPSE = keyset.Order((LossReport.lapses_at, LossReport.id), is_set=True)
NEWEST = keyset.Order((LossReport.id,))


def visible_to(staff: Actor) -> ColumnElement[bool]:
    """The condition on LossReport for `staff`.

    Who belongs to a centre sees what that centre took, and every report that still counts: residents may turn to any counter.
    A client sees what it filed itself.
    """
    if staff.kind == Kind.CLIENT:
        return is_actor(LossReport.filed_by_kind, LossReport.filed_by_id, staff)
    if not staff.may("loss_reports.read"):
        return false()
    if not _is_bound(staff):
        return true()
    still_counts = LossReport.ended_at.is_(None)
    return or_(LossReport.centre_id == staff.centre_id, is_staff_member(LossReport.taken_by_id, staff), still_counts)


def _is_bound(staff: Actor) -> bool:
    return staff.centre_id is not None or staff.role not in ALL_CENTRES


def by_public_id(staff: Actor, public_id: str) -> LossReport:
    """The report with this public id, resident and centre loaded; NotFound if there is none or `staff` may not know of it."""
    loaded = (joinedload(LossReport.resident), joinedload(LossReport.centre), joinedload(LossReport.proof))
    found = db.session.scalar(select(LossReport).where(LossReport.public_id == public_id[:64], visible_to(staff)).options(*loaded))
    if found is None:
        raise NotFound(_l("There is no such loss report, or it belongs to a part of the office that you do not see."))
    return found


def sees(staff: Actor, report: LossReport) -> bool:
    """Whether `staff` may know of this report."""
    return db.session.scalar(select(LossReport.id).where(LossReport.id == report.id, visible_to(staff))) is not None


def in_force(resident: Resident) -> LossReport | None:
    """The formal report of this resident that has not ended: what «lost» and «stolen» need for approval."""
    return db.session.scalar(_living(resident).where(LossReport.status.in_(rules.IN_FORCE)).limit(1))  # type: ignore[return-value]


def open_provisional(resident: Resident) -> LossReport | None:
    """The provisional report of this resident whose time has not run out."""
    running = (LossReport.status == Status.PROVISIONAL, LossReport.lapses_at > clock.now())
    return db.session.scalar(_living(resident).where(*running).limit(1))  # type: ignore[return-value]


def _living(resident: Resident) -> Select[tuple[LossReport]]:
    mine = (LossReport.resident_id == resident.id, LossReport.ended_at.is_(None))
    return select(LossReport).where(*mine).order_by(LossReport.id.desc())


def of_resident(resident: Resident, *, limit: int = 50) -> Sequence[LossReport]:
    """The newest reports of one resident, newest first; for the resident's own page, whatever centre took them."""
    query = select(LossReport).where(LossReport.resident_id == resident.id).options(joinedload(LossReport.centre))
    return db.session.scalars(query.order_by(LossReport.id.desc()).limit(limit)).all()


class Horizon(NamedTuple):
    """Reports of these centres (ids) that lapse before `before` are called today: their counters open too late for it after today."""

    before: datetime
    centres: tuple[int, ...]


class Asked(NamedTuple):
    """What a list of reports is asked for: a tab, and for «call» the horizons of today, the nearest first."""

    tab: str
    horizons: tuple[Horizon, ...] = ()


def asked(tab: str) -> Asked:
    """The question that `listed` and `ids` answer for a tab, as it stands today."""
    return Asked(tab, horizons() if tab == "call" else ())


def asked_call() -> Asked:
    """What the list of calls is asked for today."""
    return asked("call")


def horizons() -> tuple[Horizon, ...]:
    """Until when a report of which centre must not have lapsed to be called tomorrow or later, the nearest first (one statement).

    By the hours and the calendar of each centre: on a Friday its list holds what lapses before Monday's first hour has passed.
    """
    today, ends = clock.today(), dict[datetime, list[int]]()
    calendar, weeks = centres.days_and_hours()
    for centre_id, week in weeks:
        hours = week if any(week) else centre_rules.USUAL_WEEK
        ends.setdefault(_horizon(centre_rules.next_opening(hours, today, calendar), today), []).append(centre_id)
    return tuple(Horizon(before, tuple(ends[before])) for before in sorted(ends))


def _horizon(opening: tuple[date, str] | None, today: date) -> datetime:
    if opening is None:
        return clock.start_of(today + timedelta(days=centre_rules.LONGEST_CLOSED))
    day, (hours, minutes) = opening[0], map(int, opening[1].split(":"))
    return clock.start_of(day) + timedelta(hours=hours, minutes=minutes) + rules.CALL_TAKES


def _to_be_called(staff: Actor, ends: Sequence[Horizon]) -> tuple[ColumnElement[bool], ...]:
    if _is_bound(staff):
        ends = [end for end in ends if staff.centre_id in end.centres]
    if not ends:
        return (false(),)
    latest = LossReport.lapses_at < ends[-1].before
    sooner = [or_(LossReport.centre_id.not_in(end.centres), LossReport.lapses_at < end.before) for end in ends[:-1]]
    reached = select(Call.id).where(Call.about_ref == LossReport.public_id, Call.outcome == literal(Outcome.REACHED))
    return (latest, *sooner, ~reached.exists())


def _in_tab(staff: Actor, wanted: Asked) -> tuple[ColumnElement[bool], ...]:
    # A centre's list is a part of what its people may see; asking for both would read every report (ADR 0009).
    own = LossReport.centre_id == staff.centre_id if _is_bound(staff) else true()
    listed = own if staff.may("loss_reports.read") else false()
    provisional = LossReport.status == literal(Status.PROVISIONAL)
    conditions: dict[str, tuple[ColumnElement[bool], ...]] = {
        "call": (provisional, *_to_be_called(staff, wanted.horizons)),
        "provisional": (provisional,),
        # It does not lapse: said, so that the index by status gives them in their order and nothing is sorted.
        "formal": (LossReport.status == literal(Status.FORMAL), LossReport.lapses_at.is_(None), LossReport.ended_at.is_(None)),
        "ended": (LossReport.ended_at.is_not(None),),
    }
    return (listed, *conditions[wanted.tab])


def listed(who: Actor, wanted: Asked, _today: date) -> Select[Any]:
    """The reports of a tab, with resident and centre."""
    return select(LossReport).where(*_in_tab(who, wanted)).options(joinedload(LossReport.resident), joinedload(LossReport.centre))


def page(staff: Actor, tab: str, *, cursor: str | None = None, size: int = keyset.PAGE_SIZE) -> keyset.Page[LossReport]:
    """One page of a tab: running ones by the hour they lapse, the others newest first (one statement)."""
    order, falls = (BY_LAPSE, False) if tab in ("call", "provisional") else (NEWEST, True)
    return keyset.page_of(listed, order, staff, asked(tab), descending=falls, cursor=cursor, size=size)


def ids(who: Actor, wanted: Asked, _today: date) -> Select[Any]:
    """The ids of a tab, to be counted."""
    return select(LossReport.id).where(*_in_tab(who, wanted))


def counts(staff: Actor) -> dict[str, int]:
    """How many are in each tab, counted up to 1,001 (one statement)."""
    return keyset.counts_of(ids, staff, [(tab, asked(tab)) for tab in TABS])


def has_calls(staff: Actor) -> bool:
    """Whether any resident should be called today."""
    return db.session.scalar(to_call(staff).limit(1)) is not None


def to_call(staff: Actor) -> Select[tuple[int]]:
    """The ids of the reports whose residents should be called today; it depends on asked("call"), too."""
    return select(LossReport.id).where(*_in_tab(staff, asked("call")))  # type: ignore[return-value]


def last_calls(reports: Sequence[LossReport], staff: Actor) -> dict[str, Call]:
    """The last call about each of these reports, by the report's public id (one statement); none without the right to see them."""
    if not reports or not staff.may("residents.names"):
        return {}
    newest = select(func.max(Call.id)).where(Call.about_ref.in_([report.public_id for report in reports])).group_by(Call.about_ref)
    return {call.about_ref: call for call in db.session.scalars(select(Call).where(Call.id.in_(newest)))}


def due_to_lapse(*, limit: int) -> Sequence[LossReport]:
    """Provisional reports whose time has run out, the oldest first."""
    restricted = select(Resident.id).where(Resident.is_restricted)  # kept as they are; the card stays blocked
    query = select(LossReport).where(LossReport.status == Status.PROVISIONAL, LossReport.lapses_at <= clock.now())
    query = query.where(LossReport.resident_id.not_in(restricted))
    return db.session.scalars(query.order_by(LossReport.lapses_at, LossReport.id).limit(limit)).all()


def receipt_row(report: LossReport, *, by: Actor) -> LossReportReceiptRow:
    """What the receipt is printed from; texts in the language in force."""
    return LossReportReceiptRow(
        number=report.reference,
        resident=resident_rules.shown_name(report.resident.name, by),
        id_number_masked=report.resident.id_number_masked,
        is_formal=report.status == Status.FORMAL,
        circumstance=_("Stolen") if report.was_stolen else _("Lost"),
        reported_at=clock.to_office(report.reported_at),
        lapses_at=clock.to_office(report.lapses_at) if report.lapses_at else None,
        centre=CentreLines(pick(report.centre, "name"), pick(report.centre, "address"), report.centre.phone),
        card_number_masked=f"…{report.card_serial[-4:]}" if report.card_serial else "",
        bank_side_reported=report.bank_side_reported,
        clerk=by.display_name,
        resident_latin=report.resident.name_latin if by.may("residents.names") else "",
    )

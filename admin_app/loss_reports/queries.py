"""Loss reports: whom a person may see, what is in force, the tabs of the list."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import joinedload

from admin_app.foundation import clock, keyset
from admin_app.foundation.actor import Actor, is_staff_member
from admin_app.foundation.database import db, literal
from admin_app.foundation.errors import NotFound
from admin_app.foundation.i18n import pick
from admin_app.loss_reports import rules
from admin_app.loss_reports.models import LossReport
from admin_app.loss_reports.rules import Status
from admin_app.residents import rules as resident_rules
from admin_app.residents.models import Resident
from admin_app.staff.permissions import ALL_CENTRES
from reports.letters.rows import CentreLines, LossReportReceiptRow

TABS = ("call", "provisional", "formal", "ended")
BY_LAPSE = keyset.Order((LossReport.lapses_at, LossReport.id), is_set=True)
NEWEST = keyset.Order((LossReport.id,))


def visible_to(staff: Actor) -> ColumnElement[bool]:
    """The condition on LossReport for `staff`.

    Who belongs to a centre sees what that centre took, and every report that still counts: residents may turn to any counter.
    """
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


def end_of_today() -> datetime:
    """Midnight at the end of the office's day."""
    return datetime.combine(clock.today() + timedelta(days=1), time(), clock.office_zone())


def _in_tab(staff: Actor, tab: str) -> tuple[ColumnElement[bool], ...]:
    # A centre's list is a part of what its people may see; asking for both would read every report (ADR 0009).
    own = LossReport.centre_id == staff.centre_id if _is_bound(staff) else true()
    listed = own if staff.may("loss_reports.read") else false()
    provisional = LossReport.status == literal(Status.PROVISIONAL)
    conditions: dict[str, tuple[ColumnElement[bool], ...]] = {
        "call": (provisional, LossReport.lapses_at < end_of_today()),
        "provisional": (provisional,),
        # It does not lapse: said, so that the index by status gives them in their order and nothing is sorted.
        "formal": (LossReport.status == literal(Status.FORMAL), LossReport.lapses_at.is_(None), LossReport.ended_at.is_(None)),
        "ended": (LossReport.ended_at.is_not(None),),
    }
    return (listed, *conditions[tab])


def listed(who: Actor, tab: str, _today: date) -> Select[Any]:
    """The reports of a tab, with resident and centre."""
    return select(LossReport).where(*_in_tab(who, tab)).options(joinedload(LossReport.resident), joinedload(LossReport.centre))


def page(staff: Actor, tab: str, *, cursor: str | None = None, size: int = keyset.PAGE_SIZE) -> keyset.Page[LossReport]:
    """One page of a tab: running ones by the hour they lapse, the others newest first (one statement)."""
    order, falls = (BY_LAPSE, False) if tab in ("call", "provisional") else (NEWEST, True)
    return keyset.page_of(listed, order, staff, tab, descending=falls, cursor=cursor, size=size)


def ids(who: Actor, tab: str, _today: date) -> Select[Any]:
    """The ids of a tab, to be counted."""
    return select(LossReport.id).where(*_in_tab(who, tab))


def counts(staff: Actor) -> dict[str, int]:
    """How many are in each tab, counted up to 1,001 (one statement)."""
    return keyset.counts_of(ids, staff, [(tab, tab) for tab in TABS])


def has_calls(staff: Actor) -> bool:
    """Whether any resident should be called today."""
    return db.session.scalar(to_call(staff).limit(1)) is not None


def to_call(staff: Actor) -> Select[tuple[int]]:
    """The ids of the reports whose residents should be called today."""
    return select(LossReport.id).where(*_in_tab(staff, "call"))  # type: ignore[return-value]


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
        clerk=by.display_name,
    )

"""The demo office itself: centres, calendar, staff; added where missing."""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import holidays
from sqlalchemy import select

from admin_app.applications.models import ReasonCode
from admin_app.centres import queries as calendars
from admin_app.centres.models import CalendarDay, Centre
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.mailing.models import LabelPrinter, LabelStock
from admin_app.staff.models import StaffMember
from admin_app.staff.permissions import Role

FIRST_CENTRE, ONLINE_CENTRE = "WS", "ON"
"""where the demo clerk works, and where online cases go"""


@cache
def _data() -> dict[str, Any]:
    return json.loads((Path(__file__).parent / "office.json").read_text("utf-8"))


def account_usernames() -> dict[str, str]:
    """Role -> user name of the six people who sign in with a generated password."""
    return {row["role"]: row["username"] for row in _data()["accounts"]}


def holds_others() -> bool:
    """Whether anybody works here, or any centre is entered, that the demo does not bring."""
    people = {row["username"] for row in (*_data()["accounts"], *_data()["colleagues"])}
    centres = {row["code"] for row in _data()["centres"]}
    strangers = select(StaffMember.id).where(StaffMember.username.not_in(people))
    others = select(Centre.id).where(Centre.code.not_in(centres))
    return any(db.session.scalar(query.limit(1)) is not None for query in (strangers, others))


@dataclass
class Roster:
    """Who works where, and the ids of what the office's tables hold."""

    centres: dict[str, int] = field(default_factory=dict)
    centre_names: dict[str, tuple[str, str]] = field(default_factory=dict)
    clerks: dict[str, list[Actor]] = field(default_factory=dict)
    reviewers: list[Actor] = field(default_factory=list)
    supervisors: list[Actor] = field(default_factory=list)
    mailroom: list[Actor] = field(default_factory=list)
    reason_codes: dict[str, int] = field(default_factory=dict)
    stocks: dict[str, int] = field(default_factory=dict)


def _hours(code: str) -> list[list[list[str]]]:
    hours = _data()["hours"]
    if code in hours["all_day"]:
        return [[["08:00", "21:30"]] for _day in range(7)]
    saturday = [hours["open"][0]] if code in hours["saturday_morning"] else []
    return [*([hours["open"]] * 5), saturday, []]


_PRINTERS = (
    {"code": "MAIL-1", "name": "激光打印机，收发室 Laser printer, mailroom", "dpi": 600, "shift_x_mm": 0.4, "shift_y_mm": -0.3},
    {"code": "ROLL-1", "name": "热敏标签机 Thermal label printer", "dpi": 203, "scale_y_permille": 1002.5},
)


def open_centres() -> None:
    """Add the demo's service centres that are not there yet; needs a transaction."""
    there = set(db.session.scalars(select(Centre.code)))
    db.session.add_all(Centre(**row, hours=_hours(row["code"])) for row in _data()["centres"] if row["code"] not in there)
    db.session.flush()


def set_up_printers() -> None:
    """Add the mailroom's two label printers, as far as they are not there yet: one for sheets, one for rolls; needs a transaction."""
    there = set(db.session.scalars(select(LabelPrinter.code)))
    db.session.add_all(LabelPrinter(**row) for row in _PRINTERS if row["code"] not in there)
    db.session.flush()


def mark_holidays(year: int) -> None:
    """Write a year's public holidays and make-up days into the office's own calendar, in both languages; nothing where it is a guess."""
    if year not in calendars.calendar().years:
        return
    there = set(db.session.scalars(select(CalendarDay.day)))
    chinese = holidays.country_holidays("CN", years=year, language="zh_CN")
    english = holidays.country_holidays("CN", years=year, language="en_US")
    for day in sorted(chinese):
        if day not in there:
            names = {"name_zh": chinese[day][:80], "name_en": english[day][:80]}
            db.session.add(CalendarDay(day=day, kind="holiday", **names))
    for day in sorted(getattr(chinese, "weekend_workdays", ())):
        if day.year == year and day not in there:
            names = {"name_zh": "调休上班", "name_en": "Make-up working day"}
            db.session.add(CalendarDay(day=day, kind="working", **names))
    db.session.flush()


def hire(passwords: dict[str, str]) -> None:
    """Add the staff who are not there yet; `passwords` maps user names to stored (hashed) passwords."""
    there = set(db.session.scalars(select(StaffMember.username)))
    centres = {key: value for key, value in db.session.execute(select(Centre.code, Centre.id))}
    for row in (*_data()["accounts"], *_data()["colleagues"]):
        if row["username"] in there:
            continue
        surname, _space, given = row["name_en"].partition(" ")
        db.session.add(
            StaffMember(
                username=row["username"],
                first_name=given,
                last_name=surname,
                email=f"{row['username']}@card-desk.invalid",
                password=passwords.get(row["username"]),
                active=True,
                role=row["role"],
                centre_id=centres.get(row.get("centre", "")),
                name_zh=row["name_zh"],
                name_en=row["name_en"],
            )
        )
    db.session.flush()


def roster() -> Roster:
    """The demo's people and tables as they stand in the database."""
    found = Roster()
    codes = {row["code"] for row in _data()["centres"]}
    for centre in db.session.scalars(select(Centre).where(Centre.code.in_(codes)).order_by(Centre.id)):
        found.centres[centre.code] = centre.id
        found.centre_names[centre.code] = (centre.name_zh, centre.name_en)
    usernames = [row["username"] for row in (*_data()["accounts"], *_data()["colleagues"])]
    query = select(StaffMember).where(StaffMember.username.in_(usernames))
    members = sorted(db.session.scalars(query), key=lambda member: usernames.index(member.username))
    for member in members:
        _enrol(found, member)
    found.reason_codes = {key: value for key, value in db.session.execute(select(ReasonCode.code, ReasonCode.id))}
    found.stocks = {key: value for key, value in db.session.execute(select(LabelStock.code, LabelStock.id))}
    return found


def _enrol(found: Roster, member: StaffMember) -> None:
    person = member.actor
    if member.role == Role.INTAKE_CLERK and member.centre is not None:
        found.clerks.setdefault(member.centre.code, []).append(person)
    elif member.role == Role.REVIEWER:
        found.reviewers.append(person)
    elif member.role == Role.SUPERVISOR:
        found.supervisors.append(person)
    elif member.role == Role.MAILROOM_CLERK:
        found.mailroom.append(person)

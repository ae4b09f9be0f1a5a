"""Administration of service centres and of the calendar."""

from collections.abc import Callable, Collection
from datetime import date, timedelta
from functools import partial
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup
from wtforms import BooleanField, DateField, Field, FloatField, Form, IntegerField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional, StopValidation

from admin_app.audit import queries as audit
from admin_app.audit.crud_view import AuditedReferenceView
from admin_app.centres import operations, queries
from admin_app.centres.models import CalendarDay, CalendarYear, Centre
from admin_app.centres.rules import (
    KINDS,
    NONE_MOVES,
    WEEKDAYS,
    Moved,
    WorkingCalendar,
    festival_words,
    format_hours,
    official_days,
    parse_hours,
    read_notice,
)
from admin_app.foundation import clock
from admin_app.foundation.database import db
from admin_app.foundation.errors import DomainError
from admin_app.foundation.i18n import titled
from admin_app.foundation.per_app import PerApp
from admin_app.foundation.reactions import react
from admin_app.foundation.typed_text import texts
from admin_app.web.desk_view import signed_in
from admin_app.web.fact_words import on_day
from admin_app.web.form_fields import Read, code, digits, line, line_in_one_language, offered, optional_line, phone_line, postcode
from admin_app.web.lists.description import Column
from admin_app.web.reference_form import ReferenceForm
from admin_app.web.template_filters import day as day_text

NOTICE_LENGTH = 4000
WOULD_MOVE: PerApp[Callable[[WorkingCalendar, date], Moved]] = PerApp("centres.would_move", lambda: lambda _calendar, _since: NONE_MOVES)
"""How many open cases get other days by a calendar that differs from a day on; the room that knows stands above (menu.py)."""


def week_lines(week: list[Any]) -> str:
    """The opening hours of a week as lines of text."""
    return "\n".join(titled(day, format_hours(spans) or "—") for day, spans in zip(WEEKDAYS, week, strict=False))


class WeekField(Field):
    """Opening hours, one line of text a weekday; data is the list of seven that Centre.hours keeps."""

    def process_data(self, value: Any) -> None:
        """From the row."""
        self.data = value or [[] for _day in WEEKDAYS]
        self.texts = [format_hours(spans) for spans in self.data]

    def process_formdata(self, valuelist: list[str]) -> None:
        """From the form: every line is read; the errors name the day."""
        if len(valuelist) != len(WEEKDAYS):
            raise ValueError(_l("Seven days are needed."))
        self.texts, problems, week = [texts.folded(text) for text in valuelist], [], []
        for day, text in zip(WEEKDAYS, self.texts, strict=True):
            try:
                week.append(parse_hours(text))
            except DomainError as refused:
                problems.append(titled(day, refused.message))
        if problems:
            raise ValueError(" ".join(problems))
        self.data = week

    @property
    def days(self) -> list[tuple[Any, str]]:
        """Weekday and its line of text, for the template."""
        return list(zip(WEEKDAYS, self.texts, strict=True))


def both_or_none(form: Form, _field: Field) -> None:
    """A validator: a place has both coordinates or none."""
    if (form["latitude"].data is None) != (form["longitude"].data is None):
        raise StopValidation(_l("Latitude and longitude go together: give both or none."))


def _degrees(label: Any, most: int, example: Any) -> FloatField:
    return FloatField(label, validators=[Optional(), NumberRange(-most, most), both_or_none], description=example)


class CentreForm(ReferenceForm):
    """A service centre: a name and an address in one language are enough."""

    name_en = line_in_one_language(
        _l("Name, English"), 80, "name_zh", description=_l("One language is enough; pages in the other one show it, too.")
    )
    name_zh = line_in_one_language(_l("Name, Chinese"), 80, "name_en")
    address_en = line_in_one_language(_l("Address, English"), 200, "address_zh")
    address_zh = line_in_one_language(_l("Address, Chinese"), 200, "address_en", is_address=True)
    postcode = postcode(_l("Postcode"), is_optional=True)
    phone = phone_line(_l("Phone"), 30)
    code = code(
        _l("Code"), 20, is_required=False, description=_l("Short and lasting; left empty, one is given. It cannot be changed later.")
    )
    district_code = digits(_l("District code"), 6, is_required=False, description=_l("Six digits of the division code, like 330106."))
    district_en = optional_line(_l("District, English"), 80)
    district_zh = optional_line(_l("District, Chinese"), 80)
    latitude = _degrees(_l("Latitude"), 90, _l("Degrees, like 30.27"))
    longitude = _degrees(_l("Longitude"), 180, _l("Degrees, like 120.13"))
    hours = WeekField(
        _l("Opening hours"),
        description=_l("Like 09:00-12:00, 13:30-17:00. An empty day is closed; while all are empty, the hours are not entered yet."),
    )
    is_active = BooleanField(_l("In use"), default=True)


class CentreReferenceView(AuditedReferenceView):
    """Service centres."""

    model, form = Centre, CentreForm
    route_base = "/reference/centres"
    class_permission_name = "centres"
    noun, key = "centre", "code"
    list_title, add_title, edit_title, show_title = _l("Service centres"), _l("New centre"), _l("Change centre"), _l("Service centre")
    intro = _l("Where residents come to the counter. A centre that is switched off takes no new applications.")
    list_columns = ["code", "name_en", "name_zh", "district_en", "district_zh", "phone"]
    search_columns = ["code", "name_en", "name_zh", "district_code", "district_en", "district_zh", "address_en", "address_zh"]
    order_columns = ["code", "name_en", "name_zh", "district_code"]
    shown_as = {"hours": week_lines}

    def _fill(self, item: Any, form: ReferenceForm, columns: Any) -> None:
        if "code" in columns and not form["code"].data:
            texts_of = (form["name_en"].data, form["name_zh"].data, form["address_en"].data, form["address_zh"].data)
            form["code"].data = operations.new_code(texts_of)
        super()._fill(item, form, columns)


class MovesPromises(AuditedReferenceView):
    """A part of the calendar: what a change does to open cases is said before it is saved, and they follow it by a job (ADR 0060)."""

    def changed_calendar(self, form: ReferenceForm) -> tuple[WorkingCalendar, Collection[date]]:
        """The calendar with what the form says in it, and the days of which it says something."""
        raise NotImplementedError

    def _attempt(self, form: ReferenceForm, change: Callable[[], Any]) -> Any:
        calendar, days = self.changed_calendar(form)
        before = queries.calendar()
        differing = [day for day in days if calendar.is_working_day(day) != before.is_working_day(day)]
        moved = WOULD_MOVE.get()(calendar, min(differing)) if differing else NONE_MOVES
        return None if form.needs_confirmation(_sentences(moved)) else super()._attempt(form, change)

    def record_change(self, action: str, item: Any, *, before: dict[str, Any], after: dict[str, Any]) -> None:
        """One entry, and the job that lets open cases follow, in the transaction of the change."""
        super().record_change(action, item, before=before, after=after)
        react(action, item, by=signed_in())

    def history(self, item: Any) -> Any:
        """The newest entries about this row and about the cases that followed it."""
        ref = self._subject_ref(item)
        found = [*audit.of_subject(self.noun, ref), *audit.of_subject("calendar", ref)]
        return sorted(found, key=lambda entry: entry.id, reverse=True)


def _sentences(moved: Moved) -> tuple[str, ...]:
    """What moves, in words; nothing where nothing does."""
    more = _("There are more open cases than were counted; of these at least as many as it says here.") if moved.is_part else ""
    cases = ngettext("The promised day of %(num)s open case moves: %(how)s.", "The promised days of %(num)s open cases move: %(how)s.",
                     moved.cases, how=_how_far(moved.least, moved.most)) if moved.cases else ""  # fmt: skip
    answers = ngettext("%(num)s resident gets longer to bring papers.", "%(num)s residents get longer to bring papers.",
                       moved.answers) if moved.answers else ""  # fmt: skip
    return tuple(filter(None, (cases, answers, more if cases or answers else "")))


def _how_far(least: int, most: int) -> str:
    if least == most:
        return _by_days(least)
    return _("from %(least)s to %(most)s", least=_by_days(least), most=_by_days(most))


def _by_days(days: int) -> str:
    if days < 0:
        return ngettext("%(num)s day earlier", "%(num)s days earlier", -days)
    return ngettext("%(num)s day later", "%(num)s days later", days)


class CalendarDayForm(ReferenceForm):
    """A day that differs from the country's calendar."""

    day = DateField(_l("Day"), validators=[InputRequired()])
    kind = SelectField(_l("Kind"), choices=offered(KINDS.items()))
    name_en = line(_l("Name, English"), 80, is_required=False)
    name_zh = line(_l("Name, Chinese"), 80, is_required=False)
    is_active = BooleanField(_l("In use"), default=True)


class CalendarDayReferenceView(MovesPromises):
    """Days that differ from the country's calendar."""

    model, form = CalendarDay, CalendarDayForm
    route_base = "/reference/calendar"
    class_permission_name = "calendar"
    noun, key = "calendar_day", "day"
    list_title, add_title, edit_title, show_title = _l("Calendar"), _l("New day"), _l("Change day"), _l("Day")
    intro = _l("Public holidays and make-up days are known; enter only what differs here. The promised days of open cases follow.")
    list_columns = ["day", "kind", "name_en", "name_zh"]
    search_columns = ["name_en", "name_zh"]
    order_columns = ["day", "kind"]
    shown_as = {"day": day_text}

    def changed_calendar(self, form: ReferenceForm) -> tuple[WorkingCalendar, Collection[date]]:
        """The calendar with this day in it, or without it where it is switched off."""
        pk = (request.view_args or {}).get("pk")
        day = self._item(pk).day if pk is not None else form["day"].data
        own = {day: str(form["kind"].data)} if form["is_active"].data else {}
        return queries.calendar().with_own({day}, own), (day,)


def whole_notice(form: Any, field: Field) -> None:
    """A validator: the text is the whole notice of the form's year."""
    year = form.of_year or form["year"].data
    if not isinstance(year, int):
        raise StopValidation
    try:
        read_notice(field.data, year)
    except DomainError as refused:
        raise StopValidation(str(refused.message)) from None


class CalendarYearForm(ReferenceForm):
    """The holidays of a year as the State Council announced them."""

    of_year: int | None = None
    year = IntegerField(_l("Year"), validators=[InputRequired(), NumberRange(2000, 2100)])
    source = line(_l("Number of the notice"), 60, description=_l("As it stands on the notice, like 国办发明电〔2025〕7号."))
    notice = TextAreaField(
        _l("Text of the notice"), validators=[Read(partial(texts.block, most=NOTICE_LENGTH)), DataRequired(), whole_notice],
        description=_l("Paste the notice as it is. What it says of days off and make-up days is read; the rest is left."),
        render_kw={"rows": 10, "maxlength": NOTICE_LENGTH, "lang": "zh-Hans"},
    )  # fmt: skip
    is_active = BooleanField(_l("In use"), default=True)


def _days(lines: Any, kind: str) -> int:
    return sum(1 for said in official_days(lines).values() if said == kind)


class CalendarYearReferenceView(MovesPromises):
    """Years whose official calendar has been entered; any other year is a guess."""

    model, form = CalendarYear, CalendarYearForm
    route_base = "/reference/holiday-notices"
    class_permission_name = "calendar"
    noun, key = "calendar_year", "year"
    list_title, add_title, edit_title, show_title = (
        _l("Holiday notices"), _l("Enter a notice"), _l("Change a notice"), _l("Holiday notice"),
    )  # fmt: skip
    intro = _l("The State Council's notice for each year, with make-up days. Days of a year without one are not final, and say so.")
    list_columns = ["year", "source"]
    search_columns = ["source"]
    order_columns = ["year"]
    shown_as = {"year": str}
    picture_title = _l("What was read in it")

    @classmethod
    def more_columns(cls) -> list[Column]:
        """What was read in the notice, and when it was entered."""
        return [
            Column(name="off", label=_l("Days off"), value=lambda item, _: _days(item.lines, "holiday"), style="number"),
            Column(name="made_up", label=_l("Make-up days"), value=lambda item, _: _days(item.lines, "working"), style="number"),
            Column(name="entered", label=_l("Entered on"), value=lambda item, _: item.entered_on, style="nowrap"),
        ]

    def picture(self, item: CalendarYear) -> Any:
        """The holidays with their days off and make-up days."""
        lines = [(festival_words(line["name"]), line) for line in item.lines]
        return Markup(render_template("reference/notice.html", lines=lines, as_day=on_day))  # noqa: S704  (a template, escaped by itself)

    def _edit_form(self, item: Any) -> ReferenceForm:
        form: Any = super()._edit_form(item)
        form.of_year = self._item((request.view_args or {})["pk"]).year
        return form

    def _fill(self, item: Any, form: ReferenceForm, columns: Any) -> None:
        super()._fill(item, form, columns)
        item.lines = read_notice(item.notice, item.year)
        if db.session.is_modified(item):
            item.entered_on = clock.today()

    def changed_calendar(self, form: ReferenceForm) -> tuple[WorkingCalendar, Collection[date]]:
        """The calendar with this notice in it, or without it where it is switched off."""
        pk = (request.view_args or {}).get("pk")
        stored = self._item(pk) if pk is not None else None
        year = stored.year if stored else form["year"].data
        before = official_days(stored.lines) if stored and stored.is_active else {}
        now = official_days(read_notice(form["notice"].data, year)) if form["is_active"].data else None
        whole_year = {date(year, 1, 1) + timedelta(days=number) for number in range(366)}
        return queries.calendar().with_year(year, before, now), whole_year | {*before, *(now or ())}

"""Administration of service centres and of the calendar."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, Field, FloatField, Form, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional, StopValidation

from admin_app.audit.crud_view import AuditedReferenceView
from admin_app.centres import operations
from admin_app.centres.models import CalendarDay, Centre
from admin_app.centres.rules import WEEKDAYS, format_hours, parse_hours
from admin_app.foundation.errors import DomainError
from admin_app.foundation.i18n import titled
from admin_app.foundation.typed_text import texts
from admin_app.web.form_fields import code, digits, line, line_in_one_language, offered, optional_line, phone_line, postcode
from admin_app.web.reference_form import ReferenceForm
from admin_app.web.template_filters import day as day_text

KINDS = {"holiday": _l("Holiday"), "working": _l("Working day")}


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
    address_zh = line_in_one_language(_l("Address, Chinese"), 200, "address_en")
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


class CalendarDayForm(ReferenceForm):
    """A day that differs from the country's calendar."""

    day = DateField(_l("Day"), validators=[InputRequired()])
    kind = SelectField(_l("Kind"), choices=offered(KINDS.items()))
    name_en = line(_l("Name, English"), 80, is_required=False)
    name_zh = line(_l("Name, Chinese"), 80, is_required=False)
    is_active = BooleanField(_l("In use"), default=True)


class CalendarDayReferenceView(AuditedReferenceView):
    """Days that differ from the country's calendar."""

    model, form = CalendarDay, CalendarDayForm
    route_base = "/reference/calendar"
    class_permission_name = "calendar"
    noun, key = "calendar_day", "day"
    list_title, add_title, edit_title, show_title = _l("Calendar"), _l("New day"), _l("Change day"), _l("Day")
    intro = _l("Public holidays and make-up working days are known already; enter only what differs here. Deadlines follow at once.")
    list_columns = ["day", "kind", "name_en", "name_zh"]
    search_columns = ["name_en", "name_zh"]
    order_columns = ["day", "kind"]
    shown_as = {"day": day_text}

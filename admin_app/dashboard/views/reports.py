"""Doors: the flow page with its figures as JSON and CSV, and the monthly summary."""

from typing import Any

from flask import Response, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from admin_app.centres import queries as centres
from admin_app.dashboard import forms, rules
from admin_app.dashboard.forms import ReportAddress
from admin_app.dashboard.queries import flow, summary
from admin_app.dashboard.views import marks
from admin_app.dashboard.views.charts import CHARTS, Chart, figure, page_chart
from admin_app.foundation import clock
from admin_app.foundation.errors import DomainError, NotFound
from admin_app.foundation.i18n import LANGUAGES, language, pick
from admin_app.web import arguments
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from reports.charts.series import THEMES
from reports.documents.monthly_summary import monthly_summary
from reports.tables import csv_file
from reports.text import dates
from reports.text.characters import MissingGlyphs

MONTHS_OFFERED = 24
TILES = {"received": marks.received, "decided": marks.decided, "open": marks.open_now}
"""Figure at the head of the page -> the list behind it; the others are shares and days, which count no rows."""
CHANNELS = {"": _l("All channels"), "counter": _l("Counter only"), "online": _l("Online only")}


class Unprintable(DomainError):
    """A name holds a character that no print font has."""


class ReportView(DeskView):
    """Reports: figures of the whole office, or of the reader's centre; never a person's data."""

    route_base = "/reports"

    @expose("/", methods=["GET"])
    @requires("reports.read")
    def index(self) -> Any:
        """How the work flows."""
        me, offered = signed_in(), flow.centres_of(signed_in())
        today = clock.today()
        problems: dict[str, Any] = {}
        try:
            address = forms.read_report(arguments.address, offered, today=today)
        except forms.WrongDays as wrong:
            address, problems = forms.read_report(_without_days(), offered, today=today), wrong.details
        found = summary.figures(address.chosen_by(me), centres.calendar())
        page = self.render_template(
            "dashboard/flow.html",
            address=address,
            menus=Menus(address, offered),
            measures=[(measure, TILES[measure.key](address) if measure.key in TILES else None) for measure in summary.measures(found)],
            cards=[page_chart(chart, chart.pick(found), address) for chart in CHARTS.values()],
            scope=summary.scope(address.chosen_by(me), address.centres),
            problems=problems,
            typed={name: arguments.address.single(name) for name in forms.DAYS} if problems else {},
        )
        return page, 400 if problems else 200

    @expose("/<name>.json", methods=["GET"])
    @requires("reports.read")
    def data(self, name: str) -> Any:
        """One chart as Plotly figure, in the reader's language and `theme`."""
        chart, address = _requested_chart(name, "theme")
        return figure(chart, address, signed_in(), theme=arguments.address.choice("theme", THEMES, "light"))

    @expose("/<name>.csv", methods=["GET"])
    @requires("reports.read")
    def table(self, name: str) -> Any:
        """The table twin of a chart as a file for spreadsheets."""
        chart, address = _requested_chart(name)
        table = chart.tabulate(chart.load(address.chosen_by(signed_in())), language=language())
        content = csv_file.to_csv(table.headers, table.rows)
        file_name = f"{name}-{address.period.start}-{address.period.end}.csv"
        return _file(content, "text/csv; charset=utf-8", f'attachment; filename="{file_name}"')

    @expose("/monthly", methods=["GET"])
    @requires("reports.read")
    def monthly(self) -> Any:
        """The page that asks which month and which centres to print."""
        offered, today = flow.centres_of(signed_in()), clock.today()
        months = [(month.strftime("%Y-%m"), dates.month(month, language())) for month in rules.months_back(today, MONTHS_OFFERED)]
        return self.render_template(
            "dashboard/monthly.html",
            months=months,
            month=forms.read_month(arguments.address, today=today).strftime("%Y-%m"),
            centres=[("", _("All centres")), *((centre.code, pick(centre, "name")) for centre in offered)],
            languages=list(LANGUAGES.items()),
            bound=centres.by_id(signed_in().centre_id),
        )

    @expose("/monthly.pdf", methods=["GET"])
    @requires("reports.read")
    def monthly_pdf(self) -> Any:
        """The month on one page, in the reader's language or the one asked for; nothing is kept."""
        me, offered = signed_in(), flow.centres_of(signed_in())
        month = forms.read_month(arguments.address, today=clock.today())
        chosen = forms.read_centres(arguments.address, offered)
        code = arguments.address.choice("language", LANGUAGES, language())
        period = flow.Filter(me, rules.month_of(month), tuple(centre.id for centre in chosen))
        try:
            with force_locale(code):
                content = monthly_summary(summary.monthly(period, month, chosen, centres.calendar()), code)
        except MissingGlyphs as missing:
            raise Unprintable(_l("A name on this page has a character that cannot be printed: %(what)s", what=str(missing))) from missing
        where = "-".join(centre.code for centre in chosen[:3])
        file_name = "-".join(part for part in ("monthly-summary", month.strftime("%Y-%m"), where, code) if part)
        return _file(content, "application/pdf", f'inline; filename="{file_name}.pdf"')


class Menus:
    """The three menus of the filter: what each offers, what is in force, and the address of each choice."""

    def __init__(self, address: ReportAddress, offered: list[Any]) -> None:
        self.address = address
        without_days = {"from": None, "to": None}
        self.presets = [
            (label, self.url(**without_days, period=name if name != rules.STANDARD_PRESET else None), name == address.preset)
            for name, label in rules.PRESETS.items()
        ]
        self.centres = [(centre.code, pick(centre, "name"), centre in address.centres) for centre in offered]
        self.channels = [(label, self.url(channel=name), name == address.channel) for name, label in CHANNELS.items()]
        self.channel_label = CHANNELS[address.channel]

    def url(self, **changes: Any) -> str:
        """This page with `changes`."""
        return url_for("ReportView.index", **self.address.arguments(**changes))

    def hidden_fields(self, *but: str) -> list[tuple[str, str]]:
        """The filter in force as hidden fields, without the names in `but`."""
        found = {name: value for name, value in self.address.arguments().items() if name not in but}
        return [(name, one) for name, value in found.items() for one in (value if isinstance(value, list) else [value])]


def _requested_chart(name: str, *also: str) -> tuple[Chart, ReportAddress]:
    if name not in CHARTS:
        raise NotFound(_l("There is no such report."))
    return CHARTS[name], forms.read_report(arguments.address, flow.centres_of(signed_in()), today=clock.today(), also=also)


def _without_days() -> arguments.Arguments:
    asked = arguments.address.values().items(multi=True)
    return arguments.of(MultiDict((name, value) for name, value in asked if name not in forms.DAYS))


def _file(content: bytes, media_type: str, disposition: str) -> Response:
    return Response(content, content_type=media_type, headers={"Content-Disposition": disposition})

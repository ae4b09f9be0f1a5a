"""Charts as Plotly figures for the page; every one has its twin of the same name in `tables`."""

from collections.abc import Sequence
from html import escape
from textwrap import wrap

import plotly.graph_objects as go

from reports.charts.series import AGE_BANDS, KINDS, LINES, PATTERNS, STAGE_BARS, THEMES
from reports.tables.rows import BacklogRow, DayCount, MakerCount, MonthCount, ReasonCount, StageTime
from reports.text import dates
from reports.text.words import text

Figure = dict[str, object]
"""`data` and `layout` for Plotly.newPlot, made of plain JSON values."""

FONT = (
    "-apple-system, 'Segoe UI', 'Noto Sans', 'Noto Sans SC', 'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', "
    "'WenQuanYi Micro Hei', 'Card Desk Han', system-ui, sans-serif"
)
DAY_MS = 24 * 60 * 60 * 1000
LONGEST_BY_DAYS, MOST_TICKS, MOST_MONTHS = 62, 10, 7
DAY_FORMATS = {"en": "%-d %b", "zh": "%-m月%-d日"}
HOVER_DAY_FORMATS = {"en": "%a %-d %b %Y", "zh": "%Y年%-m月%-d日"}


def flow_per_day(days: Sequence[DayCount], *, language: str, theme: str = "light") -> Figure:
    """Return received, decided and posted per day as lines that differ by dash and marker, not by colour alone."""
    colours = THEMES[theme]
    figure = _figure(theme)
    dates = [row.day.isoformat() for row in days]
    for line in LINES:
        figure.add_scatter(
            x=dates,
            y=[getattr(row, line.name) for row in days],
            name=text(f"chart.{line.name}", language),
            mode="lines+markers" if len(days) <= 62 else "lines",
            line={"color": colours[line.name], "dash": line.dash, "width": 2},
            marker={"symbol": line.marker, "size": 5},
            hovertemplate="%{y:,}",
        )
    figure.update_layout(hovermode="x unified")
    figure.update_xaxes(type="date", tickformat=DAY_FORMATS[language], hoverformat=HOVER_DAY_FORMATS[language], **_whole_days(dates))
    most = max((getattr(row, line.name) for row in days for line in LINES), default=0)
    figure.update_yaxes(rangemode="tozero", tickformat=",d", **_whole_numbers(most))
    return figure.to_plotly_json()


def backlog_by_age(queues: Sequence[BacklogRow], *, language: str, theme: str = "light") -> Figure:
    """Return open cases by queue as stacked bars, one part per age; the oldest are hatched."""
    colours = THEMES[theme]
    figure = _figure(theme)
    places = list(range(len(queues)))
    for band in AGE_BANDS:
        figure.add_bar(
            y=places,
            x=[getattr(row, band.field) for row in queues],
            customdata=[row.queue for row in queues],
            orientation="h",
            name=text(band.key, language),
            marker={
                "color": colours[band.key],
                "line": {"color": colours["edge"], "width": 1},
                "pattern": {"shape": "/" if band is AGE_BANDS[-1] else "", "fgcolor": colours["edge"], "solidity": 0.25},
            },
            hovertemplate="%{x:,}",
        )
    figure.update_layout(barmode="stack", bargap=0.35, hovermode="y unified")
    _name_rows(figure, [row.queue for row in queues])
    return figure.to_plotly_json()


def stage_times(stages: Sequence[StageTime], *, language: str, theme: str = "light") -> Figure:
    """Return the working days of each stage: the middle case beside the slowest tenth."""
    colours = THEMES[theme]
    figure = _figure(theme)
    places = list(range(len(stages)))
    for name in STAGE_BARS:
        values = [getattr(row, f"{name}_days") for row in stages]
        figure.add_bar(
            x=places,
            y=values,
            name=text(f"chart.{name}", language),
            text=["" if value is None else f"{value:.1f}" for value in values],
            textposition="outside",
            cliponaxis=False,
            marker={"color": colours[name], "line": {"color": colours["p50"], "width": 1}},
            hovertemplate=text("chart.days_hover", language),
        )
    figure.update_layout(barmode="group", bargap=0.3, bargroupgap=0.05)
    names = [_stacked(row.stage) for row in stages]
    figure.update_xaxes(tickmode="array", tickvals=places, ticktext=names, showgrid=False, tickangle=0)
    figure.update_yaxes(rangemode="tozero", title={"text": text("chart.working_days", language)})
    return figure.to_plotly_json()


def outcomes_by_reason(reasons: Sequence[ReasonCount], *, language: str, theme: str = "light") -> Figure:
    """Return decisions by reason as bars, the most frequent on top, coloured and hatched by outcome."""
    ordered = sorted(reasons, key=lambda row: -row.count)
    figure = _figure(theme)
    outcomes = list(dict.fromkeys(row.outcome for row in ordered))
    for index, outcome in enumerate(outcomes):
        rows = [(place, row) for place, row in enumerate(ordered) if row.outcome == outcome]
        figure.add_bar(
            y=[place for place, _ in rows],
            x=[row.count for _, row in rows],
            customdata=[row.reason for _, row in rows],
            orientation="h",
            name=_plain(outcome),
            width=0.36,
            text=[f"{row.count:,}" for _, row in rows],
            textposition="outside",
            textfont={"size": 12},
            constraintext="none",  # else the numbers shrink with their thin bars
            cliponaxis=False,
            marker=_kind_marker(index, theme),
            hovertemplate=f"{text('chart.count', language)}: %{{x:,}}",
        )
    figure.update_layout(barmode="overlay", showlegend=len(outcomes) > 1)
    _name_rows(figure, [row.reason for row in ordered])
    _names_above_bars(figure)
    return figure.to_plotly_json()


def counts_by_month(months: Sequence[MonthCount], *, language: str, theme: str = "light") -> Figure:
    """Return counts by month as stacked bars, one part per kind, told apart by colour and hatching."""
    figure = _figure(theme)
    places = list(range(len(months)))
    for index, kind in enumerate(months[0].kinds if months else ()):
        figure.add_bar(
            x=places,
            y=[row.kinds[index].count for row in months],
            name=_plain(kind.kind),
            marker=_kind_marker(index, theme),
            hovertemplate="%{y:,}",
        )
    figure.update_layout(barmode="stack", bargap=0.45, hovermode="x unified")
    step = -(-len(months) // MOST_MONTHS) or 1
    names = [f"{row.start:%b %Y}" if language == "en" else dates.month(row.start, language) for row in months]
    edges = [-0.75, max(len(months), 3) - 0.25]
    figure.update_xaxes(tickmode="array", tickvals=places[::step], ticktext=names[::step], showgrid=False, range=edges)
    figure.update_yaxes(rangemode="tozero", tickformat=",d", **_whole_numbers(max((row.count for row in months), default=0)))
    return figure.to_plotly_json()


def faults_by_maker(rows: Sequence[MakerCount], *, language: str, theme: str = "light") -> Figure:
    """Return the cards that makers made badly as bars, one for each month and maker, coloured and hatched by maker."""
    figure = _figure(theme)
    makers = list(dict.fromkeys(row.maker for row in rows))
    for index, maker in enumerate(makers):
        mine = [(place, row) for place, row in enumerate(rows) if row.maker == maker]
        figure.add_bar(
            y=[place for place, _ in mine],
            x=[row.count for _, row in mine],
            customdata=[row.maker for _, row in mine],
            orientation="h",
            name=_plain(maker),
            text=[f"{row.count:,} · ¥{row.cost:,}" for _, row in mine],
            textposition="outside",
            constraintext="none",
            cliponaxis=False,
            marker=_kind_marker(index, theme),
            hovertemplate=f"{text('chart.remade', language)}: %{{x:,}}",
        )
    figure.update_layout(barmode="overlay", bargap=0.35, showlegend=bool(makers))
    _name_rows(figure, [dates.month(row.start, language) for row in rows])
    figure.update_yaxes(autorange=False, range=[max(len(rows), 4) - 0.5, -0.5])  # a single bar would fill the whole chart
    most = max((row.count for row in rows), default=0)
    figure.update_xaxes(range=[0, max(1, most) * 1.3], **_whole_numbers(most))
    return figure.to_plotly_json()


def _whole_days(dates: Sequence[str]) -> dict[str, object]:
    """Ticks at midnights, ten at most; of more than two months the axis itself chooses days or weeks. Left alone, it names a day twice."""
    if not dates or len(dates) > LONGEST_BY_DAYS:
        return {}
    return {"tick0": dates[0], "dtick": -(-len(dates) // MOST_TICKS) * DAY_MS}


def _whole_numbers(most: int) -> dict[str, object]:
    """Ticks at whole numbers where there are few: half a case would be written as a whole one, twice."""
    return {"tick0": 0, "dtick": 1} if most < MOST_TICKS else {}


def _figure(theme: str) -> go.Figure:
    colours = THEMES[theme]
    axis = {"automargin": True, "gridcolor": colours["grid"], "linecolor": colours["grid"], "zeroline": False}
    return go.Figure(
        layout={
            "template": None,
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT, "size": 12, "color": colours["text"]},
            "margin": {"l": 8, "r": 24, "t": 8, "b": 8},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
            "hoverlabel": {"bgcolor": colours["hover"], "font": {"color": colours["text"], "family": FONT}},
            "xaxis": axis,
            "yaxis": axis,
            "separators": ".,",
        }
    )


def _kind_marker(index: int, theme: str) -> dict[str, object]:
    colours = THEMES[theme]
    return {
        "color": colours[KINDS[index % len(KINDS)]],
        "pattern": {
            "shape": PATTERNS[index % len(PATTERNS)],
            "fgcolor": colours["edge"],
            "solidity": 0.25,
        },
    }


def _name_rows(figure: go.Figure, names: Sequence[str]) -> None:
    """Name horizontal bars by place, so that two rows of one name stay two bars."""
    figure.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(names))),
        ticktext=[_plain(name) for name in names],
        autorange="reversed",
        showgrid=False,
        ticklabelstandoff=6,
    )
    figure.update_xaxes(rangemode="tozero", tickformat=",d")


def _names_above_bars(figure: go.Figure) -> None:
    """Write the names over their bars instead of beside them: sentences would leave no room for the bars."""
    names = figure.layout.yaxis.ticktext or ()
    figure.update_yaxes(showticklabels=False, range=[len(names) - 0.65, -0.85])
    # Every bar says its number: the scale would only take room from the names.
    figure.update_xaxes(showticklabels=False, showgrid=False)
    for place, name in enumerate(names):
        figure.add_annotation(
            x=0, y=place, yshift=13, text=_short(name), xanchor="left", xshift=-2, showarrow=False, font={"size": 12}, hovertext=name
        )


def _short(name: str, most: int = 44) -> str:
    # A cut through an escaped sign would show its code; names with one stay whole.
    return name if len(name) <= most or "&" in name else f"{name[: most - 1]}…"


def _stacked(name: str) -> str:
    """Break a long name under a bar into lines instead of turning it."""
    return "<br>".join(_plain(line) for line in wrap(name, 12, break_long_words=False))


def _plain(name: str) -> str:
    """Return `name` so that Plotly shows it as it is: its labels understand a few HTML tags."""
    return escape(name, quote=False)

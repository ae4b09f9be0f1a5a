"""The month on one page."""

import datetime as dt
from dataclasses import replace

import pypdfium2
import pytest
import weasyprint
from PIL import ImageOps

from reports.charts import paper
from reports.documents import page_fit
from reports.documents.monthly_summary import monthly_summary
from reports.documents.rows import MonthlySummaryRow, Tile
from reports.tables.rows import BacklogRow, DayCount, ReasonCount, StageTime
from reports.text import dates

OCTOBER = MonthlySummaryRow(
    month=dt.date(2026, 10, 1),
    scope="All centres, all channels",
    made_at=dt.datetime(2026, 11, 1, 6, 0),
    tiles=(Tile("Received", "7,046", "▲ 4.1 %"), Tile("Decided on time", "97.4 %", "▼ 0.9 pt", is_good=False)),
    days=tuple(DayCount(dt.date(2026, 10, day), 200 + day, 190 + day, 0) for day in range(1, 32)),
    backlog=(BacklogRow("Unclaimed", 8, 4, 2, 1),),
    stages=(StageTime("Intake → claim", 0.3, 0.9, 40), StageTime("Made → posted", None, None)),
    reasons=(ReasonCount("Approved", "Complete", 90), ReasonCount("Rejected", "Photo <b>", 10)),
    remarks=("Holiday from 1 to 7 October.",),
)
EMPTY = replace(OCTOBER, tiles=(), days=(), backlog=(), stages=(), reasons=(), remarks=())
FULL = replace(
    OCTOBER,
    tiles=OCTOBER.tiles * 4,
    backlog=tuple(BacklogRow(f"等待参保人补正材料的队列 {n}", 1, 2, 3, 4) for n in range(20)),
    stages=tuple(StageTime(f"A stage with quite a long name {n}", 1.0, 2.0, 3) for n in range(20)),
    reasons=tuple(ReasonCount("Rejected", f"A reason with a rather long name {n}", n) for n in range(40)),
    remarks=tuple(f"Remark {n}: something worth a sentence happened." for n in range(5)),
)


@pytest.mark.parametrize("row", [OCTOBER, EMPTY, FULL], ids=["usual", "empty", "full"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_summary_is_one_a4_page(row, language):
    with pypdfium2.PdfDocument(monthly_summary(row, language)) as document:
        assert [tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in document] == [(210, 297)]


@pytest.mark.parametrize("row", [OCTOBER, EMPTY, FULL], ids=["usual", "empty", "full"])
def test_the_page_is_laid_out_and_printed_once(row, monkeypatch):
    rendered = []
    render = weasyprint.HTML.render
    monkeypatch.setattr(weasyprint.HTML, "render", lambda self, *args, **kwargs: rendered.append(self) or render(self, *args, **kwargs))
    monthly_summary(row, "en")
    assert len(rendered) == 1


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("count", [1, 3, 5, 7])
@pytest.mark.parametrize("length", [4, 40, 400])
def test_whatever_is_on_the_page_it_is_one_page_as_high_as_was_reckoned(count, length, language):
    words = ("A long name 与很长的名称 " * 100)[:length]
    row = replace(
        OCTOBER,
        scope=words,
        tiles=tuple(Tile(words, "7,046", words) for _ in range(count)),
        backlog=tuple(BacklogRow(words, 10_000, 2, 3, 4) for _ in range(count)),
        stages=tuple(StageTime(words, 10.0, 2.0, 3) for _ in range(count)),
        reasons=tuple(ReasonCount(words, words, 10 + n) for n in range(2 * count)),
        remarks=(words,) * count,
    )
    with pypdfium2.PdfDocument(monthly_summary(row, language)) as document:
        (page,) = document
        ink = ImageOps.invert(page.render(grayscale=True).to_pil().convert("L")).getbbox()
    reckoned = page_fit.fitted(row, language).height
    assert reckoned - 12 <= ink[3] - 13 * page_fit.MM <= reckoned + 2


def test_control_rows_that_are_not_reckoned_make_a_second_page(monkeypatch):
    monkeypatch.setattr(page_fit.FittedTable, "height", 0)
    monkeypatch.setattr(page_fit, "FITS", (page_fit.Fit(20, 40, 20, 138, 118), page_fit.FITS[-1]))
    with pypdfium2.PdfDocument(monthly_summary(FULL, "en")) as document:
        assert len(document) > 1


def test_figures_tables_and_remarks_stand_on_the_page(words):
    printed = words(monthly_summary(OCTOBER, "en"))
    for expected in ("October2026", "7,046", "97.4%", "Unclaimed", "Photo<b>", "90.0%", "Holidayfrom1to7October."):
        assert expected in printed


def test_the_chinese_summary_is_chinese(words):
    printed = words(monthly_summary(OCTOBER, "zh"))
    assert "业务月报" in printed and "2026年10月" in printed and "办结" in printed


@pytest.mark.parametrize(
    ("language", "ages", "times"),
    [
        ("en", "Agescountfromreceipt", "timesbystageleaveoutdaysonwhichtheresidentowedsomething"),
        ("zh", "在办件时长自受理之日起连续计算", "各环节用时不含等待参保人补正的时间"),
    ],
)
def test_the_footnote_tells_ages_from_times(words, language, ages, times):
    printed = words(monthly_summary(OCTOBER, language))
    assert ages in printed
    assert times in printed


def test_the_charts_are_drawn(pictures):
    (with_lines,), (without,) = (
        pictures(monthly_summary(row, "en"))
        for row in (OCTOBER, replace(OCTOBER, days=tuple(DayCount(day.day, 0, 0, 0) for day in OCTOBER.days)))
    )
    assert with_lines.tobytes() != without.tobytes()


@pytest.mark.parametrize(("most", "ceiling"), [(0, 4), (4, 4), (5, 6), (310, 320), (321, 400), (1001, 1200)])
def test_axes_end_at_the_next_number_of_four_round_parts(most, ceiling):
    assert paper.nice_ceiling(most) == ceiling


def test_names_in_a_drawing_are_escaped():
    drawing = paper.backlog_by_age([BacklogRow("<image href='x'/>", 1, 0, 0, 0)], language="en", size=(250, 100))
    assert b"<image" not in drawing


@pytest.mark.parametrize(("language", "expected"), [("en", ("5 March 2026", "March 2026")), ("zh", ("2026年3月5日", "2026年3月"))])
def test_dates_read_as_people_write_them(language, expected):
    day = dt.date(2026, 3, 5)
    assert (dates.day(day, language), dates.month(day, language)) == expected

"""The State Council's notice of a year is read as it is pasted; a year without one is a guess, and every promised day says so."""

import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import holidays
import pytest
import time_machine
from sqlalchemy import select

import admin_app
from admin_app.applications.models import Application
from admin_app.applications.queries.snapshot import differences, snapshot
from admin_app.applications.rules import PROMISED
from admin_app.audit.models import AuditEntry
from admin_app.centres import queries
from admin_app.centres.models import CalendarYear
from admin_app.centres.rules import NoticeRefused, WorkingCalendar, official_days, read_notice
from admin_app.extracts.queries.paper import person_copy
from admin_app.extracts.queries.records import record
from admin_app.foundation.database import db
from admin_app.menu import LISTS
from admin_app.web.lists.description import Column
from tests.factories.applications import make_application

ADD = "/reference/holiday-notices/add"
WHOLE = """各省、自治区、直辖市人民政府：
经批准，现将2025年元旦、春节等放假调休日期的具体安排通知如下。
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。
节假日期间，妥善安排值班。
2024年11月12日"""
INVENTED_2027 = """元旦：1月1日至3日放假，共3天。
春节：2月5日至11日放假调休，共7天。2月14日、2月20日上班。
清明节：4月3日至5日放假，共3天。
劳动节：5月1日至5日放假调休，共5天。5月8日上班。
端午节：6月9日放假。
中秋节：9月15日放假。
国庆节：10月1日至7日放假调休，共7天。10月9日、9月26日上班。"""
"""Of a year whose notice is not known: invented, for these tests alone."""
UNTIL_MAY = ("2025-01-01", "2025-06-03")


def test_a_notice_is_read_as_it_is_pasted():
    lines = read_notice(WHOLE, 2025)
    assert [line["name"] for line in lines] == ["元旦", "春节", "清明节", "劳动节", "端午节", "国庆节、中秋节"]
    assert lines[1] == {"name": "春节", "first": "2025-01-28", "last": "2025-02-04", "working": ["2025-01-26", "2025-02-08"]}


@pytest.mark.parametrize("signs", [("：", ":"), ("（", "("), ("；", ";"), ("。", "；"), ("至", "至 ")])
def test_signs_of_either_width_are_the_same(signs):
    assert read_notice(WHOLE.replace(*signs), 2025) == read_notice(WHOLE, 2025)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("共8天。1月26日", "共7天。1月26日", "7"),
        ("1月26日（周日）", "1月27日", "2025-01-27"),
        ("1月26日（周日）", "1月26日（周六）", "1月26日"),
        ("4月4日（周五）", "4月40日", "4月40日"),
        ("四、劳动节", "四、节日", "Labour Day"),
        ("三、清明节：", "三、清明节", "清明节"),
        ("5月1日（周四）至5日（周一）放假", "5月5日至1日放假", "劳动节"),
        ("1月26日（周日）", "2月2日（周日）", "2025-02-02"),
        ("5月31日（周六）至", "2020年5月31日至", "2020"),
    ],
)
def test_what_is_not_right_is_refused_and_named(before, after, says, app):
    assert before in WHOLE
    with pytest.raises(NoticeRefused) as refused:
        read_notice(WHOLE.replace(before, after), 2025)
    assert says in str(refused.value.message)


def test_the_notice_of_another_year_is_refused(app):
    with pytest.raises(NoticeRefused):
        read_notice(WHOLE, 2027)


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_library_and_the_notice_agree_on_each_day(app, year):
    """A control of both: they come by different ways."""
    lines = read_notice(WHOLE, 2025) if year == 2025 else db.session.scalars(select(CalendarYear)).one().lines
    calendar, known = WorkingCalendar(official=official_days(lines), years=frozenset({year})), holidays.country_holidays("CN")
    days = [date.fromordinal(n) for n in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)]
    assert [day for day in days if calendar.is_working_day(day) != known.is_working_day(day)] == []


def test_what_came_with_the_desk_is_what_its_text_says(app):
    row = db.session.scalars(select(CalendarYear)).one()
    assert (row.year, row.source) == (2026, "国办发明电〔2025〕7号") and read_notice(row.notice, 2026) == row.lines


def test_an_office_s_own_day_stands_above_the_notice_and_the_rest_of_the_year_is_plain_weeks():
    year = WorkingCalendar(official=official_days(read_notice(INVENTED_2027, 2027)), years=frozenset({2027}))
    assert not year.is_working_day(date(2027, 2, 8)) and year.is_working_day(date(2027, 2, 14))
    assert year.is_working_day(date(2027, 10, 8)) and not year.is_working_day(date(2027, 10, 10))
    assert year.with_own((), {date(2027, 2, 8): "working"}).is_working_day(date(2027, 2, 8))


def test_a_year_is_a_guess_until_its_notice_is_entered_and_years_before_all_are_over():
    calendar = WorkingCalendar(years=frozenset({2026}))
    assert [calendar.is_guess(date(year, 5, 1)) for year in (2025, 2026, 2027)] == [False, False, True]
    assert not calendar.with_year(2027, (), {}).is_guess(date(2027, 5, 1))
    assert calendar.with_year(2026, (), None).is_guess(date(2026, 5, 1))


def test_entering_it_moves_open_cases_by_the_count_that_was_shown_and_tells_which_holiday(clerk, centre, sign_in):
    case = make_application(
        clerk, centre, clock_from=date(2027, 2, 1), promised_in=7, due_on=date(2027, 2, 15), statutory_on=date(2027, 3, 1),
    )  # fmt: skip
    due = case.due_on
    browser, data = sign_in("administrator"), {"year": 2027, "source": "测试〔2026〕1号", "notice": INVENTED_2027, "is_active": "y"}
    asked = browser.post(ADD, data=data)
    assert asked.status_code == 422 and "The promised day of 1 open case moves" in asked.text
    shown = re.search(r'name="confirmed"[^>]*value="([0-9a-f]{16})"', asked.text)
    saved = browser.post(ADD, data=data | {"confirmed": shown[1]})
    assert saved.status_code == 302
    db.session.expire_all()
    found = db.session.get_one(Application, case.id)
    assert found.due_on == queries.calendar().add(date(2027, 2, 1), 7) != due
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "applications.recounted")).one()
    assert entry.changes["because"] == {"year": 2027, "names": ["春节"]}
    page = browser.get(saved.location).text
    assert "Spring Festival" in page and "2027-02-05" in page
    assert "Spring Festival" in sign_in("supervisor").get(f"/applications/{case.reference}").text


@pytest.mark.parametrize(("source", "moves"), [("国办发明电〔2025〕7号", False), ("国办发明电〔2025〕8号", True)])
def test_its_day_is_that_of_the_last_change_and_saving_it_unchanged_is_none(source, moves, app, sign_in):
    row = db.session.scalars(select(CalendarYear)).one()
    before, data = (row.entered_on, row.version), {"version": row.version, "source": source, "notice": row.notice, "is_active": "y"}
    saved = sign_in("administrator").post(f"/reference/holiday-notices/{row.id}/edit", data=data)
    db.session.expire_all()
    assert saved.status_code == 302
    assert ((row.entered_on, row.version) != before) is moves


@pytest.mark.parametrize(("role", "leads_to"), [("supervisor", "/reference/holiday-notices/"), ("administrator", ADD)])
def test_from_november_on_the_home_page_asks_for_the_next_year(role, leads_to, sign_in):
    with time_machine.travel("2026-10-31T09:00:00+08:00", tick=False):
        assert "holidays of 2027" not in sign_in(role).get("/").text
    with time_machine.travel("2026-11-01T09:00:00+08:00", tick=False):
        page = sign_in(role).get("/").text
        assert "The holidays of 2027 are a guess" in page and f'href="{leads_to}"' in page
    with time_machine.travel("2027-03-01T09:00:00+08:00", tick=False):
        assert "The holidays of 2027 are a guess" in sign_in(role).get("/").text


def test_a_promised_day_in_such_a_year_says_so_on_every_page_and_on_paper(reviewer, clerk, centre, sign_in):
    new = date(2027, 1, 11)
    case = make_application(clerk, centre, due_on=new, statutory_on=new)
    sure = make_application(clerk, centre, due_on=date(2026, 12, 30), statutory_on=date(2026, 12, 31))
    with time_machine.travel("2026-12-20T09:00:00+08:00", tick=False):
        browser = sign_in(reviewer)
        assert browser.get("/queue/?tab=all").text.count("(not final)</span>") == 1
        assert browser.get(f"/applications/{case.reference}").text.count("11 Jan (not final)") == 2
        certain = browser.get(f"/applications/{sure.reference}").text
        assert "Promised 30 Dec ·" in certain and "by law 31 Dec<" in certain
        assert "a decision is promised by 2027-01-11 (not final)" in browser.get(f"/applications/{case.reference}").text


def test_it_says_so_in_files_of_lists_in_the_comparison_and_in_the_persons_copy_too(reviewer, clerk, centre, sign_in):
    new = date(2027, 1, 11)
    case = make_application(clerk, centre, due_on=new, statutory_on=new)
    closed = make_application(clerk, centre, status="withdrawn", is_open=False, due_on=new, statutory_on=new)
    with time_machine.travel("2026-12-20T09:00:00+08:00", tick=False):
        file = sign_in(reviewer).post("/lists/queue/export", data={"tab": "all", "file": "csv"}).text
        assert file.count("2027-01-11 (not final)") == 1
        (difference,) = differences(snapshot(case) | {"due_on": "2026-12-30"}, case)
        assert (difference.is_promise, difference.before, difference.now) == (True, date(2026, 12, 30), new)
        assert record(case)["not_final"] == ["due_on", "statutory_on"] and "not_final" not in record(closed)
        (paper,) = person_copy(case.resident, {"application": [record(case)]}, role="", how_long=lambda _table: ()).sections
        assert str(paper).count("(not final)") == 2


def silent(lists):
    """Columns that give a promised day as a day; those of decided cases alone may."""
    named = [(page.name, column) for page in lists for column in page.columns if isinstance(column.value, str)]
    found = [(name, column) for name, column in named if column.value.rpartition(".")[2] in PROMISED]
    return [(name, column.name) for name, column in found if set(column.tabs) != {"decided"}]


def test_no_list_gives_a_promised_day_out_that_cannot_say_whether_it_is_final():
    planted = SimpleNamespace(name="queue", columns=[Column(name="due", label="Due", value="case.due_on")])
    assert (silent(LISTS), silent([planted])) == ([], [("queue", "due")])


RAW = re.compile(
    r"(?:due_on|statutory_on|answer_by)\s*\|\s*(?:day|moment)\b|\bday\((?:[a-z_.]*\.)?(?:due_on|statutory_on|answer_by|due)\)"
    r"|whole\([a-z_.]*answer_by\)"
)
CLOSED = "{{ due_on | day }}</span>"
"""Of a decided case: it is over."""


def test_no_page_writes_a_promised_day_past_the_one_function():
    """The control: the pattern finds what stands for decided cases."""
    folder = Path(admin_app.__file__).parent
    sources = [path for kind in ("html", "py") for path in folder.rglob(f"*.{kind}")]
    found = [(path.name, line.strip()) for path in sources for line in path.read_text("utf-8").splitlines() if RAW.search(line)]
    assert len(found) == 1 and CLOSED in found[0][1], found

"""The report pages: roles, filters, figures as JSON and CSV, the printed month."""

import csv
import io
import json
import re

import pikepdf
import pypdfium2
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from admin_app.applications.models import ReasonCode
from admin_app.dashboard.views.charts import CHARTS
from admin_app.foundation.database import transaction
from tests.dashboard.counted_office import Office, add_remade

WEEK = "from=2026-09-14&to=2026-09-18"
PAGES = (
    "/reports/",
    "/reports/monthly",
    "/reports/monthly.pdf?month=2026-09",
    *(f"/reports/{name}.json" for name in CHARTS),
    "/reports/flow.csv",
)
HOSTILE = (
    "from=yesterday", "from=2026-02-30", "to=9999999999", "from=2026-09-18&to=2026-09-14", "from=2024-01-01&to=2026-09-18",
    "from=0001-01-01&to=0001-01-05", "to=0001-01-02", "to=9999-12-31", "period=decade", "period=week&from=2026-09-14",
    "channel=pigeon", "channel=counter&channel=online", "centre=ZZ", "centre=XH'--", "centre=" + "&centre=XH" * 90, "unknown=1",
    "from=2026-09-14%00", "from=" + "9" * 5000, "period=%F0%9F%92%A9", "page=2",
)  # fmt: skip


@pytest.fixture
def browser(office: Office, sign_in) -> FlaskClient:
    """The supervisor of the whole office."""
    return sign_in(office.supervisor)


def reads(statements: list[str]) -> list[str]:
    """What was asked, without the driver's own BEGIN."""
    return [statement for statement in statements if statement != "BEGIN"]


def text_of(answer) -> str:
    """What the page says, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


@pytest.mark.parametrize(
    ("role", "status"),
    [("supervisor", 200), ("auditor", 200), ("intake_clerk", 403), ("reviewer", 403), ("mailroom_clerk", 403), ("administrator", 403)],
)
def test_supervisors_and_auditors_read_reports(app, sign_in, role: str, status: int):
    browser = sign_in(role)
    assert {path: browser.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, status)


def test_who_is_not_signed_in_is_asked_to(client):
    assert client.get("/reports/").status_code == 302
    assert client.get("/reports/flow.json").status_code == 302


def test_the_page_shows_figures_trends_and_tables(browser):
    page = text_of(browser.get(f"/reports/?{WEEK}"))
    for words in (
        "Received 3",
        "50.0 %",
        "Decided on time 66.7 %",
        "33.3 points",
        "1 overdue",
        "2026-09-14 2 1 0",
        "Submitted → decided 2 4 3",
    ):
        assert words in page


def test_the_page_costs_at_most_ten_statements(browser, count_statements):
    browser.get("/reports/")
    with count_statements() as statements:
        assert browser.get(f"/reports/?{WEEK}").status_code == 200
    assert len(reads(statements)) <= 10


def test_a_figure_costs_at_most_ten_statements(browser, count_statements):
    for path in [f"/reports/{name}.{kind}" for name in CHARTS for kind in ("json", "csv")] + ["/reports/monthly.pdf"]:
        with count_statements() as statements:
            assert browser.get(path).status_code == 200
        assert len(reads(statements)) <= 10, path


def test_arguments_that_make_no_sense_get_a_sentence(browser):
    for query in HOSTILE:
        for path in ("/reports/", "/reports/flow.json", "/reports/backlog.csv"):
            answer = browser.get(f"{path}?{query}")
            assert answer.status_code == 400, (path, query)
            assert any(word in answer.text for word in ("reports page", "day", "cannot be read")), (path, query)


def test_a_month_that_cannot_be_printed_gets_a_sentence(browser):
    for query in ("month=2026-13", "month=26-09", "month=2099-01", "month=2026-09&month=2026-08", "centre=ZZ", "language=fr"):
        assert browser.get(f"/reports/monthly.pdf?{query}").status_code == 400, query


def test_there_are_no_other_reports(browser):
    for path in ("/reports/people.json", "/reports/flow.xlsx", "/reports/..%2Fflow.csv"):
        assert browser.get(path).status_code == 404, path


def test_a_figure_is_plotly_json(browser, office: Office, make_staff):
    add_remade(office, make_staff("mailroom_clerk", username="mailer"))
    for address in [f"/reports/{name}.json?{WEEK}&theme={theme}" for name in CHARTS for theme in ("light", "dark")]:
        figure = json.loads(browser.get(address).text)
        assert set(figure) == {"data", "layout", "empty"}, address
        assert figure["data"], address
        assert not figure["empty"], address


def test_an_unknown_theme_is_refused(browser):
    assert browser.get("/reports/flow.json?theme=pink").status_code == 400


def test_a_period_without_cases_says_so(browser):
    assert json.loads(browser.get("/reports/flow.json?from=2025-01-01&to=2025-01-31").text)["empty"]


def test_figures_follow_the_language(browser):
    browser.post("/preferences/", data={"language": "zh"})
    names = [trace["name"] for trace in json.loads(browser.get(f"/reports/flow.json?{WEEK}").text)["data"]]
    assert names == ["受理", "办结", "寄出"]


@pytest.mark.parametrize(("age", "reference_day"), [(0, 15), (1, 7), (2, 1)])
def test_the_queue_behind_a_bar_holds_the_cases_of_the_bar(browser, office: Office, age: int, reference_day: int):
    figure = json.loads(browser.get("/reports/backlog.json").text)
    filled = [url for url, count in zip(figure["data"][age]["customdata"], figure["data"][age]["x"], strict=True) if count]
    assert len(filled) == 1
    assert len(set(re.findall(r"BK-26-\d{7}", browser.get(filled[0]).text))) == 1


def test_a_bound_supervisor_is_offered_no_other_centre(office: Office, make_staff, sign_in):
    browser = sign_in(make_staff("supervisor", username="east", centre=office.east))
    assert "Received 0" in text_of(browser.get(f"/reports/?{WEEK}"))
    assert browser.get("/reports/?centre=XH").status_code == 400
    assert browser.get("/reports/monthly.pdf?centre=XH").status_code == 400
    assert "Centre XH" not in browser.get("/reports/monthly").text


def rows_of(answer) -> list[list[str]]:
    """The rows of a CSV answer."""
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_a_table_comes_as_csv(browser):
    answer = browser.get(f"/reports/flow.csv?{WEEK}")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="flow-2026-09-14-2026-09-18.csv"' in answer.headers["Content-Disposition"]
    assert rows_of(answer)[:2] == [["Day", "Received", "Decided", "Posted"], ["2026-09-14", "2", "1", "0"]]


def test_texts_in_csv_never_start_a_formula(browser):
    with transaction() as session:
        session.execute(sa.update(ReasonCode).values(text_en="=1+1"))
    cells = [cell for row in rows_of(browser.get(f"/reports/outcomes.csv?{WEEK}")) for cell in row]
    assert "'=1+1" in cells
    assert "=1+1" not in cells


@pytest.mark.parametrize(
    ("language", "words"), [("en", ("Monthly summary", "September 2026", "All centres")), ("zh", ("业务月报", "2026年9月", "每日受理"))]
)
def test_the_month_is_one_page_in_both_languages(browser, language: str, words: tuple[str, ...]):
    answer = browser.get(f"/reports/monthly.pdf?month=2026-09&language={language}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'inline; filename="monthly-summary-2026-09-{language}.pdf"'
    with pikepdf.Pdf.open(io.BytesIO(answer.data)) as document:
        assert len(document.pages) == 1
    printed = re.sub(r"\s+", " ", text_in(answer.data))
    for one in words:
        assert one in printed


def test_the_month_of_one_centre_names_it(browser, office: Office):
    answer = browser.get("/reports/monthly.pdf?month=2026-09&centre=GS&language=en")
    assert "monthly-summary-2026-09-GS-en.pdf" in answer.headers["Content-Disposition"]
    assert "Centre GS" in text_in(answer.data)


def test_no_report_tells_a_persons_name(browser, office: Office):
    assert "王䶮" not in browser.get(f"/reports/?{WEEK}").text
    assert "Wang Yan" not in "".join(browser.get(f"/reports/{name}.csv?{WEEK}").text for name in CHARTS)


def text_in(content: bytes) -> str:
    """The text of a PDF."""
    with pypdfium2.PdfDocument(content) as document:
        return " ".join(page.get_textpage().get_text_range() for page in document)

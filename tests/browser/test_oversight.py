"""The days of those who watch over the work: supervisor, auditor, administrator; in both languages."""

import csv
import io
import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_the_supervisor_gives_a_case_to_somebody_else(person, language):
    supervisor = person("supervisor")
    page = supervisor.open("/queue/?tab=all&status=in_review")  # others may have left none unclaimed
    reference = page.locator("tbody a.reference").first.inner_text()
    page.locator("tbody a.reference").first.click()
    page.locator(".case-foot-more > button[popovertarget=hand-over]").click()
    supervisor.check()
    names, holder = page.locator("#hand-over select[name=to] option").all_inner_texts(), page.locator(".case-bar").inner_text()
    who, reason = next(name for name in names if name not in holder), f"Leave, week 48, {language}"
    page.locator("#hand-over select[name=to]").select_option(label=who)
    page.locator("#hand-over [name=reason]").fill(reason)
    page.locator("#hand-over button[type=submit]").click()
    page.get_by_text(reason).first.wait_for()
    supervisor.check()
    assert who in page.locator(".case-bar").inner_text()
    assert page.get_by_role("status").filter(has_text=reference).or_(page.locator(".flashes").filter(has_text=reference)).count()


def test_the_supervisor_words_a_reason_anew(person, language):
    supervisor = person("supervisor")
    page = supervisor.open("/reference/reasons/")
    supervisor.check()
    page.locator("tbody a").filter(has_text="not_entitled").click()
    supervisor.check()
    page.locator("a[href$='/edit']").first.click()
    supervisor.check()
    field = page.locator(f"main [name=text_{language}]")
    new = {"en": "This office does not insure the person", "zh": "不属于本办参保人员"}[language]
    field.fill("")
    page.locator("main form[novalidate] button[type=submit]").click()
    expect(page.locator("main .form-error")).to_have_count(1)
    supervisor.check()
    field.fill(new)
    page.locator("main form[novalidate] button[type=submit]").click()
    page.wait_for_load_state()
    supervisor.open("/reference/reasons/")
    assert new in page.locator("tbody").inner_text()


def test_the_supervisor_reads_reports_and_takes_tables_along(person, language):
    supervisor = person("supervisor")
    supervisor.check()
    page = supervisor.open("/reports/")
    page.locator(".js-plotly-plot").first.wait_for()
    page.locator("main summary").first.click()
    supervisor.check()
    page.keyboard.press("Escape")
    page.locator(".chart-flow summary.icon-button").last.click()
    with page.expect_download() as download:
        page.locator(".chart-flow a[href*='.csv']").click()
    rows = list(csv.reader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    assert len(rows) > 28
    assert rows[0][1:] == {"en": ["Received", "Decided", "Posted"], "zh": ["受理", "办结", "寄出"]}[language]
    month = page.request.get(supervisor.desk.url + "/reports/monthly.pdf?month=2026-10")
    assert month.status == 200
    assert month.body().startswith(b"%PDF")


def test_an_empty_period_says_so_instead_of_drawing_nothing(person, language):
    supervisor = person("supervisor")
    page = supervisor.open("/reports/?from=2020-01-01&to=2020-01-31")
    page.locator(".chart-flow .chart-empty").wait_for()
    assert (
        page.locator(".chart-flow .chart-empty").inner_text()
        == {"en": "Nothing in this period.", "zh": "所选时间范围内没有数据。"}[language]
    )
    supervisor.check()


def test_the_auditor_follows_one_person_and_one_case(person):
    auditor = person("auditor")
    auditor.check()
    page = auditor.open("/audit/?action=applications.approved")
    auditor.check()
    approvals = page.locator("tbody tr")
    assert approvals.count() > 5
    page.locator("tbody details summary").first.click()
    auditor.check()
    page.locator("tbody a[href*='case=']").first.click()
    page.wait_for_url(re.compile(r"case="))
    auditor.check()
    whole = page.locator("tbody tr").count()
    page.locator("tbody a[href*='username=']").first.click()
    page.wait_for_url(re.compile(r"username="))
    assert 0 < page.locator("tbody tr").count() <= whole
    assert page.locator(".chip-remove").count() > 1
    auditor.check()


def test_the_auditor_sees_who_saw_a_full_id_number_but_no_number(person):
    clerk, auditor = person("intake_clerk"), person("auditor")
    page = clerk.open("/loss-reports/?tab=formal")
    page.locator("tbody a.ref, tbody a.reference").first.click()
    page.locator("main a[href*='/residents/']").first.click()
    page.locator("main [name=reason]").last.fill("The resident asks at the counter")
    page.locator("form[action$='/reveal'] button[type=submit]").click()
    number = page.locator(".revealed").inner_text().replace(" ", "")
    assert len(number) == 18
    clerk.check()
    log = auditor.open("/audit/?action=residents.revealed")
    assert "The resident asks at the counter" in log.locator("tbody").inner_text()
    assert number not in log.content()
    auditor.check()


def test_the_administrator_adds_a_colleague_and_sees_the_password_once(person, language):
    administrator = person("administrator")
    administrator.check()
    page = administrator.open("/staff/add")
    administrator.check()
    page.locator("main [name=username]").fill(f"new.colleague.{language}")
    for name in ("name_en", "name_zh"):
        page.locator(f"main [name={name}]").fill("New Colleague")
    page.locator("main [name=role]").select_option("auditor")
    email = page.locator("main [name=email]")
    if email.count():
        email.fill(f"new.{language}@example.invalid")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    administrator.check()
    assert f"new.colleague.{language}" in page.content()

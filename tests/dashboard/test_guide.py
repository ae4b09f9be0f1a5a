"""The way from an empty office to its first case: each step says by itself when it is done, and leads to the page that does it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from admin_app.dashboard.queries.guide import guide
from admin_app.foundation import clock
from admin_app.foundation.database import transaction
from admin_app.foundation.i18n import LANGUAGES
from admin_app.staff.models import StaffMember
from tests.factories.applications import make_application
from tests.factories.centres import make_centre

TITLE = {"en": "From an empty office to the first case", "zh": "从空的办公室到第一件申请"}


def states(page: str) -> list[str]:
    """done, now or '' of each step, as the page marks them."""
    return [match or "" for match in re.findall(r'<li class="guide-step(?: guide-(done|now))?"', page)]


def links_in(page: str) -> list[str]:
    """The local links of the steps and of what stands below them."""
    main = page[page.index('<ol class="guide-steps">') : page.index("</main>")]
    return sorted({link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)"', main)})


def filling(make_staff: Any) -> Iterator[list[str]]:
    """An office as it fills, from nothing to its first case; what the steps are to say after each change."""
    yield ["now", "", ""]
    make_centre("OFF", is_active=False)
    yield ["now", "", ""]
    centre = make_centre("XH")
    yield ["done", "now", ""]
    clerk = make_staff("intake_clerk", centre=centre)
    make_staff("reviewer")
    yield ["done", "now", ""]
    make_staff("mailroom_clerk", active=False)
    yield ["done", "now", ""]
    make_staff("mailroom_clerk")
    yield ["done", "done", "now"]
    make_application(clerk, centre, status="draft", is_open=False, submitted_at=None)
    yield ["done", "done", "now"]
    make_application(clerk, centre, submitted_at=clock.now())
    yield ["done", "done", "done"]


def test_each_step_is_done_when_the_office_has_what_it_asks_for(sign_in: Any, make_staff: Any) -> None:
    browser = sign_in("administrator")
    for expected in filling(make_staff):
        assert states(browser.get("/guide/").text) == expected
        page = browser.get("/").text
        assert (TITLE["en"] in page, "The first steps are done." in page) == ("now" in expected, "now" not in expected)


def test_a_clerk_of_a_centre_that_was_switched_off_is_no_clerk(app: Any, make_staff: Any) -> None:
    centre = make_centre("XH")
    make_staff("intake_clerk", centre=centre)
    assert guide().clerks == 1
    with transaction() as session:
        session.merge(centre).is_active = False
    assert (guide().clerks, guide().centres) == (0, 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_of_the_guide_opens_at_every_stage(sign_in: Any, make_staff: Any, language: str) -> None:
    browser = sign_in("administrator")
    browser.post("/preferences/", data={"language": language})
    opened: dict[str, int] = {}
    for _stage in filling(make_staff):
        page = browser.get("/guide/").text
        opened |= {link: browser.get(link).status_code for link in links_in(page) if link not in opened}
    assert set(opened.values()) == {200}
    assert {"/reference/centres/add", "/staff/add", "/staff/add?role=reviewer", "/staff/?role=reviewer", "/system"} <= set(opened)


def test_one_main_button_leads_to_what_comes_next(sign_in: Any, make_staff: Any) -> None:
    browser = sign_in("administrator")
    expected = iter(["/reference/centres/add"] * 2 + ["/staff/add"] * 3)
    for _stage in filling(make_staff):
        buttons = re.findall(r'<a href="([^"]+)" class="btn btn-primary"', browser.get("/guide/").text)
        assert buttons == [url for url in [next(expected, None)] if url]


def test_the_role_that_is_missing_is_chosen_in_the_form_already(sign_in: Any) -> None:
    browser = sign_in("administrator")
    assert '<option selected value="reviewer">' in browser.get("/staff/add?role=reviewer").text
    assert "<option selected" not in browser.get("/staff/add").text.partition('id="centre"')[0].replace('<option selected value="">', "")
    assert browser.get("/staff/add?role=king").status_code == 400


def test_what_is_worth_doing_says_when_it_is_done(sign_in: Any, make_staff: Any) -> None:
    browser = sign_in("administrator")
    assert "made on the machine with the command" in browser.get("/guide/").text
    before = browser.get("/guide/").text.count("mark-check")
    make_staff("administrator")
    member = browser.get("/guide/").text
    assert member.count("mark-check") == before + 1


@pytest.mark.parametrize("role", ["intake_clerk", "reviewer", "supervisor", "mailroom_clerk", "auditor"])
def test_it_is_for_whoever_can_set_the_office_up(sign_in: Any, role: str) -> None:
    browser = sign_in(role)
    assert browser.get("/guide/").status_code == 403
    assert TITLE["en"] not in browser.get("/").text


def test_it_names_no_case_and_nobody(sign_in: Any, make_staff: Any) -> None:
    browser = sign_in("administrator")
    for _stage in filling(make_staff):
        pass
    page = browser.get("/guide/").text
    assert "BK-26-" not in page and not re.search(r"reviewer\b(?!_)[^=]*某人", page)


def test_it_costs_one_statement(app: Any, centre: Any, count_statements: Any) -> None:
    guide()
    with count_statements() as statements:
        guide()
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 1


def test_control_an_account_without_a_role_counts_for_none(app: Any, make_staff: Any) -> None:
    member: StaffMember = make_staff("auditor")
    assert member.active and guide().clerks + guide().reviewers + guide().mailroom + guide().supervisors == 0

"""The home page of each role: what it shows, what it costs, and that none of its links leads nowhere."""

import re
from datetime import timedelta

import pytest

from admin_app.audit import operations as audit
from admin_app.foundation import clock
from admin_app.foundation.actor import SYSTEM
from admin_app.foundation.database import transaction
from admin_app.staff.permissions import Role
from tests.factories.applications import held_by, make_application, make_linked_report
from tests.factories.cards import ready_card, requested_card
from tests.factories.centres import make_centre
from tests.factories.mailing import open_batch

NEXT_CASE = "/queue/next"


@pytest.fixture
def people(app, centre, make_staff) -> dict[str, object]:
    """One person a role; the clerk at West Lake."""
    return {role: make_staff(role, username=role, centre=centre if role == Role.INTAKE_CLERK else None) for role in Role}


@pytest.fixture
def busy(people, centre) -> dict[str, object]:
    """A day on which everybody has something to do."""
    clerk, reviewer, mailer = people["intake_clerk"], people["reviewer"], people["mailroom_clerk"]
    make_application(clerk, centre, status="draft", is_open=False)
    make_application(clerk, centre, status="needs_information", paused_on=clock.today())
    make_application(clerk, centre, due_on=clock.today() - timedelta(days=3))
    case = make_application(clerk, centre, **held_by(reviewer, due_on=clock.today() - timedelta(days=1)))
    make_linked_report(case, "provisional", lapses_at=clock.now() + timedelta(minutes=1))
    requested_card(clerk, centre)
    ready_card(clerk, centre, by=mailer, delivery="collect")
    open_batch([ready_card(clerk, centre, by=mailer)], mailer)
    with transaction():
        audit.record("staff.sign_in_refused", "staff", clerk.username, by=SYSTEM, outcome="refused")
    return people


def links_in(page: str) -> list[str]:
    """The local links in the page's main part."""
    main = page[page.index("<main") : page.index("</main>")]
    return sorted({link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)"', main)})


@pytest.mark.parametrize("role", Role)
def test_every_link_of_a_home_page_opens(busy, sign_in, role):
    browser = sign_in(busy[role])
    links = links_in(browser.get("/").text)
    assert len(links) >= 3
    assert {link: browser.get(link).status_code for link in links} == dict.fromkeys(links, 200)


@pytest.mark.parametrize("role", Role)
def test_a_home_page_costs_at_most_ten_statements(busy, sign_in, count_statements, role):
    browser = sign_in(busy[role])
    with count_statements() as statements:
        assert browser.get("/").status_code == 200
    assert len([statement for statement in statements if statement != "BEGIN"]) <= 10


@pytest.mark.parametrize("role", Role)
def test_an_empty_office_has_home_pages_too(people, sign_in, role):
    page = sign_in(people[role]).get("/").text
    assert not re.search(r"None(?! of your cases)", page)
    assert people[role].name_en in page


def test_the_clerk_sees_what_waits_at_the_counter(busy, sign_in):
    page = sign_in(busy["intake_clerk"]).get("/").text
    counts = re.findall(r'<h2>([^<]+) <span class="tab-count">([^<]+)</span>', page)
    assert {title.split(":")[0]: count for title, count in counts} == {
        "Call today": "1", "Waiting for the resident's documents": "1", "Cards ready to be collected": "1", "My drafts": "1",
    }  # fmt: skip
    assert "Take an application" in page


def test_the_reviewer_gets_the_next_case_by_one_button(busy, make_staff, sign_in):
    assert sign_in(busy["reviewer"]).post(NEXT_CASE).location == "/queue/?tab=mine", "who holds cases is shown these"
    browser = sign_in(make_staff("reviewer", username="holds-none"))
    assert f'<form action="{NEXT_CASE}" method="post"' in browser.get("/").text
    answer = browser.post(NEXT_CASE)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/applications/BK-26-")


def test_the_supervisor_sees_who_holds_what_with_the_caveat(busy, sign_in):
    page = sign_in(busy["supervisor"]).get("/").text
    assert re.search(r"/queue/\?[^\"]*owner=reviewer", page)
    assert "not who works well" in page


def test_a_bound_supervisor_counts_the_own_centre_only(busy, make_staff, sign_in):
    far = make_staff("supervisor", username="far", centre=make_centre("FAR"))
    page = sign_in(far).get("/").text
    assert "Nobody holds a case right now." in page
    assert "No case is past its promised day." in page


def test_the_auditor_sees_what_was_refused(busy, sign_in):
    assert "Sign-in refused" in sign_in(busy["auditor"]).get("/").text


def test_who_is_not_signed_in_is_asked_to(client):
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in")

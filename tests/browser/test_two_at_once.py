"""Two browsers press Approve on one case at the same moment, on 100 cases (26 for a commit): one decision each time, the other one is told.

Who can press at once? Only the owner of a case has the button, so there are two situations:
- one reviewer at two places (a second browser left open in another room), both pages fresh, both with the button: 70 rounds;
- two people, 30 rounds: the owner's lease ran out behind a page that is still open, and a supervisor took the case over. The owner's page
  still offers Approve; whoever does not hold the case any more must lose, whatever arrives first.
One of the two reads English, the other one Chinese.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import ElementHandle, Page, Response
from sqlalchemy import select

from admin_app.applications import queries
from admin_app.applications.models import Application, Decision
from admin_app.applications.operations import claims
from admin_app.audit.models import AuditEntry
from admin_app.factory import create_app
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.jobs.models import Job
from admin_app.foundation.storage.models import StoredFile
from admin_app.staff.models import StaffMember
from tests.apps import make_settings
from tests.browser.desk import Desk, Person
from tests.factories.applications import held_by, make_application, make_decision, make_document
from tests.factories.residents import make_resident
from tests.owner import unguarded_transaction

pytestmark = pytest.mark.browser
ROUNDS_OF_ONE = (20, pytest.param(70, marks=pytest.mark.proof))
ROUNDS_OF_TWO = (6, pytest.param(30, marks=pytest.mark.proof))
"""For a commit, and for `make proof`."""
PRESS = "(button, at) => { setTimeout(() => button.click(), at - Date.now()); }"
TOLD = {
    "en": ("{who} already decided this case at", "This case is with {who} now."),
    "zh": ("{who} 已于", "这一办件现在由 {who} 办理。"),
}
"""What the slower one may read: who was faster, or (where that one's decision is still under way) who holds the case now."""


@pytest.fixture
def language() -> str:
    """Everybody signs in in English; the second one changes to Chinese on the page."""
    return "en"


@pytest.fixture
def behind(desk: Desk) -> Iterator[Flask]:
    """The desk's own database, to lay cases out quickly and to count what was written."""
    app = create_app(make_settings(desk.instance, "", environment="demo", jobs_inline=False))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def lay_out(owner: str, count: int) -> list[str]:
    """`count` cases that `owner` holds and could approve right now, with pictures that the office has; their references."""
    made = []
    with transaction() as session:
        reviewer = session.scalars(select(StaffMember).where(StaffMember.username == owner)).one()
        clerk = session.scalars(select(StaffMember).where(StaffMember.role == "intake_clerk").order_by(StaffMember.id)).first()
        picture = session.scalars(select(StoredFile).where(StoredFile.kind == "jpeg").order_by(StoredFile.size_bytes)).first()
    for _ in range(count):
        case = make_application(clerk, clerk.centre, make_resident(), reference=f"BK-19-{next_number():07d}", **held_by(reviewer))
        for material in queries.materials_of(case):
            make_document(case, material, "accepted", file_id=picture.id)
        made.append(case.reference)
    return made


def next_number() -> int:
    """A number for a reference of 2019, which no real case of the desk has."""
    taken = db.session.scalars(select(Application.reference).where(Application.reference.like("BK-19-%")))
    return 1 + max((int(reference[-7:]) for reference in taken), default=0)


def take_over(reference: str, taker: Person) -> None:
    """Time passes, the lease of the owner runs out, and somebody else takes the case."""
    with transaction() as session:
        case = session.scalars(select(Application).where(Application.reference == reference)).one()
        case.lease_until = clock.now() - timedelta(minutes=1)
        session.flush()
        claims.claim(case, by=member(taker))


def member(somebody: Person) -> StaffMember:
    """The staff member at this browser."""
    username = somebody.desk.accounts[somebody.role]["username"]
    return db.session.scalars(select(StaffMember).where(StaffMember.username == username)).one()


@contextmanager
def answers(somebody: Person, heard: dict[str, int]) -> Iterator[None]:
    """Note the status that the decision form of this person is answered with."""

    def note(answer: Response) -> None:
        if answer.request.method == "POST" and answer.url.endswith("/decide"):
            heard[somebody.language] = answer.status

    somebody.page.on("response", note)
    yield
    somebody.page.remove_listener("response", note)


def ready_to_press(reference: str, *people: Person) -> list[ElementHandle]:
    """Open the case and the question, everybody at the same time; the buttons that are left to press."""
    for somebody in people:
        somebody.page.goto(f"{somebody.desk.url}/applications/{reference}", wait_until="commit")
    return [hand_on_button(somebody.page) for somebody in people]


def hand_on_button(page: Page) -> ElementHandle:
    """Ask for approval by key; the button that answers the question."""
    page.wait_for_load_state("domcontentloaded")
    page.keyboard.press("1")
    button = page.locator("#outcome-approve button[name=kind][value=approve]")
    button.wait_for()
    assert button.is_enabled()
    return button.element_handle()


def press_at_once(one: Person, other: Person, buttons: list[ElementHandle]) -> dict[str, int]:
    """Both buttons in the same millisecond; the status of each answer, by language."""
    heard: dict[str, int] = {}
    arrived = {"wait_until": "domcontentloaded"}
    with answers(one, heard), answers(other, heard), one.page.expect_navigation(**arrived), other.page.expect_navigation(**arrived):
        at = one.page.evaluate("Date.now() + 60")
        for button in buttons:
            button.evaluate(PRESS, at)
    return heard


def decisions_of(reference: str) -> tuple[str, int, int, int]:
    """Status of the case; how many decisions, log entries «approved» and jobs it has."""
    db.session.rollback()
    case = db.session.scalars(select(Application).where(Application.reference == reference)).one()
    counts = [
        len(list(db.session.scalars(query)))
        for query in (
            select(Decision.id).where(Decision.application_id == case.id),
            select(AuditEntry.id).where(AuditEntry.case_ref == case.public_id, AuditEntry.action == "applications.approved"),
            select(Job.id).where(Job.dedupe_key == f"cards.request:{case.public_id}"),
        )
    ]
    return (case.status, *counts)


ONCE = ("approved", 1, 1, 1)


@pytest.fixture
def pair(person: Callable[..., Person]) -> Callable[[str], tuple[Person, Person]]:
    """pair(role): a reviewer who reads English and, in another browser, somebody of that role who reads Chinese."""

    def enter(role: str) -> tuple[Person, Person]:
        one, other = person("reviewer"), person(role)
        other.page.locator("button[name=language][value=zh]").click()
        other.page.locator("html[lang=zh-Hans]").wait_for()
        other.language = "zh"
        return one, other

    return enter


def check_round(reference: str, people: tuple[Person, Person], heard: dict[str, int]) -> str:
    """One decision, one success, one clear refusal that names who was faster; the language of the faster one."""
    said = [" ".join(somebody.page.locator("#flashes, [data-undo]").all_inner_texts()) for somebody in people]  # it goes after seconds
    assert decisions_of(reference) == ONCE, (reference, heard)
    assert sorted(heard.values()) == [302, 409], (reference, heard)
    winner = next(language for language, status in heard.items() if status == 302)
    faster, slower = people if people[0].language == winner else people[::-1]
    assert reference in said[people.index(faster)]
    told = slower.page.locator("main .notice-warning").first.inner_text()
    who = member(faster).name_zh if slower.language == "zh" else member(faster).name_en
    assert any(words.format(who=who) in told for words in TOLD[slower.language]), (reference, told)
    return winner


@pytest.mark.parametrize("rounds", ROUNDS_OF_ONE)
def test_one_reviewer_in_two_browsers_decides_once(desk: Desk, behind: Flask, pair, rounds: int) -> None:  # type: ignore[no-untyped-def]
    people = pair("reviewer")
    winners = []
    for reference in lay_out(desk.accounts["reviewer"]["username"], rounds):
        heard = press_at_once(*people, ready_to_press(reference, *people))
        winners.append(check_round(reference, people, heard))
    assert set(winners) == {"en", "zh"}, "the presses were not at once: always the same one was first"
    assert [somebody.faults for somebody in people] == [[], []]


@pytest.mark.parametrize("rounds", ROUNDS_OF_TWO)
def test_of_two_people_only_the_one_who_holds_the_case_decides(desk: Desk, behind: Flask, pair, rounds: int) -> None:  # type: ignore[no-untyped-def]
    owner, taker = pair("supervisor")
    for reference in lay_out(desk.accounts["reviewer"]["username"], rounds):
        buttons = ready_to_press(reference, owner)
        take_over(reference, taker)
        heard = press_at_once(owner, taker, buttons + ready_to_press(reference, taker))
        assert check_round(reference, (owner, taker), heard) == "zh"
    assert [somebody.faults for somebody in (owner, taker)] == [[], []]


def test_control_a_second_decision_would_be_counted(desk: Desk, behind: Flask) -> None:
    username = desk.accounts["reviewer"]["username"]
    [reference] = lay_out(username, 1)
    with unguarded_transaction() as session:
        case = session.scalars(select(Application).where(Application.reference == reference)).one()
        case.status, case.is_open = "approved", False
        for _ in range(2):
            make_decision(case, case.owner)
    assert decisions_of(reference) == ("approved", 2, 0, 0) != ONCE

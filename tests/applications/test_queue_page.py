"""The queue page: what is in it, in which order, at what cost, and what it refuses."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from admin_app.applications.queries import queue
from admin_app.applications.queries.queue_filter import QueueFilter
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import db
from admin_app.staff.models import StaffMember
from tests.factories.applications import held_by, make_application, make_recommended_case, make_unclaimed
from tests.factories.centres import make_centre
from tests.statements import counted_statements

SignIn = Callable[..., FlaskClient]


@pytest.mark.parametrize("role", ["reviewer", "supervisor", "intake_clerk", "auditor"])
def test_the_page_takes_ten_statements_however_long_it_is(
    role: str, clerk: StaffMember, centre: Centre, sign_in: SignIn, make_staff
) -> None:
    make_unclaimed(clerk, centre, 101)
    browser = sign_in(make_staff(role, username="me", centre=centre if role == "intake_clerk" else None))
    browser.get("/queue/")  # the first page writes the form token into the session
    counts = []
    for size in (25, 100):
        with counted_statements() as seen:
            answer = browser.get(f"/queue/?size={size}")
        assert answer.status_code == 200
        assert answer.text.count("data-row>") == size
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 10, [statement[:90] for statement in seen]


def test_walking_through_equal_due_dates_meets_every_case_once(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    make_unclaimed(clerk, centre, 60)
    forward, cursor = [], None
    while True:
        page = queue.queue_page(reviewer, QueueFilter(), cursor=cursor, size=7)
        forward.append([row.id for row in page.rows])
        if page.after is None:
            break
        cursor = page.after
    back = [forward[-1]]
    while page.before is not None:
        page = queue.queue_page(reviewer, QueueFilter(), cursor=page.before, size=7)
        back.append([row.id for row in page.rows])
    flat = [case for chunk in forward for case in chunk]
    assert len(flat) == len(set(flat)) == 60
    assert back[::-1] == forward


def test_the_most_urgent_case_comes_first(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    days = (4, -2, 9, 0)
    made = {day: make_application(clerk, centre, due_on=clock.today() + timedelta(days=day)).id for day in days}
    page = queue.queue_page(reviewer, QueueFilter())
    assert [row.id for row in page.rows] == [made[day] for day in sorted(days)]


def test_a_line_names_the_columns_in_the_order_in_which_they_are_read() -> None:
    assert tuple(column.key for column in queue.lines().selected_columns) == queue.Line._fields


def test_tabs_and_filters_choose_the_right_cases(clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre) -> None:
    other, today = make_centre("BJ"), clock.today()
    cases = {
        "free": make_application(clerk, centre, reason="lost", channel="online"),
        "mine": make_application(clerk, other, **held_by(reviewer)),
        "theirs": make_application(clerk, centre, **held_by(colleague)),
        "waiting": make_application(clerk, centre, status="needs_information", paused_on=today, due_on=today - timedelta(days=3)),
        "late": make_application(clerk, centre, due_on=today - timedelta(days=1), received_on=today - timedelta(days=9)),
        "done": make_application(clerk, centre, status="approved", is_open=False),
        "draft": make_application(clerk, centre, status="draft", is_open=False),
        "second": make_recommended_case(clerk, colleague, centre),
        "own second": make_recommended_case(clerk, reviewer, centre),
    }
    views = {
        QueueFilter(): {"free", "mine", "theirs", "late", "second", "own second"},
        QueueFilter("all"): {"free", "mine", "theirs", "waiting", "late", "second", "own second"},
        QueueFilter("second"): {"second"},
        QueueFilter(status="recommended"): {"second", "own second"},
        QueueFilter("second", received_to=today): {"second"},
        QueueFilter("unclaimed"): {"free", "late"},
        QueueFilter("mine"): {"mine"},
        QueueFilter("waiting"): {"waiting"},
        QueueFilter("overdue"): {"late"},
        QueueFilter("closed"): {"done"},
        QueueFilter(centres=(other,)): {"mine"},
        QueueFilter(reasons=("lost", "stolen")): {"free"},
        QueueFilter(channel="online"): {"free"},
        QueueFilter(status="in_review"): {"mine", "theirs"},
        QueueFilter("all", owner="nobody"): {"free", "waiting", "late", "second", "own second"},
        QueueFilter(owner="colleague"): {"theirs"},
        QueueFilter(received_to=today - timedelta(days=5)): {"late"},
        QueueFilter(received_from=today - timedelta(days=5)): {"free", "mine", "theirs", "second", "own second"},
        QueueFilter("todo", status="needs_information"): set(),
    }
    names = {case.id: name for name, case in cases.items()}
    for wanted, expected in views.items():
        page = queue.queue_page(reviewer, wanted)
        assert {names[row.id] for row in page.rows} == expected, wanted
    counts = queue.tab_counts(reviewer, QueueFilter())
    assert counts == {"todo": 6, "all": 7, "unclaimed": 2, "mine": 1, "waiting": 1, "second": 1, "overdue": 1}


HOSTILE = [
    "tab=nonsense", "tab=all&tab=mine", "size=20000", "size=abc", "size=-1", "page=abc", "page=%00", "page=" + "A" * 5000, "centre=nowhere",
    "reason=1'%20OR%201=1", "channel=%F0%9F%98%80", "status=%00", "owner=nobody%27", "from=2026-99-99", "to=tomorrow", "from=" + "9" * 400,
    "_oc_=x", "psize=5", "q=((((", "reason=lost" + "&reason=lost" * 200, "page=eyJhIjoxfQ", "from=0000-00-00",
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
def test_arguments_that_the_queue_does_not_know_are_refused(query: str, sign_in: SignIn) -> None:
    answer = sign_in("reviewer").get(f"/queue/?{query}")
    assert answer.status_code == 400
    says_why = any(sentence in answer.text for sentence in ("tart again from", "Write dates as"))
    assert says_why or "%00" in query  # a NUL is refused before the queue sees it


@pytest.mark.parametrize(
    ("role", "status"),
    [("reviewer", 200), ("supervisor", 200), ("intake_clerk", 200), ("auditor", 200), ("mailroom_clerk", 403), ("administrator", 403)],
)
def test_each_role_may_look_or_not(role: str, status: int, sign_in: SignIn) -> None:
    assert sign_in(role).get("/queue/").status_code == status


def test_names_are_covered_for_auditors(clerk: StaffMember, centre: Centre, sign_in: SignIn) -> None:
    make_application(clerk, centre)
    page = sign_in("auditor").get("/queue/").text
    assert "王䶮" not in page
    assert "王＊＊" in page


def test_next_case_opens_the_most_urgent_one(
    app: Flask, clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case = make_application(clerk, centre)
    browser = sign_in(reviewer)
    answer = browser.post("/queue/next")
    assert answer.headers["Location"].endswith(f"/applications/{case.reference}")
    page = browser.post("/queue/next", follow_redirects=True).text
    assert "You still hold cases (1)" in page and case.reference in page
    browser.post(f"/applications/{case.reference}/decide", data={"version": 2, "kind": "reject", "reject_reason": "not_entitled"})
    assert "Nothing is waiting for you" in browser.post("/queue/next", follow_redirects=True).text
    narrowed = browser.post("/queue/next", data={"view": "reason=lost"}, follow_redirects=True).text
    assert "Nothing that fits your filters" in narrowed


def test_bulk_claim_tells_each_row_its_result(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    free, taken = make_application(clerk, centre), make_application(clerk, centre, **held_by(colleague))
    own = make_application(reviewer, centre)
    chosen = [free.public_id, taken.public_id, own.public_id, "0" * 32]
    answer = sign_in(reviewer).post("/queue/bulk", data={"verb": "claim", "case": chosen}, follow_redirects=True)
    db.session.expire_all()
    assert (free.owner_id, taken.owner_id, own.owner_id) == (reviewer.id, colleague.id, None)
    for text in (
        "1 case is yours now",
        f"{taken.reference} {colleague.name_shown} is working",
        f"{own.reference} {reviewer.name_shown} took",
    ):
        assert text in answer.text


def test_of_many_rows_each_one_that_could_not_be_done_has_its_line(
    clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    own = [make_application(reviewer, centre) for _number in range(12)]
    chosen = [case.public_id for case in own]
    answer = sign_in(reviewer).post("/queue/bulk", data={"verb": "claim", "case": chosen}, follow_redirects=True)
    assert not [case.reference for case in own if f"{case.reference} {reviewer.name_shown} took" not in answer.text]


@pytest.mark.parametrize(
    "form", [{}, {"verb": "delete"}, {"verb": "claim", "case": "x"}, {"row": "1"}, {"verb": "claim", "case": ["0" * 31 + "é"] * 2}]
)
def test_a_bulk_form_that_is_none_of_ours_is_refused(form: dict, sign_in: SignIn) -> None:
    assert sign_in("reviewer").post("/queue/bulk", data=form).status_code in (302, 400)

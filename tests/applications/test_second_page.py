"""The pages of two people who decide: what each of them sees before the click, at what cost, in both languages."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from admin_app.applications import rules
from admin_app.applications.models import Application
from admin_app.applications.operations import claims, decisions
from admin_app.applications.queries.snapshot import snapshot
from admin_app.applications.views import case_page
from admin_app.centres.models import Centre
from admin_app.foundation.database import db, transaction
from admin_app.staff.models import StaffMember
from tests.applications.hands import HANDS
from tests.factories.applications import held_by, make_application, make_ready_case, make_recommended_case
from tests.statements import counted_statements

SignIn = Callable[..., FlaskClient]
APPROVE = rules.DecisionKind.APPROVE
PROXY = {"applicant": "proxy", "agent_name": "赵敏"}


def form_of(case: Application, **values: Any) -> dict[str, Any]:
    """What the page's forms carry."""
    return {"version": case.version, "seen": case_page.seal(snapshot(case)), "view": ""} | values


def test_the_first_reviewer_sees_why_before_the_click(clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn) -> None:
    case = make_ready_case(clerk, reviewer, centre, **PROXY)
    page = sign_in(reviewer).get(f"/applications/{case.reference}").text
    for text in ("A second person must decide before an approval", "A proxy filed the application.", "Recommend approval"):
        assert text in page
    assert 'value="recommend_approval"' in page and 'value="approve"' not in page
    assert 'value="reject"' in page and 'value="recommend_rejection"' not in page


def test_without_a_rule_the_page_speaks_of_no_second_person(
    clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case = make_ready_case(clerk, reviewer, centre)
    page = sign_in(reviewer).get(f"/applications/{case.reference}").text
    assert 'value="approve"' in page
    assert "A second person" not in page and "recommend_" not in page


def test_a_drawn_case_offers_only_recommendations(clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn) -> None:
    case = make_ready_case(clerk, reviewer, centre, is_sampled=True)
    page = sign_in(reviewer).get(f"/applications/{case.reference}").text
    assert "drawn at random" in page
    assert 'value="recommend_rejection"' in page and 'value="reject"' not in page


def test_recommending_opens_the_next_case_and_names_what_happens(
    clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case, waiting = make_ready_case(clerk, reviewer, centre, **PROXY), make_application(clerk, centre)
    data = form_of(case, kind="recommend_approval", why="called the resident", then="next")
    page = sign_in(reviewer).post(f"/applications/{case.reference}/decide", data=data, follow_redirects=True).text
    assert "it waits for a second person" in page and waiting.reference in page


def test_a_recommendation_without_a_reason_keeps_what_was_typed(
    clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case = make_ready_case(clerk, reviewer, centre, **PROXY)
    data = form_of(case, kind="recommend_approval", why="ok", note="typed for long")
    answer = sign_in(reviewer).post(f"/applications/{case.reference}/decide", data=data)
    assert answer.status_code == 422
    for text in ("Please say why", "typed for long", 'value="ok"'):
        assert text in answer.text


def test_an_approval_that_came_to_need_two_says_so_and_keeps_the_note(
    clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case = make_ready_case(clerk, reviewer, centre, **PROXY)
    data = form_of(case, kind="approve", note="typed for long")
    answer = sign_in(reviewer).post(f"/applications/{case.reference}/decide", data=data)
    assert answer.status_code == 422
    assert "recommend your decision" in answer.text and "typed for long" in answer.text


def test_the_second_person_sees_who_recommended_what_why_and_by_which_rule(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case = make_recommended_case(clerk, colleague, centre)
    browser, address = sign_in(reviewer), f"/applications/{case.reference}"
    page = browser.get(address).text
    for text in ("Recommended: approval", colleague.name_en, "all in order", "A proxy filed the application.", "Take for the second"):
        assert text in page
    assert 'name="kind"' not in page
    page = browser.post(f"{address}/claim", data=form_of(case), follow_redirects=True).text
    for value in ("approve", "reject", "send_back"):
        assert f'value="{value}"' in page
    assert "/verdicts/" not in page


def test_a_recommended_rejection_shows_its_reasons_and_no_approval(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case = make_recommended_case(clerk, colleague, centre, "reject", **held_by(reviewer, status="recommended"))
    page = sign_in(reviewer).get(f"/applications/{case.reference}").text
    assert "Recommended: rejection" in page and "An approval needs two people" in page
    assert 'value="approve"' not in page
    assert page.count('value="not_entitled" checked') == 1


@pytest.mark.parametrize("hand", HANDS)
def test_whoever_had_a_hand_in_it_reads_why_not_before_the_click(
    hand: str, clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case = make_recommended_case(clerk, colleague, centre)
    HANDS[hand](case, reviewer)
    page = sign_in(reviewer).get(f"/applications/{case.reference}").text
    assert "somebody else must" in page
    assert "/claim" not in page and "/decide" not in page


def test_the_second_decision_opens_the_next_one(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case = make_recommended_case(clerk, colleague, centre, **held_by(reviewer, status="recommended"))
    following, own = make_recommended_case(clerk, colleague, centre), make_recommended_case(clerk, reviewer, centre)
    make_application(clerk, centre)
    answer = sign_in(reviewer).post(f"/applications/{case.reference}/decide", data=form_of(case, kind="approve", then="next"))
    db.session.expire_all()
    assert answer.headers["Location"].endswith(f"/applications/{following.reference}")
    assert (case.status, following.owner_id, own.owner_id) == ("approved", reviewer.id, None)


def test_next_second_decision_says_when_there_is_none(clerk: StaffMember, reviewer: StaffMember, centre: Centre, sign_in: SignIn) -> None:
    make_recommended_case(clerk, reviewer, centre)
    page = sign_in(reviewer).post("/queue/next-second", follow_redirects=True).text
    assert "Nothing waits for a second decision that you may give" in page


def test_whoever_comes_second_is_told_who_decided(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case = make_recommended_case(clerk, colleague, centre, **held_by(reviewer, status="recommended"))
    data, browser = form_of(case, kind="approve", note="agreed"), sign_in(reviewer)
    answers = [browser.post(f"/applications/{case.reference}/decide", data=data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 409]
    assert f"{reviewer.name_en} already decided this case" in answers[1].text


def test_the_timeline_tells_both_people_apart(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case = make_ready_case(clerk, reviewer, centre, **PROXY)
    steps: tuple[Callable[[], Any], ...] = (
        lambda: decisions.recommend(case, APPROVE, by=reviewer, why="called the resident"),
        lambda: claims.claim(case, by=colleague),
        lambda: decisions.send_back(case, by=colleague, reason="the signature differs"),
        lambda: decisions.recommend(case, APPROVE, by=reviewer, why="a new signature"),
        lambda: claims.claim(case, by=colleague),
        lambda: decisions.approve_second(case, by=colleague),
    )
    for step in steps:
        with transaction():
            step()
    page = sign_in("auditor").get(f"/applications/{case.reference}").text
    for text in (
        "Recommended approval", "called the resident", "Sent the recommendation back", "the signature differs", "a new signature",
        "Took the case for the second decision", "Approved the application (second decision)",
    ):  # fmt: skip
        assert text in page


@pytest.mark.parametrize(("language", "word"), [("en", "two people"), ("zh", "两人")])
def test_every_rule_stands_on_its_page_in_words(language: str, word: str, sign_in: SignIn) -> None:
    page = sign_in("reviewer", language=language).get("/queue/second-decision").text
    assert page.count('<td class="wrap">') == len(rules.SECOND_DECISION)
    assert word in page
    assert ("已补换卡两次或以上" in page) is (language == "zh")


@pytest.mark.parametrize("role", ["reviewer", "supervisor"])
def test_the_home_page_counts_what_a_second_person_may_decide(
    role: str, clerk: StaffMember, colleague: StaffMember, centre: Centre, make_staff: Any, sign_in: SignIn
) -> None:
    me = make_staff(role, username="me")
    make_recommended_case(clerk, me, centre)
    for _ in range(2):
        make_recommended_case(clerk, colleague, centre)
    assert '<a href="/queue/?tab=second">2</a>' in sign_in(me).get("/").text


def test_the_tab_offers_the_next_one_by_a_key_and_shows_what_is_recommended(
    clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case = make_recommended_case(clerk, colleague, centre, "reject")
    page = sign_in(reviewer).get("/queue/?tab=second").text
    assert 'action="/queue/next-second"' in page and 'action="/queue/next"' not in page
    assert case.reference in page and "Rejection" in page and f"Claim {case.reference}" in page


@pytest.mark.parametrize("earlier", [0, 3])
def test_the_page_of_a_recommended_case_costs_no_more_for_a_long_story(
    earlier: int, clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre, sign_in: SignIn
) -> None:
    case = make_recommended_case(clerk, colleague, centre, **held_by(reviewer, status="recommended"))
    for _ in range(earlier):
        with transaction():
            decisions.send_back(case, by=reviewer, reason="look again")
        with transaction():
            decisions.recommend(case, APPROVE, by=colleague, why="looked again")
        with transaction():
            claims.claim(case, by=reviewer)
    browser = sign_in(reviewer)
    browser.get("/queue/")
    for address, most in ((f"/applications/{case.reference}", 16), ("/queue/?tab=second", 10)):
        with counted_statements() as seen:
            assert browser.get(address).status_code == 200
        assert len(seen) <= most, [statement[:80] for statement in seen]

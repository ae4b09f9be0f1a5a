"""When a second person must decide: each rule with a case for which it asks and one for which it does not."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from admin_app.applications import rules
from admin_app.applications.models import Application
from admin_app.applications.operations import intake, sample
from admin_app.applications.operations.details import CaseDetails
from admin_app.applications.queries import second
from admin_app.applications.rules import SecondRule
from admin_app.centres.models import Centre
from admin_app.foundation import clock, settings
from admin_app.foundation.database import db, new_public_id, transaction
from admin_app.loss_reports import operations as loss_reports
from admin_app.residents import operations as residents
from admin_app.staff.models import StaffMember
from admin_app.staff.operations import members as staff_operations
from admin_app.staff.operations.members import Particulars
from tests.apps import bare_app, make_settings
from tests.factories.applications import held_by, make_application, make_document, make_linked_report, make_ready_case
from tests.factories.loss_reports import make_loss_report
from tests.factories.residents import make_resident

Facts = Callable[[StaffMember, StaffMember, StaffMember, Centre], Application]
"""Makes a case from clerk, reviewer, colleague and centre."""


def asked(case: Application, who: StaffMember) -> set[SecondRule]:
    """The rules that ask for a second person, whatever the outcome."""
    return {rule for found in second.asking(case, who).values() for rule in found}


def case_of(clerk: StaffMember, reviewer: StaffMember, centre: Centre, **changes: object) -> Application:
    return make_application(clerk, centre, **held_by(reviewer, **changes))


def earlier(clerk: StaffMember, centre: Centre, case: Application, *days_ago: int, status: str = "approved") -> Application:
    """The case, after other cards of its resident were approved so many days ago."""
    for days in days_ago:
        decided = {"status": status, "is_open": False, "decided_on": clock.today() - timedelta(days=days)}
        make_application(clerk, centre, case.resident, **decided)
    return case


def linked(case: Application, by: StaffMember | None) -> Application:
    make_linked_report(case, formal_by_id=by.id if by else None)
    return case


def with_paper(case: Application, by: StaffMember, **changes: object) -> Application:
    make_document(case, "photo", added_by_id=by.id, **changes)
    return case


def year() -> int:
    """The days of the last twelve months."""
    return (clock.today() - second.year_before(clock.today())).days


FIRES: dict[str, tuple[SecondRule, Facts]] = {
    "two cards within a year": (SecondRule.THIRD_CARD, lambda i, r, c, at: earlier(i, at, case_of(i, r, at), 3, year())),
    "a proxy": (SecondRule.PROXY, lambda i, r, c, at: case_of(i, r, at, applicant="proxy", agent_name="赵敏")),
    "an address changed 30 days ago": (
        SecondRule.NEW_ADDRESS,
        lambda i, r, c, at: make_application(i, at, make_resident(address_changed_on=clock.today() - timedelta(days=30)), **held_by(r)),
    ),
    "another destination since submission": (
        SecondRule.NEW_ADDRESS,
        lambda i, r, c, at: case_of(i, r, at, address_changed_on=clock.today()),
    ),
    "a report made formal": (SecondRule.OWN_LOSS_REPORT, lambda i, r, c, at: linked(case_of(i, r, at, reason="lost"), r)),
    "a paper": (SecondRule.OWN_PAPERS, lambda i, r, c, at: with_paper(case_of(i, r, at), r)),
    "a recommendation sent back": (
        SecondRule.OWN_RECOMMENDATION,
        lambda i, r, c, at: case_of(i, r, at, recommended_by_id=r.id, recommendation="approve"),
    ),
    "drawn": (SecondRule.SAMPLE, lambda i, r, c, at: case_of(i, r, at, is_sampled=True)),
}
SILENT: dict[str, tuple[SecondRule, Facts]] = {
    "one card within a year": (SecondRule.THIRD_CARD, lambda i, r, c, at: earlier(i, at, case_of(i, r, at), 3)),
    "one of two cards older than a year": (SecondRule.THIRD_CARD, lambda i, r, c, at: earlier(i, at, case_of(i, r, at), 3, year() + 1)),
    "two rejected applications": (SecondRule.THIRD_CARD, lambda i, r, c, at: earlier(i, at, case_of(i, r, at), 3, 9, status="rejected")),
    "two cards of somebody else": (
        SecondRule.THIRD_CARD,
        lambda i, r, c, at: (earlier(i, at, case_of(i, r, at), 3, 9), case_of(i, r, at))[1],
    ),
    "a guardian": (SecondRule.PROXY, lambda i, r, c, at: case_of(i, r, at, applicant="guardian", agent_name="赵敏")),
    "an address changed 31 days ago": (
        SecondRule.NEW_ADDRESS,
        lambda i, r, c, at: make_application(i, at, make_resident(address_changed_on=clock.today() - timedelta(days=31)), **held_by(r)),
    ),
    "another destination long ago": (
        SecondRule.NEW_ADDRESS,
        lambda i, r, c, at: case_of(i, r, at, address_changed_on=clock.today() - timedelta(days=31)),
    ),
    "a report made formal by a colleague": (SecondRule.OWN_LOSS_REPORT, lambda i, r, c, at: linked(case_of(i, r, at, reason="lost"), c)),
    "a report that no staff member made formal": (
        SecondRule.OWN_LOSS_REPORT,
        lambda i, r, c, at: linked(case_of(i, r, at, reason="lost"), None),
    ),
    "a paper of a colleague": (SecondRule.OWN_PAPERS, lambda i, r, c, at: with_paper(case_of(i, r, at), c)),
    "a paper that was taken out": (
        SecondRule.OWN_PAPERS,
        lambda i, r, c, at: with_paper(case_of(i, r, at), r, removed_at=clock.now()),
    ),
    "a recommendation of a colleague": (
        SecondRule.OWN_RECOMMENDATION,
        lambda i, r, c, at: case_of(i, r, at, recommended_by_id=c.id, recommendation="approve"),
    ),
    "not drawn": (SecondRule.SAMPLE, lambda i, r, c, at: case_of(i, r, at, is_sampled=False)),
    "never drawn for": (SecondRule.SAMPLE, lambda i, r, c, at: case_of(i, r, at)),
}


@pytest.mark.parametrize("name", FIRES)
def test_the_rule_asks(name: str, clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre) -> None:
    rule, facts = FIRES[name]
    case = facts(clerk, reviewer, colleague, centre)
    found = second.asking(case, reviewer)
    outcomes, _sentence = rules.SECOND_DECISION[rule]
    assert {outcome for outcome, asking in found.items() if asking == (rule,)} == outcomes


@pytest.mark.parametrize("name", SILENT)
def test_the_rule_does_not_ask(name: str, clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre) -> None:
    _rule, facts = SILENT[name]
    assert asked(facts(clerk, reviewer, colleague, centre), reviewer) == set()


def test_each_rule_has_a_case_and_a_control() -> None:
    assert {rule for rule, _facts in FIRES.values()} == {rule for rule, _facts in SILENT.values()} == set(SecondRule)
    assert set(rules.SECOND_DECISION) == set(SecondRule)


def test_a_hand_in_the_case_stays_after_a_change_of_role(clerk: StaffMember, reviewer: StaffMember, centre: Centre, make_staff) -> None:
    case = make_application(clerk, centre)
    helper = make_staff("intake_clerk", username="helper", centre=centre)
    with_paper(case, helper)
    administrator = make_staff("administrator", username="administrator")
    with transaction():
        now = Particulars(helper.name_en, helper.name_zh, "reviewer", None)
        staff_operations.change_member(helper, now, version=helper.version, by=administrator)
    assert helper.role == "reviewer"
    assert asked(case, helper) == {SecondRule.OWN_PAPERS}
    assert asked(case, reviewer) == set()


@pytest.mark.parametrize(("day", "before"), [((2026, 3, 1), (2025, 3, 1)), ((2028, 2, 29), (2027, 2, 28)), ((2026, 1, 31), (2025, 1, 31))])
def test_a_year_ends_on_the_same_day(day: tuple[int, int, int], before: tuple[int, int, int]) -> None:
    assert second.year_before(date(*day)) == date(*before)


def test_the_first_address_is_no_change_and_another_one_is(clerk: StaffMember) -> None:
    resident = make_resident(address="")
    with transaction():
        residents.update_contact(resident, address="文三路90号", by=clerk)
    assert resident.address_changed_on is None
    with transaction():
        residents.update_contact(resident, address="文三路90号", phone="13805715521", by=clerk)
    assert resident.address_changed_on is None
    with transaction():
        residents.correct(resident, version=resident.version, by=clerk, address="文二路1号")
    assert resident.address_changed_on == clock.today()


@pytest.mark.parametrize(
    ("status", "changes", "is_noted"),
    [
        ("needs_information", {"address": "文二路1号"}, True),
        ("needs_information", {"delivery": "collect"}, True),
        ("needs_information", {"statement": "lost it"}, False),
        ("draft", {"address": "文二路1号"}, False),
    ],
)
def test_another_destination_is_noted_once_the_case_was_submitted(
    status: str, changes: dict[str, str], is_noted: bool, clerk: StaffMember, centre: Centre
) -> None:
    submitted = {} if status == "needs_information" else {"submitted_at": None, "is_open": False}
    case = make_application(clerk, centre, status=status, **submitted)
    details = {"channel": "counter", "reason": "damaged", "postcode": "310012", "address": case.address, "recipient": case.recipient}
    with transaction():
        intake.change(case, CaseDetails(**(details | changes)), version=1, by=clerk)
    assert case.address_changed_on == (clock.today() if is_noted else None)


def test_whoever_makes_a_report_formal_is_kept(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    with transaction():
        straight = loss_reports.take(make_resident(), channel="counter", is_formal=True, by=clerk)
        by_phone = loss_reports.take(make_resident(), channel="phone", is_formal=False, by=clerk)
    assert (straight.formal_by_id, by_phone.formal_by_id) == (clerk.id, None)
    with transaction():
        loss_reports.formalise(by_phone, version=by_phone.version, by=reviewer)
    assert by_phone.formal_by_id == reviewer.id
    assert make_loss_report(make_resident(), clerk, centre).formal_by_id is None


def test_the_share_is_kept_and_the_same_for_every_asking(tmp_path: Path) -> None:
    with bare_app(make_settings(tmp_path, "")):
        ids = [new_public_id() for _ in range(4000)]
        drawn = [sample.is_in_share(one, 10) for one in ids]
        assert drawn == [sample.is_in_share(one, 10) for one in ids]
        assert 0.07 < sum(drawn) / len(ids) < 0.13
        assert not any(sample.is_in_share(one, 0) for one in ids)
        assert all(sample.is_in_share(one, 100) for one in ids)


def test_without_the_key_nobody_knows_who_is_drawn(tmp_path: Path) -> None:
    ids = [new_public_id() for _ in range(400)]
    with bare_app(make_settings(tmp_path, "")):
        ours = [sample.is_in_share(one, 50) for one in ids]
    with bare_app(make_settings(tmp_path, "", index_key="A" * 43 + "=")):
        theirs = [sample.is_in_share(one, 50) for one in ids]
    assert 0.35 < sum(one == other for one, other in zip(ours, theirs, strict=True)) / len(ids) < 0.65


def drawn_cases(monkeypatch: pytest.MonkeyPatch, clerk: StaffMember, centre: Centre, count: int, **changes: object) -> list[bool | None]:
    """Submit `count` complete drafts with these settings; whether each was drawn."""
    now = settings.current().model_copy(update=changes)
    monkeypatch.setattr(settings, "current", lambda: now)
    cases = [make_ready_case(clerk, clerk, centre, status="draft", is_open=False, submitted_at=None) for _ in range(count)]
    for case in cases:
        with transaction():
            intake.submit(case, version=case.version, by=clerk)
    return [case.is_sampled for case in cases]


def test_the_month_has_a_cap(monkeypatch: pytest.MonkeyPatch, clerk: StaffMember, centre: Centre) -> None:
    wanted = {"second_decision_percent": 100, "second_decision_monthly_most": 3}
    assert drawn_cases(monkeypatch, clerk, centre, 5, **wanted) == [True, True, True, False, False]
    next_month = clock.today().replace(day=1) + timedelta(days=40)
    monkeypatch.setattr(clock, "today", lambda: next_month)
    assert drawn_cases(monkeypatch, clerk, centre, 1, **wanted) == [True]


def test_a_share_of_nothing_draws_nobody(monkeypatch: pytest.MonkeyPatch, clerk: StaffMember, centre: Centre) -> None:
    assert drawn_cases(monkeypatch, clerk, centre, 2, second_decision_percent=0) == [False, False]


def test_a_case_is_drawn_for_once(monkeypatch: pytest.MonkeyPatch, clerk: StaffMember, centre: Centre) -> None:
    now = settings.current().model_copy(update={"second_decision_percent": 100})
    monkeypatch.setattr(settings, "current", lambda: now)
    kept = make_application(clerk, centre, is_sampled=False)
    with transaction():
        assert sample.draw(kept) is False
    assert db.session.get_one(Application, kept.id).is_sampled is False

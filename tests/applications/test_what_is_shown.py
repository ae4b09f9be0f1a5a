"""What the page of a case says is so: its loss report, its portrait, how long it stays with somebody, the reasons that are offered."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask_babel import force_locale

from admin_app.applications import rules
from admin_app.applications.models import Application
from admin_app.applications.operations import decisions
from admin_app.applications.operations.verdicts import ReasonRequired
from admin_app.applications.queries import reason_codes
from admin_app.applications.views import lease
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.loss_reports.rules import Status as LossStatus
from tests.factories.applications import held_by, make_application, make_document, make_linked_report

MORE: dict[str, dict[str, Any]] = {
    rules.Status.NEEDS_INFORMATION: {"paused_on": clock.now().date()},
    rules.Status.RECOMMENDED: {"recommendation": "approve"},
}
"""What a status needs besides."""
NEEDS_ONE = re.compile(r"formal one is needed|only after a formal one|needs a formal loss report")
LOSSES: dict[str, dict[str, Any] | None] = {
    "none": None,
    "served": {"status": LossStatus.FORMAL, "ended_at": clock.now()},
    "formal": {"status": LossStatus.FORMAL},
    "running": {"status": LossStatus.PROVISIONAL, "lapses_at": clock.now() + timedelta(hours=4)},
    "run out": {"status": LossStatus.PROVISIONAL, "lapses_at": clock.now() - timedelta(hours=4)},
    "lifted": {"status": LossStatus.LIFTED, "ended_at": clock.now()},
    "lapsed": {"status": LossStatus.LAPSED, "ended_at": clock.now()},
}


@pytest.fixture
def shown(clerk, reviewer, centre, sign_in):
    """A function that makes a case and returns its page as the reviewer sees it."""
    browser = sign_in(reviewer)

    def show(loss: dict[str, Any] | None, **values: Any) -> str:
        if "recommendation" in values:
            values["recommended_by_id"] = reviewer.id
        case = make_application(clerk, centre, **values)
        if loss is not None:
            make_linked_report(case, **loss)
        return browser.get(f"/applications/{case.reference}").text

    return show


@pytest.mark.parametrize("reason", sorted(rules.NEEDS_FORMAL_LOSS_REPORT))
def test_a_formal_report_is_asked_for_while_the_case_is_open_and_none_is_in_force(shown, reason):
    for status in set(rules.Status) - {rules.Status.DRAFT}:
        is_open = status in rules.OPEN
        values = {"status": status, "is_open": is_open, "reason": reason}
        values |= MORE.get(status, {})
        asked = {name: bool(NEEDS_ONE.search(shown(loss, **values))) for name, loss in LOSSES.items()}
        assert asked == {name: is_open and name != "formal" for name in LOSSES}, status


def test_after_posting_the_case_says_that_its_report_has_served(shown):
    page = shown(LOSSES["served"], status="approved", is_open=False, reason="lost")
    assert "has served its purpose: the replacement card left the office" in page


@pytest.mark.parametrize(
    ("verdicts", "shown_one"),
    [(["refused", "accepted"], 1), (["accepted", "refused"], 0), (["accepted", "accepted"], 1), (["pending"], None), (["refused"], None)],
)
def test_the_portrait_is_the_accepted_photo(clerk, reviewer, centre, sign_in, verdicts, shown_one):
    case = make_application(clerk, centre)
    photos = [make_document(case, "photo", verdict) for verdict in verdicts]
    make_document(case, "id_copy", "accepted")
    page = sign_in(reviewer).get(f"/applications/{case.reference}").text
    portrait = re.findall(r'<img src="[^"]*/([0-9a-f]{32})/thumb[^"]*" alt="Accepted photo', page)
    assert portrait == ([] if shown_one is None else [photos[shown_one].public_id])


def test_a_case_that_stays_with_somebody_never_has_no_minutes_left(clerk, reviewer, centre, sign_in):
    case = make_application(clerk, centre, **held_by(reviewer, lease_until=clock.now() - timedelta(minutes=5)))
    page = sign_in(reviewer).get(f"/applications/{case.reference}").text
    assert "With you · others may take it over now" in page
    assert not re.search(r"\b0 min", page)


@pytest.mark.parametrize("code", ["en", "zh"])
def test_a_lease_has_words_for_every_second_of_its_time(app, monkeypatch, code):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    with app.test_request_context(), force_locale(code):
        said = {second: str(lease.lease_text(now + timedelta(seconds=second))) for second in range(-60, 1801)}
    assert len(set(said.values())) == 32  # it has run out, the last minute, 1 to 30 minutes
    assert not [text for text in said.values() if re.search(r"\b0\b", text)]


NO_LOSS = sorted(rules.SAYS_NO_FORMAL_REPORT)


def offered(browser: Any, case: Application) -> set[str]:
    """The coded reasons that the page of a case offers."""
    return set(re.findall(r'name="(?:reject|request)_reason" value="(\w+)"', browser.get(f"/applications/{case.reference}").text))


@pytest.mark.parametrize("loss", [None, "provisional", "formal"])
def test_no_formal_report_is_said_only_where_one_is_needed_and_missing(clerk, reviewer, centre, sign_in, loss):
    browser = sign_in(reviewer)
    for reason in rules.Reason:
        case = make_application(clerk, centre, **held_by(reviewer, reason=reason))
        if loss:
            make_linked_report(case, loss, lapses_at=clock.now() + timedelta(hours=2) if loss == "provisional" else None)
        is_true = reason in rules.NEEDS_FORMAL_LOSS_REPORT and loss != "formal"
        found = offered(browser, case)
        assert found & set(NO_LOSS) == (set(NO_LOSS) if is_true else set()), reason
        assert "not_entitled" in found


@pytest.mark.parametrize(("applicant", "is_true"), [("self", False), ("proxy", True)])
def test_a_proxys_authorisation_is_asked_for_only_where_there_is_a_proxy(clerk, reviewer, centre, sign_in, applicant, is_true):
    case = make_application(clerk, centre, **held_by(reviewer, applicant=applicant))
    assert ("authorisation_missing" in offered(sign_in(reviewer), case)) == is_true


@pytest.mark.parametrize(("verb", "code"), [("reject", "loss_not_formal"), ("request_information", "formal_loss_needed")])
def test_a_reason_that_is_not_so_is_refused_and_decides_nothing(clerk, reviewer, centre, verb, code):
    case = make_application(clerk, centre, **held_by(reviewer, reason="damaged"))
    with pytest.raises(ReasonRequired) as refused, transaction():
        getattr(decisions, verb)(case, by=reviewer.actor, reasons=[code])
    assert "is not true of this case" in str(refused.value.message)
    db.session.refresh(case)
    assert case.status == "in_review"


def test_a_reason_that_is_so_is_taken(clerk, reviewer, centre):
    case = make_application(clerk, centre, **held_by(reviewer, reason="lost"))
    with transaction():
        decisions.reject(case, by=reviewer.actor, reasons=["loss_not_formal"])
    assert case.status == "rejected"


def test_every_reason_that_states_a_fact_is_one_that_an_office_starts_with(app):
    known = {code.code for kind in ("reject", "request_information") for code in reason_codes(kind)}
    assert known >= rules.SAYS_NO_FORMAL_REPORT | rules.SAYS_PROXY | set(rules.SAYS_PHOTO)

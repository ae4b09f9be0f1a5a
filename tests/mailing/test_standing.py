"""How far a case is, in the resident's words: every state of a case and of a card has one."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from admin_app.applications.operations import decisions
from admin_app.applications.rules import Delivery, Status
from admin_app.cards.rules import Status as CardStatus
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.mailing.queries import standing
from admin_app.mailing.rules.standing import ENDED, NEXT_LABELS, STEP_LABELS, Step, stages_reached, step_of
from tests.factories.applications import make_application, make_ready_case
from tests.factories.cards import approved, make_card
from tests.factories.residents import make_resident
from tests.statements import counted_statements

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def step(status, card=None, delivery=Delivery.POST, decided_at=None, undo=0):
    case = SimpleNamespace(status=str(status), decided_at=decided_at)
    made = SimpleNamespace(status=str(card), delivery=str(delivery)) if card else None
    return step_of(case, made, now=NOW, undo=timedelta(seconds=undo))


def test_every_state_of_case_and_card_has_words():
    found = {step(status) for status in Status} | {step(Status.APPROVED, card, way) for card in CardStatus for way in Delivery}
    assert found == set(Step) == set(STEP_LABELS) == set(NEXT_LABELS)


@pytest.mark.parametrize(("way", "expected"), [(Delivery.POST, Step.TO_POST), (Delivery.COLLECT, Step.TO_COLLECT)])
def test_a_card_that_is_ready_waits_for_the_post_or_for_its_owner(way, expected):
    assert step(Status.APPROVED, CardStatus.READY, way) == expected


@pytest.mark.parametrize("status", [Status.APPROVED, Status.REJECTED])
def test_a_decision_that_can_still_be_taken_back_is_told_to_nobody(status):
    assert step(status, decided_at=NOW - timedelta(seconds=9), undo=10) == Step.CHECKED
    assert step(status, decided_at=NOW - timedelta(seconds=10), undo=10) != Step.CHECKED


def test_the_stages_grow_towards_the_card():
    way = [Step.BEGUN, Step.HANDED_IN, Step.MAKING, Step.POSTED, Step.DELIVERED]
    assert [stages_reached(one) for one in way] == [0, 1, 2, 3, 4] and Step.POSTED not in ENDED


def test_the_newest_card_and_its_parcel_count_in_three_statements(clerk, centre):
    resident = make_resident()
    made = approved(clerk, centre, resident=resident)
    make_card(made, "spoiled", copy=1)
    make_card(made, "posted", copy=2, ended_at=clock.now())
    make_application(clerk, centre, resident, reason="expired")
    make_application(clerk, centre)
    number = resident.id
    with counted_statements() as statements:
        found = standing.of_resident(number)
    assert [one.step for one in found] == [Step.HANDED_IN, Step.POSTED] and len(statements) == 3


def test_what_is_to_be_brought_is_told_as_the_letter_tells_it(clerk, reviewer, centre):
    case = make_ready_case(clerk, reviewer, centre)
    with transaction():
        decisions.reject(case, by=reviewer, reasons=["not_entitled"])
    db.session.rollback()
    found = standing.of_own_case(case.resident_id, case.public_id)
    assert found.reasons == (case.decisions[0].reasons[0].reason_code.text_en,)
    assert standing.of_own_case(case.resident_id + 1, case.public_id) is None and standing.of_own_case(case.resident_id, "x") is None

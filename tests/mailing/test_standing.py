"""How far a case is, in the resident's words: one table for each page that tells it."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from admin_app.applications.operations import decisions
from admin_app.applications.rules import Status
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.mailing.queries import standing
from admin_app.mailing.rules import Place
from admin_app.mailing.rules.standing import REACHED, STATES, STEPS, told
from tests.factories.applications import make_application, make_ready_case
from tests.factories.cards import approved, make_card
from tests.factories.residents import make_resident
from tests.statements import counted_statements

NOW = datetime(2026, 11, 30, tzinfo=UTC)


ENDS_WITHOUT_A_CARD = {Place.DRAFT, Place.REJECTED, Place.WITHDRAWN, Place.SEALED, Place.DESTROYED}


def test_every_place_has_words_and_a_part_of_the_way_is_behind_it_or_none_leads_on():
    assert set(STATES) == set(Place) == set(REACHED) | ENDS_WITHOUT_A_CARD and not set(REACHED) & ENDS_WITHOUT_A_CARD
    assert max(REACHED.values()) == len(STEPS) and min(REACHED.values()) > 0


@pytest.mark.parametrize("status", [Status.APPROVED, Status.REJECTED])
def test_a_decision_that_can_still_be_taken_back_is_told_to_nobody(status):
    def at(seconds):
        case = SimpleNamespace(status=str(status), decided_at=NOW - timedelta(seconds=seconds))
        return told(Place(str(status)), case, now=NOW, undo=timedelta(seconds=10))

    assert (at(9), at(10)) == (Place.IN_REVIEW, Place(str(status)))


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
    assert [one.place for one in found] == [Place.IN_REVIEW, Place.POSTED] and len(statements) == 3


def test_what_is_to_be_brought_is_told_as_the_letter_tells_it(clerk, reviewer, centre):
    case = make_ready_case(clerk, reviewer, centre)
    with transaction():
        decisions.reject(case, by=reviewer, reasons=["not_entitled"])
    db.session.rollback()
    found = standing.of_own_case(case.resident_id, case.public_id)
    assert found.reasons == (case.decisions[0].reasons[0].reason_code.text_en,)
    assert standing.of_own_case(case.resident_id + 1, case.public_id) is None and standing.of_own_case(case.resident_id, "x") is None

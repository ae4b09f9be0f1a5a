"""The whole status × verb table, and what a move leaves behind."""

import pytest
from sqlalchemy import select

from admin_app.applications import rules
from admin_app.applications.models import Application
from admin_app.applications.operations import moves
from admin_app.audit.models import AuditEntry
from admin_app.centres.models import Centre
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict, StaleVersion
from admin_app.staff.models import StaffMember
from tests.factories.applications import make_application
from tests.factories.foundation import used_window


@pytest.mark.parametrize("verb", rules.MOVES)
def test_every_status_and_verb_follows_the_table(verb: str, clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    sources, target = rules.MOVES[verb]
    recommended = {"recommended_by_id": reviewer.id, "recommendation": "approve"}
    for status in rules.Status:
        case = make_application(clerk, centre, status=str(status), is_open=status in rules.OPEN, **recommended)
        used_window(case, reviewer)
        if status in sources:
            with transaction():
                moves.move(case, verb, by=reviewer)
            assert (case.status, case.is_open, case.version) == (target, target in rules.OPEN, 2)
        else:
            with pytest.raises(Conflict), transaction():
                moves.move(case, verb, by=reviewer)
            assert (case.status, case.version) == (status, 1)


def test_every_verb_has_a_name_for_the_log() -> None:
    assert rules.PAST.keys() == rules.MOVES.keys()


def test_a_move_is_in_the_log_of_the_case(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre)
    with transaction():
        moves.move(case, "claim", by=reviewer, owner_id=reviewer.id)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.case_ref == case.public_id)).one()
    assert (entry.action, entry.actor_name, entry.changes) == (
        "applications.claimed", reviewer.display_name, {"status": ["submitted", "in_review"]},
    )  # fmt: skip


def test_an_old_version_changes_nothing(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre, version=3)
    with pytest.raises(StaleVersion), transaction():
        moves.move(case, "claim", by=reviewer, version=2)
    assert (case.status, case.version) == ("submitted", 3)


def test_whoever_comes_second_learns_who_decided(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre, status="approved", is_open=False, decided_by_id=reviewer.id, decided_at=moves.clock.now())
    with pytest.raises(moves.AlreadyDecided) as refused, transaction():
        moves.move(case, "reject", by=reviewer)
    assert reviewer.name_shown in str(refused.value.message)


def test_a_write_that_lost_the_race_is_refused(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre)
    with transaction() as session:
        loaded = session.get(Application, case.id)
        session.execute(Application.__table__.update().values(version=9))
        with pytest.raises(StaleVersion):
            moves.move(loaded, "claim", by=reviewer)


def test_touch_raises_the_version_only(clerk: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre)
    with transaction():
        moves.touch(case, 1)
    assert (case.status, case.version) == ("submitted", 2)
    with pytest.raises(StaleVersion), transaction():
        moves.touch(case, 1)

"""The database itself refuses moves that the rules do not know, whatever the SQL; what it allows is what the rules of the rooms allow."""

import itertools
import re

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from admin_app.applications import rules as applications
from admin_app.applications.models import Application
from admin_app.cards import rules as cards
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.loss_reports import rules as loss_reports
from admin_app.mailing import rules as mailing
from admin_app.notices import rules as notices
from admin_app.production import rules as production
from admin_app.staff.permissions import Role
from tests.factories.applications import make_application, make_decision
from tests.factories.cards import make_card
from tests.factories.mailing import make_batch, make_parcel
from tests.owner import as_owner, run

MACHINES = {
    "application": (applications.MOVES, applications.Status),
    "card": (cards.MOVES, cards.Status),
    "loss_report": (loss_reports.MOVES, loss_reports.Status),
    "production_batch": (production.MOVES, production.Status),
    "mailing_batch": (mailing.BATCH_MOVES, mailing.BatchStatus),
    "parcel": (mailing.PARCEL_MOVES, mailing.ParcelStatus),
    "carrier_booking": (mailing.BOOKING_MOVES, mailing.BookingStatus),
    "notice": (notices.MOVES, notices.Status),
}
ROOMS = (applications, cards, loss_reports, mailing, notices, production)
BACK = {"approved>in_review"}
"""What only a window that was just used allows: applications/test_taking_back.py."""


def allowed_by_rules(table: str) -> set[str]:
    """'from>to' of each move in the room's rules."""
    moves, _status = MACHINES[table]
    return {f"{before}>{after}" for sources, after in moves.values() for before in sources}


def allowed_by_database(table: str) -> set[str]:
    """The same, as the database's own trigger says it; of words that the rules know (the columns allow some of stations to come)."""
    if db.engine.dialect.name == "sqlite":
        asked = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")
    else:
        asked = sa.text("SELECT prosrc FROM pg_proc WHERE proname = :name")
    said = db.session.execute(asked, {"name": f"{table}_moves"}).scalar_one()
    known = {str(status) for status in MACHINES[table][1]}
    return {f"{before}>{after}" for before, after in re.findall(r"'(\w+)>(\w+)'", said) if {before, after} <= known}


@pytest.mark.parametrize("table", MACHINES)
def test_the_database_allows_the_moves_of_the_rules_and_no_others(app, table):
    assert allowed_by_database(table) == allowed_by_rules(table)


def test_control_a_move_that_only_the_rules_know_is_found(app, monkeypatch):
    monkeypatch.setitem(cards.MOVES, "melt", (frozenset({cards.Status.READY}), cards.Status.REQUESTED))
    assert allowed_by_database("card") != allowed_by_rules("card")


def test_every_machine_of_the_rooms_is_asked():
    every = {id(table) for room in ROOMS for name, table in vars(room).items() if name.endswith("MOVES")}
    assert every == {id(moves) for moves, _status in MACHINES.values()}


def test_every_verb_of_a_machine_has_its_word_in_the_log():
    for room in ROOMS:
        tables = [name for name in vars(room) if name.endswith("MOVES")]
        assert all(vars(room)[name].keys() == vars(room)[name.replace("MOVES", "PAST")].keys() for name in tables)


def test_the_whole_table_of_moves_is_asked_of_the_database(clerk, centre, reviewer):
    """Of the states in which a case can be without anything else: whoever recommended belongs to «recommended»."""
    case = make_application(clerk, centre)
    number, states = case.id, [str(state) for state in applications.Status if state != "recommended"]
    for before, after in itertools.permutations(states, 2):
        with as_owner() as connection:
            connection.exec_driver_sql(f"UPDATE application SET status = '{before}' WHERE id = {number}")
        move = f"UPDATE application SET status = '{after}' WHERE id = {number}"
        if f"{before}>{after}" in BACK:
            with pytest.raises(IntegrityError, match="no window to take it back"):
                run(move)
        elif f"{before}>{after}" in allowed_by_rules("application"):
            run(move)
        else:
            with pytest.raises(IntegrityError, match="no such move"):
                run(move)


def test_control_without_the_trigger_a_draft_is_approved(clerk, centre):
    draft = make_application(clerk, centre, status="draft", is_open=False)
    with as_owner() as connection:
        connection.exec_driver_sql(f"UPDATE application SET status = 'approved' WHERE id = {draft.id}")
    db.session.rollback()
    assert draft.status == "approved"


def test_a_draft_is_not_approved_by_way_of_another_row(clerk, centre, database_name):
    if database_name != "sqlite":
        pytest.skip("a statement of SQLite")
    draft = make_application(clerk, centre, status="draft", is_open=False)
    names = ", ".join(column.name for column in Application.__table__.columns)
    said = names.replace("status", "'approved'")
    for verb in ("INSERT OR REPLACE", "REPLACE"):
        with pytest.raises(IntegrityError, match="there already"):
            run(f"{verb} INTO application ({names}) SELECT {said} FROM application WHERE id = {draft.id}")


def decided(clerk, centre, by, status: str = "rejected", **changes) -> Application:
    """A case with its decision."""
    values = {"status": status, "is_open": False, "decided_by_id": by.id, "decided_at": clock.now(), "decided_on": clock.today()}
    case = make_application(clerk, centre, **(values | changes))
    make_decision(case, by, {"rejected": "reject", "approved": "approve"}[status])
    return case


@pytest.mark.parametrize("status", ["rejected", "approved"])
@pytest.mark.parametrize("kind", ["approve", "reject"])
def test_a_second_decision_on_a_case_is_refused(clerk, centre, reviewer, colleague, status, kind):
    case = decided(clerk, centre, reviewer, status)
    with pytest.raises(IntegrityError, match="the case is decided"):
        make_decision(case, colleague, kind)


def test_a_case_that_was_reopened_is_decided_once_more(clerk, centre, reviewer, colleague):
    case = decided(clerk, centre, reviewer)
    run(f"UPDATE application SET status = 'in_review', decided_by_id = NULL, decided_at = NULL WHERE id = {case.id}")
    with pytest.raises(IntegrityError, match="the case is decided"):
        make_decision(case, colleague, "reject")
    db.session.rollback()
    verdict = {"status": "rejected", "decided_by_id": colleague.id, "decided_at": clock.now()}
    with transaction() as session:
        session.execute(sa.update(Application).where(Application.id == case.id).values(**verdict))
    make_decision(case, colleague, "reject")
    with pytest.raises(IntegrityError, match="the case is decided"):
        make_decision(case, colleague, "reject")


def test_a_decision_that_was_given_is_not_changed(clerk, centre, reviewer):
    decided(clerk, centre, reviewer)
    with pytest.raises(IntegrityError, match="it was given"):
        run("UPDATE decision SET kind = 'approve'")


@pytest.mark.parametrize("status", ["approved", "rejected", "withdrawn"])
@pytest.mark.parametrize("change", ["reason = 'stolen'", "reference = 'BK-26-9999999'", "decided_by_id = NULL"])
def test_what_was_decided_about_is_not_changed_afterwards(clerk, centre, reviewer, status, change):
    case = make_application(clerk, centre, status=status, is_open=False, decided_by_id=reviewer.id)
    with pytest.raises(IntegrityError, match="it is decided"):
        run(f"UPDATE application SET {change} WHERE id = {case.id}")


def test_where_the_card_of_an_approved_case_goes_changes_until_it_lies_in_a_batch_or_has_left(clerk, centre, reviewer, mailer):
    free, batched, left = (decided(clerk, centre, reviewer, "approved") for _ in range(3))
    make_card(free)
    make_parcel(make_batch(mailer), make_card(batched, "ready"))
    make_card(left, "collected")
    run(f"UPDATE application SET delivery = 'collect' WHERE id = {free.id}")
    for case in (batched, left):
        with pytest.raises(IntegrityError, match="it is decided"):
            run(f"UPDATE application SET delivery = 'collect' WHERE id = {case.id}")
        db.session.rollback()


@pytest.mark.parametrize("status", ["rejected", "withdrawn"])
def test_of_a_case_that_gets_no_card_it_does_not_change(clerk, centre, reviewer, status):
    case = make_application(clerk, centre, status=status, is_open=False, decided_by_id=reviewer.id)
    with pytest.raises(IntegrityError, match="it is decided"):
        run(f"UPDATE application SET delivery = 'collect' WHERE id = {case.id}")


def test_the_day_of_posting_is_still_written_on_a_decided_case(clerk, centre, reviewer):
    case = decided(clerk, centre, reviewer, "approved")
    run(f"UPDATE application SET posted_on = '2026-11-29' WHERE id = {case.id}")


@pytest.mark.parametrize("role", ["auditor,reviewer", "auditor reviewer", "Auditor", "root"])
def test_nobody_has_two_roles_or_one_that_there_is_not(make_staff, role):
    member = make_staff("auditor", username="both")
    with pytest.raises(IntegrityError, match="one role"):
        run(f"UPDATE ab_user SET role = '{role}' WHERE id = {member.id}")


def test_nobody_gets_a_second_role_by_the_tables_of_the_framework(make_staff):
    member = make_staff("auditor", username="both")
    run("INSERT INTO ab_role (id, name) VALUES (4711, 'administrator')")
    with pytest.raises(IntegrityError, match="ab_user alone"):
        run(f"INSERT INTO ab_user_role (id, user_id, role_id) VALUES (4711, {member.id}, 4711)")


@pytest.mark.parametrize("role", ["", *Role])
def test_each_role_that_there_is_can_be_given_and_taken(make_staff, role):
    added, changed = make_staff(role, username="added"), make_staff("auditor", username="changed")
    run(f"UPDATE ab_user SET role = '{role}' WHERE id = {changed.id}", f"UPDATE ab_user SET role = 'reviewer' WHERE id = {added.id}")
    with pytest.raises(IntegrityError, match="one role"):
        run(f"UPDATE ab_user SET role = 'x{role}' WHERE id = {changed.id}")
    with pytest.raises(IntegrityError, match="one role"):
        make_staff(f"x{role}", username="another")

"""What the database itself holds of four eyes, and that the tab of second decisions is a walk along an index."""

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from admin_app.applications.models import Application, Recommendation
from admin_app.applications.queries import queue
from admin_app.applications.queries.queue_filter import QueueFilter
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.staff.models import StaffMember
from tests.applications.hands import HANDS
from tests.factories.applications import make_recommended_case


def plan_of_the_tab(who: StaffMember) -> str:
    """How the database reads a page of the tab, without the way out that a table of a few rows would be."""
    statement = queue.ids(who.actor, QueueFilter("second"), clock.today()).limit(26).compile(db.engine)
    is_sqlite = db.engine.dialect.name == "sqlite"
    values: Any = tuple(statement.params[name] for name in statement.positiontup or ()) if is_sqlite else statement.params
    with transaction() as session:
        connection = session.connection()
        if not is_sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
        return "\n".join(str(row) for row in connection.exec_driver_sql(explain + str(statement), values))


def test_the_tab_is_a_walk_along_an_index(clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre) -> None:
    make_recommended_case(clerk, colleague, centre)
    found = plan_of_the_tab(reviewer)
    assert "ix_application_second" in found or "ix_application_status_queue" in found, found
    assert "TEMP B-TREE" not in found and "Sort" not in found, found


SETS = {
    "the taker recommends": {"recommended_by_id": "clerk", "recommendation": "approve"},
    "the recommender decides": {"decided_by_id": "reviewer"},
    "a word that is no outcome": {"recommendation": "perhaps"},
    "an outcome of nobody": {"recommended_by_id": None},
}


@pytest.mark.parametrize("name", SETS)
def test_the_database_refuses_one_pair_of_eyes(name: str, clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_recommended_case(clerk, reviewer, centre)
    people = {"clerk": clerk.id, "reviewer": reviewer.id}
    values = {column: people.get(value, value) for column, value in SETS[name].items()}
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(update(Application).where(Application.id == case.id).values(**values))


@pytest.mark.parametrize(("hand", "is_refused"), [("paper", True), ("report", True), ("none", False)])
def test_the_database_refuses_a_decider_who_had_a_hand_in_it(
    hand: str, is_refused: bool, clerk: StaffMember, reviewer: StaffMember, colleague: StaffMember, centre: Centre
) -> None:
    case = make_recommended_case(clerk, reviewer, centre)
    if hand in HANDS:
        HANDS[hand](case, colleague)
    decided = update(Application).where(Application.id == case.id).values(decided_by_id=colleague.id)
    if is_refused:
        with pytest.raises(IntegrityError, match="application_four_eyes"), transaction() as session:
            session.execute(decided)
    else:
        with transaction() as session:
            session.execute(decided)


def test_the_database_refuses_an_answer_by_whoever_recommended(clerk: StaffMember, reviewer: StaffMember, centre: Centre) -> None:
    case = make_recommended_case(clerk, reviewer, centre)
    own = update(Recommendation).where(Recommendation.application_id == case.id)
    for values in ({"answer": "approve", "answered_by_id": reviewer.id}, {"answer": "approve"}, {"answer": "perhaps"}):
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(own.values(**values))

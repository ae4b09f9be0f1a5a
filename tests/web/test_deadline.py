"""A request that takes too long ends with a sentence and saves nothing; there is no half."""

import pytest
import sqlalchemy as sa

from admin_app.foundation import deadline, settings
from admin_app.foundation.database import db, transaction
from admin_app.foundation.deadline import TakesTooLong
from admin_app.staff.models import StaffMember
from tests.factories.staff import make_staff

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT count(*) FROM n"
FOR_EVER, PAST = 3600, -1


@pytest.fixture(autouse=True)
def without_a_deadline_afterwards():
    yield
    deadline.lift()


def named(name: str) -> bool:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).where(StaffMember.first_name == name)) == 1


def rename(member_id: int, seconds: float) -> None:
    """Write a new first name, after which so many seconds are left."""
    with transaction():
        db.session.execute(sa.update(StaffMember).where(StaffMember.id == member_id).values(first_name="Changed"))
        deadline.begin(seconds)


def test_a_change_whose_time_is_over_before_its_commit_is_not_saved(app):
    member = make_staff("reviewer").id
    with pytest.raises(TakesTooLong):
        rename(member, PAST)
    assert not named("Changed")


def test_control_a_change_in_time_is_saved(app):
    rename(make_staff("reviewer").id, FOR_EVER)
    assert named("Changed")


def test_the_next_statement_is_refused_and_what_follows_it_is_not(app):
    deadline.begin(PAST)
    with pytest.raises(TakesTooLong):
        db.session.execute(sa.text("SELECT 1"))
    db.session.rollback()
    assert db.session.execute(sa.text("SELECT 1")).scalar_one() == 1


def test_a_statement_of_sqlite_is_interrupted(app):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL ends a statement itself (statement_timeout)")
    db.session.execute(sa.text("SELECT 1"))
    deadline.begin(0.05)
    with pytest.raises(TakesTooLong):
        db.session.execute(sa.text(ENDLESS))


def test_a_page_that_takes_too_long_says_so_and_when_to_come_again(sign_in, monkeypatch):
    reviewer = sign_in("reviewer")
    monkeypatch.setattr(settings.current(), "request_seconds", PAST)
    answer = reviewer.get("/queue/", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == str(deadline.COME_AGAIN_SECONDS)
    assert "was not saved" in answer.text
    monkeypatch.setattr(settings.current(), "request_seconds", FOR_EVER)
    assert reviewer.get("/queue/").status_code == 200

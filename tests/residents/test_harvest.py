"""Somebody who opens one stranger after the other, at the speed of people, is noticed at the fiftieth, however slowly it is done (T-32)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from admin_app.audit.models import AuditEntry
from admin_app.foundation import clock
from admin_app.foundation.database import db
from admin_app.residents import jobs, rules
from admin_app.staff.models import StaffMember
from tests.factories.residents import make_resident

DAY, OPENS_AT = timedelta(hours=8), timedelta(hours=9)
NOTICED_AT = 50
SLOWEST = DAY / (NOTICED_AT - 1)
"""At which the fiftieth is opened when the day ends."""


class Day:
    """A day at work whose time goes as the test says."""

    def __init__(self) -> None:
        self.now = clock.start_of(clock.today()) + OPENS_AT

    def moment(self) -> datetime:
        """What the clock says."""
        return self.now


@pytest.fixture
def day(app: object, monkeypatch: pytest.MonkeyPatch) -> Day:
    """The office's clock."""
    made = Day()
    monkeypatch.setattr(clock, "now", made.moment)
    return made


def alarms() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).where(AuditEntry.action == "staff.many_seen")) or 0


def opened_until_noticed(browser: FlaskClient, day: Day, pace: timedelta, most: int) -> int:
    """Open another resident each `pace`, while the clock looks twice a minute; after how many it raised the alarm, 0 if it did not."""
    ends = day.now + DAY
    for count in range(1, most + 1):
        assert browser.get(f"/residents/{make_resident().public_id}").status_code == 200
        day.now += min(pace, jobs.EVERY + timedelta(seconds=1))
        jobs.raise_alarms()
        if alarms():
            return count
        day.now += pace - min(pace, jobs.EVERY + timedelta(seconds=1))
        assert day.now <= ends + pace
    return 0


@pytest.mark.parametrize("pace", [timedelta(seconds=90), pytest.param(SLOWEST, marks=pytest.mark.proof)], ids=["quick", "slow"])
def test_a_harvest_at_the_speed_of_people_is_noticed_at_the_fiftieth(
    day: Day, clerk: StaffMember, sign_in: Callable[..., FlaskClient], pace: timedelta
) -> None:
    assert rules.MANY_RESIDENTS == NOTICED_AT
    assert opened_until_noticed(sign_in(clerk), day, pace, NOTICED_AT + 5) == NOTICED_AT
    assert alarms() == 1


@pytest.mark.proof
def test_control_one_less_in_a_day_and_as_many_on_the_next_are_no_alarm(
    day: Day, clerk: StaffMember, sign_in: Callable[..., FlaskClient]
) -> None:
    assert opened_until_noticed(sign_in(clerk), day, timedelta(seconds=90), NOTICED_AT - 1) == 0
    day.now += timedelta(days=1)
    assert opened_until_noticed(sign_in(clerk), day, timedelta(seconds=90), NOTICED_AT - 1) == 0

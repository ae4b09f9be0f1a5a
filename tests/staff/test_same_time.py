"""A wrong password takes as long for a name that is known, unknown or switched off: nobody learns from the clock who works here.

Seconds are those of the processor: what else the machine does would drown two milliseconds, and test_attempts.py sees to it that the
database is asked the same.
"""

import itertools
import math
import random
import statistics
import time
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from admin_app.foundation import passwords
from admin_app.foundation.database import transaction
from admin_app.foundation.per_app import PerApp
from admin_app.staff.models import SignInAttempt, StaffMember
from admin_app.staff.operations import signing_in
from tests.factories.staff import PASSWORD

ROUNDS, ROUNDS_OF_A_CONTROL = 200, 30
NO_DIFFERENCE = 0.01
"""Below this probability chance does not explain a difference."""
GAP_SECONDS = 0.002
REAL_COST = passwords.COST
"""As offices have it; taken before the tests make passwords quick."""
Times = dict[str, list[float]]
Staff = Callable[..., StaffMember]


def chance(one: list[float], other: list[float]) -> float:
    """The two-sided probability of Mann and Whitney that both samples come from the same times (normal approximation)."""
    ranks = {value: rank for rank, value in enumerate(sorted([*one, *other]), 1)}
    n, m = len(one), len(other)
    above = sum(ranks[value] for value in one) - n * (n + 1) / 2
    deviation = (above - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(deviation) / math.sqrt(2))


def differences(times: Times) -> Iterator[tuple[str, str]]:
    """Pairs of names whose times differ by more than chance, or, asked one after the other, by more than GAP_SECONDS."""
    for one, other in itertools.combinations(times, 2):
        gap = abs(statistics.median(here - there for here, there in zip(times[one], times[other], strict=True)))
        probability = chance(times[one], times[other])
        print(f"{one} / {other}: p = {probability:.3f}, {gap * 1000:.2f} ms apart", flush=True)
        if probability < NO_DIFFERENCE or gap > GAP_SECONDS:
            yield one, other


def test_the_statistics_tell_a_shift_of_two_milliseconds_from_none() -> None:
    chosen = random.Random(1)
    base, same = ([chosen.gauss(0.1, 0.004) for _each in range(ROUNDS)] for _sample in range(2))
    assert list(differences({"base": base, "same": same})) == []
    assert list(differences({"base": base, "later": [value + GAP_SECONDS for value in same]})) == [("base", "later")]


@pytest.fixture
def somebody(make_staff: Staff, monkeypatch: pytest.MonkeyPatch) -> StaffMember:
    """«li», and «off» who is switched off; passwords cost what they do in an office, also the one that unknown names are compared with."""
    monkeypatch.setattr(passwords, "COST", REAL_COST)
    monkeypatch.setattr(signing_in, "_NOBODY_S", PerApp("nobody_s_password_at_real_cost", lambda: passwords.hashed("nobody's")))
    stored = passwords.hashed(PASSWORD)
    make_staff("reviewer", username="off", active=False, password=stored)
    return make_staff("reviewer", username="li", password=stored)


def wrong_password(client: FlaskClient, name: str) -> tuple[float, str]:
    """The seconds that an attempt takes, and what the answer says; no attempt before it counts."""
    with transaction() as session:
        session.execute(sa.delete(SignInAttempt))
    began = time.thread_time()
    answer = client.post("/sign-in", data={"username": name, "password": "not the password"})
    taken = time.thread_time() - began
    assert answer.status_code == 422
    return taken, answer.text.replace(f'value="{name}"', "").partition("csrf_token")[0]


def measured(client: FlaskClient, usernames: tuple[str, ...], rounds: int) -> Times:
    """The seconds of so many wrong passwords for each name, in an order that changes, all with the same answer."""
    assert len({wrong_password(client, name)[1] for name in usernames}) == 1
    times: Times = {name: [] for name in usernames}
    for order in itertools.islice(itertools.cycle(itertools.permutations(usernames)), rounds):
        for name in order:
            times[name].append(wrong_password(client, name)[0])
    return times


@pytest.mark.proof
def test_known_unknown_and_switched_off_names_take_the_same_time(client: FlaskClient, somebody: StaffMember) -> None:
    names = (somebody.username, "nobody", "off")
    found = set(differences(measured(client, names, ROUNDS)))
    if found:  # chance alone finds one pair in a hundred; what is there is found again
        found &= set(differences(measured(client, names, ROUNDS)))
    assert found == set()


@pytest.mark.proof
def test_control_a_sign_in_that_compares_nothing_for_unknown_names_is_found(
    client: FlaskClient, somebody: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits, stored = passwords.fits, somebody.password
    monkeypatch.setattr(passwords, "fits", lambda kept, password: kept == stored and fits(kept, password))
    assert list(differences(measured(client, (somebody.username, "nobody"), ROUNDS_OF_A_CONTROL))) == [(somebody.username, "nobody")]

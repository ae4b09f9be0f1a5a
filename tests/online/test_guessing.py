"""A hundred thousand guesses at look-up codes: none hits, and of each case ten a day are compared (O-5 of the door's tests)."""

import random

import pytest
import sqlalchemy as sa
from flask import Flask

from admin_app.applications.models import Application, LookUpAttempt
from admin_app.applications.operations import look_up
from admin_app.applications.rules.look_up import FAILED_OF_A_CASE, LENGTH, SIGNS
from admin_app.centres.models import Centre
from admin_app.foundation import origin
from admin_app.foundation.database import db, transaction
from admin_app.staff.models import StaffMember
from tests.factories.applications import make_application
from tests.factories.residents import make_resident

CASES, GUESSES = 1_000, 100_000
"""In the proof."""


def guess(clerk: StaffMember, centre: Centre, cases: int, guesses: int, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """(hits, codes that were compared): guesses in turn at each case, each from an address of its own."""
    resident = make_resident()
    references = [f"BK-26-{number:07d}" for number in range(1, cases + 1)]
    made = [make_application(clerk, centre, resident, reference=one, status="submitted", is_open=True) for one in references]
    with transaction():
        for case in made:
            look_up.give_code(case, by=clerk.actor)
    compared, compare, chance = [], look_up._is_code_of, random.Random(1)
    monkeypatch.setattr(look_up, "_is_code_of", lambda found, code: compared.append(code) or compare(found, code))
    hits = 0
    for number in range(guesses):
        origin.address.set(f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}")
        with transaction():
            hits += look_up.find(references[number % cases], "".join(chance.choices(SIGNS, k=LENGTH))) is not None
    return hits, len(compared)


def test_of_many_guesses_from_many_addresses_none_hits_and_ten_a_case_are_compared(
    app: Flask, clerk: StaffMember, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert guess(clerk, centre, 5, 75, monkeypatch) == (0, 5 * FAILED_OF_A_CASE)
    assert db.session.scalar(sa.select(sa.func.count(LookUpAttempt.id))) == 5 * FAILED_OF_A_CASE
    assert db.session.scalar(sa.select(sa.func.count(Application.id)).where(Application.look_up_index.is_not(None))) == 5


def test_control_a_right_guess_is_a_hit(app: Flask, clerk: StaffMember, centre: Centre) -> None:
    case = make_application(clerk, centre, make_resident(), status="submitted", is_open=True)
    with transaction():
        code = look_up.give_code(case, by=clerk.actor)
    with transaction():
        assert look_up.find(case.reference, code) is not None


@pytest.mark.proof
def test_a_hundred_thousand_guesses_over_a_thousand_cases(
    app: Flask, clerk: StaffMember, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert guess(clerk, centre, CASES, GUESSES, monkeypatch) == (0, CASES * FAILED_OF_A_CASE)

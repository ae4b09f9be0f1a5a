"""The ids that leave the house: 128 random bits, in every table that has them."""

import itertools
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from admin_app.factory import create_app  # noqa: F401  (every model is mapped once the app can be made)
from admin_app.foundation.database import Base, is_public_id, new_public_id

DRAWN = 100_000
EXPECTED = 1 / 16
SPREAD = 0.006
"""Nearly eight standard deviations of a share of 1/16 among 100,000: chance does not reach it."""


def weaknesses(ids: list[str]) -> Iterator[str]:
    """What tells drawn ids from random ones: twice the same, a digit that leans, a digit that follows from the id before."""
    if len(set(ids)) != len(ids):
        yield "one id twice"
    for place, digits in enumerate(zip(*ids, strict=True)):
        shares = Counter(digits)
        if max(abs(shares[digit] / len(ids) - EXPECTED) for digit in "0123456789abcdef") > SPREAD:
            yield f"digit {place} is not even"
        steps = Counter((int(after, 16) - int(before, 16)) % 16 for before, after in itertools.pairwise(digits))
        if max(abs(steps[step] / len(ids) - EXPECTED) for step in range(16)) > SPREAD:
            yield f"digit {place} follows from the one before"


def test_a_hundred_thousand_public_ids_are_different_and_even() -> None:
    drawn = [new_public_id() for _each in range(DRAWN)]
    assert all(map(is_public_id, drawn[:1000]))
    assert list(weaknesses(drawn)) == []


COUNTER = itertools.count(1)
WEAK: dict[str, Callable[[], str]] = {
    "counted": lambda: f"{next(COUNTER):032x}",
    "by the clock": lambda: f"{time.time_ns():016x}{uuid.uuid4().hex[:16]}",
    "122 bits": lambda: uuid.uuid4().hex,
}


@pytest.mark.parametrize("kind", WEAK)
def test_control_ids_that_can_be_guessed_are_found(kind: str) -> None:
    assert list(weaknesses([WEAK[kind]() for _each in range(DRAWN // 20)]))


def test_every_table_draws_its_public_ids_so() -> None:
    columns = {mapper.local_table.name: mapper.local_table.c.get("public_id") for mapper in Base.registry.mappers}
    drawn = {name: column.default.arg(None) for name, column in columns.items() if column is not None}
    assert len(drawn) >= 10
    assert [name for name, public_id in drawn.items() if not is_public_id(public_id)] == []

"""Tracking numbers come from rows, pairs or a range, and go to the parcel that they are said for, never to a place in a list."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from admin_app.mailing import rules
from admin_app.mailing.operations import numbering
from admin_app.mailing.rules import running
from tests.factories.mailing import s10

CODES = [rules.parcel_number(date(2026, 11, 30), running) for running in (1, 2, 3)]
PARCELS: Any = [SimpleNamespace(id=place, public_id=f"p{place}", number=code) for place, code in enumerate(CODES)]
LABELS: Any = {parcel.id: SimpleNamespace(code=parcel.number) for parcel in PARCELS}
LABELS[2] = SimpleNamespace(code=f"{CODES[2]}-2")  # the third label was printed again


def entered(**given: Any) -> dict[str, str]:
    return numbering.resolved(numbering.Entered(**({"rows": {}} | given)), PARCELS, LABELS)


def problems(**given: Any) -> list[str]:
    with pytest.raises(numbering.NumbersRefused) as refused:
        entered(**given)
    return [str(refused.value.message), *refused.value.details.get("problems", ())]


EVERY = {"p0": s10(1), "p1": s10(2), "p2": s10(3)}


@pytest.mark.parametrize(
    "text",
    [
        f"{CODES[0]}\t{s10(1)}\n{CODES[1]}\t{s10(2)}\n{CODES[2]}-2\t{s10(3)}",
        f"{CODES[2]}-2;{s10(3)}\r\n\r\n{CODES[0]};{s10(1)}\r\n{CODES[1]};{s10(2)}\r\n",
        f"{s10(2)}, {CODES[1]}\n\n\n{CODES[0]}, {s10(1)}\n{CODES[2]}-2, {s10(3)}",
        f"{CODES[0]}\n{s10(1)}\n{CODES[1]}\n\n{s10(2)}\n{CODES[2]}-2\n{s10(3)}",
        f"Label Number\n{CODES[0]} {s10(1)} some street\n{CODES[1]} {s10(2)}\n{CODES[2].lower()}-2 {s10(3).lower()}",
    ],
    ids=["tab", "semicolons, another order, blank lines", "number first", "scanned in turn", "a heading, more columns, small letters"],
)
def test_pairs_are_matched_by_their_label_whatever_the_order(app, text):
    assert entered(pairs=text) == EVERY


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{s10(1)}\n{s10(2)}", "Line 1: a number without a label"),
        (f"{CODES[0]} {s10(1)}\n\n{CODES[0]} {s10(2)}", "Line 3: label"),
        (f"{CODES[0]} {s10(1)}\n{CODES[1]} {s10(1)}", "stands there twice"),
        (f"{CODES[0]}\n{CODES[1]}\n{s10(1)}", "Line 1: a label without a number"),
        (f"{CODES[0]} {s10(1)}\n{CODES[1]}", "Line 2: a label without a number"),
        (f"{CODES[2]} {s10(1)}", "is void"),
        (f"PX26113000000 {s10(1)}", "one label of ours and one number"),
        (f"{CODES[0]} RR000000021CN", "is none of the post"),
        (f"{CODES[0]} {CODES[1]} {s10(1)}", "one label of ours and one number"),
        ("hello 1", "one label of ours and one number"),
    ],
)
def test_what_cannot_be_matched_is_said_by_its_line(app, text, said):
    assert any(said in one for one in problems(pairs=text))


def test_a_label_of_another_batch_is_refused(app):
    other = rules.parcel_number(date(2026, 11, 30), 9)
    assert "not of this batch" in problems(pairs=f"{other} {s10(1)}")[1]


def test_a_pair_against_a_row_that_says_another_number_is_refused(app):
    assert "another number in its row" in problems(rows={"p0": s10(9)}, pairs=f"{CODES[0]} {s10(1)}")[1]
    assert entered(rows={"p0": s10(1)}, pairs=f"{CODES[0]} {s10(1)}")["p0"] == s10(1)


def test_of_many_wrong_lines_the_first_are_said_and_the_rest_counted(app):
    said = problems(pairs="\n".join(s10(number) for number in range(1, 31)))
    assert len(said) == 2 + numbering.MOST_SAID and "18" in said[-1]


def test_a_range_runs_with_its_check_digits(app):
    assert entered(first=s10(1).lower(), many="3") == EVERY
    assert entered(rows={"p1": s10(9)}, first=s10(1), many="2") == {"p0": s10(1), "p1": s10(9), "p2": s10(2)}


@pytest.mark.parametrize(
    ("first", "count", "said"), [(s10(1), "2", "3"), (s10(1), "", "3"), (s10(1), "x", "3"), ("RR000000021CN", "3", "digit")]
)
def test_a_range_that_does_not_fit_is_refused(app, first, count, said):
    assert said in problems(first=first, many=count)[0]


@pytest.mark.parametrize(
    ("first", "last"),
    [("1234567890123", "1234567890125"), ("0000000000099", "0000000000101"), ("JD00098", "JD00100"), (s10(99_999_997), s10(99_999_999))],
)
def test_numbers_run_in_their_own_form(first, last):
    assert running.running_numbers(first, 3)[-1] == last


@pytest.mark.parametrize("first", ["9999999999998", s10(99_999_998), "NODIGITS"])
def test_a_range_over_the_last_number_is_none(first):
    with pytest.raises(ValueError, match="last number"):
        running.running_numbers(first, 3)

"""Tracking numbers come from rows, pairs or a range, and go to the parcel that they are said for, never to a place in a list."""

import io
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
import xlsxwriter

from admin_app.mailing import rules
from admin_app.mailing.operations import number_files, numbering
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


def csv(*rows: str, heads: str = "Date,Label,Phone,Tracking number") -> bytes:
    return "\r\n".join((heads, *(f"2026-11-30,{row.partition(' ')[0]},13800000000,{row.partition(' ')[2]}" for row in rows))).encode()


WHOLE = (f"{CODES[2]}-2 {s10(3)}", f"{CODES[0]} {s10(1)}", f"{CODES[1]} {s10(2)}")


def of_file(data: bytes, **more: Any) -> dict[str, str]:
    return entered(table=number_files.rows_of(data), **more)


def workbook(*rows: tuple[str, ...]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    return made.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        csv(*WHOLE), csv(*WHOLE) + b"\r\n,,,\r\n\r\n", csv(*WHOLE, heads="日期,面单号,电话,邮件号").decode().encode("gb18030"),
        "\n".join(row.replace(" ", ";") for row in WHOLE).encode(),
        workbook(("Number", "Label"), *((row.split()[1].lower(), row.split()[0]) for row in WHOLE)),
    ],
    ids=["headings", "empty lines at the end", "Chinese headings", "no headings", "a workbook"],
)  # fmt: skip
def test_a_file_is_matched_by_its_labels_whatever_the_order(app, data):
    assert of_file(data) == EVERY


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (WHOLE[:2], [f"The file has no number for label {CODES[1]}."]),
        ((*WHOLE, f"{rules.parcel_number(date(2026, 11, 30), 99)} {s10(4)}"), ["Line 5: label", "is not of this batch"]),
        ((*WHOLE, f" {s10(4)}"), ["Line 5: a number without its label"]),
        ((*WHOLE[:2], CODES[1]), [f"Line 4: {CODES[1]}: The tracking number is missing."]),
        ((*WHOLE[:2], f"{CODES[1]} {s10(1)}"), ["Line 4: number", "stands there twice"]),
        ((*WHOLE, WHOLE[0]), ["Line 5: label", "stands there twice"]),
        ((*WHOLE[:2], f"{CODES[1]} RR000000021CN"), ["Line 4", "The check digit is wrong"]),
        ((*WHOLE[:2], f"hello {s10(2)}", f"{CODES[1]} {s10(4)}"), ["Line 4: what stands there as a label is none of ours"]),
    ],
    ids=["too few", "too many", "no label", "no number", "a number twice", "a label twice", "a check digit", "another label"],
)
def test_of_a_file_with_one_wrong_line_nothing_is_taken(app, rows, said):
    (problem,) = problems(table=number_files.rows_of(csv(*rows)))[1:]
    assert all(words in problem for words in said)


def test_an_empty_line_between_the_rows_is_said(app):
    first, *rest = csv(*WHOLE).split(b"\r\n")
    data = b"\r\n".join((first, rest[0], b"", *rest[1:]))
    assert problems(table=number_files.rows_of(data))[1:] == ["Line 3: this line is empty; take it out of the file"]


def test_rows_and_a_range_may_stand_beside_a_file_and_a_row_that_says_another_number_may_not(app):
    assert of_file(csv(*WHOLE[:2]), first=s10(2), many="1") == of_file(csv(*WHOLE[:2]), rows={"p1": s10(2)}) == EVERY
    assert "another number in its row" in problems(table=number_files.rows_of(csv(*WHOLE)), rows={"p1": s10(9)})[1]


@pytest.mark.parametrize("data", [b"", b"a,b\r\n1,2", csv(*WHOLE, heads="a,label,b,label"), csv(heads="Date,Label,Phone,Tracking number")])
def test_a_file_without_the_two_columns_or_without_rows_is_refused(app, data):
    with pytest.raises(number_files.NumbersFileRefused):
        number_files.rows_of(data)


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

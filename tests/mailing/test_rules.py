"""Tracking numbers, parcel numbers, label codes, the spelling of names that no font has."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin_app.foundation.status_machine import status_after
from admin_app.foundation.typed_text import numbers
from admin_app.mailing import rules

DOMESTIC = r"\d{13}|[A-Z]{2}\d{11}"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("RR473124829GB", None),
        ("rr 4731 2482 9 gb", None),
        ("ＲＲ４７３１２４８２９ＧＢ", None),
        ("RR473124828GB", "check_digit"),
        ("RR473124839GB", "check_digit"),
        ("EA000000005CN", None),  # sum 0: 11 becomes 5
        ("EA000000000CN", "check_digit"),
        ("1234567890123", None),
        ("KA12345678901", None),
        ("123456789012", "pattern"),
        ("RR47312482GB", "pattern"),
        ("١٢٣٤٥٦٧٨٩٠١٢٣", "pattern"),
        ("RR473124829GB<b>", "pattern"),
        ("", "missing"),
        ("   ", "missing"),
    ],
)
def test_a_tracking_number_is_checked(typed, fault):
    assert rules.tracking_fault(numbers.compact(typed), domestic=DOMESTIC) == fault


def test_the_check_digit_table():
    assert rules.s10_check_digit("47312482") == 9
    assert rules.s10_check_digit("00000000") == 5
    assert rules.s10_check_digit("00000006") == 2
    assert {rules.s10_check_digit(f"{number:08d}") for number in range(2000)} == set(range(10))


@given(st.from_regex(r"[A-Z]{2}[0-9]{8}", fullmatch=True), st.from_regex(r"[A-Z]{2}", fullmatch=True), st.data())
def test_every_number_with_its_check_digit_is_taken_and_no_other_digit_is(head, country, data):
    right = rules.s10_check_digit(head[2:])
    assert rules.tracking_fault(f"{head}{right}{country}", domestic=DOMESTIC) is None
    wrong = data.draw(st.integers(0, 9).filter(lambda digit: digit != right))
    assert rules.tracking_fault(f"{head}{wrong}{country}", domestic=DOMESTIC) == "check_digit"


@given(st.from_regex(r"[0-9]{8}", fullmatch=True), st.integers(0, 7), st.integers(1, 9))
def test_one_mistyped_digit_is_noticed_unless_two_rests_share_a_digit(eight, place, more):
    other = eight[:place] + str((int(eight[place]) + more) % 10) + eight[place + 1 :]
    rests = {11 - sum(w * int(d) for w, d in zip(rules.S10_WEIGHTS, number, strict=True)) % 11 for number in (eight, other)}
    if not rests & {10, 11}:
        assert rules.s10_check_digit(eight) != rules.s10_check_digit(other)


@given(st.dates(date(2020, 1, 1), date(2099, 12, 31)), st.integers(1, 99_999))
def test_a_parcel_number_names_its_day_and_proves_itself(day, running):
    number = rules.parcel_number(day, running)
    assert len(number) == 14
    assert rules.is_parcel_number(number)
    assert rules.is_parcel_number(rules.label_code(number, 3))
    assert number[2:8] == f"{day:%y%m%d}"


def test_a_mistyped_parcel_number_is_noticed():
    number = rules.parcel_number(date(2026, 11, 22), 433)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert not rules.is_parcel_number(wrong)
    assert not rules.is_parcel_number("PX1")


def test_the_first_print_carries_the_parcel_number_and_reprints_a_counter():
    assert (rules.label_code("PX1", 1), rules.label_code("PX1", 2)) == ("PX1", "PX1-2")


@pytest.mark.parametrize(
    ("name", "bad", "latin", "expected"),
    [
        ("孙䶮", "䶮", "Sun Yan", "孙(Yan)"),
        ("欧阳䶮䶮", "䶮", "Ou Yang Yan Yan", "欧阳(Yan)(Yan)"),
        ("买买提·䶮", "䶮", "Memet Y", "买买提·(Memet Y)"),
        ("孙䶮", "䶮", "", "孙"),
    ],
)
def test_a_name_that_no_font_has_is_spelled_out(name, bad, latin, expected):
    assert rules.spell_out(name, set(bad), latin) == expected


@pytest.mark.parametrize("moves", [rules.BATCH_MOVES, rules.PARCEL_MOVES], ids=["batch", "parcel"])
def test_a_move_leads_where_the_table_says_and_nowhere_else(moves):
    words = rules.BatchStatus if moves is rules.BATCH_MOVES else rules.ParcelStatus
    for verb, (sources, target) in moves.items():
        for status in words:
            assert status_after(moves, status, verb) == (target if status in sources else None)


@pytest.mark.parametrize("number", ["PX261127000071", "PX261127000071-2"])
def test_the_barcode_of_an_own_label_void_or_not_is_no_tracking_number(number):
    assert rules.tracking_fault(number, domestic=".*") == "own_label"

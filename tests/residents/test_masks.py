"""Masks to the character: what is shown of a number, a phone, a name, and to whom."""

from datetime import date
from types import SimpleNamespace

import pytest

from admin_app.foundation.actor import Actor, Kind
from admin_app.residents import rules

SEES = Actor(Kind.STAFF, 1, "reviewer", rights=frozenset({"residents.names"}))
SEES_NOT = Actor(Kind.STAFF, 1, "auditor", rights=frozenset({"residents.read"}))
NUMBER = "11010519491231002X"


def test_of_an_id_number_the_last_four_stay() -> None:
    assert rules.mask_id_number(NUMBER) == "**************002X"


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13912345521", "*******5521"),
        ("123456789", "*****6789"),
        ("12345678", "******78"),
        ("12345", "***45"),
        ("45", "45"),
        ("5", "5"),
        ("", ""),
    ],
)
def test_of_a_phone_four_digits_stay_or_two_of_a_short_one(phone: str, shown: str) -> None:
    assert rules.mask_phone(phone) == shown


def test_a_number_tells_day_and_sex_and_lists_show_the_month_alone() -> None:
    assert rules.birth_in(NUMBER) == date(1949, 12, 31)
    assert rules.birth_month(date(1949, 12, 31)) == "1949-12"
    assert (rules.sex_in(NUMBER), rules.sex_in("110105194912310137")) == (rules.Sex.FEMALE, rules.Sex.MALE)


@pytest.mark.parametrize(("name", "shown"), [("欧阳子墨", "欧＊＊"), ("王", "王＊＊"), ("Wang Yan", "W***"), ("W王", "W***")])
def test_of_a_name_the_first_character_stays_for_whoever_may_not_see_names(name: str, shown: str) -> None:
    assert rules.shown_name(name, SEES_NOT) == shown
    assert rules.shown_name(name, SEES) == name


@pytest.mark.parametrize("who", [SEES, SEES_NOT])
def test_where_a_name_was_erased_it_says_so_to_everybody(who: Actor) -> None:
    assert rules.shown_name("", who) == "Erased"


def test_both_scripts_of_a_name_are_shown_alike() -> None:
    row = SimpleNamespace(name="王䶮", name_latin="Wang Yan")
    assert rules.shown_names(row, SEES_NOT) == ("王＊＊", "W***")
    assert rules.shown_names(row, SEES) == ("王䶮", "Wang Yan")


@pytest.mark.parametrize(
    ("field", "text", "hidden", "seen"),
    [
        ("phone", "13912345521", "*******5521", "*******5521"),
        ("name", "王䶮", "王＊＊", "王䶮"),
        ("name_latin", "Wang Yan", "W***", "Wang Yan"),
        ("address", "文三路90号", "＊＊", "文三路90号"),
        ("postcode", "310012", "＊＊", "310012"),
        ("address", "", "", ""),
        ("name", "", "", ""),
    ],
)
def test_what_a_fact_was_is_shown_as_the_reader_may_see_it(field: str, text: str, hidden: str, seen: str) -> None:
    assert (rules.shown_fact(field, text, SEES_NOT), rules.shown_fact(field, text, SEES)) == (hidden, seen)

"""Residents of the demo office: valid, different, believable, the same every time."""

import datetime as dt
from collections import Counter
from random import Random

import pytest
from stdnum.cn import ric

from admin_app.demo import addresses, identities, names
from admin_app.demo.people import person

TODAY = dt.date(2026, 11, 22)


@pytest.fixture(scope="module")
def people():
    return [person(index, seed=7, today=TODAY) for index in range(4_000)]


def test_every_id_number_is_valid_and_carries_birth_date_and_sex(people):
    for resident in people:
        number = ric.validate(resident.identity.id_number)
        assert ric.get_birth_date(number) == resident.identity.born
        assert (int(number[16]) % 2 == 1) == (resident.identity.sex == "M")


def test_order_digits_are_high(people):
    assert all(int(resident.identity.id_number[14:17]) >= 800 for resident in people)


def test_id_numbers_of_one_seed_differ(people):
    assert len({resident.identity.id_number for resident in people}) == len(people)


def test_id_numbers_that_share_order_digits_and_lap_differ():
    numbers = {
        identities.draw_identity(Random(index), index, seed=3, today=TODAY).id_number for index in range(0, identities.MAX_PEOPLE, 100)
    }
    assert len(numbers) == identities.MAX_PEOPLE // 100


def test_same_seed_and_index_give_the_same_person(people):
    assert person(123, seed=7, today=TODAY) == people[123]


def test_another_seed_gives_other_people(people):
    assert person(123, seed=8, today=TODAY) != people[123]


def test_most_residents_are_adults_and_some_are_children(people):
    ages = [resident.age(TODAY) for resident in people]
    assert 0.85 < sum(18 <= age <= 85 for age in ages) / len(ages) < 0.97
    assert any(age < 7 for age in ages)
    assert min(ages) >= 0


def test_common_surnames_are_common(people):
    surnames = Counter(resident.name.written[0] for resident in people)
    assert {surname for surname, _count in surnames.most_common(3)} <= set("王李张刘")


@pytest.mark.parametrize(
    "fits",
    [
        lambda name: any(ord(char) > 0xFFFF for char in name.written),
        lambda name: "·" in name.written,
        lambda name: name.is_foreign,
        lambda name: name.written.startswith("欧阳"),
        lambda name: any(char in "龑喆㛃䶮昇淼" for char in name.written),
    ],
    ids=["above U+FFFF", "middle dot", "foreign", "compound surname", "rare character"],
)
def test_unusual_names_occur(people, fits):
    assert any(fits(resident.name) for resident in people)


def test_names_have_two_to_twenty_characters_and_a_latin_form(people):
    for resident in people:
        assert 2 <= len(resident.name.written) <= 20
        assert all(ord(char) < 0x1EFF + 1 for char in resident.name.latin)
        assert resident.name.latin[0].isupper() or resident.name.is_foreign


def test_pinyin_separates_syllables_that_would_run_together():
    assert names.latin_of("西安") == "Xi'an"


def test_most_addresses_are_in_the_home_city(people):
    cities = Counter(resident.address.city for resident in people)
    assert cities.most_common(1)[0][0] == "杭州市"
    assert len(cities) > 10


def test_an_address_names_its_district_and_postcode(people):
    districts = {d["code"]: d for city in addresses.divisions()["cities"] for d in city["districts"]}
    for resident in people[:500]:
        district = districts[resident.address.district_code]
        assert resident.address.postcode == district["postcode"]
        assert district["name"] in resident.address.full
        assert district["name_en"] in resident.address.latin


def test_a_municipality_is_not_named_twice(people):
    shanghai = next(resident.address for resident in people if resident.address.city == "上海市")
    assert shanghai.full.count("上海市") == 1


def test_phone_numbers_have_eleven_digits_of_ranges_nobody_has(people):
    assert all(len(r.phone) == 11 and r.phone[:3] in ("140", "142", "143") for r in people)

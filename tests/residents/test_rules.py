"""Identity numbers, names and phones: what is taken, how it is shown, how it is found."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from admin_app.foundation.typed_text import numbers, texts
from admin_app.foundation.typed_text.search_keys import search_key
from admin_app.residents import rules

TODAY = date(2026, 11, 22)


@st.composite
def id_numbers(draw: st.DrawFn) -> tuple[str, date, int]:
    """A valid number, its birth date and its order number."""
    born = draw(st.dates(date(1900, 1, 1), TODAY))
    order = draw(st.integers(0, 999))
    body = f"330106{born:%Y%m%d}{order:03d}"
    return body + ric.calc_check_digit(body + "0"), born, order


@given(id_numbers())
def test_a_valid_number_tells_birth_date_and_sex(made: tuple[str, date, int]) -> None:
    number, born, order = made
    identity = rules.read_id_number(number, today=TODAY)
    assert (identity.number, identity.birth_on, identity.sex) == (number, born, "male" if order % 2 else "female")


@given(id_numbers(), st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_noticed(made: tuple[str, date, int], place: int, digit: str) -> None:
    number = made[0]
    if number[place] == digit:
        return
    with pytest.raises(rules.InvalidIdNumber):
        rules.read_id_number(number[:place] + digit + number[place + 1 :], today=TODAY)


@given(id_numbers())
def test_the_mask_keeps_the_last_four_digits_and_the_length(made: tuple[str, date, int]) -> None:
    masked = rules.mask_id_number(made[0])
    assert masked == "*" * 14 + made[0][-4:]


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_a_refusal(text: str) -> None:
    try:
        assert len(rules.read_id_number(text, today=TODAY).number) == 18
    except texts.TextRefused as refused:
        assert str(refused.message)


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105-19491231-002X",
        "\u3000110105194912310\u200b02X",
    ],
)
def test_spellings_of_one_number_are_the_same(typed: str) -> None:
    assert rules.read_id_number(typed, today=TODAY).number == "11010519491231002X"


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("", "18 characters"),
        ("1101051949123100", "18 characters"),
        ("11010519491231002A", "18 characters"),
        ("110105194912310021", "last character"),
        ("999999194912310025", "place or a date"),
        ("<script>alert(1)</script>", "18 characters"),
    ],
)
def test_a_refused_number_gets_a_sentence(typed: str, part: str) -> None:
    with pytest.raises(rules.InvalidIdNumber) as refused:
        rules.read_id_number(typed, today=TODAY)
    assert part in str(refused.value.message)


def test_a_birth_date_in_the_future_is_refused() -> None:
    born = TODAY + timedelta(days=1)
    body = f"330106{born:%Y%m%d}001"
    with pytest.raises(rules.InvalidIdNumber):
        rules.read_id_number(body + ric.calc_check_digit(body + "0"), today=TODAY)


@pytest.mark.parametrize(
    "name", ["王龑", "买买提·吐尔逊江", "O'Connor Ann", "غلام محمد", "Ngô Bảo Châu", "𠮷野", "<b>x</b>", "李", "अनिल", "㐱" * 50]
)
def test_names_of_any_script_are_kept_as_they_are(name: str) -> None:
    assert texts.name(name) == name


@given(st.text(min_size=1, max_size=50))
def test_every_name_is_found_by_itself(text: str) -> None:
    try:
        name = texts.name(text)
    except texts.TextRefused:
        return
    keys = rules.name_keys(name, rules.latin_of(name))
    assert search_key(name) in keys and all(keys)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("王龑", "wangyan"),
        ("王龑", "WY"),
        ("王龑", "Wang Yan"),
        ("王龑", "王"),
        ("曾国藩", "zengguofan"),
        ("曾国藩", "cengguofan"),
        ("欧阳靖瑶", "oyjy"),
        ("欧阳靖瑶", "ouyang"),
        ("吕布", "lvbu"),
        ("吕布", "lyubu"),
        ("买买提·吐尔逊江", "买买提吐"),
        ("买买提·吐尔逊江", "吐尔逊"),
        ("买买提•吐尔逊江", "吐尔逊江"),
        ("艾合买提．买买提", "买买提"),
        ("阿依古丽·买买提·艾山", "艾山"),
        ("محمد بن سلمان", "سلمان"),
        ("Иван Петров", "петров"),
        ("O'Connor Ann", "oconnor"),
        ("O'Connor Ann", "Ann"),
        ("Zoë Müller", "zoe mul"),
        ("Ｚｏｅ", "zoe"),
    ],
)
def test_a_name_is_found_by_what_people_type(name: str, typed: str) -> None:
    keys = rules.name_keys(name, rules.latin_of(name))
    assert any(key.startswith(search_key(typed)) for key in keys)


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("王龑", "Wang Yan"),
        ("欧阳靖瑶", "Ouyang Jingyao"),
        ("单雄信", "Shan Xiongxin"),
        ("买买提·吐尔逊江", "Maimaiti Tuerxunjiang"),
        ("Ann", ""),
        ("𠮷野", ""),
    ],
)
def test_latin_form_of_chinese_names(name: str, latin: str) -> None:
    assert rules.latin_of(name) == latin


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("138 0013 5521", "13800135521", "*******5521"),
        ("+86 138-0013-5521", "13800135521", "*******5521"),
        ("0571-12333", "057112333", "*****2333"),
        ("１３８００１３５５２１", "13800135521", "*******5521"),
        ("+44 20 7946 0018", "+442079460018", "*********0018"),
        ("12333", "12333", "***33"),
        ("", "", ""),
    ],
)
def test_phones_are_cleaned_and_masked(typed: str, kept: str, shown: str) -> None:
    assert (numbers.phone(typed), rules.mask_phone(kept)) == (kept, shown)


def numbered(body: str) -> str:
    """17 digits and the check digit that belongs to them."""
    return body + ric.calc_check_digit(body + "0")


@pytest.mark.parametrize("code", ["810000", "820000", "830000"])
def test_the_residence_permits_of_hong_kong_macao_and_taiwan_are_taken(code: str) -> None:
    assert rules.read_id_number(numbered(f"{code}19870412001"), today=TODAY).birth_on == date(1987, 4, 12)


@pytest.mark.parametrize("code", ["911124", "931840", "965036"])
def test_the_permanent_residence_of_a_foreigner_is_taken(code: str) -> None:
    assert rules.read_id_number(numbered(f"{code}19810803002"), today=TODAY).sex == "female"


@pytest.mark.parametrize(
    ("body", "doubts"),
    [
        ("32111919870412001", [rules.Doubt.PLACE]),
        ("33010618991231001", [rules.Doubt.BIRTH]),
        ("32111918991231001", [rules.Doubt.PLACE, rules.Doubt.BIRTH]),
        ("32110019870412001", []),
        ("33010619000101001", []),
    ],
)
def test_what_is_unusual_about_a_number_is_asked_until_it_was_compared(body: str, doubts: list[rules.Doubt]) -> None:
    identity = rules.read_id_number(numbered(body), today=TODAY)
    assert list(identity.doubts) == doubts and (identity.confirmed in rules.CONFIRMED_LABELS) == bool(doubts)
    for said in ("", numbered("33010619870412002")) if doubts else ():
        with pytest.raises(rules.NumberDoubted) as asked:
            rules.ask_about(identity, confirmed=said)
        assert (identity.number[:6] in str(asked.value.message)) == (rules.Doubt.PLACE in doubts)
    rules.ask_about(identity, confirmed=f" {identity.number.lower()}")


def test_a_birth_before_anybody_could_have_a_number_is_refused() -> None:
    with pytest.raises(rules.InvalidIdNumber):
        rules.read_id_number(numbered("33010617991231001"), today=TODAY)


@pytest.mark.parametrize("code", ["999999", "900124", "911000", "840000", "830001"])
def test_a_code_that_never_was_is_refused(code: str) -> None:
    with pytest.raises(rules.InvalidIdNumber):
        rules.read_id_number(numbered(f"{code}19870412001"), today=TODAY)

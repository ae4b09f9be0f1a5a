"""Texts that people type: what stays, what is folded, what is refused with its code point."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admin_app.foundation.typed_text import characters, texts

AS_TYPED = {
    "extension I, newer than Python 3.11": "李\U0002ebf0",
    "extension H": "郑\U00031350",
    "extension J, Unicode 17": "王\U000323b0",
    "private use, as old name systems wrote rare characters": "王\ue863",
    "private use beyond the first plane": "\U000f0001\U0010fffd",
    "variation selector of an ideograph": "葛\U000e0100城",
    "compatibility ideographs, which NFC would exchange": "\uf900\ufa0e\U0002f800",
    "Arabic with a non-joiner": "می\u200cخواهم",
    "Arabic number sign": "\u0600١٢",
    "half form with a joiner after the virama": "क्\u200dष",
    "old spelling of a chillu at the end of a word": "അവന്\u200d",
    "Mongolian vowel separator": "ᠰᠠᠷ\u180eᠠ",
    "Mongolian variation selector": "ᠠ\u180b",
    "stack of marks": "Z̼͙͂",
    "family of pictures": "👨\u200d👩\u200d👧",
    "old Hangul": "\u115f\u1161",
    "Tibetan": "བསྟན་འཛིན་",
    "middle dots": "买买提·吐尔逊江",
    "punctuation": "O'Connor-Ann <b>x</b>",
    "emoji newer than Python": "\U0001fae9",
}
FOLDED = {
    "ideographic space": ("王\u3000芳", "王 芳"),
    "no-break space": ("王\u00a0芳", "王 芳"),
    "em space and tab": ("王\u2003\t芳", "王 芳"),
    "Hangul fillers": ("\u3164王\uffa0", "王"),
    "direction override": ("王\u202e龑", "王龑"),
    "direction isolates": ("\u2067王龑\u2069", "王龑"),
    "byte order mark": ("\ufeffAnn", "Ann"),
    "soft hyphen": ("re\u00adport", "report"),
    "zero width": ("王\u200b\u2060龑", "王龑"),
    "bell and escape": ("王\x07\x1b龑", "王龑"),
    "tags": ("A\U000e0041\U000e007fB", "AB"),
    "joiner between Latin letters": ("A\u200dB", "AB"),
    "non-joiner between ideographs": ("王\u200c龑", "王龑"),
    "Mongolian separator outside Mongolian": ("王\u180e龑", "王龑"),
    "joiner after a non-joiner": ("ب\u200c\u200dج", "ب\u200cج"),
    "decomposed accents": ("Zoe\u0308", "Zoë"),
    "decomposed kana": ("か\u3099", "が"),
    "line ends": ("a\r\nb\u2028c\x85d\x0be", "a b c d e"),
}
IMPOSSIBLE = {
    "NUL": "\x00",
    "half a character": "\ud800",
    "replacement": "\ufffd",
    "no character": "\ufdd0",
    "last of a plane": "\U0003ffff",
}


@pytest.mark.parametrize("text", AS_TYPED.values(), ids=AS_TYPED)
def test_what_a_person_typed_stays(text: str) -> None:
    assert texts.line(text) == texts.block(text) == text


def test_control_asking_python_which_characters_exist_would_lose_some() -> None:
    lossy = [name for name, text in AS_TYPED.items() if not text.isprintable()]
    assert len(lossy) >= 8


@pytest.mark.parametrize(("typed", "kept"), FOLDED.values(), ids=FOLDED)
def test_blanks_and_invisible_characters_are_folded(typed: str, kept: str) -> None:
    assert texts.line(typed) == kept


@pytest.mark.parametrize("char", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
@pytest.mark.parametrize("read", [texts.line, texts.block, texts.name, texts.address, texts.reason])
def test_what_no_record_can_hold_is_refused_by_its_code_point(read, char: str) -> None:
    with pytest.raises(texts.TextRefused) as refused:
        read(f"王{char}龑 and more", field="name")
    assert characters.point(char) in str(refused.value.message) and refused.value.details["field"] == "name"


def test_a_block_keeps_its_lines() -> None:
    assert texts.block("\n one \r\n\r\n two\u2029three \n\n") == "one\n\ntwo\nthree"


def test_too_long_is_refused_and_not_cut() -> None:
    assert texts.line("x" * 10, most=10) == "x" * 10
    with pytest.raises(texts.TextRefused):
        texts.line("x" * 11, most=10)
    with pytest.raises(texts.TextRefused):
        texts.block("x\n" * 11, most=10)


def test_a_character_beyond_the_first_plane_counts_once() -> None:
    assert texts.line("\U0002ebf0" * 10, most=10) == "\U0002ebf0" * 10


@pytest.mark.parametrize("text", ["", "   ", "\u202e", "...", "😀", "\u3164", "\u200d"])
def test_what_shows_no_letter_is_no_name(text: str) -> None:
    with pytest.raises(texts.TextRefused):
        texts.name(text)


def test_a_name_has_fifty_characters_at_most() -> None:
    assert texts.name("㐱" * 50) == "㐱" * 50
    with pytest.raises(texts.TextRefused):
        texts.name("王" * 51)


@pytest.mark.parametrize("text", ["", "  ", "ok", "补卡", "!!!", "a.b", "\u202e\u202e\u202e", "x" * 201])
def test_two_letters_are_no_reason_and_a_novel_is_none(text: str) -> None:
    with pytest.raises(texts.ReasonMissing):
        texts.reason(text)


@pytest.mark.parametrize("text", ["卡找到", "bent", "x" * 200, "\U0002ebf0\ue863王"])
def test_a_reason_in_any_script_is_taken(text: str) -> None:
    assert texts.reason(f" {text} ") == text


@pytest.mark.parametrize("text", ["a\nb\nc\nd\ne", "x" * 201])
def test_an_address_that_fits_no_label_is_refused(text: str) -> None:
    with pytest.raises(texts.TextRefused):
        texts.address(text)


def test_an_address_has_no_empty_rows() -> None:
    assert texts.address("文三路90号\r\n\r\n 西湖区 ") == "文三路90号\n西湖区"


@settings(deadline=None)
@given(st.text(max_size=60))
def test_reading_twice_changes_nothing(text: str) -> None:
    assert texts.folded(texts.folded(text)) == texts.folded(text)
    assert texts.shown(texts.shown(text)) == texts.shown(text)


@settings(deadline=None)
@given(st.text(st.characters(categories=["Lo", "Lu", "Ll", "Nd", "Co", "Cn"]), min_size=1, max_size=50))
def test_letters_digits_private_and_unassigned_characters_stay(text: str) -> None:
    if characters.impossible(text) or "\u3164" in text or "\uffa0" in text:
        return
    assert unicodedata.normalize("NFD", texts.line(text)) == unicodedata.normalize("NFD", text)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_nothing_invisible_is_left(text: str) -> None:
    kept = texts.folded(text)
    assert not set(kept) & {"\u200b", "\u200e", "\u202e", "\ufeff", "\xad", "\t", "\xa0", "\u3000"} and "  " not in kept

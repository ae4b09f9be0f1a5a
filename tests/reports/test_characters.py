"""What the shipped fonts can print."""

import hashlib
import io
import re

import pytest
from fontTools.ttLib import TTFont

from reports.pdf.fonts import subset
from reports.text import characters, typefaces
from reports.text.measuring import width

CJK = range(0x4E00, 0x9FF0)


def test_shipped_fonts_are_the_files_that_the_readme_names():
    readme = (typefaces.FOLDER / "README.md").read_text(encoding="utf-8")
    for path in typefaces.FOLDER.glob("*.?tf"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() in readme, path.name


def test_the_licence_is_shipped_beside_the_fonts():
    assert "SIL OPEN FONT LICENSE" in (typefaces.FOLDER / "OFL.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("typeface", [each for each in typefaces.SHIPPED if each.bold], ids=lambda each: each.family)
def test_both_weights_have_the_same_characters(typeface):
    regular, bold = (set(TTFont(path, lazy=True).getBestCmap()) for path in (typeface.regular, typeface.bold))
    assert regular == bold


def test_the_han_typeface_is_wide():
    assert len(TTFont(typefaces.HAN.regular, lazy=True).getBestCmap()) > 44_000


def test_no_font_file_lies_there_unused():
    used = {path for each in typefaces.SHIPPED for path in (each.regular, each.bold) if path}
    assert set(typefaces.FOLDER.glob("*.?tf")) == used


@pytest.mark.parametrize("text", ["王羲", "㛃㐂𠮷", "Zoë Müller", "买买提·吐尔逊江", "No. 5–7 “x”", "nǚ lǘ", " \n\t"])
def test_usual_and_rare_names_are_printable(text):
    assert characters.missing_characters(text) == ()


def test_missing_characters_come_once_in_order():
    found = characters.missing_characters("a😀\U0003134ab😀")
    assert found == (characters.MissingCharacter("😀", "U+1F600"), characters.MissingCharacter("\U0003134a", "U+3134A"))


@pytest.mark.parametrize("char", ["\ue000", "\uf8ff", "\U000e0101", "ა", "ክ"])
def test_private_and_unsupported_characters_are_missing(char):
    assert [missing.char for missing in characters.missing_characters(f"王{char}")] == [char]


@pytest.mark.parametrize("removed", ["\x00", "\x07", "\u202e", "\u2066", "\u200b", "\ufeff", "\u00ad", "\ud800"])
def test_control_characters_are_removed(removed):
    assert characters.clean(f"王{removed}伟") == "王伟"


def test_white_space_becomes_one_space():
    assert characters.clean("  a\u3000\n b\t") == "a b"


def test_a_subset_keeps_glyph_and_character_ids_equal():
    font = TTFont(io.BytesIO(subset("王羲𠮷", weight="bold")))
    names = font["CFF "].cff.topDictIndex[0].charset
    assert all(int(re.sub(r"\D", "", name) or 0) == index for index, name in enumerate(names))
    assert {ord("王"), ord("羲"), ord("𠮷"), ord("A")} <= set(font.getBestCmap())


def test_width_counts_ems():
    assert width("王伟") == pytest.approx(2.0)


def test_joiners_stay_where_a_word_is_spelled_with_them():
    assert characters.clean("نامه\u200cها") == "نامه\u200cها" and characters.clean("ᠪ\u180eᠠ") == "ᠪ\u180eᠠ"


@pytest.mark.parametrize("char", characters.JOINERS)
def test_joiners_are_removed_where_no_word_needs_them(char):
    assert characters.clean(f"a{char}b{char}") == "ab" and characters.clean(f"{char}王{char}") == "王"


def test_accents_are_set_on_their_letters_and_han_forms_kept():
    assert characters.clean("e\u0302\u0323 \uf907") == "\u1ec7 \uf907"

"""Characters that are easily lost on paper: marks stacked on a letter, glyphs without ink, characters of no category we know."""

from dataclasses import replace

import pytest
import uharfbuzz
from PIL import ImageOps

from reports.labels.lines import Span
from reports.labels.rows import LabelRow
from reports.labels.sheets import render_label_sheets
from reports.text import characters, typefaces
from reports.text.characters import clean, missing_characters
from reports.text.typefaces import Typeface
from tests.reports.stocks import THERMAL_100X150

STACK = "\u0301\u0302\u0323\u0308\u0304\u0301"
ROW = LabelRow("PX1", "王伟", "", ("路",))


@pytest.mark.parametrize("letter", ["e", "x", "ж"])
def test_the_letter_behind_a_stack_of_marks_keeps_its_place(letter, pictures):
    ends = [_right_edge(pictures, f"Z{letter}{marks} Test") for marks in ("", "\u0301", STACK)]
    assert max(ends) - min(ends) <= 6, ends  # half a millimetre; a lost step is the width of a letter and more


def _right_edge(pictures, words: str) -> int:
    """The dot where an address of one line ends, on a label whose name is shorter."""
    row = replace(ROW, recipient="I", address_lines=(words,))
    (page,) = pictures(render_label_sheets([row], stock=THERMAL_100X150, language="en"))
    return ImageOps.invert(page.crop((0, 0, page.width, 600))).point(lambda value: 255 if value > 60 else 0).getbbox()[2]


@pytest.mark.parametrize("char", ["\u3164", "\u115f", "\u1160", "\uffa0", "\u2800", "\u034f"], ids=lambda char: f"U+{ord(char):04X}")
def test_a_glyph_without_ink_stops_the_document_with_its_code_point(char):
    assert [each.codepoint for each in missing_characters(f"王{char}伟")] == [f"U+{ord(char):04X}"]


@pytest.mark.parametrize(
    "char", ["\ue000", "\U000f0000", "\u0378", "\U0003fffd", "\u0600", "\u06dd"], ids=lambda char: f"U+{ord(char):04X}"
)
def test_private_unassigned_and_visible_format_characters_are_never_removed(char):
    assert char in clean(f"王{char}伟")


@pytest.mark.parametrize(
    "char", [" ", "\u3000", "。", "·", "\u0301", "ا", "\u0f7c", "\u1820\u180b"], ids=lambda char: f"U+{ord(char[0]):04X}"
)
def test_control_what_is_seen_is_not_called_blank(char):
    assert missing_characters(f"e{char}x") == ()


def test_a_mongolian_selector_without_a_letter_is_not_printable():
    assert [each.codepoint for each in missing_characters("王\u180b")] == ["U+180B"]


def test_a_stack_of_marks_is_given_the_room_that_it_needs():
    above, _ = Span(f"Ze{STACK}", 10).reach_mm
    plain_above, _ = Span("Ze", 10).reach_mm
    assert above > plain_above * 1.4


def seen_as_nothing() -> list[str]:
    """Every character that passes as printable and leaves no ink where the shaper, which the printer asks, sets it."""
    return [
        f"U+{point:04X}"
        for typeface in typefaces.SHIPPED
        for point in typefaces.face(typeface.regular).unicodes
        if typefaces.typeface_of(chr(point)) is typeface and not missing_characters(chr(point)) and clean(chr(point))
        if not _leaves_ink(chr(point), typeface)
    ]


def _leaves_ink(char: str, typeface: Typeface) -> bool:
    font, buffer = typefaces.font(typeface.regular), uharfbuzz.Buffer()
    buffer.add_str(char)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font, buffer)
    found = [font.get_glyph_extents(info.codepoint) for info in buffer.glyph_infos]
    return any(extents is not None and extents.width and extents.height for extents in found)


def test_no_character_of_any_font_passes_and_leaves_a_gap() -> None:
    assert seen_as_nothing() == []


def test_control_a_glyph_in_the_font_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(characters, "_has_ink", lambda char: typefaces.typeface_of(char) is not None)
    assert {"U+3164", "U+115F", "U+1160", "U+FFA0", "U+034F"} <= set(seen_as_nothing())

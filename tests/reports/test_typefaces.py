"""Which fonts are asked, and what the page of the label stocks says about them."""

import io
import unicodedata

import pikepdf
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from reports.labels.rows import LabelRow
from reports.labels.sheets import render_label_sheets
from reports.pdf import styled_text
from reports.text import characters, coverage, measuring, typefaces
from tests.reports.stocks import L7163

RARE = "\U0003134a"
"""In no shipped font."""

SYSTEM_FOLDERS = typefaces.system_folders
"""As the program has it: the fixtures of all tests put an empty list in its place."""


def _font(path, characters):
    pen = TTGlyphPen(None)
    for x, y, draw in ((100, 0, pen.moveTo), (100, 800, pen.lineTo), (900, 800, pen.lineTo), (900, 0, pen.lineTo)):
        draw((x, y))
    pen.closePath()
    names = [".notdef", *(f"u{ord(char):X}" for char in characters)]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(dict(zip(map(ord, characters), names[1:], strict=True)))
    builder.setupGlyf(dict.fromkeys(names, pen.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 100)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "Any", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    path.parent.mkdir(parents=True, exist_ok=True)
    builder.save(path)


@pytest.fixture
def rare_font(tmp_path, monkeypatch):
    """A machine with one of the big fonts; the caches are cold before and after."""
    _font(tmp_path / "share" / "fonts" / "deep" / "HanaMinB.ttf", RARE)
    _font(tmp_path / "share" / "fonts" / "Other.ttf", "\U000323af")
    caches = (
        typefaces.available,
        typefaces.typeface_of,
        coverage.coverage,
        styled_text.is_plain,
        characters._has_ink,
        measuring._reach,
        measuring._plain_advance,
        measuring._asks_for_latin,
    )
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "share"))
    monkeypatch.setattr(typefaces, "system_folders", SYSTEM_FOLDERS)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


def test_a_big_font_of_the_machine_prints_what_no_shipped_font_has(rare_font, words):
    row = LabelRow("PX1", f"孙{RARE}", "310012", ("文三路1号",))
    content = render_label_sheets([row], stock=L7163, language="zh")
    assert f"孙{RARE}收" in words(content)
    with pikepdf.Pdf.open(io.BytesIO(content)) as document:
        names = {str(font.BaseFont).split("+")[1] for font in document.pages[0].Resources.Font.values()}
    assert names == {"Print", "Print-Bold", "Rare-B-Bold"}


def test_without_the_big_font_the_same_name_is_stopped():
    with pytest.raises(characters.MissingGlyphs, match=r"PX1: no print font has U\+3134A"):
        render_label_sheets([LabelRow("PX1", f"孙{RARE}", "", ("文三路1号",))], stock=L7163, language="zh")


def test_no_other_font_of_the_machine_is_taken(rare_font):
    assert [each.regular.name for each in typefaces.available()[len(typefaces.SHIPPED) :]] == ["HanaMinB.ttf"]
    assert characters.missing_characters("\U000323af")


def test_the_page_counts_a_big_font(rare_font):
    assert dict(coverage.rare_fonts()) == {"HanaMinA.ttf": False, "HanaMinB.ttf": True, "BabelStoneHan.ttf": False}
    assert {each.script.code: each.printable for each in coverage.coverage()}["han_g"] == 5


def test_han_figures_are_those_counted_from_the_font_by_hand():
    found = {each.script.code: (each.printable, each.assigned) for each in coverage.coverage()}
    expected = {"han": (20_976, 20_992), "han_a": (6_582, 6_592), "han_b": (2_108, 42_720), "han_c": (47, 4_154), "han_d": (34, 222)}
    assert expected.items() <= found.items()


@pytest.mark.parametrize("script", coverage.SCRIPTS, ids=lambda script: script.code)
def test_what_counts_as_printable_is_what_is_printed(script):
    (each,) = [found for found in coverage.coverage() if found.script is script]
    points = [point for first, last in script.ranges for point in range(first, last + 1)]
    assigned = [chr(point) for point in points if script.assigned or unicodedata.category(chr(point)) not in coverage.NOT_PRINTED]
    maps = [TTFont(typeface.regular, lazy=True).getBestCmap() for typeface in typefaces.SHIPPED]
    assert each.printable == sum(any(ord(char) in cmap for cmap in maps) for char in assigned)
    assert each.printable <= each.assigned


@pytest.mark.parametrize(
    ("text", "families"),
    [
        ("文三路1号", ["Print"]),
        ("Room 5", ["Print"]),
        ("Ғабдуллин", ["Print Latin"]),
        ("王 Zoë", ["Print"]),
        ("王 Łódź", ["Print", "Print Latin"]),
        ("نامه\u200cها", ["Print Arabic"]),
        ("ᠮᠣ\u180bᠩ", ["Print Mongolian"]),
        ("и\u0301", ["Print Latin"]),
        ("ئەركىن قۇربان 12", ["Print Arabic", "Print"]),
    ],
)
def test_a_text_is_measured_in_the_typefaces_that_print_it(text, families):
    assert [typeface.family for typeface, _ in measuring.runs(text)] == families


def test_joined_letters_are_measured_joined():
    alone = sum(measuring.width(char) for char in "ئۈرۈمچى")
    assert measuring.width("ئۈرۈمچى") < alone * 0.95

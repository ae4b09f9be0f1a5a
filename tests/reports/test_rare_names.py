"""Rare names on paper: what the fonts have is whole, in its place and read back as typed; the rest is refused by its characters."""

import random
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache

import pytest
from fontTools.ttLib import TTFont

from reports.labels.designs import design_for
from reports.labels.layout import lay_out
from reports.labels.lines import Span
from reports.labels.rows import LabelRow
from reports.labels.sheets import render_label_sheets
from reports.letters import receipts
from reports.pdf import read_back, weasy
from reports.text import characters, typefaces
from reports.text.characters import MissingGlyphs, clean, missing_characters
from reports.text.spelling import spelled_out
from tests.reports.letter_rows import APPLICATION
from tests.reports.stocks import L7163

RANGES = {
    "common": (0x4E00, 0x9FFF), "A": (0x3400, 0x4DBF), "B": (0x20000, 0x2A6DF), "C to F": (0x2A700, 0x2EBE0), "G": (0x30000, 0x3134A),
    "H": (0x31350, 0x323AF), "emoji": (0x1F600, 0x1F64F), "Yi": (0xA000, 0xA48C),
}  # fmt: skip
UYGHUR, KAZAKH, LATIN = "ئابپتجچخدرزژسشغفقكگڭلمنھوۇۆۈۋېىي", "АӘБВГҒДЕЖЗИКҚЛМНҢОӨПРСТУҰҮФХҺШЫІЭЮЯ", "AbcdéèêëñöüøåčšžłőĐđ"
TIBETAN = ("བཀྲ", "ཤིས", "རྒྱལ", "མཚན", "ལྷ", "མོ", "སྒྲོལ", "མ", "དོན", "གྲུབ", "ཚེ", "རིང", "པད", "ཉི")
MONGOLIAN = ("ᠪᠠᠲᠤ", "ᠮᠥᠩᠬᠡ", "ᠨᠠᠷᠠᠨ", "ᠴᠢᠮᠡᠭ", "ᠠᠯᠲᠠᠨ", "ᠰᠠᠷᠠᠨ", "ᠲᠡᠮᠦᠷ")
BIDI = ("\u202e", "\u2066", "\u2069", "\u200f", "\u061c")
LONGEST = 40
HEBREW, THAI = "אבגדהוזחטיכלמנסעפצקרשת", "กขคงจชซญดตถทธนบปผพฟภมยรลวสหอฮ"
DEVANAGARI = ("श्री", "कृष्ण", "राम", "लक्ष्मी", "द्वि", "वेदी", "प्रसाद", "कुमार")
KINDS = (*RANGES, "Uyghur", "Kazakh", "Latin", "Tibetan", "Mongolian", "Hebrew", "Thai", "Devanagari", "mixed", "bidi", "longest")
ON_ONE_RECEIPT = 25
COUNTS = [120, pytest.param(5_000, marks=pytest.mark.proof)]


def piece(chosen: random.Random, kind: str, length: int) -> str:
    """So many characters (syllables, words) of one kind."""
    if kind in RANGES:
        return "".join(chr(chosen.randint(*RANGES[kind])) for _each in range(length))
    if kind == "Tibetan":
        return "་".join(chosen.choices(TIBETAN, k=min(length, 6)))
    if kind == "Mongolian":
        return " ".join(chosen.choices(MONGOLIAN, k=min(length, 4)))
    if kind == "Devanagari":
        return " ".join(chosen.choices(DEVANAGARI, k=min(length, 4)))
    letters = {"Uyghur": UYGHUR, "Kazakh": KAZAKH, "Latin": LATIN, "Hebrew": HEBREW, "Thai": THAI}[kind]
    return "".join(chosen.choices(letters, k=length)) + " " + "".join(chosen.choices(letters, k=length))


def rare_names(count: int) -> Iterator[str]:
    """Names of every kind, always the same ones."""
    chosen = random.Random(53)
    for number in range(count):
        kind, length = KINDS[number % len(KINDS)], chosen.randint(2, 6)
        if kind == "mixed":
            yield piece(chosen, "common", 2) + piece(chosen, chosen.choice(("A", "B", "Latin", "Kazakh")), 2)
        elif kind == "bidi":
            yield piece(chosen, "common", 2) + chosen.choice(BIDI) + piece(chosen, chosen.choice(("common", "Latin")), 2)
        elif kind == "longest":
            yield piece(chosen, chosen.choice(("common", "A", "Latin")), LONGEST)[:LONGEST]
        else:
            yield piece(chosen, kind, length)


def sorted_out(count: int) -> tuple[list[str], list[str]]:
    """Names that the fonts can print, and those that they cannot."""
    both: tuple[list[str], list[str]] = ([], [])
    for name in rare_names(count):
        both[bool(missing_characters(clean(name)))].append(name)
    return both


def label(name: str, number: int = 1) -> LabelRow:
    return LabelRow(f"PX{number:08d}", name, "310012", ("浙江省杭州市西湖区", "文三路90号"), sender="西湖服务网点")


def overflows(row: LabelRow) -> bool:
    """Whether anything of the label lies outside its cell."""
    style = design_for("", L7163).style(L7163)
    runs = lay_out(row, L7163, language="zh").runs
    return any(
        one.x_mm < style.margin_x - 0.01
        or one.x_mm + Span(one.text, one.points, one.is_bold).width_mm > L7163.cell_width_mm - style.margin_x + 0.01
        for one in runs
    )


@cache
def twins() -> dict[int, int]:
    """Characters that the Han typeface draws with one glyph -> the first of them: a PDF knows one character for a glyph."""
    first: dict[str, int] = {}
    drawn = TTFont(typefaces.HAN.regular, lazy=True).getBestCmap()
    return {point: first.setdefault(glyph, point) for point, glyph in sorted(drawn.items())}


def lost(names: list[str], printed: str) -> list[str]:
    """The names that a reader of the PDF does not find."""
    found = printed.translate(twins())
    return [name for name in names if "".join(clean(name).split()).translate(twins()) not in found]


@pytest.mark.parametrize("count", COUNTS)
def test_on_labels_every_name_is_whole_or_refused_by_its_characters(count: int, words) -> None:
    printable, others = sorted_out(count)
    assert len(printable) > count / 2 and others
    rows = [label(name, number) for number, name in enumerate(printable)]
    assert [row.recipient for row in rows if overflows(row)] == []
    assert lost(printable, words(render_label_sheets(rows, stock=L7163, language="zh"))) == []
    with pytest.raises(MissingGlyphs) as stopped:
        render_label_sheets([label(name) for name in others], stock=L7163, language="zh")
    assert [[one.char for one in problem.characters] for problem in stopped.value.problems] == [
        [one.char for one in missing_characters(clean(name))] for name in others
    ]


def test_control_a_name_without_its_glyphs_is_not_found_on_paper(words, monkeypatch: pytest.MonkeyPatch) -> None:
    _printable, others = sorted_out(100)
    monkeypatch.setattr(characters, "_is_printable", lambda *_: True)
    monkeypatch.setattr(weasy, "SPOILS", ())  # the library's own warning, which stops it as well
    assert lost(others[:5], words(render_label_sheets([label(name) for name in others[:5]], stock=L7163, language="zh")))


def receipt_of(names: Sequence[str]) -> bytes:
    """The receipt of an application with a name in each place that a text may take: five lines, and two lists of the rest."""
    lines = dict(zip(("resident", "reason", "delivery", "clerk"), [*names, *[""] * 4][:4], strict=True))
    centre, listed = replace(APPLICATION.centre, name=[*names, *[""] * 5][4]), names[5:]
    row = replace(APPLICATION, **lines, centre=centre, handed_in=tuple(listed[::2]), missing=tuple(listed[1::2]))
    return receipts.application_receipt(row, "zh")


def lost_on_a_receipt(names: list[str], printed: str) -> list[str]:
    """The names that a reader of the PDF does not find; beside Han on one line it may take words from right to left last one first."""
    return [name for name in lost(names, printed) if runs_left_to_right(name) or lost(name.split(), printed)]


def runs_left_to_right(name: str) -> bool:
    return not any(unicodedata.bidirectional(char) in {"R", "AL"} for char in name)


@pytest.mark.parametrize("count", COUNTS)
def test_on_receipts_every_name_is_read_back_or_spelled_out(count: int, words: Callable[[bytes], str]) -> None:
    printable, others = sorted_out(count)
    for start in range(0, len(printable), ON_ONE_RECEIPT):
        names = printable[start : start + ON_ONE_RECEIPT]
        assert lost_on_a_receipt(names, words(receipt_of(names))) == []
    for name in others:
        spelled, missing = spelled_out(name), missing_characters(clean(name))
        assert missing and not missing_characters(spelled) and all(f"({one.codepoint})" in spelled for one in missing)
    for name in others[:2]:
        assert "".join(spelled_out(name).split()) in words(receipts.application_receipt(replace(APPLICATION, resident=name), "zh"))


def test_control_a_name_without_its_glyphs_is_not_found_on_a_receipt(
    words: Callable[[bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _printable, others = sorted_out(100)
    monkeypatch.setattr(characters, "_is_printable", lambda *_: True)
    monkeypatch.setattr(weasy, "SPOILS", ())  # the library's own warning, which stops it as well
    assert lost(others[:5], words(receipt_of(others[:5])))


@pytest.mark.parametrize("name", ["བཀྲ་ཤིས", "ᠪᠠᠲᠤ ᠮᠥᠩᠬᠡ"], ids=["Tibetan", "Mongolian"])
def test_control_the_library_alone_does_not_tell_shaped_names(
    name: str, words: Callable[[bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weasy.drawing, "draw_first_line", weasy._draw_line)
    assert lost([name], words(receipt_of([name])))


def test_control_the_library_alone_does_not_tell_joined_names(words: Callable[[bytes], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_back, "from_right_to_left", lambda content, *_: content)
    assert lost(["ئابلىز"], words(receipt_of(["ئابلىز"])))

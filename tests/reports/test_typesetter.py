"""Texts are set once, cut apart without losing a glyph, and put down in any size."""

import pytest

from reports.pdf import renderer, styled_text, typesetter
from reports.pdf.styled_text import StyledText
from reports.pdf.typesetter import TypesetTexts, TypesettingFailed, renderer_for, typeset

TEXTS = ("王羲", "文三路1号", "𠮷田㐂", "Nguyễn Thị Ánh", "Zoë & <b>", "ئەركىن قۇربان", "བཀྲ་ཤིས", "ᠪᠠᠲᠤ", "ꆈꌠ", "a  b")


def _set(texts: list[StyledText]) -> TypesetTexts:
    return typeset(renderer_for("".join(words.text for words in texts), title="x"), texts, title="x", language="zh")


@pytest.mark.parametrize("weight", ["regular", "bold"])
@pytest.mark.parametrize("text", TEXTS)
def test_a_text_among_others_is_drawn_like_a_text_alone(text, weight):
    mine = StyledText(text, weight)
    prepared = renderer_for("".join(TEXTS), title="x")
    alone = typeset(prepared, [mine], title="x", language="zh")
    among = typeset(prepared, [StyledText(other, each) for other in TEXTS for each in ("bold", "regular")], title="x", language="zh")
    assert among.operators(mine, x=1, y=2, points=9) == alone.operators(mine, x=1, y=2, points=9)


def test_a_text_that_comes_often_is_set_once():
    words = StyledText("寄件 杭州市社会保障卡西湖服务网点")
    prepared = renderer_for(words.text, title="x")
    often, once = (typeset(prepared, [words] * times, title="x", language="zh") for times in (50, 1))
    assert often.operators(words, x=0, y=0, points=7) == once.operators(words, x=0, y=0, points=7)


def test_lines_that_the_renderer_swallows_are_noticed():
    with pytest.raises(TypesettingFailed, match="2 lines were given, 1 were set"):
        _set([StyledText("ئەر"), StyledText("\u0650 "[1:])])


def test_glyphs_that_the_renderer_joins_are_noticed(monkeypatch):
    monkeypatch.setattr(styled_text, "is_plain", lambda char: True)
    with pytest.raises(TypesettingFailed, match="more or fewer glyphs"):
        _set([StyledText("لا السلام")])


def test_a_design_with_one_weight_gets_thicker_strokes_for_bold():
    bold, regular = StyledText("ꆈꌠ", "bold"), StyledText("ꆈꌠ")
    both = _set([bold, regular])
    assert "2 Tr 0.200 w" in both.operators(bold, x=0, y=0, points=10)
    assert "2 Tr" not in both.operators(regular, x=0, y=0, points=10)


def test_a_design_with_a_bold_weight_keeps_its_strokes():
    bold = StyledText("王羲", "bold")
    assert "2 Tr" not in _set([bold]).operators(bold, x=0, y=0, points=10)


def test_shaped_text_carries_its_words_for_readers():
    words = StyledText("བཀྲ་ཤིས")
    assert "ActualText <FEFF" + words.text.encode("utf-16-be").hex().upper() in _set([words]).operators(words, x=0, y=0, points=10)


def test_latin_letters_of_one_word_come_from_one_typeface():
    words = StyledText("Oʻrnatilgan Ƶ")
    drawn = _set([words]).operators(words, x=0, y=0, points=10)
    assert drawn.count(" Tf") == 1


def test_the_size_of_the_set_texts_is_that_of_its_style_sheet():
    assert f"font-size: {typesetter.SIZE}pt" in renderer.style("pdf/typeset_texts.css")

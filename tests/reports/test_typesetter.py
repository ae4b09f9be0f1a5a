"""Texts are set once, cut apart without losing a glyph, and put down in any size."""

import pytest

from reports.pdf import renderer, typesetter
from reports.pdf.typesetter import TypesetTexts, TypesettingFailed, Words

TEXTS = ("王羲", "文三路1号", "𠮷田㐂", "Nguyễn Thị Ánh", "Zoë & <b>", "ئەركىن قۇربان", "བཀྲ་ཤིས", "ᠪᠠᠲᠤ", "ꆈꌠ", "a  b")


def _set(texts: list[Words]) -> TypesetTexts:
    return TypesetTexts(typesetter.renderer_for("".join(words.text for words in texts)), texts, language="zh")


@pytest.mark.parametrize("weight", ["regular", "bold"])
@pytest.mark.parametrize("text", TEXTS)
def test_a_text_among_others_is_drawn_like_a_text_alone(text, weight):
    mine = Words(text, weight)
    prepared = typesetter.renderer_for("".join(TEXTS))
    alone = TypesetTexts(prepared, [mine], language="zh")
    among = TypesetTexts(prepared, [Words(other, each) for other in TEXTS for each in ("bold", "regular")], language="zh")
    assert among.drawn(mine, x=1, y=2, points=9) == alone.drawn(mine, x=1, y=2, points=9)


def test_a_text_that_comes_often_is_set_once():
    words = Words("寄件 杭州市社会保障卡西湖服务网点")
    prepared = typesetter.renderer_for(words.text)
    assert TypesetTexts(prepared, [words] * 50, language="zh").drawn(words, x=0, y=0, points=7) == TypesetTexts(
        prepared, [words], language="zh"
    ).drawn(words, x=0, y=0, points=7)


def test_lines_that_the_renderer_swallows_are_noticed():
    with pytest.raises(TypesettingFailed, match="2 lines were given, 1 were set"):
        _set([Words("ئەر"), Words("\u0650 "[1:])])


def test_glyphs_that_the_renderer_joins_are_noticed(monkeypatch):
    monkeypatch.setattr(typesetter.glyphs, "is_plain", lambda char: True)
    with pytest.raises(TypesettingFailed, match="more or fewer glyphs"):
        _set([Words("لا السلام")])


def test_a_design_with_one_weight_gets_thicker_strokes_for_bold():
    bold, regular = Words("ꆈꌠ", "bold"), Words("ꆈꌠ")
    both = _set([bold, regular])
    assert "2 Tr 0.200 w" in both.drawn(bold, x=0, y=0, points=10)
    assert "2 Tr" not in both.drawn(regular, x=0, y=0, points=10)


def test_a_design_with_a_bold_weight_keeps_its_strokes():
    bold = Words("王羲", "bold")
    assert "2 Tr" not in _set([bold]).drawn(bold, x=0, y=0, points=10)


def test_shaped_text_carries_its_words_for_readers():
    words = Words("བཀྲ་ཤིས")
    assert "ActualText <FEFF" + words.text.encode("utf-16-be").hex().upper() in _set([words]).drawn(words, x=0, y=0, points=10)


def test_latin_letters_of_one_word_come_from_one_typeface():
    words = Words("Oʻrnatilgan Ƶ")
    drawn = _set([words]).drawn(words, x=0, y=0, points=10)
    assert drawn.count(" Tf") == 1


def test_the_size_of_the_set_texts_is_that_of_its_style_sheet():
    assert f"font-size: {typesetter.SIZE}pt" in renderer.style("pdf/typeset_texts.css")

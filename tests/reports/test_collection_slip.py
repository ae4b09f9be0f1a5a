"""The slip that is signed when a card is handed over at the counter."""

from dataclasses import replace

import pytest

from reports.letters.collection_slip import collection_slip
from tests.reports.letter_rows import SLIP

PROXY = replace(SLIP, collector="李雷", collector_number_masked="**************002X", authority="授权委托书")


def test_the_resident_signs_for_the_own_card(words):
    printed = words(collection_slip(SLIP, "zh"))
    assert "领卡确认单" in printed and "持卡人本人" in printed and "领卡人签名" in printed and "委托" not in printed


def test_a_proxy_signs_with_name_number_and_document(words):
    printed = words(collection_slip(PROXY, "zh"))
    assert all(word in printed for word in ("李雷", "002X", "授权委托书", "受持卡人委托", "ZJ26004317", "2026年12月4日"))


def test_english_slips_are_english(words):
    printed = words(collection_slip(replace(PROXY, authority="Signed authorisation", clerk="Wang Fang"), "en"))
    assert "Slipforacardthatwascollected" in printed and "Collector'ssignature" in printed and "HandedoverbyWangFang" in printed


@pytest.mark.parametrize("language", ["en", "zh"])
def test_markup_in_a_name_of_a_proxy_is_printed_as_it_is_written(language, words):
    assert "<b>李</b>&co" in words(collection_slip(replace(PROXY, collector="<b>李</b> & co"), language))


def test_characters_that_no_font_has_are_spelled_out(words):
    rare = replace(PROXY, resident="孙\U0003134a", resident_latin="Sun Yan", collector="王\ue863")
    printed = words(collection_slip(rare, "zh"))
    assert "孙(Yan)" in printed and "王(U+E863)" in printed

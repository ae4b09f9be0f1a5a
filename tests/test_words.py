"""The words of the screens: the glossary's and the field's, one a thing; English as somebody would say it whose language it is."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from reports.text import words

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "admin_app" / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
NOT_OURS = re.compile("柜面|柜台|装封|银行账户|开放时间|业务流量|(?<!作)日历")
"""Words that offices of this kind do not use; docs/glossary.md has theirs and where they were read."""
BARE_CARD = re.compile(r"(?<![补换制领发刷社保证持原新网片障])卡(?![片号面纸])")
"""«卡» by itself; in a compound it is the field's word (制卡, 原卡, 卡号)."""
ODD = re.compile(
    r"\bstands? here\b|\bis called “|\bExchange them\b|^Gone$|\banew\b|\bthe own\b|\ban own\b|\bthe order is that of\b|\bcome first$"
    r"|\blooked at:|\bgo by this\b|\bleft the house\b|^Asked for$|\bat work\b|\bas at first\b"
    r"|\bWrite (?:days|months) like\b|\bfound right\b",
    re.IGNORECASE,
)
"""What is said so in another language, word by word; each was on a screen."""


def texts() -> list[tuple[str, str]]:
    """English and Chinese of every text of the screens and of the printed pages."""
    with CATALOGUE.open("rb") as file:
        messages = [message for message in read_po(file, locale="zh") if message.id]
    pairs = [(one, _all(message.string)) for message in messages for one in _forms(message.id)]
    return pairs + [(text["en"], text["zh"]) for text in words.TEXTS.values()]


def _forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _all(text: str | tuple[str, ...]) -> str:
    return " ".join(_forms(text))


def wrong_chinese(text: str) -> bool:
    """Whether a Chinese text has a word that the field does not use."""
    return bool(NOT_OURS.search(text) or BARE_CARD.search(text))


def test_chinese_texts_use_the_words_of_the_field() -> None:
    assert [chinese for _, chinese in texts() if wrong_chinese(chinese)] == []


def test_english_texts_are_said_as_one_says_it() -> None:
    assert [english for english, _ in texts() if ODD.search(english)] == []


@pytest.mark.parametrize("text", ["请到柜面办理", "等待装封", "这张卡已寄出", "工作日与日历", "开放时间"])
def test_control_a_word_of_another_trade_is_noticed(text: str) -> None:
    assert wrong_chinese(text)


@pytest.mark.parametrize(
    "text", ["Gone", "Whatever somebody does stands here at once.", "Nothing is called “x”", "Changed the own password"]
)
def test_control_an_odd_sentence_is_noticed(text: str) -> None:
    assert ODD.search(text)


def test_control_right_texts_pass() -> None:
    assert not wrong_chinese("在窗口领卡，卡片已封装；原卡卡号；工作日历")
    assert not ODD.search("Everything that somebody does appears here at once.")

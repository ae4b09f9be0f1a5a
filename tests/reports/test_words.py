"""Both languages are complete and say the same with the same blanks."""

import re
from string import Formatter

import pytest

from reports.pdf.renderer import TEMPLATES
from reports.text.words import LANGUAGES, TEXTS, text


@pytest.mark.parametrize("key", TEXTS)
def test_every_text_stands_in_both_languages(key):
    assert set(TEXTS[key]) == set(LANGUAGES)
    assert all(words.strip() for words in TEXTS[key].values())


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_have_the_same_blanks(key):
    blanks = [{name for _, name, _, _ in Formatter().parse(words) if name} for words in TEXTS[key].values()]
    assert blanks[0] == blanks[1]


@pytest.mark.parametrize("key", TEXTS)
def test_chinese_texts_are_chinese(key):
    assert re.search("[\u4e00-\u9fff]", TEXTS[key]["zh"])


def test_templates_name_only_texts_that_exist():
    named = {key for path in TEMPLATES.rglob("*.html") for key in re.findall(r'words\("([\w.]+)"', path.read_text("utf-8"))}
    assert named - set(TEXTS) <= {"loss."}  # the kind is appended


def test_templates_hold_no_words_of_their_own():
    for path in TEMPLATES.rglob("*.html"):
        visible = re.sub(r"{%.*?%}|{{.*?}}|<[^>]*>|&\w+;", "", path.read_text("utf-8"), flags=re.S)
        assert not re.search(r"[A-Za-z\u4e00-\u9fff]{2}", visible), path.name


def test_blanks_are_filled():
    assert text("label.sender_postcode", "en", postcode="1") == "Postcode 1"


def test_an_unknown_language_is_an_error():
    with pytest.raises(KeyError):
        text("label.sender_postcode", "fr", postcode="1")

"""The files of sentences: whole in both languages, filled with facts and nothing else, and kept as they were said."""

from string import Formatter

import pytest

from admin_app.notices.rules import Recipient, Said, compose, language_for, read_words, wording
from admin_app.notices.rules.states import Kind

KNOWN = {
    "reference", "received_on", "centre", "centre_address", "reopen_days", "answer_by", "decided_on", "posted_on", "tracking", "keep_until",
    "returned_on", "lost_on", "delivered_on", "destroyed_on",
}  # fmt: skip
FACTS = {name: f"<{name}>" for name in KNOWN}


def said(template: str = "rejected", language: str = "en", **changes) -> Said:
    values = {
        "kind": Kind.REJECTED, "template": template, "language": language, "about": "a", "reference": "BK-26-0000001", "case_ref": "c",
        "centre_id": 1, "facts": FACTS, "to": Recipient("王芳"), "reasons": ("One.", "Two."),
    }  # fmt: skip
    return Said(**(values | changes))


def every_text():
    for name in wording.names():
        for language in ("zh", "en"):
            words = wording.template(name)[language]
            for text in (words["title"], *words["before"], *words["after"]):
                yield name, language, text


def test_every_kind_has_its_file_and_no_file_is_left_over():
    wanted = {str(kind) for kind in Kind} - {"approved"} | {"approved_post", "approved_collect"}
    assert set(wording.names()) == wanted


def test_every_file_says_the_same_parts_in_both_languages():
    for name in wording.names():
        zh, en = (wording.template(name)[language] for language in ("zh", "en"))
        assert wording.version_of(name) >= 1 and all(len(zh[part]) == len(en[part]) for part in ("before", "after")), name


def test_every_place_in_a_sentence_is_a_fact_that_somebody_gives():
    used = {place for *_file, text in every_text() for _literal, place, _format, _conversion in Formatter().parse(text) if place}
    assert used <= KNOWN and {"answer_by", "tracking"} <= used


def test_chinese_and_english_stay_in_their_own_script():
    for name, language, text in every_text():
        has_han = any("\u4e00" <= char <= "\u9fff" for char in text)
        assert has_han == (language == "zh"), (name, text)


def test_what_is_kept_reads_as_it_was_said():
    for name in wording.names():
        words = compose(said(name))
        assert read_words(words.text) == words


def test_a_fact_is_never_read_as_a_place_nor_breaks_a_paragraph():
    words = compose(said(facts=FACTS | {"centre": "{reference}\n\n· gone"}))
    assert "tell {reference} · gone within" in words.text and len(words.blocks) == 4


def test_a_fact_that_is_missing_stops_the_letter():
    with pytest.raises(KeyError):
        compose(said(facts={}))


def test_a_reason_stays_in_its_line():
    words = compose(said(reasons=("a\n\nb",)))
    assert read_words(words.text) == words and ("a b",) in words.blocks


@pytest.mark.parametrize(("name", "language"), [("王芳", "zh"), ("Maria Silva", "en"), ("买买提·Ali", "zh"), ("", "en")])
def test_the_language_follows_the_name(name, language):
    assert language_for(name) == language

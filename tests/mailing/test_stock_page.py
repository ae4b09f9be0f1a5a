"""The page of the label stocks says what this machine can print."""

import pytest

from admin_app.mailing.queries import print_fonts
from reports.text import coverage


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_script_stands_there_with_its_figures(language, sign_in, make_staff):
    page = sign_in(make_staff("mailroom_clerk", username="mailer", language=language)).get("/reference/label-stocks/").text
    for each in coverage.coverage():
        assert f"{each.printable:,}" in page and f"{each.assigned:,}" in page
    assert "20,976" in page and "42,720" in page


def test_the_big_fonts_that_are_not_here_are_named(sign_in, make_staff):
    page = sign_in(make_staff("mailroom_clerk", username="mailer")).get("/reference/label-stocks/").text
    assert all(name in page for name in ("HanaMinA.ttf", "HanaMinB.ttf", "BabelStoneHan.ttf", "fonts-hanazono"))


def test_every_script_has_a_name():
    assert {script.code for script in coverage.SCRIPTS} == set(print_fonts.NAMES)


def test_the_mark_says_whether_all_nearly_all_or_some_can_be_printed():
    marks = [print_fonts.ScriptLine("", "", printable, 100).mark for printable in (100, 99, 50)]
    assert marks == ["check", "dot", "triangle"]

"""Time left is worded in one place, the same on every page."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask_babel import force_locale

from admin_app.foundation import clock
from admin_app.web.time_left import days_left, mark_of, time_left

ROOT = Path(__file__).parents[2] / "admin_app"
WORDED = re.compile(r"(?:\)s|\}|\ba) (?:working )?(?:minutes?|min|hours?|h|days?|seconds?|s) left\b|overdue (?:by )?%\(num\)s \w*day", re.I)
"""A text that says how much time is left."""
HERE = "web/time_left.py"
OF_SCRIPTS = {"templates/desk/macros.html", "templates/desk/undo.html"}
"""How long a job will still take is guessed by a script, and one counts the seconds of an undo: they fill in the number."""


def wordings(files: dict[str, str]) -> dict[str, list[str]]:
    """The texts about time left by the file that words them."""
    found = {name: WORDED.findall(text) for name, text in files.items()}
    return {name: texts for name, texts in found.items() if texts}


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    """Every page and every line of code that can word something."""
    paths = [path for path in ROOT.rglob("*") if path.suffix in (".py", ".html", ".js")]
    return {str(path.relative_to(ROOT)): path.read_text() for path in paths if "translations" not in path.parts}


def test_time_left_is_worded_in_one_place(sources):
    found = wordings(sources)
    assert set(found) == {HERE} | OF_SCRIPTS
    assert {text for name in OF_SCRIPTS for text in found[name]} == {"} minutes left", "} seconds left"}


def test_a_second_wording_is_noticed(sources):
    found = wordings(sources | {"templates/x.html": "{{ _('%(n)s min left', n=3) }}", "y.py": 'ngettext("Overdue %(num)s day", "", 2)'})
    assert {"templates/x.html", "y.py"} <= set(found)


@pytest.mark.parametrize(
    ("left", "english", "chinese", "mark"),
    [
        ({"seconds": -1}, "Time has run out", "已到期", "triangle"),
        ({"seconds": 59}, "less than a minute left", "剩余不到 1 分钟", "triangle"),
        ({"minutes": 1}, "1 minute left", "剩余 1 分钟", "triangle"),
        ({"minutes": 59, "seconds": 59}, "59 minutes left", "剩余 59 分钟", "triangle"),
        ({"hours": 1}, "1 hour left", "剩余 1 小时", "dot-warn"),
        ({"hours": 72, "minutes": 59}, "72 hours left", "剩余 72 小时", "dot-muted"),
        ({"hours": 73}, "3 days left", "剩余 3 天", "dot-muted"),
    ],
)
def test_time_left_in_both_languages(app: Flask, left, english, chinese, mark):
    with time_machine.travel("2026-12-01T02:00:00Z", tick=False), app.test_request_context():
        until = clock.now() + timedelta(**left)
        with force_locale("en"):
            assert (time_left(until), mark_of(until)) == (english, mark)
        with force_locale("zh"):
            assert time_left(until) == chinese


@pytest.mark.parametrize(
    ("days", "english", "chinese"),
    [
        (-2, "Overdue by 2 working days", "超期 2 个工作日"),
        (-1, "Overdue by 1 working day", "超期 1 个工作日"),
        (0, "Due today", "今天到期"),
        (1, "1 working day left", "剩余 1 个工作日"),
        (5, "5 working days left", "剩余 5 个工作日"),
    ],
)
def test_working_days_left_in_both_languages(app: Flask, days, english, chinese):
    with app.test_request_context():
        with force_locale("en"):
            assert days_left(days) == english
        with force_locale("zh"):
            assert days_left(days) == chinese

"""Nobody sees what belongs to the request of somebody else: threads ask at the same time, each with a mark of its own."""

import itertools
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, render_template_string, request
from flask.testing import FlaskClient

from admin_app.staff.models import StaffMember
from tests.at_once import at_once
from tests.factories.centres import make_centre

MARK = re.compile(r"mark(\d{3})z")
LANGUAGES = {"en": 'lang="en"', "zh": 'lang="zh-Hans"'}
SignIn = Callable[..., FlaskClient]


@pytest.fixture
def browsers(sign_in: SignIn, make_staff: Callable[..., StaffMember]) -> Callable[[int], list[FlaskClient]]:
    """browsers(16): signed-in people whose name is their mark, every other one reading Chinese."""

    def make(count: int) -> list[FlaskClient]:
        centre, found = make_centre("XH"), []
        for number in range(count):
            name = f"mark{number:03}z"
            browser = sign_in(make_staff("supervisor", username=name, name_en=name, name_zh=name, centre=centre))
            browser.post("/preferences/", data={"language": language_of(number)})
            found.append(browser)
        return found

    return make


def language_of(number: int) -> str:
    """English and Chinese in turn."""
    return list(LANGUAGES)[number % 2]


def foreign(page: str, number: int) -> list[str]:
    """What is on the page of one person and belongs to another: marks, and a language that is not theirs."""
    marks = [mark for mark in MARK.findall(page) if int(mark) != number]
    return marks + ([] if LANGUAGES[language_of(number)] in page else ["language"])


def visits(browser: FlaskClient, number: int, times: int) -> Callable[[], Any]:
    """Ask for lists with a filter of one's own, for pages that name the person, and change what is flashed next."""
    name = f"mark{number:03}z"

    def ask(turn: int) -> Any:
        if turn % 4 == 0:
            return browser.post(
                "/preferences/", data={"language": language_of(number), "back": f"/centres/?q={name}"}, follow_redirects=True
            )
        places = (f"/centres/?q={name}", f"/queue/?q={name}", "/account/", f"/nowhere/{name}")
        return browser.get(places[turn % len(places)])

    def walk() -> tuple[int, list[Any]]:
        answers = [ask(turn) for turn in range(times)]
        wrong = [(found, answer.status_code) for answer in answers if (found := foreign(answer.text, number)) or answer.status_code >= 500]
        return sum(name in answer.text for answer in answers), wrong

    return walk


def talk(app: Flask, people: list[FlaskClient], times: int) -> None:
    """Everybody asks `times` times at the same moment; no page holds anything foreign, and nearly every page its own mark."""
    results = at_once(app, [visits(browser, number, times) for number, browser in enumerate(people)])
    assert [result for result in results if isinstance(result, Exception)] == []
    assert [wrong for _own, wrong in results if wrong] == []  # type: ignore[misc]
    assert min(own for own, _wrong in results) > times * 0.8, "the marks are hardly on the pages"  # type: ignore[misc]


def test_a_few_people_at_once_see_only_their_own(app: Flask, browsers: Callable[[int], list[FlaskClient]]) -> None:
    talk(app, browsers(4), 8)


@pytest.mark.proof
def test_sixteen_people_see_only_their_own_on_eight_thousand_pages(app: Flask, browsers: Callable[[int], list[FlaskClient]]) -> None:
    talk(app, browsers(16), 500)


def test_control_a_view_that_keeps_its_filter_on_itself_is_found(
    app: Flask, browsers: Callable[[int], list[FlaskClient]], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, turns = {}, itertools.count()

    def shared(**_arguments: Any) -> str:
        kept["q"] = request.args.get("q", "")
        next(turns)
        time.sleep(0.02)
        return render_template_string("{{ q }}", q=kept["q"])

    shared.is_public = True  # type: ignore[attr-defined]
    endpoint = next(rule.endpoint for rule in app.url_map.iter_rules() if rule.rule == "/centres/")
    monkeypatch.setitem(app.view_functions, endpoint, shared)
    people = browsers(4)
    results = at_once(app, [visits(browser, number, 8) for number, browser in enumerate(people)])
    marks = [found for result in results for found, _status in result[1]]  # type: ignore[index]
    assert any(mark != "language" for found in marks for mark in found)

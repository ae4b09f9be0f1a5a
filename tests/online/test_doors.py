"""Which process and which host answers what: the desk and residents' pages never answer for each other."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from admin_app.factory import create_app
from admin_app.foundation.database import db
from admin_app.foundation.start_refusals import doors_problem
from admin_app.web import doors, public_view, self_check
from admin_app.web.public_view import for_residents, public
from tests.apps import make_settings, opened
from tests.databases.way_back import copy_sqlite

HOST = "cards.example.org"
Make = Callable[..., Flask]


@pytest.fixture
def make_app(sqlite_app: Any, tmp_path: Path) -> Iterator[Make]:
    """make_app(doors="online") is an app on an office of its own."""
    made: list[Flask] = []

    def make(**changes: Any) -> Flask:
        copy_sqlite(Path(sqlite_app[0].config["SETTINGS"].instance) / "template.db", tmp_path / "office.db")
        app = create_app(make_settings(tmp_path, f"sqlite:///{tmp_path / 'office.db'}", **changes))
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


def places(app: Flask) -> set[str]:
    """The first part of the path of every route."""
    return {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}


def test_a_process_for_residents_has_no_route_of_the_desk(make_app: Make) -> None:
    assert places(make_app(doors="online")) == {"static", "health", "online"}


def test_a_process_for_programs_has_neither(make_app: Make) -> None:
    assert places(make_app(doors="api")) <= {"static", "health", "api"}


def test_a_process_of_the_desk_has_no_page_for_residents(make_app: Make) -> None:
    found = places(make_app(doors="staff"))
    assert "online" not in found
    assert {"queue", "sign-in", "residents"} <= found


def test_control_a_process_with_all_doors_has_both(make_app: Make) -> None:
    assert {"queue", "online"} <= places(make_app())


def test_an_office_has_no_pages_for_residents_until_a_host_is_named(make_app: Make) -> None:
    office = {"environment": "production", "plain_http": True, "trusted_hosts": f"desk.example.org,{HOST}"}
    assert "online" not in places(make_app(**office))
    assert "online" in places(make_app(**office, online_hosts=HOST))


def test_a_route_of_a_door_that_the_process_has_not_stops_the_start(make_app: Make) -> None:
    app = make_app(doors="online")
    app.add_url_rule("/queue/", "planted", public(lambda: ""), methods=["GET"])
    with app.app_context():
        assert list(self_check.route_problems(app)) == ["/queue/ (planted): belongs to the door staff, which this process has not"]


def test_a_form_of_strangers_without_a_stamp_stops_the_start(make_app: Make) -> None:
    app = make_app(doors="online")
    app.add_url_rule("/online/planted", "planted", public(lambda: ""), methods=["POST"])
    with app.app_context():
        assert list(self_check.route_problems(app)) == ["/online/planted (planted): takes forms of strangers without a stamp"]


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        (HOST, "/", 302),
        (HOST, "/online/", 200),
        (HOST, "/static/online/online.css", 200),
        (HOST, "/sign-in", 404),
        (HOST, "/queue/", 404),
        (HOST, "/health", 404),
        ("desk.example.org", "/online/", 404),
        ("desk.example.org", "/api/none", 404),
        ("desk.example.org", "/sign-in", 200),
        ("desk.example.org", "/health", 200),
    ],
)
def test_each_host_answers_its_own_and_nothing_of_the_other(make_app: Make, host: str, path: str, status: int) -> None:
    app = make_app(online_hosts=HOST)
    with opened(app):
        assert app.test_client().get(path, base_url=f"http://{host}").status_code == status


def test_the_bare_address_of_residents_leads_to_their_start_page(make_app: Make) -> None:
    app = make_app(doors="online")
    with opened(app):
        assert app.test_client().get("/").headers["Location"] == "/online/"


def test_a_page_that_is_not_there_says_nothing_of_the_desk(make_app: Make) -> None:
    app = make_app(doors="online")
    with opened(app):
        text = app.test_client().get("/queue/").text
    assert "There is no such page" in text
    assert "role" not in text
    assert "Card Desk" not in text


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"doors": "online"}, "CARD_DESK_ONLINE_HOSTS is empty"),
        ({"doors": "api"}, "CARD_DESK_ONLINE_HOSTS is empty"),
        ({"online_hosts": HOST, "trusted_hosts": "desk.example.org"}, "add it to CARD_DESK_TRUSTED_HOSTS"),
        ({"online_hosts": HOST, "trusted_hosts": f"desk.example.org,{HOST}"}, ""),
        ({}, ""),
    ],
)
def test_an_office_whose_hosts_do_not_fit_does_not_start(tmp_path: Path, changes: dict[str, str], named: str) -> None:
    said = doors_problem(make_settings(tmp_path, "", environment="production", **changes))
    assert named in said
    assert bool(said) == bool(named)


def test_a_page_for_known_residents_lets_in_whom_the_entrance_knows(app: Flask) -> None:
    page = for_residents(level=2)(lambda: "in")
    with app.test_request_context("/online/"):
        kept = public_view.ENTRANCE.get()
        public_view.ENTRANCE.put(lambda level: None if level <= 2 else "out")
        assert page() == "in"
        assert for_residents(level=3)(lambda: "in")() == "out"
        public_view.ENTRANCE.put(kept)


def test_whoever_is_not_known_does_not_get_in(app: Flask, client: Any) -> None:
    app.view_functions["online.start"], kept = for_residents(level=2)(lambda: "in"), app.view_functions["online.start"]
    answer = client.get("/online/")
    app.view_functions["online.start"] = kept
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{doors.ONLINE}/sign-in")

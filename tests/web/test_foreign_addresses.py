"""No answer leads to a foreign site: forty targets through each place that takes one, and foreign names for this host."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from admin_app.staff.models import StaffMember
from admin_app.web.local_addresses import local_target
from tests.factories.staff import PASSWORD

HERE, EVIL = "desk.example.org", "evil.example"
TEMPLATES = (
    "https://E/", "http://E", "hTTps://E", "//E", "///E", "////E", "\\\\E", "/\\E", "\\/E", "/\\/E", "/\t/E", "/\n/E", "/\r/E", "/\r\n/E",
    "\t//E", " //E", "\x01//E", "https:E", "https:/E", "https:///E", "//H@E", "//H.E", "//E#@H", "//E?H", "//E%2fH", "//E:80",
    "//0x7f000001", "//[::1]", "javascript:location='//E'", "data:text/html,E", "vbscript:E", "blob:https://E", "ftp://E",
    "evil", ".E", "@E", "?next=//E", "/\u2028/E\x00", "//\u3002E", "／／E",
)  # fmt: skip
TARGETS = tuple(re.sub("[EH]", lambda sign: {"E": EVIL, "H": HERE}[sign[0]], template) for template in TEMPLATES)
"""What was seen to leave a site, in one browser or another."""
HOSTS = (
    EVIL, f"{EVIL}:443", f"{HERE}.{EVIL}", f"{EVIL}#{HERE}", f"{HERE}@{EVIL}", f"x{HERE}", "127.0.0.1", "[::1]", "", f"{HERE}\t{EVIL}",
)  # fmt: skip


def leads_to(location: str) -> str:
    """The host to which a browser goes: it drops tabs and line ends, takes a backslash for a slash and ignores blanks around."""
    seen = re.sub(r"[\t\r\n]", "", location.strip("".join(map(chr, range(33))))).replace("\\", "/")
    parts = urlsplit(urljoin(f"https://{HERE}/sign-in", re.sub(r"^(https?:)/*", r"\1//", seen) if not seen.startswith("/") else seen))
    return parts.hostname or parts.scheme


def test_control_a_check_that_only_looks_for_a_slash_would_lead_elsewhere() -> None:
    naive = [target for target in TARGETS if target.startswith("/") and leads_to(target) != HERE]
    assert len(naive) >= 10


def test_forty_targets_never_name_another_host() -> None:
    assert len({*TARGETS}) == 40
    assert [target for target in TARGETS if leads_to(local_target(target)) != HERE] == []


@pytest.mark.parametrize("target", TARGETS)
def test_sign_in_and_the_switches_of_the_frame_stay_here(client: FlaskClient, target: str, reviewer: StaffMember) -> None:
    answers = [
        client.post("/sign-in", query_string={"next": target}, data={"username": reviewer.username, "password": PASSWORD}),
        client.get("/sign-in", query_string={"next": target}),
        client.post("/preferences/", data={"language": "zh", "back": target}),
    ]
    assert [answer.status_code for answer in answers if answer.status_code not in (302, 400)] == []
    assert [answer.headers.get("Location") for answer in answers if leads_to(answer.headers.get("Location", "/")) != HERE] == []


@pytest.fixture
def named(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A browser for a desk that knows its name."""
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", [HERE])
    return app.test_client()


@pytest.mark.parametrize("host", HOSTS)
def test_a_desk_that_knows_its_name_answers_to_no_other(named: FlaskClient, host: str) -> None:
    answer = named.get("/sign-in", headers={"Host": host})
    assert answer.status_code == 400
    assert EVIL not in answer.text and EVIL not in str(answer.headers)


def test_a_desk_that_knows_its_name_answers_to_it(named: FlaskClient) -> None:
    assert named.get("/sign-in", headers={"Host": HERE}).status_code == 200


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Forwarded-Server", "X-Original-URL", "X-Rewrite-URL", "Forwarded", "X-Host"])
def test_no_page_repeats_what_a_stranger_says_the_host_is(client: FlaskClient, sign_in: Callable[..., FlaskClient], name: str) -> None:
    for browser, place in ((client, "/"), (client, "/sign-in"), (sign_in("reviewer"), "/")):
        answer = browser.get(place, headers={name: f"host={EVIL}" if name == "Forwarded" else EVIL})
        assert EVIL not in answer.text and EVIL not in str(answer.headers)


def test_every_place_that_redirects_to_what_was_sent_asks_the_same_question() -> None:
    """redirect() with something from the request: each goes through local_target."""
    sent = re.compile(r"redirect\((?!local_target)[^\n]*(?:request\.(?:args|form|values|headers|referrer)|form\.get)")
    code = Path(__file__).parents[2] / "admin_app"
    assert [path.name for path in code.rglob("*.py") if sent.search(path.read_text(encoding="utf-8"))] == []
    assert sent.search('return redirect(request.args.get("next"))')

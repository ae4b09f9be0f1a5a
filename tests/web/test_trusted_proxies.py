"""Where a request comes from, and where an answer leads: what strangers say about either counts for nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, request, url_for

import config
from admin_app.factory import create_app
from admin_app.foundation import origin
from tests.apps import make_settings

PROXY, STRANGER = "10.0.0.5", "203.0.113.7"
FORGED = (
    *(
        "1.2.3.4",
        "127.0.0.1",
        "10.0.0.5",
        "::1",
        "[::1]:80",
        "1.2.3.4:80",
        "unknown",
        "_hidden",
        "",
        ",",
        "1.2.3.4, 10.0.0.5",
        "1.2.3.4,,",
        "'",
        "%0d%0a",
    ),
)
"""What somebody who is no server of ours may say in X-Forwarded-For."""
HOSTS = (
    *("evil.example", "desk.example.org.evil.example", "evil.example:80", "desk.example.org@evil.example", "desk.example.org evil.example"),
    *("evil.example/desk.example.org", "evil.example#desk.example.org", "127.0.0.1", "[::1]", ".desk.example.org.evil"),
)
TARGETS = (
    *(
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil.example",
    ),
    *(
        "http:evil.example",
        "http:/evil.example",
        "/\t/evil.example",
        "\t//evil.example",
        " //evil.example",
        "data:text/html,x",
        "https:evil.example",
    ),
    *("//desk.example.org@evil.example/", "/%5cevil.example/..//\\evil.example"),
)


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An office behind one server, which is asked for as desk.example.org; its page `/seen` says what it knows of a request."""
    folder: Path = tmp_path_factory.mktemp("behind")
    url = f"sqlite:///{folder / 'card_desk.db'}"
    app = create_app(make_settings(folder, url, trusted_proxies=f"{PROXY}, 10.1.0.0/16", trusted_hosts="desk.example.org"))
    app.add_url_rule("/seen", "seen.static", lambda: [request.remote_addr, origin.address.get(), url_for("seen.static", _external=True)])
    return app


def seen(app: Flask, nearest: str, host: str = "desk.example.org", **headers: str) -> list[str]:
    """(address, address for the log, own address) of a request that comes from `nearest`; the status alone if it is refused."""
    sent = {"Host": host} | {name.replace("_", "-"): value for name, value in headers.items()}
    answer = app.test_client().get("/seen", headers=sent, environ_base={"REMOTE_ADDR": nearest})
    return answer.get_json() if answer.status_code == 200 else [str(answer.status_code)]


@pytest.mark.parametrize("said", FORGED)
def test_what_a_stranger_says_of_addresses_counts_for_nothing(behind, said):
    told = seen(behind, STRANGER, X_Forwarded_For=said, X_Real_IP=said, Forwarded=f"for={said}")
    assert told == [STRANGER, STRANGER, "http://desk.example.org/seen"]


@pytest.mark.parametrize("said", HOSTS)
def test_another_host_is_refused_whoever_asks_for_it(behind, said):
    assert seen(behind, STRANGER, host=said) == ["400"]
    assert seen(behind, PROXY, X_Forwarded_For=STRANGER, X_Forwarded_Host=said) == ["400"]


@pytest.mark.parametrize("said", HOSTS)
def test_what_a_stranger_says_of_hosts_and_schemes_counts_for_nothing(behind, said):
    told = seen(behind, STRANGER, X_Forwarded_Host=said, X_Forwarded_Proto="https", X_Forwarded_Prefix=f"//{said}", X_Forwarded_Port="81")
    assert told == [STRANGER, STRANGER, "http://desk.example.org/seen"]


@pytest.mark.parametrize(
    ("said", "client"),
    [
        (STRANGER, STRANGER),
        (f"1.2.3.4, {STRANGER}", STRANGER),
        (f"1.2.3.4, {STRANGER}, 10.1.2.3", STRANGER),
        (f"{STRANGER}:4711", STRANGER),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        (f"::ffff:{STRANGER}", STRANGER),
        ("", PROXY),
        ("unknown", PROXY),
        (f"{STRANGER}, nonsense", PROXY),
        ("10.1.2.3", "10.1.2.3"),
    ],
)
def test_control_a_trusted_server_is_believed_and_nothing_that_stands_before_its_word(behind, said, client):
    assert seen(behind, PROXY, X_Forwarded_For=said)[:2] == [client, client]


def test_control_a_trusted_server_says_how_it_was_asked(behind):
    told = seen(behind, PROXY, host="inside", X_Forwarded_For=STRANGER, X_Forwarded_Proto="https", X_Forwarded_Host="desk.example.org")
    assert told[2] == "https://desk.example.org/seen"


@pytest.mark.parametrize("target", TARGETS)
def test_no_address_of_another_site_is_gone_to_after_choosing_a_language(behind, target):
    answer = behind.test_client().get("/sign-in", query_string={"next": target}, headers={"Host": "desk.example.org"})
    assert answer.headers.get("Location", "/").startswith("/")
    assert "evil.example" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("text", ["10.0.0.300", "proxy", "10.0.0.1/8", "*"])
def test_a_setting_that_names_no_address_stops_the_start(tmp_path, text):
    with pytest.raises(ValueError, match=r"does not appear to be|has host bits set"):
        make_settings(tmp_path, "", trusted_proxies=text)


def test_by_default_nobody_is_trusted():
    assert config.networks(config.Settings.model_fields["trusted_proxies"].default) == []

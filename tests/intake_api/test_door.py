"""Who is let in by the API, what is said to all others; centres and materials as programs read them."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from admin_app.applications import rules as cases
from admin_app.applications.queries import materials
from admin_app.centres.models import Centre
from admin_app.foundation import clock, settings
from admin_app.foundation.database import db, transaction
from admin_app.intake_api import rules
from admin_app.intake_api.models import ApiClient, ClientKey
from admin_app.web import gate, problems
from tests.factories.centres import make_centre
from tests.factories.clients import holding, make_client, make_key

CENTRES, MATERIALS, CONTRACT = "/api/v1/centres", "/api/v1/materials", "/api/v1/openapi.json"


@pytest.fixture
def portal(app: Flask) -> ApiClient:
    """The program of the city."""
    return make_client()


@pytest.fixture
def key(portal: ApiClient) -> str:
    """Its key."""
    return make_key(portal)


def refused(answer: Any, status: int, code: str) -> None:
    assert (answer.status_code, answer.mimetype) == (status, problems.MEDIA_TYPE)
    assert answer.json["type"] == f"urn:card-desk:problem:{code}"
    assert answer.json["title"] and answer.json["detail"]


def test_a_program_with_its_key_reads_the_centres(client: FlaskClient, key: str, centre: Centre) -> None:
    answer = client.get(CENTRES, headers=holding(key))
    assert answer.status_code == 200 and answer.json["next"] is None
    [found] = answer.json["items"]
    assert found["code"] == centre.code and found["name"] == {"en": centre.name_en, "zh": centre.name_zh} and len(found["hours"]) == 7


def expired(portal: ApiClient, key: str) -> str:
    return make_key(portal, expires_on=clock.today() - timedelta(days=1))


def ended(portal: ApiClient, key: str) -> str:
    return make_key(portal, ended_at=clock.now())


def with_another_secret(portal: ApiClient, key: str) -> str:
    return key[:-1] + ("0" if key[-1] != "0" else "1")


def unknown(portal: ApiClient, key: str) -> str:
    return rules.new_key()[0]


BAD_KEYS: list[tuple[Callable[[ApiClient, str], str], str]] = [
    (expired, "key_expired"), (ended, "key_refused"), (with_another_secret, "key_refused"), (unknown, "key_refused"),
    (lambda portal, key: "nonsense", "key_refused"), (lambda portal, key: key.upper(), "key_refused"),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "code"), BAD_KEYS)
def test_a_key_that_opens_nothing_is_refused(
    client: FlaskClient, portal: ApiClient, key: str, bad: Callable[[ApiClient, str], str], code: str
) -> None:
    answer = client.get(CENTRES, headers=holding(bad(portal, key)))
    refused(answer, 401, code)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_on_its_last_day_a_key_still_works(client: FlaskClient, portal: ApiClient) -> None:
    assert client.get(CENTRES, headers=holding(make_key(portal, expires_on=clock.today()))).status_code == 200


def test_nothing_but_the_header_opens_and_no_cookie_is_set(client: FlaskClient, sign_in: Callable[..., FlaskClient], key: str) -> None:
    browser = sign_in("administrator")
    refused(browser.get(CENTRES), 401, "key_missing")
    refused(client.get(CENTRES, query_string={"key": key}), 401, "key_missing")
    assert "Set-Cookie" not in browser.get(CENTRES, headers=holding(key)).headers
    assert browser.get("/account/").status_code == 200, "the browser is still signed in"


def test_a_foreign_network_is_refused(client: FlaskClient, key: str) -> None:
    refused(client.get(CENTRES, headers=holding(key), environ_overrides={"REMOTE_ADDR": "192.0.2.1"}), 403, "network_refused")


@pytest.mark.parametrize(
    ("address", "is_in"),
    [("203.0.113.7", True), ("203.0.113.8", False), ("10.1.2.3", True), ("::ffff:10.1.2.3", True), ("2001:db8::1", True), ("none", False)],
)
def test_networks_hold_for_both_kinds_of_addresses(address: str, is_in: bool) -> None:
    assert rules.is_within(address, "203.0.113.7/32\n10.0.0.0/8\n2001:db8::/32") is is_in


def test_a_program_that_is_switched_off_is_refused_from_the_next_request_on(client: FlaskClient, portal: ApiClient, key: str) -> None:
    with transaction() as session:
        session.get_one(ApiClient, portal.id).is_active = False
    refused(client.get(CENTRES, headers=holding(key)), 403, "client_off")


def test_a_missing_scope_is_refused(client: FlaskClient, portal: ApiClient, key: str) -> None:
    with transaction() as session:
        session.get_one(ApiClient, portal.id).scopes = []
    refused(client.get(CENTRES, headers=holding(key)), 403, "scope_missing")


def test_more_requests_than_agreed_are_told_when_to_come_again(app: Flask, client: FlaskClient, portal: ApiClient, key: str) -> None:
    other = make_key(make_client("Another"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings.current(), "api_rate", 3)
        answers = [client.get(CENTRES, headers=holding(key)) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        refused(answers[-1], 429, "too_many_requests")
        assert int(answers[-1].headers["Retry-After"]) > 0
        assert client.get(CENTRES, headers=holding(other)).status_code == 200, "another program is not held back"


def test_who_tries_keys_is_told_to_wait_and_others_are_not(client: FlaskClient, key: str) -> None:
    here, there = ({"REMOTE_ADDR": address} for address in ("127.0.0.66", "127.0.0.67"))
    tries = [client.get(CENTRES, headers=holding(unknown(None, "")), environ_overrides=here) for _ in range(31)]  # type: ignore[arg-type]
    assert {answer.status_code for answer in tries[:30]} == {401}
    refused(tries[30], 429, "too_many_requests")
    assert client.get(CENTRES, headers=holding(key), environ_overrides=here).status_code == 429
    assert client.get(CENTRES, headers=holding(key), environ_overrides=there).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST"])
def test_methods_that_the_contract_does_not_name_are_refused(client: FlaskClient, key: str, method: str) -> None:
    assert client.open(CENTRES, method=method, headers=holding(key)).status_code == 405


def test_who_has_the_answer_already_is_told_so(client: FlaskClient, key: str, centre: Centre) -> None:
    first = client.get(CENTRES, headers=holding(key))
    again = client.get(CENTRES, headers=holding(key, **{"If-None-Match": first.headers["ETag"]}))
    assert (again.status_code, again.data) == (304, b"")
    with transaction() as session:
        session.get_one(Centre, centre.id).phone = "0571-0000"
    changed = client.get(CENTRES, headers=holding(key, **{"If-None-Match": first.headers["ETag"]}))
    assert changed.json["items"][0]["phone"] == "0571-0000"


def test_many_centres_come_page_by_page_each_once(client: FlaskClient, key: str) -> None:
    from_code = [f"P{number:03d}" for number in range(60)]
    with transaction():
        for code in from_code:
            make_centre(code)
    found, page = [], None
    while True:
        answer = client.get(CENTRES, headers=holding(key), query_string={"page": page} if page else {}).json
        found += [item["code"] for item in answer["items"]]
        page = answer["next"]
        if page is None:
            break
    assert found == from_code


def test_the_materials_are_those_of_a_case_that_comes_in_online(client: FlaskClient, key: str) -> None:
    answer = client.get(MATERIALS, headers=holding(key), query_string={"reason": "lost", "age": "40"})
    wanted = cases.needs(materials.in_force(), cases.Facts("lost", "self", "online", 40))
    assert [item["material"] for item in answer.json["materials"]] == [str(need.material) for need in wanted] != []
    assert re.search("[\u4e00-\u9fff]", answer.json["materials"][0]["label"]["zh"])
    child = client.get(MATERIALS, headers=holding(key), query_string={"reason": "lost", "age": "9"})
    assert answer.json["may_apply"] and not child.json["may_apply"]


BAD = [
    ({"reason": "lost"}, {("/age", "missing")}),
    ({"reason": "310101199001011234", "age": "40"}, {("/reason", "enum")}),
    ({"reason": "lost", "age": "forty"}, {("/age", "int_parsing")}),
    ({"reason": "lost", "age": "400"}, {("/age", "less_than_equal")}),
    ({"reason": "lost", "age": "40", "310101199001011234": "1"}, {("", "extra_forbidden")}),
    ({"reason": ["lost", "stolen"], "age": "40"}, {("", "twice")}),
]


@pytest.mark.parametrize(("sent", "wanted"), BAD)
def test_what_is_not_as_agreed_is_named_without_its_value(client: FlaskClient, key: str, sent: dict[str, Any], wanted: Any) -> None:
    answer = client.get(MATERIALS, headers=holding(key), query_string=sent)
    refused(answer, 422, "not_as_agreed")
    assert {(fault["pointer"], fault["code"]) for fault in answer.json["errors"]} == wanted
    assert "310101199001011234" not in answer.text and "forty" not in answer.text


def test_a_problem_is_in_the_language_that_is_asked_for(client: FlaskClient, key: str) -> None:
    answer = client.get(MATERIALS, headers=holding(key, **{"Accept-Language": "zh-CN"}))
    texts = [answer.json["title"], answer.json["detail"], *(fault["detail"] for fault in answer.json["errors"])]
    assert all(re.search("[\u4e00-\u9fff]", text) for text in texts), texts


def test_a_damaged_mark_of_a_page_is_a_problem(client: FlaskClient, key: str) -> None:
    refused(client.get(CENTRES, headers=holding(key), query_string={"page": "nonsense"}), 400, "bad_cursor")


def test_a_request_costs_a_handful_of_statements(
    client: FlaskClient, key: str, centre: Centre, count_statements: Callable[..., Any]
) -> None:
    with count_statements() as statements:
        client.get(CENTRES, headers=holding(key))
    assert len(statements) <= 3, statements


def test_every_route_of_programs_stands_in_the_contract_and_the_other_way_round(app: Flask, client: FlaskClient) -> None:
    document = client.get(CONTRACT).json
    assert document["openapi"] == "3.1.0"
    written = {(method.upper(), path) for path, operations in document["paths"].items() for method in operations if method != "parameters"}
    routes = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and rule.endpoint != "intake_api.contract"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert written == routes != set()
    assert all(getattr(app.view_functions[rule.endpoint], "client_scope", None) for rule in app.url_map.iter_rules()
               if rule.rule.startswith("/api/") and rule.endpoint != "intake_api.contract")  # fmt: skip


def test_every_reference_of_the_contract_leads_somewhere_and_every_answer_has_its_shape(client: FlaskClient) -> None:
    text = client.get(CONTRACT).text
    document = json.loads(text)
    named = set(re.findall(r'"#/components/schemas/(\w+)"', text))
    assert named <= set(document["components"]["schemas"]) and {"CentrePage", "Materials", "Problem", "Reason"} <= named


def test_control_a_route_of_programs_without_a_mark_is_refused(app: Flask) -> None:
    other = Flask("other")
    other.add_url_rule("/api/v1/unmarked", "unmarked", lambda: "open")
    assert not gate.is_declared(other, "unmarked")


def test_the_secret_of_a_key_is_nowhere_in_the_database(key: str) -> None:
    stored = db.session.query(ClientKey).one()
    secret = rules.KEY.fullmatch(key)["secret"]  # type: ignore[index]
    assert secret not in (stored.secret_sha256, stored.prefix) and stored.secret_sha256 == rules.hashed(secret)

"""What the contract promises is kept for whatever a program sends: bodies made from the contract itself, and bodies that break it."""

import itertools
import json
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from admin_app.centres.models import Centre
from admin_app.foundation import settings as office
from admin_app.intake_api import schemas
from admin_app.intake_api.api import contract, door
from admin_app.web import problems
from tests.factories.clients import holding, make_client, make_key, signed
from tests.factories.residents import id_number

pytestmark = pytest.mark.proof
EXAMPLES = 4000
TEXT = st.text(max_size=30)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


def made_from(shape: dict[str, Any], shapes: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of a JSON schema, as far as the contract uses it."""
    if "$ref" in shape:
        return made_from(shapes[shape["$ref"].rpartition("/")[2]], shapes)
    if "enum" in shape:
        return st.sampled_from(shape["enum"])
    if "anyOf" in shape:
        return st.one_of(*(made_from(one, shapes) for one in shape["anyOf"]))
    return _of_kind(shape, shapes)


def _of_kind(shape: dict[str, Any], shapes: dict[str, Any]) -> st.SearchStrategy[Any]:
    if shape["type"] == "object":
        needed = set(shape.get("required", ()))
        values = {name: made_from(one, shapes) for name, one in shape.get("properties", {}).items()}
        optional = {name: value for name, value in values.items() if name not in needed}
        return st.fixed_dictionaries({name: values[name] for name in values if name in needed}, optional=optional)
    if "pattern" in shape:
        return st.from_regex(shape["pattern"], fullmatch=True)
    plain: dict[str, Any] = {
        "string": lambda: st.text(min_size=shape.get("minLength", 0), max_size=min(shape.get("maxLength", 40), 40)),
        "integer": lambda: st.integers(shape.get("minimum"), shape.get("maximum")),
        "boolean": st.booleans,
        "null": st.none,
    }
    return plain[shape["type"]]()  # type: ignore[no-any-return]


def broken(body: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Bodies of which one value, or the whole, is anything at all."""

    def put(taken: tuple[Any, str, Any]) -> Any:
        found, name, value = taken
        return found | {name: value} if isinstance(found, dict) else value

    names = TEXT | st.sampled_from(["resident", "centre", "identity_level", "reason", "agent", "formal", "delivery"])
    return st.tuples(body, names, ANYTHING).map(put) | ANYTHING


@pytest.fixture
def served(app: Flask, centre: Centre, monkeypatch: pytest.MonkeyPatch) -> tuple[Flask, str, Centre]:
    """The office, the key of a program that may ask for everything as often as it likes, and a centre."""
    monkeypatch.setattr(office.current(), "api_rate", 1_000_000)
    return app, make_key(make_client(max_level=3)), centre


def operations(app: Flask, method: str) -> list[tuple[str, door.Operation, dict[str, Any]]]:
    with app.test_request_context():
        paths = contract.document()["paths"]
    with app.app_context():
        found = [(rule, operation) for verb, rule, operation in door.served() if verb == method]
    by_path = {rule: paths[rule.replace("<", "{").replace(">", "}")][method.lower()] for rule, _operation in found}
    return [(rule, operation, by_path[rule]) for rule, operation in found]


def check(answer: Any, operation: door.Operation, described: dict[str, Any]) -> None:
    """The answer is one of those that the contract names for this operation, in its shape."""
    assert answer.status_code < 500 and str(answer.status_code) in described["responses"], (answer.status_code, answer.text)
    if answer.status_code == operation.code:
        operation.answers.model_validate_json(answer.data)
        return
    assert answer.mimetype == problems.MEDIA_TYPE, answer.mimetype
    assert schemas.Problem.model_validate_json(answer.data).status == answer.status_code


@pytest.mark.parametrize("is_broken", [False, True], ids=["as the contract says", "broken"])
def test_what_is_sent_is_answered_as_the_contract_says(served: tuple[Flask, str, Centre], is_broken: bool) -> None:
    app, key, centre = served
    with app.test_request_context():
        shapes = contract.document()["components"]["schemas"]
    counted, seen = itertools.count(), set()
    all_operations = [one for one in operations(app, "POST") if one[1].body]
    person, client = {"name": "王小明", "id_number": id_number()}, app.test_client()

    def known(body: Any) -> Any:
        """Half of the bodies name a centre and a person that can be, so that more than the first refusal is met."""
        return body | {name: value for name, value in {"centre": centre.code, "resident": person}.items() if name in body}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def send(data: st.DataObject) -> None:
        rule, operation, described = data.draw(st.sampled_from(all_operations))
        assert operation.body is not None
        made = made_from(shapes[operation.body.__name__], shapes)
        sent = data.draw(broken(made) if is_broken else made | made.map(known))
        body = json.dumps(sent).encode()
        head = signed(key, body, once=f"contract-{next(counted):012d}")
        answer = client.post(rule.replace("<public_id>", "0" * 32), data=body, content_type="application/json", headers=head)
        check(answer, operation, described)
        seen.add((rule, answer.status_code))

    send()
    assert {rule for rule, _status in seen} == {rule for rule, _operation, _described in all_operations}
    assert is_broken or {status for _rule, status in seen} >= {201, 404, 409, 422}


def test_what_is_asked_is_answered_as_the_contract_says(served: tuple[Flask, str, Centre]) -> None:
    app, key, _centre = served
    all_operations, client, seen = operations(app, "GET"), app.test_client(), set()
    names = [parameter["name"] for _rule, _operation, described in all_operations for parameter in described["parameters"]]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.sampled_from(all_operations),
        st.dictionaries(st.sampled_from(names) | TEXT, TEXT | st.sampled_from(["25", "lost", "40", "self"]), max_size=3),
    )
    def ask(one: Any, asked: dict[str, str]) -> None:
        rule, operation, described = one
        answer = client.get(rule.replace("<public_id>", "0" * 32), query_string=asked, headers=holding(key))
        check(answer, operation, described)
        seen.add(answer.status_code)

    ask()
    assert seen >= {200, 404, 422}


def test_control_an_answer_that_the_contract_does_not_name_is_noticed(served: tuple[Flask, str, Centre]) -> None:
    app, _key, _centre = served
    _rule, operation, described = operations(app, "GET")[0]
    answer = app.test_client().get("/api/v1/openapi.json")
    with pytest.raises(ValueError, match="validation error"):
        check(answer, operation, described)

"""The contract as an OpenAPI 3.1 document, made from the routes and the shapes that read and answer: it cannot say anything else."""

import hashlib
import json
import re
from typing import Any

from apispec import APISpec
from flask import Response, request
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from admin_app.foundation import settings
from admin_app.intake_api import schemas
from admin_app.intake_api.api import door
from admin_app.web import problems
from admin_app.web.desk_view import public

VERSION = "1.1"
TEXT = {"schema": {"type": "string"}}
SIGNED = [
    {"name": name, "in": "header", "required": True, "description": text, **TEXT}
    for name, text in {
        "Idempotency-Key": "16 to 64 letters, digits, - and _: the same with each repetition, which is then answered as the first time. "
        "Remembered for 7 days.",
        "desk-id": "16 to 64 letters, digits, - and _: new with each request, also with one that is repeated.",
        "desk-timestamp": "Seconds since 1970, within five minutes of the clock of the office.",
        "desk-signature": "«v1,» and HMAC-SHA-256 of «desk-id.desk-timestamp.body» in base64, as Standard Webhooks sign.",
    }.items()
]
REFS = "#/components/schemas/{model}"
SECURITY = "key"
PROBLEMS = {
    "400": "Something in the address cannot be read.",
    "401": "No key, or one that opens nothing.",
    "403": "The key is right; program, network or scope are not.",
    "404": "There is no such thing, or it is somebody else's.",
    "409": "The same request is being worked on, or the application is in another state.",
    "413": "More than one request may bring.",
    "422": "What was sent does not have the shape of the contract; `errors` says where.",
    "429": "Too many requests; Retry-After says when to come again.",
    "503": "The office is busy; Retry-After says when to come again.",
}
ABOUT = (
    "How programs of others, such as a city's portal, ask an office that runs Card Desk. Errors are problems (RFC 9457) in the language of "
    "Accept-Language; they never repeat a value. Lists are walked by the mark in `next`. Send the ETag of an answer as If-None-Match: what "
    "has not changed is answered with 304. {rate} requests a minute are served for each program."
)


@door.blueprint.get("/openapi.json")
@public
def contract() -> Response:
    """The contract, for everybody: it says nothing about anybody."""
    body = json.dumps(document(), ensure_ascii=False, indent=1)
    response = Response(body, mimetype="application/json")
    response.set_etag(hashlib.sha256(body.encode()).hexdigest()[:32])
    return response.make_conditional(request)  # type: ignore[return-value]


def document() -> dict[str, Any]:
    """The contract of the routes that this process serves."""
    operations = door.served()
    spec = APISpec(
        title="Card Desk", version=VERSION, openapi_version="3.1.0", info={"description": ABOUT.format(rate=settings.current().api_rate)}
    )
    spec.components.security_scheme(SECURITY, {"type": "http", "scheme": "bearer", "description": "The key, as «cdk_…»."})
    for name, shape in _shapes(operations).items():
        spec.components.schema(name, shape)
    for method, rule, operation in operations:
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)
        spec.path(path=path, parameters=_in_path(path), operations={method.lower(): _operation(operation, method)})
    return spec.to_dict()


def _shapes(operations: list[tuple[str, str, door.Operation]]) -> dict[str, Any]:
    answers: list[type[BaseModel]] = [operation.answers for _method, _rule, operation in operations]
    queries = [operation.query for _method, _rule, operation in operations if operation.query]
    _names, found = models_json_schema([(shape, "serialization") for shape in (*answers, schemas.Problem)], ref_template=REFS)
    queries += [operation.body for _method, _rule, operation in operations if operation.body]
    for query in queries:
        found["$defs"] |= query.model_json_schema(ref_template=REFS).get("$defs", {})
    for body in (operation.body for _method, _rule, operation in operations if operation.body):
        found["$defs"][body.__name__] = {name: one for name, one in body.model_json_schema(ref_template=REFS).items() if name != "$defs"}
    return dict(found["$defs"])


def _in_path(path: str) -> list[dict[str, Any]]:
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in re.findall(r"{(\w+)}", path)]


def _operation(operation: door.Operation, method: str) -> dict[str, Any]:
    is_read = method == "GET"
    header = {"ETag": TEXT} if is_read else {"Idempotency-Replayed": TEXT}
    answered = {"description": "Done.", "content": _content(operation.answers, "application/json"), "headers": header}
    responses: dict[str, Any] = {str(operation.code): answered}
    if is_read:
        responses["304"] = {"description": "Not changed since the answer with this ETag."}
    responses |= {
        status: {"description": text, "content": _content(schemas.Problem, problems.MEDIA_TYPE)} for status, text in PROBLEMS.items()
    }
    return {
        "summary": operation.summary,
        "description": f"Scope: `{operation.scope}`.",
        "security": [{SECURITY: [str(operation.scope)]}],
        "parameters": _parameters(operation.query) if is_read else SIGNED,
        "responses": responses,
    } | ({} if is_read else {"requestBody": {"required": True, "content": _sent(operation)}})


def _sent(operation: door.Operation) -> dict[str, Any]:
    if operation.body is None:
        return {kind: {"schema": {}} for kind in ("image/jpeg", "image/png", "application/pdf")}
    return _content(operation.body, "application/json")


def _parameters(query: type[schemas.Shape] | None) -> list[dict[str, Any]]:
    if query is None:
        return []
    shape = query.model_json_schema(ref_template=REFS)
    required = set(shape.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": described}
        for name, described in shape.get("properties", {}).items()
    ]


def _content(shape: type[schemas.Shape], media_type: str) -> dict[str, Any]:
    return {media_type: {"schema": {"$ref": REFS.format(model=shape.__name__)}}}

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

VERSION = "1.0"
REFS = "#/components/schemas/{model}"
SECURITY = "key"
PROBLEMS = {
    "400": "Something in the address cannot be read.",
    "401": "No key, or one that opens nothing.",
    "403": "The key is right; program, network or scope are not.",
    "404": "There is no such thing, or it is somebody else's.",
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
        spec.path(path=re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule), operations={method.lower(): _operation(operation)})
    return spec.to_dict()


def _shapes(operations: list[tuple[str, str, door.Operation]]) -> dict[str, Any]:
    answers: list[type[BaseModel]] = [operation.answers for _method, _rule, operation in operations]
    queries = [operation.query for _method, _rule, operation in operations if operation.query]
    _names, found = models_json_schema([(shape, "serialization") for shape in (*answers, schemas.Problem)], ref_template=REFS)
    for query in queries:
        found["$defs"] |= query.model_json_schema(ref_template=REFS).get("$defs", {})
    return dict(found["$defs"])


def _operation(operation: door.Operation) -> dict[str, Any]:
    answered = {"description": "Done.", "content": _content(operation.answers, "application/json"), "headers": {"ETag": _text_header()}}
    responses = {"200": answered, "304": {"description": "Not changed since the answer with this ETag."}}
    responses |= {
        status: {"description": text, "content": _content(schemas.Problem, problems.MEDIA_TYPE)} for status, text in PROBLEMS.items()
    }
    return {
        "summary": operation.summary,
        "description": f"Scope: `{operation.scope}`.",
        "security": [{SECURITY: [str(operation.scope)]}],
        "parameters": _parameters(operation.query),
        "responses": responses,
    }


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


def _text_header() -> dict[str, Any]:
    return {"schema": {"type": "string"}}

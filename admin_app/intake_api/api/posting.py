"""Requests that change something: signed, under a key of their own, done once however often they are sent."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _l
from pydantic import ValidationError

from admin_app.foundation import clock, crypto
from admin_app.foundation.database import transaction
from admin_app.intake_api import rules
from admin_app.intake_api.api import door, faults
from admin_app.intake_api.models import ApiClient, ClientKey
from admin_app.intake_api.operations import once
from admin_app.intake_api.schemas import Shape
from admin_app.web import request_limits

Deed = Callable[[], Shape]
"""What is done inside the transaction, and answers."""
FILE_BYTES = 11 * 1024 * 1024


class NoKey(once.ToldToPrograms):
    """The request does not say under which key it is known."""

    status = 400

    def __init__(self) -> None:
        sentence = _l("Send an Idempotency-Key of 16 to 64 letters, digits, - and _, and the same one with each repetition.")
        super().__init__(sentence, code="idempotency_key_missing")


class NotJson(once.ToldToPrograms):
    """The body cannot be read."""

    status = 400


def changes(operation: door.Operation) -> Callable[[Callable[..., Deed]], Callable[..., Response]]:
    """The route changes something for a client with the scope of `operation`.

    The view gets the client and what was sent; what takes long it does at once, what it changes in the deed that it gives back. The
    deed and its answer are written together; whoever sends the same again gets the same answer.
    """

    def mark(view: Callable[..., Deed]) -> Callable[..., Response]:
        def guarded(**path: Any) -> Response:
            key = door.key_of(operation.scope)
            body = request_limits.take_body()
            message_id = _signed(key, body)
            sent = once.Sent(key.client_id, idempotency_key(), request.method, request.path, body)
            asked = _read(operation.body, body) if operation.body else body
            return _done(sent, message_id, operation.code, lambda: view(key.client, asked, **path))

        if operation.takes_file:
            guarded = request_limits.takes_body(FILE_BYTES)(guarded)
        return door.marked(guarded, view, operation)

    return mark


def _done(sent: once.Sent, message_id: str, code: int, prepare: Callable[[], Deed]) -> Response:
    with transaction():
        begun = once.begin(sent, message_id)
    if isinstance(begun, once.Answered):
        return _answer(begun.answer, begun.code, is_repeated=True)
    try:
        deed = prepare()
        with transaction():
            answer = deed().model_dump_json()
            once.end(begun, code, answer)
    except BaseException:
        with suppress(Exception), transaction():
            once.give_up(begun)
        raise
    return _answer(answer, code)


def _answer(answer: str, code: int, *, is_repeated: bool = False) -> Response:
    response = Response(answer, code, mimetype="application/json")
    if is_repeated:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def _signed(key: ClientKey, body: bytes) -> str:
    """The id of the request, once it is known that the owner of the key signed this body just now."""
    names = ("desk-id", "desk-timestamp", "desk-signature")
    marks = rules.Marks(*(request.headers.get(name, "") for name in names))
    secret = key.open_signing()
    if not secret or not rules.is_signed(secret, marks, body, clock.now()):
        raise door.ClientRefused(rules.Refusal.NOT_SIGNED)
    return marks.id


def idempotency_key() -> str:
    """The key of this request; NoKey."""
    sent = request.headers.get("Idempotency-Key", "")
    if not rules.MESSAGE_ID.fullmatch(sent):
        raise NoKey
    return sent


def _read(shape: type[Shape], body: bytes) -> Shape:
    try:
        found = shape.model_validate_json(body)
    except ValidationError as error:
        if any(one["type"] == "json_invalid" for one in error.errors(include_input=False, include_url=False)):
            raise NotJson(_l("The body is no JSON. Nothing was done."), code="not_json") from None
        raise door.NotAsAgreed(faults.of(error)) from None
    if b"\\u0000" in body:
        raise door.NotAsAgreed([faults.fault("", "string_pattern_mismatch")])
    return found


def own_key(client: ApiClient, what: str) -> str:
    """The id of what is filed follows from whose key it came under: it stays one when nobody remembers the request any more."""
    return crypto.keyring().blind_index(what, f"{client.id}|{idempotency_key()}")


def refuse_level(client: ApiClient, level: int) -> None:
    """ClientRefused if the client may not vouch for a resident so surely."""
    if level > client.max_level:
        raise door.ClientRefused(rules.Refusal.LEVEL)

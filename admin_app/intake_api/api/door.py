"""What every request of a program passes: its key, from where it comes, what it may ask for, how often; then the shape of what it sent."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Blueprint, Response, current_app, request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from pydantic import ValidationError

from admin_app.foundation import settings
from admin_app.foundation.errors import DomainError
from admin_app.foundation.per_app import PerApp
from admin_app.intake_api import queries, rules
from admin_app.intake_api.api import faults
from admin_app.intake_api.models import ClientKey
from admin_app.intake_api.operations.once import ToldToPrograms
from admin_app.intake_api.rules import Refusal, Scope
from admin_app.intake_api.schemas import Shape
from admin_app.web import error_pages, problems

WRONG_KEYS = 30
"""Requests a minute from one address whose key opens nothing, before that address is told to wait."""
WAIT_SECONDS = 60
log = structlog.get_logger("card_desk.api")
blueprint = Blueprint("intake_api", __name__, url_prefix="/api/v1")


class _Limiter:
    """Counts requests of the last minute, in the memory of this process: a limit holds for each process that serves."""

    def __init__(self) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def is_within(self, most: int, *subject: str) -> bool:
        """Count a request of `subject`; whether it is one of the first `most` of the minute."""
        return bool(self._window.hit(RateLimitItemPerMinute(most), *subject))

    def is_open(self, most: int, *subject: str) -> bool:
        """Whether `subject` may come, without counting."""
        return bool(self._window.test(RateLimitItemPerMinute(most), *subject))


_LIMITER: PerApp[_Limiter] = PerApp("intake_api.limiter", _Limiter)


class ClientRefused(ToldToPrograms):
    """A request of a program that is not served; `code` is a word of rules.Refusal."""

    def __init__(self, code: Refusal) -> None:
        sentence = rules.REFUSALS[code][1]
        super().__init__(sentence, code=str(code), retry_after=WAIT_SECONDS if code == Refusal.TOO_MANY else None)

    @property
    def status(self) -> int:  # type: ignore[override]
        """The HTTP status of this refusal."""
        return rules.REFUSALS[Refusal(self.details["code"])][0]


class NotAsAgreed(ToldToPrograms):
    """What was sent does not have the shape of the contract; details: `faults`."""

    def __init__(self, found: list[dict[str, str]]) -> None:
        super().__init__(faults.NOT_AS_AGREED, code="not_as_agreed", faults=found)


@dataclass(frozen=True)
class Operation:
    """One line of the contract: what a route is for, what it takes and gives."""

    summary: str
    scope: Scope
    answers: type[Shape]
    query: type[Shape] | None = None
    body: type[Shape] | None = None
    takes_file: bool = False
    """Whether the body is a file as it is."""
    code: int = 200


def for_clients(operation: Operation) -> Callable[[Callable[..., Shape]], Callable[..., Response]]:
    """The route is for clients with the scope of `operation`; the view gets who asks and the query, and gives the answer."""

    def mark(view: Callable[..., Shape]) -> Callable[..., Response]:
        def guarded(**path: Any) -> Response:
            by = key_of(operation.scope).client.actor
            asked = (_query(operation.query),) if operation.query else ()
            return _answered(view(by, *asked, **path))

        return marked(guarded, view, operation)

    return mark


def marked(guarded: Callable[..., Response], view: Callable[..., Any], operation: Operation) -> Callable[..., Response]:
    """The guarded view with its name, its scope, its line of the contract."""
    guarded.__name__, guarded.__doc__ = view.__name__, view.__doc__
    guarded.client_scope = str(operation.scope)  # type: ignore[attr-defined]
    guarded.operation = operation  # type: ignore[attr-defined]
    return guarded


def key_of(scope: Scope) -> ClientKey:
    """The key of whoever asks, with its client; ClientRefused for everybody whom this is not for."""
    address = request.remote_addr or ""
    if not _LIMITER.get().is_open(WRONG_KEYS, "wrong key", address):
        raise ClientRefused(Refusal.TOO_MANY)
    try:
        key = _key()
        _refuse_unless(rules.is_within(address, key.client.networks), Refusal.NETWORK)
    except ClientRefused as refused:
        _LIMITER.get().is_within(WRONG_KEYS, "wrong key", address)
        log.warning("client refused", why=refused.details["code"])
        raise
    _refuse_unless(_LIMITER.get().is_within(settings.current().api_rate, "client", str(key.client_id)), Refusal.TOO_MANY)
    _refuse_unless(key.client.is_active, Refusal.CLIENT_OFF)
    _refuse_unless(str(scope) in key.client.scopes, Refusal.SCOPE)
    return key


def _key() -> ClientKey:
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    _refuse_unless(scheme.lower() == "bearer" and bool(sent), Refusal.KEY_MISSING)
    found = rules.KEY.fullmatch(sent)
    key = queries.key_called(found["prefix"]) if found else None
    # Nothing more is said of a key than of one that never was, before its secret is known to be right.
    if found is None or key is None or not rules.is_secret(found["secret"], key.secret_sha256):
        raise ClientRefused(Refusal.KEY_REFUSED)
    _refuse_unless(key.ended_at is None, Refusal.KEY_REFUSED)
    _refuse_unless(key.state != rules.KeyState.EXPIRED, Refusal.KEY_EXPIRED)
    return key


def _refuse_unless(is_right: bool, code: Refusal) -> None:
    if not is_right:
        raise ClientRefused(code)


def _query(shape: type[Shape]) -> Shape:
    """The arguments of the address in this shape; a name that comes twice is one too many."""
    twice = [name for name, values in request.args.lists() if len(values) > 1]
    if twice:
        raise NotAsAgreed([faults.fault("", "twice")])
    try:
        return shape.model_validate_strings(dict(request.args))
    except ValidationError as error:
        raise NotAsAgreed(faults.of(error)) from None


def _answered(answer: Shape) -> Response:
    """The answer as JSON, with a mark by which a program that has it already is told so (304)."""
    body = answer.model_dump_json()
    response = Response(body, mimetype="application/json")
    response.set_etag(hashlib.sha256(body.encode()).hexdigest()[:32])
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)  # type: ignore[return-value]


@blueprint.errorhandler(DomainError)
def _refused(error: DomainError) -> tuple[Response, int, Mapping[str, str]]:
    """The problem of a rule that said no, with nothing that is for the staff alone."""
    title = faults.TITLES.get(error.status) if isinstance(error, ClientRefused) else None
    code, sentence, found = faults.told(error)
    title = title or error_pages.TEXTS[error.status if error.status in error_pages.TEXTS else 422][0]
    answer = problems.problem(error.status, title, sentence, code=code, errors=found)
    headers = error_pages.retry_header(error)
    return answer, error.status, headers | ({"WWW-Authenticate": "Bearer"} if error.status == 401 else {})


def served() -> list[tuple[str, str, Operation]]:
    """(method, path, operation) of every route that clients may use, in the order of their paths."""
    found = []
    for rule in sorted(current_app.url_map.iter_rules(), key=lambda rule: rule.rule):
        operation: Operation | None = getattr(current_app.view_functions[rule.endpoint], "operation", None)
        if operation is not None:
            found += [(method, rule.rule, operation) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    return found

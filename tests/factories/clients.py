"""Clients of the API."""

import base64
import itertools
from datetime import timedelta
from typing import Any

from admin_app.foundation import clock, crypto
from admin_app.intake_api import rules
from admin_app.intake_api.models import ApiClient, ClientKey, signing_place
from tests.factories.saving import save

SIGNING = "whsec_" + base64.b64encode(bytes(range(32))).decode()
_COUNTED = itertools.count(1)
EVERYTHING = [str(scope) for scope in rules.Scope]


def make_client(name: str = "City portal", **changes: Any) -> ApiClient:
    """A client that may ask for everything, from the machine of the test."""
    return save(ApiClient(**({"name": name, "scopes": EVERYTHING, "networks": "127.0.0.0/8"} | changes)))


def make_key(client: ApiClient, **changes: Any) -> str:
    """A key that works, as its owner holds it; requests are signed by SIGNING."""
    shown, prefix, secret_sha256 = rules.new_key()
    sealed = crypto.encrypt_text(SIGNING, context=signing_place(prefix))
    values = {"made_at": clock.now(), "expires_on": clock.today() + timedelta(days=90), "signing_sealed": sealed}
    save(ClientKey(client_id=client.id, prefix=prefix, secret_sha256=secret_sha256, **(values | changes)))
    return shown


def signed(key: str, body: bytes, *, once: str, message_id: str = "", **changes: str) -> dict[str, str]:
    """The headers of a request with this body that changes something, under the Idempotency-Key `once`."""
    message_id, time = message_id or f"message-{next(_COUNTED):012d}", str(int(clock.now().timestamp()))
    marks = {"desk-id": message_id, "desk-timestamp": time, "desk-signature": rules.signature(SIGNING, message_id, time, body)}
    return holding(key) | marks | {"Idempotency-Key": once} | changes


def holding(key: str, **more: str) -> dict[str, str]:
    """The headers of a program with this key."""
    return {"Authorization": f"Bearer {key}"} | more

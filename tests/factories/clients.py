"""Clients of the API."""

from datetime import timedelta
from typing import Any

from admin_app.foundation import clock
from admin_app.intake_api import rules
from admin_app.intake_api.models import ApiClient, ClientKey
from tests.factories.saving import save

EVERYTHING = [str(scope) for scope in rules.Scope]


def make_client(name: str = "City portal", **changes: Any) -> ApiClient:
    """A client that may ask for everything, from the machine of the test."""
    return save(ApiClient(**({"name": name, "scopes": EVERYTHING, "networks": "127.0.0.0/8"} | changes)))


def make_key(client: ApiClient, **changes: Any) -> str:
    """A key that works, as its owner holds it."""
    shown, prefix, secret_sha256 = rules.new_key()
    values = {"made_at": clock.now(), "expires_on": clock.today() + timedelta(days=90)}
    save(ClientKey(client_id=client.id, prefix=prefix, secret_sha256=secret_sha256, **(values | changes)))
    return shown


def holding(key: str, **more: str) -> dict[str, str]:
    """The headers of a program with this key."""
    return {"Authorization": f"Bearer {key}"} | more

"""Adding and changing clients, their keys, the switch that stops one at once."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.audit import operations as audit
from admin_app.foundation import clock, crypto
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict, StaleVersion
from admin_app.foundation.filing import Level
from admin_app.foundation.typed_text import texts
from admin_app.intake_api import queries, rules
from admin_app.intake_api.models import ApiClient, ClientKey, signing_place
from admin_app.staff.permissions import verb


@dataclass(frozen=True)
class Particulars:
    """What an administrator says about a client. `networks`: CIDR, one a line."""

    name: str
    scopes: tuple[str, ...]
    networks: str
    max_level: int = int(Level.PHONE)


@verb("clients.add")
def add(particulars: Particulars, *, by: Actor) -> ApiClient:
    """A new client without a key. Raises TextRefused (field), Conflict if there is one of this name."""
    made = ApiClient(**_read(particulars))
    db.session.add(made)
    db.session.flush()
    audit.record("clients.added", "client", made.public_id, by=by, changes=_facts(made))
    return made


@verb("clients.change")
def change(client: ApiClient, particulars: Particulars, *, version: int, by: Actor) -> None:
    """Change name, scopes and networks; what the client may is asked anew for each request. Raises as add() does, and StaleVersion."""
    _hold(client, version)
    before = _facts(client)
    for name, value in _read(particulars, but=client).items():
        setattr(client, name, value)
    after = _facts(client)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        client.version += 1
        facts = {"before": {name: before[name] for name in changed}, "after": {name: after[name] for name in changed}}
        audit.record("clients.changed", "client", client.public_id, by=by, changes=facts)


@verb("clients.switch")
def switch(client: ApiClient, *, is_active: bool, by: Actor) -> None:
    """Switch a client off at once, or on again; its keys stay what they are. Twice is once."""
    _hold(client)
    if client.is_active == is_active:
        return
    client.is_active, client.version = is_active, client.version + 1
    audit.record("clients.switched_on" if is_active else "clients.switched_off", "client", client.public_id, by=by)


@verb("clients.make_key")
def make_key(client: ApiClient, *, expires_on: date | None, by: Actor) -> tuple[str, str]:
    """A new key that works up to and on `expires_on`, and the secret by which its owner signs; both are shown once.

    Raises TextRefused, Conflict for a third live key.
    """
    today = clock.today()
    if expires_on is None or not today <= expires_on <= today + timedelta(days=rules.LONGEST_DAYS):
        raise texts.TextRefused(_l("Choose a day from today on, a year ahead at the most."), field="expires_on")
    _hold(client)
    db.session.expire(client, ["keys"])
    if len(client.live_keys) >= rules.MOST_KEYS:
        raise Conflict(_l("Two keys of this client work already. End one of them first; no key was made."))
    shown, prefix, secret_sha256 = rules.new_key()
    signing = rules.new_signing_secret()
    sealed = crypto.encrypt_text(signing, context=signing_place(prefix))
    made = {"prefix": prefix, "secret_sha256": secret_sha256, "signing_sealed": sealed, "made_at": clock.now(), "expires_on": expires_on}
    db.session.add(ClientKey(client_id=client.id, **made))
    db.session.flush()
    facts = {"key": prefix, "expires_on": expires_on.isoformat()}
    audit.record("clients.key_made", "client", client.public_id, by=by, changes=facts)
    return shown, signing


@verb("clients.end_key")
def end_key(key: ClientKey, *, by: Actor) -> None:
    """The key opens nothing any more. Twice is once."""
    _hold(key.client)
    db.session.refresh(key)
    if key.ended_at is not None:
        return
    key.ended_at = clock.now()
    audit.record("clients.key_ended", "client", key.client.public_id, by=by, changes={"key": key.prefix})


def _hold(client: ApiClient, version: int | None = None) -> None:
    """Let nobody else work on the client until the transaction ends."""
    db.session.refresh(client, with_for_update=True)
    if version is not None and version != client.version:
        raise StaleVersion(_l("This client was changed after you opened it. Nothing of yours was saved; please look again."))


def _read(particulars: Particulars, but: ApiClient | None = None) -> dict[str, Any]:
    name = texts.line(particulars.name, most=60, field="name")
    if not name:
        raise texts.TextRefused(_l("This field is required."), field="name")
    if queries.has_name(name, but=but):
        raise Conflict(_l("Another client has this name. Nothing was saved."), field="name")
    scopes = [str(scope) for scope in rules.Scope if scope in particulars.scopes]
    if not scopes:
        raise texts.TextRefused(_l("Choose what the client may ask for."), field="scopes")
    level = int(Level(particulars.max_level))
    return {"name": name, "scopes": scopes, "networks": _networks(particulars.networks), "max_level": level}


def _networks(text: str) -> str:
    lines = texts.block(text, most=rules.NETWORKS_LENGTH, field="networks")
    texts.refuse([char for char in lines if not char.isascii()], "networks")
    try:
        found = rules.networks("\n".join(line.strip() for line in lines.split("\n")))
    except ValueError:
        sentence = _l("Write one address or network a line, such as 203.0.113.7 or 203.0.113.0/24; the bits behind the network are 0.")
        raise texts.TextRefused(sentence, field="networks") from None
    if not 1 <= len(found) <= rules.MOST_NETWORKS:
        sentence = _l("Name the networks from which the client asks: one at the least, %(most)s at the most.", most=rules.MOST_NETWORKS)
        raise texts.TextRefused(sentence, field="networks")
    return "\n".join(map(str, found))


def _facts(client: ApiClient) -> dict[str, Any]:
    return {"name": client.name, "scopes": list(client.scopes), "networks": client.networks.split("\n"), "max_level": client.max_level}

"""The list of clients, for administrators and auditors."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_app.foundation.filing import LEVEL_LABELS
from admin_app.foundation.i18n import listed
from admin_app.intake_api import queries, rules
from admin_app.intake_api.models import ApiClient
from admin_app.web.fact_words import Fact, on_day
from admin_app.web.lists.description import PLACE, Button, Column, Empty, ListPage, Order
from admin_app.web.lists.drawing import macro
from admin_app.web.lists.filters import Choice

CELLS = "clients/cells.html"
STATES = {"used": _l("In use"), "off": _l("Switched off"), "all": _l("All")}


def _scopes(client: ApiClient, _context: Any) -> str:
    return listed(str(rules.SCOPE_LABELS[rules.Scope(scope)]) for scope in client.scopes if scope in set(rules.Scope))


def _state(client: ApiClient, _context: Any) -> Any:
    return STATES["used" if client.is_active else "off"]


def _until(client: ApiClient, _context: Any) -> Any:
    days = [key.expires_on for key in client.live_keys]
    return max(days) if days else _("no key")


CLIENTS = ListPage(
    name="clients",
    endpoint="ClientView.index",
    permission="clients.read",
    title=_l("API clients"),
    subtitle=_l("Programs of others that ask the office by the API, such as the city's portal"),
    listed=queries.listed,
    question=lambda wanted: wanted.get("state", "used"),
    row_id="public_id",
    facts={"rules": rules},
    columns=[
        Column(
            name="name", label=_l("Whose program"), value="name", is_fixed=True, cell=macro(CELLS, "name"),
            order=Order(by=queries.BY_NAME, words=PLACE),
        ),
        Column(name="scopes", label=_l("May ask for"), value=_scopes),
        Column(name="keys", label=_l("Keys that work"), value=lambda client, _: len(client.live_keys), style="text-end"),
        Column(name="until", label=_l("Newest key works until"), value=_until, style="nowrap", cell=macro(CELLS, "until")),
        Column(
            name="state", label=_l("State"), value=_state,
            cell=lambda client, draw: draw.status(_state(client, None), "dot-good" if client.is_active else "dash"),
        ),
    ],
    order="name",
    filters=[Choice(name="state", label=_l("State"), offers=lambda *_: [*STATES.items()], default="used")],
    buttons=[
        Button(label=_l("New client"), endpoint="ClientView.new", icon="plus", key="n", is_primary=True, permission="clients.edit"),
    ],
    empty=Empty(title=_l("No client"), text=_l("No program of others asks this office yet."), icon="link"),
)  # fmt: skip

FACTS = {
    ("clients", "name"): Fact(_l("Whose program")),
    ("clients", "scopes"): Fact(_l("May ask for"), rules.SCOPE_LABELS),
    ("clients", "networks"): Fact(_l("From these networks")),
    ("clients", "max_level"): Fact(_l("Knows residents at most as"), LEVEL_LABELS),
    ("clients", "key"): Fact(_l("Key")),
    ("clients", "expires_on"): Fact(_l("Works until"), on_day),
}
"""How the facts read that the log has of clients (fact_table.py)."""

"""Which clients there are, and whose key this is."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, false, select, true
from sqlalchemy.orm import joinedload, selectinload

from admin_app.applications.models import Application
from admin_app.applications.queries import visibility as applications
from admin_app.centres import queries as centres
from admin_app.centres.models import Centre
from admin_app.foundation import keyset
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import NotFound
from admin_app.intake_api.models import ApiClient, ClientKey

BY_ID = keyset.Order((Application.id,))
BY_NAME = keyset.Order((ApiClient.name, ApiClient.id))


def visible_to(who: Actor) -> ColumnElement[bool]:
    """The condition on ApiClient for `who`."""
    return true() if who.may("clients.read") else false()


def by_public_id(who: Actor, public_id: str) -> ApiClient:
    """The client with this public id; NotFound if there is none or `who` may not know of it."""
    found = db.session.scalar(select(ApiClient).where(ApiClient.public_id == public_id[:64], visible_to(who)))
    if found is None:
        raise NotFound(_l("There is no such client, or you may not see it."))
    return found


def listed(who: Actor, state: str, _today: date) -> Select[Any]:
    """The clients of `state` (used, off, all) that `who` may see, with their keys."""
    query = select(ApiClient).where(visible_to(who)).options(selectinload(ApiClient.keys))
    return query if state == "all" else query.where(ApiClient.is_active.is_(state == "used"))


def has_name(name: str, *, but: ApiClient | None = None) -> bool:
    """Whether another client than `but` is called so."""
    query = select(ApiClient.id).where(ApiClient.name == name)
    return db.session.scalar(query if but is None else query.where(ApiClient.id != but.id)) is not None


def key_called(prefix: str) -> ClientKey | None:
    """The key with this name, with its client, whether it works or not (one statement)."""
    return db.session.scalar(select(ClientKey).where(ClientKey.prefix == prefix).options(joinedload(ClientKey.client)))


def applications_page(who: Actor, *, cursor: str | None, size: int) -> keyset.Page[Application]:
    """One page of the cases that this client filed, the newest first; BadCursor for a mark that is none."""
    return keyset.page_of(_filed, BY_ID, who, "", cursor=cursor, size=size, descending=True)


def _filed(who: Actor, _wanted: str, _today: date) -> Select[Any]:
    return select(Application).where(applications.visible_to(who)).options(joinedload(Application.resident))


def centres_page(who: Actor, *, cursor: str | None, size: int) -> keyset.Page[Centre]:
    """One page of the centres in use, by code; BadCursor for a mark that is none."""
    return keyset.page_of(centres.listed, centres.BY_CODE, who, "", cursor=cursor, size=size)

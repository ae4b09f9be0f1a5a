"""Flask's session: kept on the server for whoever is signed in, whose cookie is a random key; strangers carry it, signed.

Residents' pages have none of it: no row, no cookie, and the cookie of somebody who is signed in at the desk says nothing there.
"""

import json
from copy import deepcopy
from datetime import datetime
from typing import Any

import structlog
from flask import Flask, Request, Response, request
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from admin_app.foundation import browser_sessions, database, database_clock, patience, settings
from admin_app.foundation.database_trouble import Trouble, trouble_of
from admin_app.web import browser_names, doors

HEALTH = "/health"
STATIC = "/static/"
STRANGER = "v."
"""What the cookie of a stranger begins with; a random key has no dot."""
MOST_CARRIED = 3000
"""Characters that a stranger's cookie holds: a browser takes 4096."""
FLASHES = "_flashes"
"""Where Flask keeps what the next page says."""
HALF_IN = "half_in"
"""Who gave the right password and not yet the code."""
DATABASE_ERRORS = (DBAPIError, PoolTimeout)
ON_THE_SERVER = ("_user_id", HALF_IN)
"""What must be kept on the server, where it can be ended."""
log = structlog.get_logger("card_desk.web")


class ServerSession(dict[str, Any], SessionMixin):
    """A dict that knows its key and whether it was changed. `carried`: what a stranger's cookie said."""

    def __init__(self, key: str, loaded: browser_sessions.Loaded | None = None, carried: dict[str, Any] | None = None) -> None:
        super().__init__(loaded.content if loaded else carried or {})
        self.key, self.new = key, loaded is None
        self.loaded = loaded
        """As it was in the table, with its owner: held, so that asking for this person again costs no statement."""
        self.old_key: str | None = None
        self.trouble: Trouble | None = None
        """Why it could not be loaded: the gate refuses the request, nothing is saved."""
        self.began_at: datetime | None = None
        """When a session began that goes on under another key."""
        self._before = loaded.content if loaded else deepcopy(carried or {})

    @property
    def modified(self) -> bool:  # type: ignore[override]
        """Whether the content differs from what was loaded."""
        return dict(self) != self._before or self.old_key is not None

    @property
    def is_changed(self) -> bool:
        """Whether more was changed than what is said on the next page."""
        return {**self, FLASHES: None} != {**self._before, FLASHES: None}

    @property
    def is_kept(self) -> bool:
        """Whether it belongs into the table."""
        return any(name in self for name in ON_THE_SERVER)

    def renew(self) -> None:
        """Forget everything and take a new key (sign-in, sign-out): nothing from before survives."""
        self._take_new_key()
        self.clear()
        self.began_at = None

    def rotate(self) -> None:
        """Go on under a new key, with content and hours of before (new password, proof): the old cookie is worth nothing."""
        self.began_at = self.loaded.created_at if self.loaded else None
        self._take_new_key()

    def _take_new_key(self) -> None:
        if not self.new:
            self.old_key = self.key
        self.key, self.new = browser_sessions.new_key(), True


class ServerSessionInterface(SessionInterface):
    """Loads and saves ServerSession through foundation.browser_sessions; `owner` is the mapped class of those who sign in."""

    def __init__(self, owner: Any) -> None:
        self.owner = owner

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        """The session of the cookie, or a new one; none is looked up for static files and for health."""
        cookie = request.cookies.get(self.get_cookie_name(app), "")
        if request.path.startswith(STATIC):
            return ServerSession(browser_sessions.new_key())
        patience.begin()
        if request.path == HEALTH:  # which says itself what the matter is
            return ServerSession(browser_sessions.new_key())
        try:
            database_clock.keep_right()
            database.begin_reading()
            if doors.is_outside(request):
                return ServerSession(browser_sessions.new_key())
            loaded = browser_sessions.load(cookie, owner=self.owner) if 20 < len(cookie) < 100 and "." not in cookie else None
        except DATABASE_ERRORS as error:
            lost = ServerSession(browser_sessions.new_key())
            lost.trouble = trouble_of(error) or Trouble.UNREACHABLE
            return lost
        if loaded is None:
            return ServerSession(browser_sessions.new_key(), carried=_carried(app, cookie))
        return ServerSession(cookie, loaded)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what the request changed: into the table, or for a stranger into the cookie; nothing where none was looked up."""
        if not isinstance(session, ServerSession) or session.trouble or _is_without(request):
            return
        try:
            self._save(app, session, response)
        except DATABASE_ERRORS as error:
            session.trouble = trouble_of(error)
            # What was done stays done, and who reads goes on: a greeting can be missed, what a step keeps for the next one cannot.
            is_step = request.method == "POST" and session.is_changed and not patience.changes()
            if session.trouble is None or session.old_key or session.new or is_step:
                raise
            log.warning("session not saved", trouble=str(session.trouble))

    def _save(self, app: Flask, session: ServerSession, response: Response) -> None:
        if session.old_key:
            browser_sessions.end(session.old_key)
        if session.loaded and not session.new:
            if session.modified or session.loaded.needs_touch:
                browser_sessions.save(session.key, dict(session), known=session.loaded)
        elif session.is_kept:
            self._create(app, session, response)
        elif session.modified:
            self._carry(app, session, response)

    def _create(self, app: Flask, session: ServerSession, response: Response) -> None:
        staff_id = int(session["_user_id"]) if session.get("_user_id") else None
        where = browser_sessions.Where(request.remote_addr or "", browser_names.name_of(request.user_agent.string))
        browser_sessions.create(session.key, dict(session), staff_id=staff_id, where=where, began_at=session.began_at)
        self._set_cookie(app, response, session.key)

    def _carry(self, app: Flask, session: ServerSession, response: Response) -> None:
        if not session:
            response.delete_cookie(self.get_cookie_name(app), path=self.get_cookie_path(app))
            return
        value = _signed(app, dict(session))
        if len(value) > MOST_CARRIED:
            value = _signed(app, {name: content for name, content in session.items() if name != FLASHES})
        self._set_cookie(app, response, value)

    def _set_cookie(self, app: Flask, response: Response, value: str) -> None:
        name, path = self.get_cookie_name(app), self.get_cookie_path(app)
        response.set_cookie(name, value, path=path, httponly=True, secure=settings.current().https, samesite="Lax")


def _signed(app: Flask, content: dict[str, Any]) -> str:
    return STRANGER + str(_signer(app).dumps(browser_sessions.as_text(content)))


def _carried(app: Flask, cookie: str) -> dict[str, Any] | None:
    """What our own cookie of a stranger says; None for any other."""
    try:
        text = _signer(app).loads(cookie.removeprefix(STRANGER), max_age=settings.current().session_hours * 3600)
    except BadSignature:
        return None
    carried: dict[str, Any] = json.loads(text)
    return {name: value for name, value in carried.items() if name not in ON_THE_SERVER}


def _signer(app: Flask) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(app.secret_key), salt="stranger")


def _is_without(asked: Request) -> bool:
    """Whether this request has no session: an error page in place of a file must not sign anybody out."""
    return asked.path.startswith(STATIC) or asked.path == HEALTH or doors.is_outside(asked)

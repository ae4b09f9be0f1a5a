"""Flask's session, kept on the server: the cookie is a random key and nothing else."""

from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy.exc import DBAPIError

from admin_app.foundation import browser_sessions, database, settings


class ServerSession(dict[str, Any], SessionMixin):
    """A dict that knows its key and whether it was changed."""

    def __init__(self, key: str, loaded: browser_sessions.Loaded | None = None) -> None:
        super().__init__(loaded.content if loaded else {})
        self.key, self.new = key, loaded is None
        self.loaded = loaded
        """As it was in the table, with its owner: held, so that asking for this person again costs no statement."""
        self.old_key: str | None = None
        self.is_lost = False
        """The database did not answer: the gate refuses the request, nothing is saved."""
        self._before = loaded.content if loaded else {}

    @property
    def modified(self) -> bool:  # type: ignore[override]
        """Whether the content differs from what was loaded."""
        return dict(self) != self._before or self.old_key is not None

    def renew(self) -> None:
        """Forget everything and take a new key (sign-in, sign-out): nothing from before survives."""
        if not self.new:
            self.old_key = self.key
        self.clear()
        self.key, self.new = browser_sessions.new_key(), True


class ServerSessionInterface(SessionInterface):
    """Loads and saves ServerSession through foundation.browser_sessions; `owner` is the mapped class of those who sign in."""

    def __init__(self, owner: Any) -> None:
        self.owner = owner

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        """The session of the cookie, or a new one; none is looked up for static files."""
        key = request.cookies.get(self.get_cookie_name(app), "")
        if request.path.startswith("/static/"):
            return ServerSession(browser_sessions.new_key())
        try:
            database.begin_reading()
            loaded = browser_sessions.load(key, owner=self.owner) if 20 < len(key) < 100 else None
        except DBAPIError:
            lost = ServerSession(browser_sessions.new_key())
            lost.is_lost = True
            return lost
        if loaded is None:
            return ServerSession(browser_sessions.new_key())
        return ServerSession(key, loaded)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what the request changed, and the cookie of a new session."""
        if not isinstance(session, ServerSession) or session.is_lost:
            return
        if session.old_key:
            browser_sessions.end(session.old_key)
        if not session and session.new:
            if session.old_key:
                response.delete_cookie(self.get_cookie_name(app), path=self.get_cookie_path(app))
            return
        if not (session.modified or session.new or (session.loaded and session.loaded.needs_touch)):
            return
        if session.loaded and not session.new:
            browser_sessions.save(session.key, dict(session), known=session.loaded)
        else:
            staff_id = int(session["_user_id"]) if session.get("_user_id") else None
            browser_sessions.create(session.key, dict(session), staff_id=staff_id)
            response.set_cookie(
                self.get_cookie_name(app),
                session.key,
                path=self.get_cookie_path(app),
                httponly=True,
                secure=settings.current().https,
                samesite="Lax",
            )

"""The routes of a place where uploads wait for a decision: the page, the decision, its pictures. A room says what is its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, url_for
from flask_appbuilder import BaseView

from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.foundation.storage.operations import Prepared, Undecided
from admin_app.web import held_uploads
from admin_app.web.desk_view import signed_in


@dataclass(frozen=True)
class Door:
    """A record to which an upload would go."""

    title: Any
    of: str
    """Which record, in words."""
    endpoint: str
    """Of the page and the decision; its pictures have the same with «_picture»."""
    values: dict[str, Any]
    """What names the record in their addresses."""
    back: str
    """The address of the record."""
    keep: Callable[[str, Prepared], Any]
    """Files what was decided, in the open transaction; gets the whole place."""
    kept: Any
    """What is said when it is kept."""
    onward: Callable[[], str] | None = None
    """Where the person goes on; None: back."""


def ask(undecided: Undecided, place: str, endpoint: str, **values: str) -> Any:
    """Keep an upload until its person has decided where it goes to `place`, and lead to the page that asks."""
    return redirect(url_for(endpoint, token=held_uploads.hold(undecided, place, by=signed_in()), **values))  # type: ignore[arg-type]


def shown(view: BaseView, place: str, token: str, door_of: Callable[[], Door]) -> Any:
    """The page with both pictures of each page that differs, and what lies inside.

    `place`: what the upload was held for (held_uploads.hold), before any «|». It is looked for before the record, so that a
    token of nobody's answers alike whatever record it stands behind.
    """
    waits = held_uploads.opened(token, place, by=signed_in())
    return _page(view, door_of(), waits)


def decided(view: BaseView, place: str, token: str, door_of: Callable[[], Door]) -> Any:
    """Keep the file as it was chosen, or let it go; the page again where the answer was refused."""
    waits = held_uploads.opened(token, place, by=signed_in())
    door = door_of()
    try:
        ready = held_uploads.decided(waits, by=signed_in()) if held_uploads.is_taken(waits) else None
        with transaction():
            held_uploads.let_go(waits)
            if ready is not None:
                door.keep(waits.content.place, ready)
    except DomainError as refused:
        return _page(view, door, waits, refused)
    held_uploads.forget(waits)
    flash(door.kept if ready else held_uploads.way_on(waits), "success" if ready else "warning")
    return redirect(door.onward() if door.onward else door.back)


def picture(place: str, token: str, number: int, door_of: Callable[[], Door]) -> Any:
    """One of the pictures between which the person chooses."""
    waits = held_uploads.opened(token, place, by=signed_in())
    door_of()
    return held_uploads.picture(waits, number)


def _page(view: BaseView, door: Door, waits: held_uploads.Waiting, refused: DomainError | None = None) -> Any:
    values = door.values | {"token": waits.token}
    context = {
        "waits": waits, "refused": refused, "title": door.title, "of": door.of, "back": door.back, "uploads": held_uploads,
        "action": url_for(door.endpoint, **values),
        "picture": lambda number, **more: url_for(f"{door.endpoint}_picture", number=number, **values, **more),
    }  # fmt: skip
    return view.render_template("desk/held_upload.html", **context), refused.status if refused else 200

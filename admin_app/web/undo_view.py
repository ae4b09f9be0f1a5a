"""The door through which somebody takes back what they just did."""

from typing import Any

from flask import flash, redirect, url_for

from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.foundation.undo import operations as undo
from admin_app.web import arguments, undo_bar
from admin_app.web.desk_view import DeskView, expose, requires, signed_in

MOST = 100


class UndoView(DeskView):
    """Taking back."""

    route_base = "/account/undo"
    default_view = "take_back"

    @expose("/", methods=["POST"])
    @requires("account")
    def take_back(self) -> Any:
        """Take back each of the things that the form names; what could not be is said with its reason."""
        me, chosen = signed_in(), arguments.form.public_ids("window", most=MOST)
        done: dict[str, list[str]] = {}
        place = ""
        for public_id in chosen:
            try:
                with transaction():
                    found = undo.take_back(public_id, by=me)
                    action, ref, place = found.action, found.subject_ref, undo_bar.WORDS.get()[found.action].place(found)
                done.setdefault(action, []).append(ref)
            except DomainError as refused:
                flash(refused.message, "warning")
        undo_bar.forget(chosen)
        for action, refs in done.items():
            flash(str(undo_bar.WORDS.get()[action].taken_back) % {"what": undo_bar.named(refs)}, "success")
        return redirect(place or url_for("HomeView.index"))

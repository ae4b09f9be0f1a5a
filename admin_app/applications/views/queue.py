"""The queue: look, claim, release, next case."""

from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from admin_app.applications import queries, rules
from admin_app.applications.forms.review import read_bulk
from admin_app.applications.operations import claims
from admin_app.applications.queries import queue
from admin_app.applications.queries.queue_filter import EVERYTHING, to_claim
from admin_app.applications.views.lists import QUEUE, queue_question
from admin_app.foundation import settings
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.web import arguments
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.lists import bulk
from admin_app.web.lists.address import ListAddress
from admin_app.web.lists.page import address_of, render


class QueueView(DeskView):
    """The queue."""

    route_base = "/queue"

    @expose("/", methods=["GET"])
    @requires("applications.read")
    def index(self) -> Any:
        """One page of one view."""
        return render(QUEUE)

    @expose("/next", methods=["POST"])
    @requires("applications.claim")
    def next_case(self) -> Any:
        """Claim the most urgent case and open it."""
        return open_next(signed_in(), view=arguments.form.single("view"), since=arguments.form.moment("since"))

    @expose("/next-second", methods=["POST"])
    @requires("applications.decide_second")
    def next_second(self) -> Any:
        """Take the most urgent case for a second decision and open it."""
        return open_next(signed_in(), view=arguments.form.single("view"), since=arguments.form.moment("since"), is_second=True)

    @expose("/second-decision", methods=["GET"])
    @requires("applications.read")
    def second_rules(self) -> Any:
        """When a second person must decide: each rule in words."""
        return self.render_template("queue/second_rules.html", rules=rules, settings=settings.current())

    @expose("/bulk", methods=["POST"])
    @requires("applications.claim")
    def bulk(self) -> Any:
        """Claim or release several cases; each one reports its own result."""
        me = signed_in()
        verb, chosen = read_bulk(arguments.form)
        bulk.say([_try(verb, public_id, me) for public_id in chosen], partial(_done, verb))
        return redirect(url_for("QueueView.index", **view_arguments(arguments.form.single("view"), me)))


def _done(verb: str, count: int) -> str:
    if verb == "claim":
        return str(ngettext("%(num)s case is yours now.", "%(num)s cases are yours now.", count))
    return str(ngettext("%(num)s case was released.", "%(num)s cases were released.", count))


def _try(verb: str, public_id: str, me: Actor) -> str | None:
    """Do it in a transaction of its own; a sentence about what stood in the way, else None."""
    reference = ""
    try:
        with transaction():
            case = queries.by_public_id(me, public_id)
            reference = case.reference
            if verb == "claim":
                claims.claim(case, by=me)
            else:
                claims.release(case, by=me)
    except DomainError as refused:
        return f"{reference} {refused.message}".strip()
    return None


def open_next(me: Actor, *, view: str = "", since: datetime | None = None, is_second: bool = False) -> Any:
    """Redirect to the next case of the view, claimed; to the queue with a word when there is none. `since`: see claims.next_case().

    `is_second`: the next one that waits for a second decision, for whoever gives one after the other.
    """
    address = read_view(view, me)
    wanted, arguments = queue_question(address.wanted), address.arguments()
    try:
        with transaction():
            found = (claims.next_second if is_second else claims.next_case)(by=me, since=since, view=wanted)
            reference = found.reference if found else None
    except claims.OwnCasesWait as waiting:
        flash(waiting.message, "info")
        return redirect(url_for("QueueView.index", tab="mine"))
    if reference is None:
        flash(_nothing_left(is_second, is_narrowed=to_claim(wanted) != EVERYTHING), "info")
        return redirect(url_for("QueueView.index", **arguments))
    return redirect(url_for("CaseView.show", reference=reference, **arguments))


def go_on(me: Actor, *, view: str, is_second: bool, opens_next: bool) -> Any:
    """Where somebody goes after a decision: to the next case if they want that, their own ones first; else back to the view."""
    arguments = view_arguments(view, me)
    if not opens_next:
        return redirect(url_for("QueueView.index", **arguments))
    if held := queue.held_by(me):
        flash(_("This is the most urgent of the cases that you hold (%(count)s); no other was taken.", count=len(held)), "info")
        return redirect(url_for("CaseView.show", reference=held[0], **arguments))
    return open_next(me, view=view, is_second=is_second)


def _nothing_left(is_second: bool, *, is_narrowed: bool) -> str:
    if is_narrowed:
        return _("Nothing that fits your filters waits for you. Take the filters away to go on with other cases.")
    if is_second:
        return _("Nothing waits for a second decision that you may give.")
    return _("Nothing is waiting for you: every case is taken, decided or your own intake.")


def view_arguments(view: str, me: Actor) -> dict[str, Any]:
    """The arguments of the view that a form carries (an address' query string); Unreadable (400) if it is none of ours."""
    return read_view(view, me).arguments()


def read_view(view: str, me: Actor) -> ListAddress:
    """The view that a form carries."""
    pairs = MultiDict(parse_qsl(view[:4000]))
    pairs.pop("page", None)
    return address_of(QUEUE, pairs, me)

"""The queue: look, claim, release, next case."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from flask import flash, g, redirect, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from admin_app.applications import queries, rules
from admin_app.applications.forms.review import QueueAddress, read_bulk, read_queue
from admin_app.applications.operations import claims
from admin_app.applications.queries import queue, queue_filter
from admin_app.applications.queries.queue import Decider
from admin_app.applications.queries.queue_filter import Place
from admin_app.applications.queries.rows import rows_of
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.foundation.i18n import language, listed, pick, words
from admin_app.staff.models import StaffMember
from admin_app.web import arguments
from admin_app.web.desk_view import DeskView, expose, requires, signed_in

FLASHES = 8


class QueueView(DeskView):
    """The queue."""

    route_base = "/queue"

    @expose("/", methods=["GET"])
    @requires("applications.read")
    def index(self) -> Any:
        """One page of one view."""
        me = signed_in()
        centres, owners = queue.centres(), queue.deciders(me)
        address = read_queue(arguments.address, centres, owners)
        page = queue.queue_page(me, address.wanted, cursor=address.cursor, size=address.size)
        counts = queue.tab_counts(me, address.wanted)
        return self.render_template(
            "queue/index.html",
            rows=rows_of(page.rows, staff=me),
            address=address,
            view_text=urlencode(address.arguments(), doseq=True),
            counts=counts,
            tabs=tab_items(address, counts),
            chips=chips(address, owners),
            choices=choices(address.wanted.tab, centres, owners),
            newer_url=queue_url(address.arguments(page=page.before)) if page.before else None,
            older_url=queue_url(address.arguments(page=page.after)) if page.after else None,
            rules=rules,
        )

    @expose("/next", methods=["POST"])
    @requires("applications.claim")
    def next_case(self) -> Any:
        """Claim the most urgent case and open it."""
        return open_next(signed_in(), view=arguments.form.single("view"), since=arguments.form.moment("since"))

    @expose("/bulk", methods=["POST"])
    @requires("applications.claim")
    def bulk(self) -> Any:
        """Claim or release several cases; each one reports its own result."""
        me = signed_in()
        verb, chosen = read_bulk(arguments.form)
        results = [_try(verb, public_id, me) for public_id in chosen]
        done = sum(problem is None for problem in results)
        if not chosen:
            flash(_("Nothing was selected. Select rows first (x)."), "warning")
        elif done:
            text = _("%(count)s cases are yours now.", count=done) if verb == "claim" else _("%(count)s cases were released.", count=done)
            flash(text, "success")
        problems = [problem for problem in results if problem is not None]
        for problem in problems[:FLASHES]:
            flash(problem, "warning")
        if len(problems) > FLASHES:
            flash(_("… and %(count)s more that could not be done.", count=len(problems) - FLASHES), "warning")
        return redirect(url_for("QueueView.index", **view_arguments(arguments.form.single("view"), me)))


Pairs = tuple[tuple[str, str], ...]


class Choices(NamedTuple):
    """What the filter menus of a tab offer: pairs of (value, word)."""

    centre: Pairs
    reason: Pairs
    channel: Pairs
    status: Pairs
    owner: Pairs


def choices(tab: str, centres: tuple[Place, ...], owners: tuple[Decider, ...]) -> Choices:
    """The choices of `tab`, in the reader's language."""
    return _choices(language(), tab, centres, owners)


@lru_cache(maxsize=100)
def _choices(code: str, tab: str, centres: tuple[Place, ...], owners: tuple[Decider, ...]) -> Choices:
    possible = queue_filter.STATUSES.get(tab, rules.OPEN)
    names = ((member.username, pick(member, "name", code) or member.username) for member in owners)
    return Choices(
        centre=tuple((centre.code, pick(centre, "name", code)) for centre in centres),
        reason=tuple(words(rules.REASON_LABELS).items()),
        channel=tuple(words(rules.CHANNEL_LABELS).items()),
        status=tuple((status, word) for status, word in words(rules.STATUS_LABELS).items() if status in possible),
        owner=((queue_filter.ME, _("me")), (queue_filter.NOBODY, _("nobody")), *names),
    )


def _try(verb: str, public_id: str, me: StaffMember) -> str | None:
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


def open_next(me: StaffMember, *, view: str = "", since: datetime | None = None) -> Any:
    """Redirect to the next case, claimed; to the queue with a word when there is none. `since`: see claims.next_case()."""
    with transaction():
        found = claims.next_case(by=me, since=since)
        reference = found.reference if found else None
    arguments = view_arguments(view, me)
    if reference is None:
        flash(_("Nothing is waiting for you: every case is taken, decided or your own intake."), "info")
        return redirect(url_for("QueueView.index", **arguments))
    return redirect(url_for("CaseView.show", reference=reference, **arguments))


def view_arguments(view: str, me: StaffMember) -> dict[str, Any]:
    """The arguments of the view that a form carries (an address' query string); Unreadable (400) if it is none of ours."""
    return read_view(view, me).arguments()


def read_view(view: str, me: StaffMember) -> QueueAddress:
    """The view that a form carries."""
    pairs = MultiDict(parse_qsl(view[:4000]))
    pairs.pop("page", None)
    if not pairs:
        return read_queue(arguments.of(pairs), (), ())
    return read_queue(arguments.of(pairs), queue.centres(), queue.deciders(me))


def queue_url(arguments: dict[str, Any]) -> str:
    """The address of a view of the queue."""
    return _joined(urlencode(arguments, doseq=True))


def _joined(*parts: str) -> str:
    # A page has a dozen of these addresses.
    if "queue_path" not in g:
        g.queue_path = url_for("QueueView.index")
    arguments = "&".join(filter(None, parts))
    return f"{g.queue_path}?{arguments}" if arguments else str(g.queue_path)


def tab_items(address: QueueAddress, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The tabs; the one for second decisions only while there are some."""
    labels, others = words(queue_filter.TABS), urlencode(address.arguments(tab=None), doseq=True)
    shown = [tab for tab in queue_filter.TABS if tab != "second" or counts["second"] or address.wanted.tab == "second"]
    return [
        {
            "label": labels[tab],
            "url": _joined(f"tab={tab}" if tab != queue_filter.FIRST_TAB else "", others),
            "count": counts.get(tab), "active": tab == address.wanted.tab,
        }
        for tab in shown
    ]  # fmt: skip


def chips(address: QueueAddress, owners: Any) -> list[dict[str, Any]]:
    """The filters in force: what each says and the address without it."""
    wanted, in_force = address.wanted, address.arguments()
    texts: dict[str, Callable[[], str]] = {
        "centre": lambda: _("Centre: %(names)s", names=_listed([pick(centre, "name") for centre in wanted.centres])),
        "reason": lambda: _("Reason: %(names)s", names=_listed([words(rules.REASON_LABELS)[one] for one in wanted.reasons])),
        "channel": lambda: _("Channel: %(name)s", name=words(rules.CHANNEL_LABELS)[wanted.channel]),
        "status": lambda: _("Status: %(name)s", name=words(rules.STATUS_LABELS)[wanted.status]),
        "owner": lambda: _("With: %(name)s", name=_owner_name(wanted.owner, owners)),
        "from": lambda: _("Received from %(day)s", day=wanted.received_from),
        "to": lambda: _("Received until %(day)s", day=wanted.received_to),
    }
    return [
        {"name": name, "label": say(), "remove_url": queue_url(address.arguments(**{name: None}))}
        for name, say in texts.items()
        if name in in_force
    ]


def _owner_name(owner: str, owners: Any) -> str:
    if owner in (queue_filter.ME, queue_filter.NOBODY):
        return _("me") if owner == queue_filter.ME else _("nobody")
    return next((pick(one, "name") or owner for one in owners if one.username == owner), "")


def _listed(names: list[str]) -> str:
    return listed(names) if len(names) <= 3 else _("%(first)s and %(count)s more", first=listed(names[:2]), count=len(names) - 2)

"""Doors: who looked at whose data, and the hook by which every page writes it down before it leaves (ADR 0029)."""

from typing import Any

from flask import Flask, Response, g, request
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from admin_app.audit import queries, rules
from admin_app.audit.operations import reading
from admin_app.foundation.i18n import words
from admin_app.web import fact_words
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.lists.address import Wanted
from admin_app.web.lists.description import TIME, Column, Empty, ListPage, Order
from admin_app.web.lists.drawing import macro
from admin_app.web.lists.filters import Choice, Days, Text
from admin_app.web.lists.page import render

CELLS = "audit/cells.html"


def _question(wanted: Wanted) -> queries.ReadingFilter:
    first, last = wanted.get("days", (None, None))
    return queries.ReadingFilter(
        resident=wanted.get("resident", ""), actor=wanted.get("username"), act=wanted.get("act", ""), from_day=first, to_day=last
    )


READINGS = ListPage(
    name="readings",
    endpoint="ReadingView.index",
    permission="readings.read",
    title=_l("Who looked at whom"),
    subtitle=_l("One line for each person, day and record; written before the page is shown"),
    listed=queries.readings,
    question=_question,
    row_id="id",
    links_rows=False,
    facts={"rules": rules},
    columns=[
        Column(
            name="last", label=_l("Last time"), value="last_at", style="nowrap", is_fixed=True,
            order=Order(by=queries.LATEST, words=TIME, descending=True),
        ),
        Column(name="first", label=_l("First time that day"), value=lambda note, _: note.first_at, style="nowrap", is_shown=False),
        Column(name="who", label=_l("Who"), value=lambda note, _: rules.actor(note)),
        Column(name="role", label=_l("Role"), value=lambda note, _: rules.role_label(note.actor_role)),
        Column(name="act", label=_l("Did what"), value=lambda note, _: rules.READINGS.get(note.act, note.act)),
        Column(name="times", label=_l("Times"), value="times", style="tight"),
        Column(name="resident", label=_l("Resident"), value="resident_ref", cell=macro(CELLS, "looked_at")),
        Column(name="record", label=_l("Record"), value="subject_ref", cell=macro(CELLS, "looked_through")),
        Column(name="origin", label=_l("From where"), value="origin", is_shown=False),
    ],
    order="-last",
    filters=[
        Text(name="resident", label=_l("Resident"), limit=32, placeholder=_l("from the resident's page"), shown=fact_words.record),
        Text(name="username", label=_l("Who"), limit=64, placeholder=_l("user name"), normalise=queries.actor_called),
        Choice(name="act", label=_l("Did what"), offers=lambda *_: [*words(rules.READINGS).items()]),
        Days(name="days", label=_l("Day"), first="from_day", last="to_day"),
    ],
    empty=Empty(title=_l("Nobody looked"), text=_l("Whoever opens a resident's data appears here at once."), icon="eye"),
)  # fmt: skip


class ReadingView(DeskView):
    """Who looked at whose data."""

    route_base = "/audit/readings"

    @expose("/", methods=["GET"])
    @requires("readings.read")
    def index(self) -> Any:
        """One page of the notes, filtered."""
        return render(READINGS)


def note_readings(app: Flask) -> None:
    """Let every request of `app` note whose data it showed, before the answer leaves: no note, no answer."""
    app.before_request(reading.begin)
    app.after_request(_write_notes)


def _write_notes(answer: Response) -> Response:
    is_denied = answer.status_code == 403 and not getattr(g, "asked_to_prove", False)
    if is_denied and current_user.is_authenticated and request.endpoint:
        reading.denied(request.endpoint)
    looks = reading.taken()
    if looks:
        reading.write(looks, by=signed_in())
    return answer

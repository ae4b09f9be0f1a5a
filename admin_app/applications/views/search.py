"""One search box for everything. What was typed stays on the server: addresses carry only a random token."""

import secrets
from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_app.applications.models import Application
from admin_app.applications.queries import search
from admin_app.applications.views.found import HITS, PEOPLE
from admin_app.audit.operations import reading
from admin_app.foundation.actor import Actor
from admin_app.foundation.errors import NotFound
from admin_app.residents.rules import shown_name
from admin_app.web import arguments, form_marks, partial_pages
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.lists.page import render
from admin_app.web.search_hits import FINDERS, Hit

KEPT, MOST_KEPT = "searches", 10


class SearchView(DeskView):
    """The search box."""

    route_base = "/search"

    @expose("/", methods=["GET"])
    @requires("search")
    def index(self) -> Any:
        """What can be looked for."""
        return self.render_template("search/nothing.html", text="")

    @expose("/", methods=["POST"])
    @requires("search")
    def search(self) -> Any:
        """Open the one thing that is called so; else go to the list of what fits."""
        text, me = arguments.form.text("q", limit=search.LONGEST), signed_in()
        if not text:
            return redirect(url_for("SearchView.index"))
        hits = exact_hits(text, me)
        if len(hits) == 1:
            return redirect(hits[0].url)
        if not hits and search.is_id_number(text):
            flash(_("Nobody with this ID number is known here. Check each digit against the ID card."), "info")
            return redirect(url_for("SearchView.index"))
        token = keep(text)
        address = url_for("SearchView.results", token=token)
        if not partial_pages.is_partial_request():
            return redirect(address)
        form_marks.stands_at(address)
        return partial_pages.shown_at(address, self._page(text, token, hits)[0])

    @expose("/<token>", methods=["GET"])
    @requires("search")
    def results(self, token: str) -> Any:
        """What fits the text behind the token."""
        text = session.get(KEPT, {}).get(token)
        if text is None:
            raise NotFound(_("This search is not kept any more. Please search again."))
        return self._page(text, token, exact_hits(text, signed_in()))

    def _page(self, text: str, token: str, hits: list[Hit]) -> Any:
        place = {"token": token}
        return render(HITS, place=place, arguments={}, text=text, hits=hits) if hits else render(PEOPLE, place=place, text=text)


def exact_hits(text: str, me: Actor) -> list[Hit]:
    """Everything that is called exactly so."""
    hits = [
        Hit(
            _l("Application"),
            case.reference,
            shown_name(case.resident.name, me),
            url_for("CaseView.show", reference=case.reference),
        )
        for case in _noted(search.applications_called(me, text))
    ]
    report = search.loss_report_called(me, text)
    if report is not None:
        reading.opened("found", report.resident.public_id, report.resident)
        url = url_for("LossReportView.show", public_id=report.public_id)
        hits.append(Hit(_l("Loss report"), report.reference, shown_name(report.resident.name, me), url))
    for resident in search.residents_with_number(me, text):
        reading.opened("found", resident.public_id, resident)
        url = url_for("ResidentView.show", public_id=resident.public_id)
        hits.append(Hit(_l("Resident"), shown_name(resident.name, me), resident.id_number_masked, url))
    for find in FINDERS.get():
        hits += find(text, me)
    return hits


def _noted(cases: Sequence[Application]) -> Sequence[Application]:
    for case in cases:
        reading.opened("found", case.resident.public_id, case.resident)
    return cases


def keep(text: str) -> str:
    """Keep the text in the session; returns the token that stands for it."""
    token = secrets.token_urlsafe(9)
    kept = list(session.get(KEPT, {}).items())[-MOST_KEPT + 1 :]
    session[KEPT] = dict(kept) | {token: text}
    return token

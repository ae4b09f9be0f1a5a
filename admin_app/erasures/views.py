"""Doors: the list of erasures, asking for one after a dry run, the answer of a second supervisor."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from admin_app.audit.operations import reading
from admin_app.erasures import operations, queries, rules
from admin_app.erasures.forms import AskForm
from admin_app.erasures.lists import ERASURES
from admin_app.erasures.models import Erasure
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.foundation.jobs.models import FAILED
from admin_app.residents import queries as residents
from admin_app.residents.models import Resident
from admin_app.web import arguments
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.fresh_proof import needs_fresh_proof
from admin_app.web.lists.page import render

ANSWERS = {"carry_out": operations.carry_out, "refuse": operations.refuse, "go_on": operations.go_on}


class ErasureView(DeskView):
    """Data of residents that are erased."""

    route_base = "/erasures"

    @expose("/", methods=["GET"])
    @requires("erasures.read")
    def index(self) -> Any:
        """One page of the erasures."""
        return render(ERASURES)

    @expose("/new/<public_id>", methods=["GET"])
    @requires("erasures.ask")
    def new(self, public_id: str) -> Any:
        """What would be erased, what stays, what stands in the way."""
        return self._new_page(residents.by_public_id(signed_in(), public_id), AskForm(formdata=None))

    @expose("/new/<public_id>", methods=["POST"])
    @requires("erasures.ask")
    @needs_fresh_proof
    def ask(self, public_id: str) -> Any:
        """Ask another supervisor to erase the data."""
        resident = residents.by_public_id(signed_in(), public_id)
        why = arguments.form.choice("why", set(rules.Why)) or arguments.form.refuse()
        try:
            with transaction():
                made = operations.ask(resident, why=why, by=signed_in())
                address = url_for("ErasureView.show", public_id=made.public_id)
        except DomainError as refused:
            return self._new_page(resident, AskForm(), refused)
        flash(_("Another supervisor is asked to erase the data."), "success")
        return redirect(address)

    @expose("/<public_id>", methods=["GET"])
    @requires("erasures.read")
    def show(self, public_id: str) -> Any:
        """One erasure: who asked, who answered, how far the job is."""
        return self._page(queries.by_public_id(signed_in(), public_id))

    @expose("/<public_id>/answer", methods=["POST"])
    @requires("erasures.ask")
    @needs_fresh_proof
    def answer(self, public_id: str) -> Any:
        """Carry it out, refuse it, or let a job go on that was given up."""
        erasure = queries.by_public_id(signed_in(), public_id)
        answer = arguments.form.choice("answer", set(ANSWERS)) or arguments.form.refuse()
        try:
            with transaction():
                ANSWERS[answer](erasure, by=signed_in())
        except DomainError as refused:
            return self._page(erasure, refused)
        return redirect(url_for("ErasureView.show", public_id=public_id))

    def _new_page(self, resident: Resident, form: AskForm, refused: DomainError | None = None) -> Any:
        reading.opened("resident", resident.public_id, resident)
        facts: dict[str, Any] = {"counted": queries.counted(resident), "obstacles": queries.obstacles(resident), "refused": refused}
        facts["old_words"] = queries.old_words(resident)
        page = self.render_template("erasures/ask.html", resident=resident, form=form, **facts)
        return page, refused.status if refused else 200

    def _page(self, erasure: Erasure, refused: DomainError | None = None) -> Any:
        reading.opened("resident", erasure.resident.public_id, erasure.resident)
        waits = erasure.answer is None
        facts = {
            "rules": rules,
            "refused": refused,
            "counted": queries.counted(erasure.resident) if waits else queries.done(erasure),
            "obstacles": queries.obstacles(erasure.resident) if waits else [],
            "old_words": queries.old_words(erasure.resident) if waits else 0,
            "is_own": signed_in().is_staff_member(erasure.asked_by_id),
            "has_stopped": erasure.ended_at is None and erasure.job is not None and erasure.job.status == FAILED,
        }
        return self.render_template("erasures/show.html", erasure=erasure, **facts), refused.status if refused else 200


def resident_section(resident: Resident, me: Actor) -> dict[str, Any]:
    """This room's part of a person's page: the way to ask, or what became of it."""
    may = me.may("erasures.read")
    last = queries.newest_of(resident) if may else None
    is_open = last is not None and last.ended_at is None
    url = url_for("ErasureView.new", public_id=resident.public_id)
    action = {"label": _("Erase the data"), "url": url, "icon": "circle-x", "kind": "secondary", "key": ""}
    actions = [action] if me.may("erasures.ask") and not is_open and resident.erased_at is None else []
    return {"template": "erasures/section.html", "actions": actions, "erasure": last, "rules": rules}

"""The page of one case: look, claim, verdicts, decide."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from admin_app.applications import queries, rules
from admin_app.applications.forms import review as forms
from admin_app.applications.forms.review import DecisionInput
from admin_app.applications.models import Application
from admin_app.applications.operations import claims, decisions, unsaved, verdicts
from admin_app.applications.queries import case as case_queries
from admin_app.applications.queries import queue
from admin_app.applications.queries.snapshot import differences, snapshot
from admin_app.applications.views import case_page, lease, second_part
from admin_app.applications.views.case_mode import mode_of
from admin_app.applications.views.lists import QUEUE
from admin_app.applications.views.queue import go_on, read_view
from admin_app.audit.operations import reading
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import Conflict, DomainError, NotFound
from admin_app.foundation.per_app import PerApp
from admin_app.foundation.typed_text.texts import TextRefused
from admin_app.staff.operations import own_account
from admin_app.web import arguments, undo_bar
from admin_app.web.desk_view import DeskView, expose, requires, signed_in, signed_in_member
from admin_app.web.lists.address import ListAddress
from admin_app.web.lists.page import address_of

Section = Callable[[Application, Actor], dict[str, Any]]
SECTIONS: PerApp[tuple[Section, ...]] = PerApp("applications.sections", tuple)
"""What upper rooms add to the page of a case, here and at the counter (menu.py)."""
OWN = frozenset({"document"})
"""The argument of the case page besides those of the view that it was opened from."""


class CaseView(DeskView):
    """One case."""

    route_base = "/applications"
    default_view = "show"

    @expose("/<reference>", methods=["GET"])
    @requires("applications.read")
    def show(self, reference: str) -> Any:
        """The case, with its neighbours in the view it was opened from."""
        me = signed_in()
        case = case_queries.case_by_reference(me, reference)
        return page(case, me, read_address(me), document=arguments.address.single("document"))

    @expose("/<reference>/claim", methods=["POST"])
    @requires("applications.claim")
    def claim(self, reference: str) -> Any:
        """Take the case (or take it over)."""
        with transaction():
            claims.claim(queries.by_reference(signed_in(), reference), by=signed_in())
        return back_to(reference)

    @expose("/<reference>/release", methods=["POST"])
    @requires("applications.claim")
    def release(self, reference: str) -> Any:
        """Give the case back to the queue."""
        with transaction():
            claims.release(queries.by_reference(signed_in(), reference), by=signed_in())
        flash(_("%(reference)s is back in the queue.", reference=reference), "success")
        return redirect(url_for("QueueView.index", **read_view(arguments.form.single("view"), signed_in()).arguments()))

    @expose("/<reference>/reassign", methods=["POST"])
    @requires("applications.reassign")
    def reassign(self, reference: str) -> Any:
        """Give the case to somebody else, with a reason."""
        me, reason = signed_in(), arguments.form.single("reason")
        try:
            with transaction():
                case = queries.by_reference(me, reference)
                to = queue.decider(me, arguments.form.single("to"))
                if to is None:
                    raise NotFound(_("Please choose who gets the case."))
                claims.reassign(case, to, reason=reason, by=me)
                name = to.name_shown
        except TextRefused as refused:
            return once_more(reference, me, {"kind": "hand_over", "reason": reason, "to": arguments.form.single("to")}, refused)
        flash(_("%(reference)s is with %(who)s now.", reference=reference, who=name), "success")
        return back_to(reference)

    @expose("/<reference>/verdicts/<document_id>", methods=["POST"])
    @requires("applications.verify")
    def verdict(self, reference: str, document_id: str) -> Any:
        """Accept or refuse one document; the next one that waits is shown afterwards."""
        me, form = signed_in(), arguments.form
        verdict, note, version = form.choice("verdict", set(rules.Verdict)) or form.refuse(), form.single("note"), form.version()
        try:
            with transaction():
                case = case_queries.case_by_reference(me, reference)
                document = next((one for one in case.documents if one.public_id == document_id), None)
                if document is None:
                    raise NotFound(_("There is no such document in this case."))
                verdicts.give_verdict(document, verdict, by=me, version=version, reason=form.single("reason"), note=note)
        except Conflict as refused:
            return stale(reference, me, {"verdict_note": note}, form.single("seen"), refused)
        except verdicts.OriginalNotSeen as refused:
            return once_more(reference, me, {}, refused, document=document_id)
        except (verdicts.ReasonRequired, TextRefused) as refused:
            typed = {"verdict_note": note, "refused_document": document_id, "refused_why": form.single("reason")}
            return once_more(reference, me, typed, refused, document=document_id)
        return back_to(reference, document=document_id if verdict == rules.Verdict.PENDING else None)

    @expose("/<reference>/decide", methods=["POST"])
    @requires("applications.decide")
    def decide(self, reference: str) -> Any:
        """Approve, reject, ask for information, recommend or send back; then the next case opens, if the person wants that."""
        me, typed, began = signed_in(), forms.read_decision(arguments.form), clock.now()
        try:
            with transaction():
                case = queries.by_reference(me, reference)
                is_second = case.status == rules.Status.RECOMMENDED
                _decide(case, typed, me)
                unsaved.drop_unsaved(case, by=me)
                own_account.prefer(signed_in_member(), opens_next=typed.opens_next)
        except Conflict as refused:
            return stale(reference, me, typed.unsaved(), typed.seen, refused)
        except (decisions.NotReady, decisions.SecondPersonNeeded, verdicts.ReasonRequired, TextRefused) as refused:
            return again(reference, me, typed, refused)
        if not undo_bar.remember(me, since=began):
            flash(_done_text(reference, typed.kind), "success")
        return go_on(me, view=arguments.form.single("view"), is_second=is_second, opens_next=typed.opens_next)

    @expose("/<reference>/autosave", methods=["POST"])
    @requires("applications.decide")
    def autosave(self, reference: str) -> Any:
        """Keep what is being typed, or say why it cannot be kept; the case stays with whoever types."""
        me, content = signed_in(), forms.read_unsaved(arguments.form)
        try:
            with transaction():
                case = queries.by_reference(me, reference)
                unsaved.keep_unsaved(case, content, by=me)
                if me.is_staff_member(case.owner_id):
                    claims.extend_lease(case, by=me)
                minutes = lease.lease_minutes(case.lease_until)
        except TextRefused as refused:
            return {"problem": str(refused.message)}, refused.status
        return {"lease_minutes": minutes}

    @expose("/<reference>/reopen", methods=["POST"])
    @requires("applications.reopen")
    def reopen(self, reference: str) -> Any:
        """Take a rejection back into review."""
        me, version, reason = signed_in(), arguments.form.version(), arguments.form.single("reason")
        try:
            with transaction():
                decisions.reopen(queries.by_reference(me, reference), by=me, reason=reason, version=version)
        except TextRefused as refused:
            return once_more(reference, me, {"reason": reason}, refused)
        flash(_("%(reference)s is in review again, with you.", reference=reference), "success")
        return back_to(reference)


def read_address(me: Actor) -> ListAddress:
    """The view that the case was opened from; Unreadable (400) for arguments that are none of ours."""
    return address_of(
        QUEUE, MultiDict((name, value) for name, value in arguments.address.values().items(multi=True) if name not in OWN), me
    )


def page(
    case: Application,
    me: Actor,
    address: ListAddress,
    *,
    document: str = "",
    typed: dict[str, Any] | None = None,
    problem: DomainError | None = None,
) -> Any:
    """The case page."""
    reading.opened("application", case.reference, case.resident)
    shown = case_page.build(case, me, address, document=document, typed=typed)
    facts = {
        "rules": rules, "problem": problem, "lease_text": lease.lease_text, "sentences": second_part.sentences,
        "reason_texts": second_part.reason_texts, "sections": [make(case, me) for make in SECTIONS.get()],
    }  # fmt: skip
    return render_template("case/show.html", page=shown, view_text=urlencode(address.arguments(), doseq=True), **facts)


def again(reference: str, me: Actor, typed: DecisionInput, refused: DomainError) -> Any:
    """The case page once more, with what was typed and what stood in the way."""
    with suppress(TextRefused), transaction():  # the page shows it all the same
        unsaved.keep_unsaved(queries.by_reference(me, reference), typed.unsaved(), by=me)
    case = case_queries.case_by_reference(me, reference)
    return page(case, me, read_view(arguments.form.single("view"), me), typed=typed.unsaved(), problem=refused), refused.status


def once_more(reference: str, me: Actor, typed: dict[str, Any], refused: DomainError, *, document: str = "") -> Any:
    """The case page with a text that cannot be kept as it was typed, and why."""
    flash(refused.message, "warning")
    case = case_queries.case_by_reference(me, reference)
    return page(case, me, read_view(arguments.form.single("view"), me), document=document, typed=typed), refused.status


def stale(reference: str, me: Actor, typed: dict[str, Any], seen: str, refused: Conflict) -> Any:
    """The page for a form that came too late: what differs, and what was typed, which is kept."""
    with suppress(TextRefused), transaction():  # the page shows it all the same
        case = queries.by_reference(me, reference)
        kept = queries.unsaved_of(case, me)
        unsaved.keep_unsaved(case, (kept.content if kept else {}) | typed, by=me)
    case = case_queries.case_by_reference(me, reference)
    reading.opened("application", case.reference, case.resident)
    before = case_page.unseal(seen)
    found = differences(before, case) if before else []
    facts = {
        "case": case, "differences": found, "typed": typed, "message": refused.message, "rules": rules, "mode": mode_of(case, me),
        "seen": case_page.seal(snapshot(case)), "view_text": arguments.form.single("view"),
    }  # fmt: skip
    return render_template("case/stale.html", **facts), refused.status


def back_to(reference: str, **changes: Any) -> Any:
    """Back to the case, in the view that the form carries."""
    view = read_view(arguments.form.single("view"), signed_in())
    return redirect(url_for("CaseView.show", reference=reference, **view.arguments(**changes)))


def _decide(case: Application, typed: DecisionInput, me: Actor) -> None:
    is_second = case.status == rules.Status.RECOMMENDED
    given: dict[str, Any] = {"by": me, "version": typed.version}
    coded = given | {"reasons": typed.reasons, "note": typed.note}
    if typed.kind == "approve":
        (decisions.approve_second if is_second else decisions.approve)(case, note=typed.note, **given)
    elif typed.kind == "reject":
        (decisions.reject_second if is_second else decisions.reject)(case, **coded)
    elif typed.kind == "request_information":
        decisions.request_information(case, **coded)
    elif typed.kind == "send_back":
        decisions.send_back(case, reason=typed.why, note=typed.note, **given)
    else:
        outcome = rules.DecisionKind.APPROVE if typed.kind == "recommend_approval" else rules.DecisionKind.REJECT
        decisions.recommend(case, outcome, why=typed.why, **coded)


def _done_text(reference: str, kind: str) -> str:
    texts = {
        "approve": _("%(reference)s is approved; the card has been requested.", reference=reference),
        "reject": _("%(reference)s is rejected.", reference=reference),
        "recommend_approval": _("Approval of %(reference)s is recommended; it waits for a second person.", reference=reference),
        "recommend_rejection": _("Rejection of %(reference)s is recommended; it waits for a second person.", reference=reference),
        "send_back": _("%(reference)s is back with whoever recommended.", reference=reference),
        "request_information": _("%(reference)s waits for the resident; its clock is stopped.", reference=reference),
    }
    return texts[kind]

"""The letter that a decision would send, shown before anybody decides."""

from typing import Any

from flask import render_template

from admin_app.applications import queries
from admin_app.applications.forms import review as forms
from admin_app.applications.queries import case as case_queries
from admin_app.applications.queries import telling
from admin_app.applications.rules import DecisionKind
from admin_app.audit.operations import reading
from admin_app.foundation.i18n import html_lang
from admin_app.notices.rules import compose
from admin_app.web import arguments
from admin_app.web.desk_view import DeskView, expose, requires, signed_in
from admin_app.web.partial_pages import is_fragment_request

OUTCOMES = {
    "approve": DecisionKind.APPROVE,
    "recommend_approval": DecisionKind.APPROVE,
    "reject": DecisionKind.REJECT,
    "recommend_rejection": DecisionKind.REJECT,
    "request_information": DecisionKind.REQUEST_INFORMATION,
}
"""Button of the form -> what would be decided."""


class LetterView(DeskView):
    """What a resident would be told."""

    route_base = "/applications"

    @expose("/<reference>/letter", methods=["POST"])
    @requires("applications.decide")
    def preview(self, reference: str) -> Any:
        """The sentences of the letter for the reasons that are ticked; nothing is decided or kept. A piece for scripts, else a page."""
        case, typed = case_queries.case_by_reference(signed_in(), reference), forms.read_asked_letter(arguments.form)
        outcome = OUTCOMES.get(typed.kind) or arguments.form.refuse()
        reading.opened("application", case.reference, case.resident)
        codes = [] if outcome == DecisionKind.APPROVE else queries.reason_codes(str(outcome), typed.reasons)
        said = telling.preview(case, outcome, codes)
        is_whole = bool(codes) or outcome == DecisionKind.APPROVE
        facts = {"case": case, "words": compose(said), "letter_lang": html_lang(said.language), "is_whole": is_whole}
        return render_template("case/letter_piece.html" if is_fragment_request() else "case/letter.html", **facts)

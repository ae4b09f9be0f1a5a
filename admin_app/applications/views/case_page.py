"""What the page of one case shows, put together for the template."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l
from itsdangerous import BadData, URLSafeSerializer

from admin_app.applications import queries, rules
from admin_app.applications.models import Application, Document
from admin_app.applications.operations import originals
from admin_app.applications.queries import case as case_queries
from admin_app.applications.queries import portraits, queue, queue_filter
from admin_app.applications.queries import second as second_queries
from admin_app.applications.queries.missing import ChecklistLine, Missing
from admin_app.applications.queries.rows import Row, days_left_counter, rows_of
from admin_app.applications.queries.snapshot import snapshot
from admin_app.applications.views import second_part
from admin_app.applications.views.case_mode import mode_of
from admin_app.applications.views.lists import queue_question
from admin_app.applications.views.second_part import SecondPart
from admin_app.applications.views.viewer_papers import shown_document, viewer_document
from admin_app.audit import rules as audit_rules
from admin_app.audit.models import AuditEntry
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.i18n import pick
from admin_app.loss_reports import rules as loss_rules
from admin_app.residents import rules as resident_rules
from admin_app.staff.models import StaffMember
from admin_app.web.lists.address import ListAddress

SECOND = {
    "applications.approved": _l("Approved the application (second decision)"),
    "applications.rejected": _l("Rejected the application (second decision)"),
}
"""What the same actions are called where a colleague had recommended before."""
DECISION_LABELS = {
    rules.DecisionKind.APPROVE: _l("Approved"),
    rules.DecisionKind.REJECT: _l("Rejected"),
    rules.DecisionKind.REQUEST_INFORMATION: _l("Asked for information"),
}


@dataclass(frozen=True)
class CasePage:
    """One case for one person."""

    case: Application
    me: Actor
    address: ListAddress
    mode: str
    """What `me` can do with it: see mode_of()."""
    name: str
    name_latin: str
    days_left: int
    checklist: tuple[ChecklistLine, ...]
    missing: tuple[Missing, ...]
    shown: Document | None
    rest: list[Row]
    timeline: list[tuple[AuditEntry, Any]]
    history: list[case_queries.PastCase]
    reasons: dict[str, list[Any]]
    measured: Mapping[str, list[str]]
    """Coded reason -> what was measured of the photos that it would say."""
    unsaved: dict[str, Any]
    seen: str
    receivers: list[StaffMember]
    second: SecondPart
    refused: str = ""
    """What was just sent and refused: a kind of decision, or hand_over; its dialogue stands open."""

    @property
    def is_second(self) -> bool:
        """Whether the case waits for a second person's decision."""
        return self.case.status == rules.Status.RECOMMENDED

    @property
    def documents(self) -> list[Document]:
        """The documents in the order of the checklist, each once, also where it fulfils two lines."""
        return list(dict.fromkeys(document for line in self.checklist for document in line.documents))

    @property
    def viewer_documents(self) -> list[dict[str, Any]]:
        """The documents as ui.viewer() wants them, several that are called alike with their numbers."""
        labels = {document: str(line.short_of(document)) for line in reversed(self.checklist) for document in line.documents}
        alike: dict[str, list[Document]] = {}
        for document in self.documents:
            alike.setdefault(labels[document], []).append(document)
        return [
            viewer_document(document, label, alike[label].index(document) + 1 if len(alike[label]) > 1 else 0)
            for document, label in ((one, labels[one]) for one in self.documents)
        ]

    def label_of(self, document: Document) -> Any:
        """What a document is, in words."""
        return next(line.label_of(document) for line in self.checklist if document in line.documents)

    @property
    def portrait_url(self) -> str:
        """The photo beside the name."""
        return url_for("DocumentView.thumb", public_id=self.portrait.public_id) if self.portrait else ""

    @property
    def resident_url(self) -> str:
        """The resident's own page, for whoever may open it."""
        if not self.me.may("residents.read"):
            return ""
        return url_for("ResidentView.show", public_id=self.case.resident.public_id)

    @property
    def loss_report_url(self) -> str:
        """The linked loss report's page, for whoever may open it."""
        report = self.case.loss_report
        return url_for("LossReportView.show", public_id=report.public_id) if report and self.me.may("loss_reports.read") else ""

    @property
    def counter_url(self) -> str:
        """Where the counter goes on with the case, for those who take cases in, while there is something to do."""
        right = {"draft": "applications.take_in", "waiting": "applications.complete"}.get(self.mode)
        if right is None or not self.me.may(right):
            return ""
        return url_for("DraftView.show", reference=self.case.reference)

    @property
    def is_masked(self) -> bool:
        """Whether names and addresses are hidden from `me`."""
        return not self.me.may("residents.names")

    @property
    def age(self) -> int:
        """Whole years of the resident today."""
        return rules.age_on(clock.today(), self.case.resident.birth_on)

    @property
    def needs_loss_report(self) -> bool:
        """Whether this reason needs a formal loss report."""
        return self.case.reason in rules.NEEDS_FORMAL_LOSS_REPORT

    @property
    def is_closed(self) -> bool:
        """Whether the case is decided or withdrawn: nothing is asked of it any more."""
        return self.case.status in rules.CLOSED

    @property
    def loss_status_label(self) -> Any:
        """How the linked loss report stands."""
        return loss_rules.STATUS_LABELS[loss_rules.Status(self.case.loss_report.status)] if self.case.loss_report else ""

    @property
    def view_label(self) -> Any:
        """The tab that the case was opened from."""
        return queue_filter.TABS[self.address.wanted.tab]

    @property
    def previous(self) -> Row | None:
        """The case before this one in the view."""
        return self._neighbour(-1)

    @property
    def following(self) -> Row | None:
        """The case after this one in the view."""
        return self._neighbour(1)

    def _neighbour(self, step: int) -> Row | None:
        here = [row.case.id for row in self.rest].index(self.case.id) + step
        return self.rest[here] if 0 <= here < len(self.rest) else None

    @property
    def receiver_pairs(self) -> list[tuple[str, str]]:
        """Who may get the case, for the select."""
        return [(one.username, pick(one, "name") or one.username) for one in self.receivers]

    def decision_label(self, kind: str) -> Any:
        """A decision in words."""
        return DECISION_LABELS[rules.DecisionKind(kind)]

    @property
    def grave(self) -> tuple[Missing, ...]:
        """What is missing apart from verdicts: worth knowing before claiming."""
        return tuple(one for one in self.missing if not one.code.endswith("_pending"))

    @property
    def verified(self) -> int:
        """Required materials that are accepted."""
        return sum(line.state == "accepted" for line in self.checklist if line.is_required)

    @property
    def required(self) -> int:
        """Required materials."""
        return sum(line.is_required for line in self.checklist)

    @property
    def portrait(self) -> Document | None:
        """The photo that was accepted, the newest of several; None until one is."""
        accepted = (rules.Material.PHOTO, rules.Verdict.ACCEPTED)
        return next((document for document in reversed(self.documents) if (document.material, document.verdict) == accepted), None)

    @property
    def may_see_original(self) -> bool:
        """Whether `me` may note that an original was seen, and take that back."""
        return originals.is_possible(self.case, self.me)

    @property
    def originals_asked(self) -> frozenset[str]:
        """The documents of which the original must be seen and was not."""
        return frozenset(document.public_id for line in self.checklist for document in line.without_original)

    @property
    def replaced_in_year(self) -> int:
        """Approved applications of the same resident within the last twelve months."""
        since = second_queries.year_before(clock.today())
        return sum(
            past.status == rules.Status.APPROVED and past.decided_on is not None and past.decided_on >= since for past in self.history
        )

    @property
    def may_reopen(self) -> bool:
        """Whether `me` can take the rejection back into review."""
        case = self.case
        if case.status != rules.Status.REJECTED or case.decided_on is None or self.me.is_staff_member(case.taken_by_id):
            return False
        return self.me.may("applications.reopen") and case.decided_on + timedelta(days=rules.REOPEN_DAYS) >= clock.today()


def build(case: Application, me: Actor, address: ListAddress, *, document: str, typed: dict[str, Any] | None) -> CasePage:
    """Everything the page shows; `typed` is what was just sent and refused, else what was kept is shown."""
    left = days_left_counter()
    mode, checklist = mode_of(case, me), queries.checklist(case)
    shown = shown_document(checklist, document)
    unsaved = queries.unsaved_of(case, me) if typed is None and mode in ("mine", "free", "expired", "theirs") else None
    return CasePage(
        case, me, address, mode, *resident_rules.shown_names(case.resident, me),
        days_left=left(case.due_on),
        checklist=checklist,
        missing=queries.what_is_missing(case, checklist),
        shown=shown,
        rest=rows_of(queue.around(me, queue_question(address.wanted), case), staff=me, left=left),
        timeline=[(entry, _what(entry)) for entry in case_queries.timeline(case)],
        history=case_queries.history(case, me),
        reasons=_reasons(case) if mode == "mine" else {},
        measured=portraits.findings_by_reason(case) if mode == "mine" else {},
        unsaved=typed if typed is not None else (unsaved.content if unsaved else {}),
        seen=seal(snapshot(case)),
        receivers=_receivers(case, me),
        second=second_part.build(case, me, mode),
        refused=str((typed or {}).get("kind", "")),
    )  # fmt: skip


def _reasons(case: Application) -> dict[str, list[Any]]:
    """The coded reasons that can be said of this case, by kind."""
    return {kind: [code for code in codes if queries.is_true_of(code.code, case)] for kind, codes in queries.reasons_by_kind().items()}


def _what(entry: AuditEntry) -> Any:
    is_second = entry.action in SECOND and (entry.changes.get("status") or [""])[0] == rules.Status.RECOMMENDED
    return SECOND[entry.action] if is_second else audit_rules.action_text(entry)


def _receivers(case: Application, me: Actor) -> list[Any]:
    if not me.may("applications.reassign"):
        return []
    had_a_hand = {case.taken_by_id} | ({case.recommended_by_id} if case.status == rules.Status.RECOMMENDED else set())
    return [one for one in queue.deciders(me) if one.id not in had_a_hand]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="what the form showed")


def seal(seen: dict[str, Any]) -> str:
    """What the form shows, signed, to travel with it."""
    return str(_signer().dumps(seen))


def unseal(seen: str) -> dict[str, Any]:
    """What the form showed; empty if it was not sealed by us."""
    try:
        return dict(_signer().loads(seen))
    except (BadData, ValueError, TypeError):
        return {}

"""Audit entries of demo cases, in the words of the operations that would have written them."""

from collections.abc import Iterable
from typing import Any

from admin_app.applications.rules import Status
from admin_app.demo.bulk import BulkWriter
from admin_app.demo.card_stories import CardStory
from admin_app.demo.chances import RECOMMENDED_WHY
from admin_app.demo.documents import Paper
from admin_app.demo.losses import LossStory
from admin_app.demo.stories import Moment, Story, known
from admin_app.foundation.actor import SYSTEM, Actor, Kind

_COUNTER, _HOME = "10.20.3.", "10.20.7."
WITHDRAWN_BECAUSE = "卡已找到，不再补办"
REOPENED_BECAUSE = "补交了有效材料"
SPOILED_BECAUSE = "卡面印刷偏移"
_LEFT_OUT = {
    "residents.registered", "applications.loss_report_linked", "cards.requested", "cards.ready", "loss_reports.concluded",
}  # fmt: skip
"""actions without a log entry of their own in a very large office"""


def recommended_why(story: Story) -> str:
    """Why approval was recommended; a rejection has its code."""
    made = story.recommended
    return RECOMMENDED_WHY[story.index % len(RECOMMENDED_WHY)] if made and made.outcome == "approve" else ""


class Log:
    """Writes audit entries of one case (or of none)."""

    def __init__(self, writer: BulkWriter, *, reference: str = "", case: str | None = None, brief: bool = False) -> None:
        self._writer, self._reference, self._case, self._brief = writer, reference, case, brief

    def entry(self, at: Moment | None, action: str, subject: tuple[str, str], by: Actor, **more: Any) -> None:
        """One entry, unless the moment has not come."""
        if at is None or (self._brief and action in _LEFT_OUT):
            return
        self._writer.add(
            "audit_entry",
            at=at,
            actor_kind=str(Kind.SYSTEM if by.id is None else Kind.STAFF),
            actor_id=by.id,
            actor_name=by.display_name,
            actor_role=str(by.role),
            action=action,
            subject_type=subject[0],
            subject_ref=subject[1],
            case_ref=more.get("case_ref", self._case),
            reason=more.get("reason"),
            changes=more.get("changes", {}),
            origin="job" if by.id is None else f"{_COUNTER if by.role == 'intake_clerk' else _HOME}{by.id % 200 + 11}",
        )

    def case(self, at: Moment | None, verb: str, by: Actor | None, **more: Any) -> None:
        """One entry about the case itself."""
        if at is not None and by is not None:
            self.entry(at, f"applications.{verb}", ("application", self._reference), by, **more)

    def opening(self, story: Story, loss_reference: str) -> None:
        """Taken in, linked to its loss report, submitted."""
        facts = {"status": [None, "draft"], "reason": story.reason.value, "channel": story.channel.value}
        self.case(story.arrival.at, "taken_in", story.taken_by, changes=facts | {"applicant": story.applicant.value})
        if loss_reference:
            self.case(story.arrival.at, "loss_report_linked", story.taken_by, changes={"loss_report": loss_reference})
        self.case(story.submitted_at, "submitted", story.taken_by, changes={"status": ["draft", "submitted"]})

    def papers(self, story: Story, papers: Iterable[tuple[Paper, str, str]], *, centre: int) -> None:
        """Documents (paper, public id, SHA-256) as they came, were compared at `centre` and judged; left out of very large offices."""
        if self._brief:
            return
        for paper, public_id, sha256 in papers:
            facts = {"document": public_id, "material": paper.material.value, "sha256": sha256}
            self.entry(paper.added_at, "documents.added", ("application", self._reference), story.taken_by, changes=facts)
            if paper.original_seen_at:
                named = {"document": public_id, "material": paper.material.value, "centre_id": centre}
                self.entry(
                    paper.original_seen_at, "documents.original_seen", ("application", self._reference), story.taken_by, changes=named
                )
            if paper.verdict_at is None or story.reviewer is None:
                continue
            found = {"material": paper.material.value, "verdict": ["pending", paper.verdict.value]}
            if paper.refused_for:
                found["reason"] = paper.refused_for
            action = f"applications.document_{paper.verdict.value}"
            self.entry(paper.verdict_at, action, ("document", public_id), story.reviewer, changes=found)

    def review(self, story: Story, *, paused_days: int) -> None:
        """Claims, the request for information, the decision and what came after it."""
        if story.asked_at and story.reviewer:
            start = known(story.submitted_at)
            claimed = start + (story.asked_at - start) * 0.9
            self.case(claimed, "claimed", story.reviewer, changes={"status": ["submitted", "in_review"]})
            facts = {"status": ["in_review", "needs_information"], "reasons": [story.asked_for]}
            self.case(story.asked_at, "information_requested", story.reviewer, changes=facts)
            back = {"status": ["needs_information", "submitted"], "paused_working_days": paused_days}
            self.case(story.resumed_at, "resumed", story.taken_by, changes=back)
        self.case(story.claimed_at, "claimed", story.reviewer, changes={"status": ["submitted", "in_review"]})
        self._rejection(story)
        before = self._recommendation(story)
        if story.stage == Status.APPROVED:
            self.case(story.decided_at, "approved", story.decider, changes={"status": [before, "approved"]})
        if story.withdrawn_at:
            facts = {"status": ["submitted", "withdrawn"]}
            self.case(story.withdrawn_at, "withdrawn", story.taken_by, reason=WITHDRAWN_BECAUSE, changes=facts)

    def _recommendation(self, story: Story) -> str:
        """The status from which the last decision was made."""
        made = story.recommended
        if made is None:
            return "in_review"
        facts: dict[str, Any] = {"status": ["in_review", "recommended"], "asked_by": list(made.because)}
        if made.outcome == "reject":
            facts["reasons"] = [story.rejected_for]
        verb = "approval_recommended" if made.outcome == "approve" else "rejection_recommended"
        self.case(made.at, verb, story.first, reason=recommended_why(story) or None, changes=facts)
        if made.answered_by and story.decided_at:
            taken = made.at + (story.decided_at - made.at) * 0.8
            self.case(taken, "taken_for_second", made.answered_by, changes={"owner": [None, made.answered_by.display_name]})
        return "recommended"

    def _rejection(self, story: Story) -> None:
        at = story.first_rejected_at or (story.decided_at if story.stage == Status.REJECTED else None)
        is_second = story.recommended is not None and not story.first_rejected_at
        facts = {"status": ["recommended" if is_second else "in_review", "rejected"], "reasons": [story.rejected_for]}
        self.case(at, "rejected", story.decider if is_second else story.reviewer, changes=facts)
        back = {"status": ["rejected", "in_review"]}
        self.case(story.reopened_at, "reopened", story.supervisor, reason=REOPENED_BECAUSE, changes=back)

    def card(self, card: CardStory, public_id: str, copy: int, delivery: str, serial: str | None, by: Actor, clerk: Actor) -> None:
        """One card from request to hand-over; `by` works in the mail room, `clerk` at the counter."""
        subject = ("card", public_id)
        facts = {"copy": copy, "delivery": delivery, "application": self._reference}
        self.entry(card.requested_at, "cards.requested", subject, SYSTEM, changes=facts)
        made = {"status": ["requested", "made"], "serial": serial}
        self.entry(card.made_at, "cards.made", subject, by, changes=made)
        spoiled = {"status": ["made", "spoiled"]}
        self.entry(card.spoiled_at, "cards.spoiled", subject, by, reason=SPOILED_BECAUSE, changes=spoiled)
        self.entry(card.ready_at, "cards.ready", subject, by, changes={"status": ["made", "ready"]})
        handed = {"status": ["ready", "collected"]}
        self.entry(card.collected_at, "cards.handed_over", subject, clerk, changes=handed)
        self.entry(card.posted_at, "cards.posted", subject, by, changes={"status": ["ready", "posted"]}, case_ref=None)

    def loss(self, report: LossStory, reference: str, resident: str) -> None:
        """One loss report from the call to its end."""
        subject = ("loss_report", reference)
        straight = report.formal_at == report.reported_at
        first = {"status": [None, "formal" if straight else "provisional"], "channel": report.channel.value, "resident": resident}
        self.entry(report.reported_at, "loss_reports.taken", subject, report.taken_by, changes=first)
        if report.formal_at and not straight and report.formal_by:
            facts = {"status": ["provisional", "formal"]}
            self.entry(report.formal_at, "loss_reports.formalised", subject, report.formal_by, changes=facts)
        if report.is_formal:
            self.entry(report.ended_at, "loss_reports.concluded", subject, SYSTEM)
        elif report.lift_reason:
            facts = {"status": ["provisional", "lifted"]}
            self.entry(report.ended_at, "loss_reports.lifted", subject, report.taken_by, reason=report.lift_reason, changes=facts)
        else:
            facts = {"status": ["provisional", "lapsed"]}
            self.entry(report.ended_at, "loss_reports.lapsed", subject, SYSTEM, changes=facts)

"""Rows of one application: the case, its documents, decisions and cards."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from admin_app.applications.rules import CLOSED, Applicant, Channel, Delivery, Material, Status
from admin_app.cards.rules import Status as CardStatus
from admin_app.demo import chances, registry
from admin_app.demo.card_stories import CardStory, Moment
from admin_app.demo.collecting import collected
from admin_app.demo.documents import Paper
from admin_app.demo.frame import Frame
from admin_app.demo.losses import LossStory
from admin_app.demo.mail import Envelope, Mailroom
from admin_app.demo.people import Person
from admin_app.demo.promises import Dates, dates_of, promised
from admin_app.demo.stories import Story, known
from admin_app.demo.timeline import SPOILED_BECAUSE, Log, recommended_why
from admin_app.foundation import crypto
from admin_app.residents.rules import mask_id_number

MOST_PLANNED = 5
"""ready cards that are already in the batch that is still open"""


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that is known about one application before it is written."""

    story: Story
    person: Person
    agent: Person
    loss: LossStory | None
    papers: list[Paper]
    needs: tuple[Material, ...]
    reference: str
    loss_reference: str


FileOf = Callable[[Case, int], tuple[int, str]]
"""Row id and SHA-256 of the stored file of document number n of a case."""


def write_case(frame: Frame, case: Case, mailroom: Mailroom, file_of: FileOf) -> None:
    """Write one application and everything that belongs to it."""
    story, rng = case.story, Random(f"{frame.seed}/{frame.first_person}/case/{case.story.index}")
    resident = registry.add_resident(frame, case.person, at=_first_moment(case), by=story.taken_by)
    files = [file_of(case, number) for number in range(len(case.papers))]
    loss = None
    if case.loss:
        proof = next((file[0] for paper, file in zip(case.papers, files, strict=True) if paper.file == "loss_proof"), None)
        key = f"application {story.index}"
        loss = registry.add_loss(frame, case.loss, reference=case.loss_reference, resident=resident, key=key, proof=proof, rng=rng)
    dates = dates_of(frame, story)
    public_id = frame.public_id("application", story.index)
    application = _write_application(frame, case, dates, resident=resident[0], loss=loss, public_id=public_id, rng=rng)
    log = Log(frame.writer, reference=case.reference, case=public_id, brief=not frame.is_small)
    log.opening(story, case.loss_reference)
    _write_documents(frame, case, application, files, log)
    log.review(story, paused_days=dates.paused_days)
    _write_decisions(frame, story, application, rng)
    for copy, card in enumerate(story.cards, 1):
        _write_card(frame, case, application, copy, card, mailroom=mailroom, log=log, rng=rng)


def _first_moment(case: Case) -> Moment:
    return min(case.loss.reported_at, case.story.arrival.at) if case.loss else case.story.arrival.at


def _write_application(frame: Frame, case: Case, dates: Dates, *, resident: int, loss: int | None, public_id: str, rng: Random) -> int:
    story, decider = case.story, case.story.decider if case.story.decided_at else None
    holds = story.stage in (Status.IN_REVIEW, Status.NEEDS_INFORMATION)
    lease = frame.days.now + dt.timedelta(minutes=frame.claim_minutes - 4) if story.lease_is_running else None
    if story.stage == Status.IN_REVIEW and lease is None:
        lease = known(story.claimed_at) + dt.timedelta(minutes=frame.claim_minutes)
    posted = next((card.posted_at for card in story.cards if card.posted_at), None)
    claimed = story.claimed_at or (story.asked_at if holds else None)
    return frame.writer.add(
        "application",
        public_id=public_id,
        reference=case.reference,
        resident_id=resident,
        centre_id=frame.roster.centres[story.centre],
        channel=story.channel.value,
        reason=story.reason.value,
        statement=_statement(case, rng),
        **_agent(case, public_id),
        old_card_serial=registry.old_serial(rng) if story.reason not in ("lost", "stolen") else "",
        loss_report_id=loss,
        **_delivery(case, public_id),
        status=story.stage.value,
        is_open=story.is_open,
        version=_version(case),
        taken_by_id=story.taken_by.id,
        owner_id=story.reviewer.id if holds and story.reviewer else None,
        claimed_at=claimed if holds else None,
        lease_until=lease if holds else None,
        address_changed_on=frame.days.day_of(story.resumed_at) if story.resumed_at and story.asked_for == "address_incomplete" else None,
        is_sampled=story.is_drawn if story.submitted_at else None,
        recommended_by_id=story.first.id if story.recommended and story.first else None,
        recommendation=story.recommended.outcome if story.recommended else None,
        decided_by_id=decider.id if decider else None,
        received_at=story.arrival.at,
        received_on=story.arrival.day,
        submitted_at=story.submitted_at,
        **promised(frame, story, dates),
        decided_at=story.decided_at,
        decided_on=frame.days.day_of(story.decided_at) if story.decided_at else None,
        decided_in_days=dates.decided_in,
        posted_on=frame.days.day_of(posted) if posted else None,
        closed_materials=list(case.needs) if story.stage in CLOSED else None,
    )


def _statement(case: Case, rng: Random) -> str:
    story = case.story
    if case.person.name.is_foreign:
        return chances.FOREIGN_STATEMENTS[story.reason]
    if story.channel == Channel.COUNTER and rng.random() < 0.4 and story.reason != "other":
        return ""
    return rng.choice(chances.STATEMENTS[story.reason])


def _agent(case: Case, public_id: str) -> dict[str, object]:
    if case.story.applicant == Applicant.SELF:
        return {"applicant": Applicant.SELF.value}
    number = case.agent.identity.id_number
    return {
        "applicant": case.story.applicant.value,
        "agent_name": case.agent.name.written,
        "agent_id_sealed": crypto.encrypt_text(number, context=f"application|agent_id|{public_id}"),
        "agent_id_masked": mask_id_number(number),
    }


def _delivery(case: Case, public_id: str) -> dict[str, object]:
    if case.story.delivery == Delivery.COLLECT:
        return {"delivery": Delivery.COLLECT.value}
    return {
        "delivery": Delivery.POST.value,
        "recipient": case.person.name.written,
        **registry.postal_columns(
            "application", public_id, case.person.address.postcode, registry.postal_lines(case.person), ring=crypto.keyring()
        ),
    }


def _version(case: Case) -> int:
    story = case.story
    moments = (
        story.submitted_at, story.asked_at, story.asked_at, story.resumed_at, story.claimed_at, story.first_rejected_at,
        story.reopened_at, story.recommended, story.decided_at, story.withdrawn_at,
    )  # fmt: skip
    verdicts = sum(paper.verdict_at is not None for paper in case.papers)
    seen = sum(paper.original_seen_at is not None for paper in case.papers)
    return 1 + len(case.papers) + verdicts + seen + sum(moment is not None for moment in moments)


def _write_documents(frame: Frame, case: Case, application: int, files: list[tuple[int, str]], log: Log) -> None:
    story, codes, shown = case.story, frame.roster.reason_codes, []
    for number, (paper, (file, sha256)) in enumerate(zip(case.papers, files, strict=True)):
        public_id = frame.public_id("document", f"{story.index}-{number}")
        frame.writer.add(
            "document",
            public_id=public_id,
            application_id=application,
            material=paper.material.value,
            file_id=file,
            added_by_id=story.taken_by.id,
            added_at=paper.added_at,
            original_seen_by_id=story.taken_by.id if paper.original_seen_at else None,
            original_seen_at=paper.original_seen_at,
            original_centre_id=frame.roster.centres[story.centre] if paper.original_seen_at else None,
            verdict=paper.verdict.value,
            verdict_reason_id=codes[paper.refused_for] if paper.refused_for else None,
            verdict_by_id=story.reviewer.id if paper.verdict_at and story.reviewer else None,
            verdict_at=paper.verdict_at,
        )
        shown.append((paper, public_id, sha256))
    log.papers(story, shown, centre=frame.roster.centres[story.centre])


def _write_decisions(frame: Frame, story: Story, application: int, rng: Random) -> None:
    if story.asked_at and story.reviewer:
        _decision(frame, application, "request_information", story.asked_at, story.reviewer.id, story.asked_for, "")
    note = rng.choice(chances.REJECTION_NOTES) if story.rejected_for == "other_rejection" or rng.random() < 0.3 else ""
    rejected = story.first_rejected_at or (story.decided_at if story.stage == Status.REJECTED else None)
    rejecting = story.reviewer if story.first_rejected_at else story.decider
    if rejected and rejecting:
        _decision(frame, application, "reject", rejected, rejecting.id, story.rejected_for, note)
    _recommendation(frame, story, application)
    if story.stage == Status.APPROVED and story.decided_at and story.decider:
        praise = rng.choice(chances.NOTES) if rng.random() < 0.2 else ""
        _decision(frame, application, "approve", story.decided_at, story.decider.id, "", praise)


def _recommendation(frame: Frame, story: Story, application: int) -> None:
    made, first = story.recommended, story.first
    if made is None or first is None:
        return
    frame.writer.add(
        "recommendation",
        application_id=application,
        outcome=made.outcome,
        why=recommended_why(story),
        codes=[story.rejected_for] if made.outcome == "reject" else [],
        asked_by=list(made.because),
        recommended_by_id=first.id,
        recommended_at=made.at,
        answer=made.outcome if made.answered_by else None,
        answered_by_id=made.answered_by.id if made.answered_by else None,
        answered_at=story.decided_at if made.answered_by else None,
    )


def _decision(frame: Frame, application: int, kind: str, at: Moment, by: int | None, code: str, note: str) -> None:
    decision = frame.writer.add(
        "decision",
        application_id=application,
        kind=kind,
        note=note,
        decided_by_id=by,
        decided_at=at,
        decided_on=frame.days.day_of(at),
    )
    if code:
        reason = frame.roster.reason_codes[code]
        frame.writer.add("decision_reason", decision_id=decision, reason_code_id=reason)


def _write_card(
    frame: Frame, case: Case, application: int, copy: int, card: CardStory, *, mailroom: Mailroom, log: Log, rng: Random
) -> None:
    story, status = case.story, card.status
    public_id = frame.public_id("card", f"{story.index}-{copy}")
    year, number = int(case.reference[3:5]), int(case.reference[6:])
    serial = f"ZJ{year:02d}{number:08d}{copy}" if card.made_at else None
    moments = (card.made_at, card.ready_at, card.posted_at, card.collected_at, card.spoiled_at)
    row = frame.writer.add(
        "card",
        public_id=public_id,
        application_id=application,
        centre_id=frame.roster.centres[story.centre],
        copy=copy,
        replaces_id=frame.writer.last_id("card") if copy > 1 else None,
        serial=serial,
        delivery=story.delivery.value,
        status=status.value,
        version=1 + sum(moment is not None for moment in moments),
        requested_at=card.requested_at,
        made_at=card.made_at,
        ready_at=card.ready_at,
        ended_at=card.posted_at or card.collected_at or card.spoiled_at,
        spoil_reason=SPOILED_BECAUSE if card.spoiled_at else "",
        **(collected(case, public_id) if card.collected_at else {}),
    )
    maker = frame.roster.mailroom[story.index % len(frame.roster.mailroom)]
    log.card(card, public_id, copy, story.delivery.value, serial, maker, story.taken_by)
    _send(case, card, row, status, mailroom=mailroom, log=log, rng=rng)


def _send(case: Case, card: CardStory, row: int, status: CardStatus, *, mailroom: Mailroom, log: Log, rng: Random) -> None:
    if case.story.delivery != Delivery.POST or status not in (CardStatus.POSTED, CardStatus.READY):
        return
    person = case.person
    envelope = Envelope(row, person.name.written, person.address.postcode, registry.postal_lines(person), person.phone)
    if card.posted_at:
        by = mailroom.post(envelope, at=card.posted_at, rng=rng)
        log.case(card.posted_at, "posted", by)
    elif rng.random() < 0.35:
        mailroom.plan(envelope, most=MOST_PLANNED)

"""Which documents a case has, when they came, and what the reviewer found about them."""

import datetime as dt
from dataclasses import dataclass
from random import Random

from admin_app.applications.rules import Facts, Material, Requirement, Status, Verdict, needs, required_materials
from admin_app.demo import chances
from admin_app.demo.stories import Moment, Story, known

_FILES = {
    Material.ID_COPY: ("id_front", "id_back"),
    Material.LOSS_PROOF: ("loss_proof",),
    Material.PHOTO: ("photo",),
    Material.APPLICATION_FORM: ("form",),
    Material.OLD_CARD: ("old_card",),
    Material.CHANGE_PROOF: ("household",),
    Material.PROXY_ID: ("other_id",),
    Material.AUTHORISATION: ("authority",),
    Material.GUARDIAN_ID: ("other_id",),
    Material.KINSHIP_PROOF: ("household",),
}
_FAULTY = {Material.PHOTO: "bad_photo", Material.ID_COPY: "expired_id"}


@dataclass(slots=True)
class Paper:
    """One document of a case; `file` names what is drawn on it."""

    material: Material
    file: str
    added_at: Moment
    verdict: Verdict = Verdict.PENDING
    refused_for: str = ""
    verdict_at: Moment | None = None
    original_seen_at: Moment | None = None
    """When the counter that took it in held it against the original."""


def originals_of(story: Story, table: tuple[Requirement, ...], *, age: int) -> frozenset[Material]:
    """The materials of a case of which the office's table wants the original to be seen."""
    facts = Facts(story.reason, story.applicant, story.channel, age)
    return frozenset(need.material for need in needs(table, facts) if need.is_original_asked)


def note_originals(papers: list[Paper], asked: frozenset[Material], *, index: int) -> None:
    """The counter sees the original of each copy right away; of every ninth case that was left for later."""
    for paper in papers:
        if paper.material in asked and index % 9:
            paper.original_seen_at = paper.added_at + dt.timedelta(seconds=1)


def needs_of(story: Story, table: tuple[Requirement, ...], *, age: int) -> tuple[Material, ...]:
    """What the office's table asks of a case."""
    return required_materials(table, Facts(story.reason, story.applicant, story.channel, age))


def papers_of(story: Story, rng: Random, *, needs: tuple[Material, ...]) -> list[Paper]:
    """The documents of a case in the order in which they came."""
    added = story.arrival.at + dt.timedelta(seconds=20)
    step = ((story.submitted_at or added + dt.timedelta(minutes=3)) - added) / 14
    papers: list[Paper] = []
    for material in needs:
        for file in _FILES[material]:
            papers.append(Paper(material, file, added + step * (len(papers) + 1) if step > dt.timedelta() else added))
    if story.stage == Status.DRAFT:
        return papers[: rng.randint(1, len(papers))]
    asked = chances.ASKED_MATERIAL.get(story.asked_for) if story.asked_at else None
    if story.asked_at:
        _judge_first(papers, story, rng, asked=asked)
    if story.resumed_at and asked:
        again = story.resumed_at - dt.timedelta(minutes=rng.uniform(1, 5))
        papers += [Paper(asked[0], file, again) for file in _FILES[asked[0]]]
    _judge(papers, story, rng)
    return papers


def _judge_first(papers: list[Paper], story: Story, rng: Random, *, asked: tuple[Material, str] | None) -> None:
    """Verdicts before the request for information: the others are fine, what is in question is refused, each side of it."""
    start, asked_at = known(story.submitted_at), known(story.asked_at)
    at = asked_at - (asked_at - start) * rng.uniform(0.01, 0.06)
    for paper in papers:
        paper.verdict, paper.verdict_at = Verdict.ACCEPTED, at
    for paper in papers:
        if asked and paper.material == asked[0]:
            paper.verdict, paper.refused_for = Verdict.REFUSED, asked[1]
            paper.file = _FAULTY.get(paper.material, paper.file) if paper.file == _FILES[paper.material][0] else paper.file


def _judge(papers: list[Paper], story: Story, rng: Random) -> None:
    ended = story.first_rejected_at or (story.recommended.at if story.recommended else story.decided_at)
    if ended:
        claimed = known(story.claimed_at)
        at = claimed + (ended - claimed) * 0.8
        _accept([paper for paper in papers if paper.verdict == Verdict.PENDING], at)
        if story.stage == Status.REJECTED:
            _refuse_for_rejection(papers, story, at)
    elif story.stage == Status.IN_REVIEW:
        waiting = [paper for paper in papers if paper.verdict == Verdict.PENDING]
        at = known(story.claimed_at) + dt.timedelta(seconds=40)
        _accept(waiting[: rng.randint(0, max(0, len(waiting) - 1))], at)


def _accept(papers: list[Paper], at: Moment) -> None:
    for paper in papers:
        paper.verdict, paper.verdict_at = Verdict.ACCEPTED, at


def _refuse_for_rejection(papers: list[Paper], story: Story, at: Moment) -> None:
    material, code = chances.REFUSED_FOR.get(story.rejected_for, (None, ""))
    for paper in papers:
        if paper.material == material:
            paper.verdict, paper.refused_for, paper.verdict_at = Verdict.REFUSED, code, at

"""How far a case is, in the resident's words: from what was handed in to the card in their hands; pure functions."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.applications.rules import Delivery, Status
from admin_app.cards.rules import Status as CardStatus


class Step(StrEnum):
    """Where a case stands for whoever waits for its card."""

    BEGUN = "begun"
    HANDED_IN = "handed_in"
    CHECKED = "checked"
    NEEDS_YOU = "needs_you"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    MAKING = "making"
    TO_COLLECT = "to_collect"
    TO_POST = "to_post"
    POSTED = "posted"
    CAME_BACK = "came_back"
    LOST = "lost"
    LAID_ASIDE = "laid_aside"
    DELIVERED = "delivered"
    COLLECTED = "collected"


STEP_LABELS: dict[Step, Any] = {
    Step.BEGUN: _l("Not handed in yet"),
    Step.HANDED_IN: _l("The office has it"),
    Step.CHECKED: _l("The office is checking it"),
    Step.NEEDS_YOU: _l("We need something from you"),
    Step.WITHDRAWN: _l("Withdrawn"),
    Step.REJECTED: _l("Not approved"),
    Step.MAKING: _l("Approved, the card is being made"),
    Step.TO_COLLECT: _l("Ready for you to collect"),
    Step.TO_POST: _l("Made, it leaves by post soon"),
    Step.POSTED: _l("On its way by post"),
    Step.CAME_BACK: _l("Came back by post"),
    Step.LOST: _l("Lost in the post"),
    Step.LAID_ASIDE: _l("Not given out"),
    Step.DELIVERED: _l("Delivered"),
    Step.COLLECTED: _l("Handed over"),
}
NEXT_LABELS: dict[Step, Any] = {
    Step.BEGUN: _l("Something is still missing before the office can check it. Please ask the service centre where it was begun."),
    Step.HANDED_IN: _l("Next, somebody at the office checks what you handed in. You need not do anything."),
    Step.CHECKED: _l("Somebody at the office is checking it. You need not do anything."),
    Step.NEEDS_YOU: _l("Bring it to any service centre with your ID card."),
    Step.WITHDRAWN: _l("Nothing more happens with this application."),
    Step.REJECTED: _l("You may apply again."),
    Step.MAKING: _l("You need not do anything."),
    Step.TO_COLLECT: _l("Please bring your ID card."),
    Step.TO_POST: _l("You need not do anything."),
    Step.POSTED: _l("If it does not come, ask any service centre and name the reference."),
    Step.CAME_BACK: _l("The post could not deliver it. Please call a service centre and say where it should go."),
    Step.LOST: _l("The post does not find it. Please call a service centre."),
    Step.LAID_ASIDE: _l("The card lay here for too long. Please call a service centre."),
    Step.DELIVERED: _l("The post says that it was delivered. If you do not have it, call a service centre."),
    Step.COLLECTED: _l("Nothing more is to be done."),
}
"""What comes next, and who has to do it."""
STAGES = (_l("With the office"), _l("Checked"), _l("Card made"), _l("With you"))
"""The way of a card, in a row."""
_REACHED = {
    Step.BEGUN: 0, Step.MAKING: 2, Step.TO_COLLECT: 3, Step.TO_POST: 3, Step.POSTED: 3, Step.CAME_BACK: 3, Step.LOST: 3, Step.LAID_ASIDE: 3,
    Step.DELIVERED: 4, Step.COLLECTED: 4,
}  # fmt: skip
ENDED = frozenset({Step.WITHDRAWN, Step.REJECTED, Step.DELIVERED, Step.COLLECTED, Step.LAID_ASIDE})
"""After which nothing more comes by itself."""
_OF_CASES = {
    Status.DRAFT: Step.BEGUN, Status.SUBMITTED: Step.HANDED_IN, Status.IN_REVIEW: Step.CHECKED, Status.RECOMMENDED: Step.CHECKED,
    Status.NEEDS_INFORMATION: Step.NEEDS_YOU, Status.REJECTED: Step.REJECTED, Status.WITHDRAWN: Step.WITHDRAWN,
}  # fmt: skip
_OF_CARDS = {
    CardStatus.POSTED: Step.POSTED, CardStatus.DELIVERED: Step.DELIVERED, CardStatus.HELD: Step.CAME_BACK, CardStatus.LOST: Step.LOST,
    CardStatus.SEALED: Step.LAID_ASIDE, CardStatus.DESTROYED: Step.LAID_ASIDE, CardStatus.COLLECTED: Step.COLLECTED,
}  # fmt: skip


def step_of(case: Any, card: Any | None, *, now: datetime, undo: timedelta) -> Step:
    """Where a case with its newest card (None: there is none) stands. A decision counts once nobody can take it back any more (`undo`)."""
    is_fresh = case.decided_at is not None and now < case.decided_at + undo
    if is_fresh and case.status in (Status.APPROVED, Status.REJECTED):
        return Step.CHECKED
    if case.status != Status.APPROVED:
        return _OF_CASES[Status(case.status)]
    if card is not None and card.status == CardStatus.READY:
        return Step.TO_POST if card.delivery == Delivery.POST else Step.TO_COLLECT
    return _OF_CARDS.get(CardStatus(card.status), Step.MAKING) if card is not None else Step.MAKING


def stages_reached(step: Step) -> int:
    """How many of STAGES are behind it; a case that ended without a card has no way any more: see is_stopped()."""
    return _REACHED.get(step, 1)


def is_stopped(step: Step) -> bool:
    """Whether no card comes of it."""
    return step in (Step.WITHDRAWN, Step.REJECTED)

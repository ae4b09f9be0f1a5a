"""Application: reasons, channels, states, moves, materials; tables and pure functions."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l


class Reason(StrEnum):
    """Why the resident needs another card."""

    LOST = "lost"
    STOLEN = "stolen"
    DAMAGED = "damaged"
    UNREADABLE = "unreadable"
    DATA_CHANGED = "data_changed"
    MISPRINTED = "misprinted"
    EXPIRED = "expired"
    OTHER = "other"


class Channel(StrEnum):
    """Where the application came in."""

    COUNTER = "counter"
    ONLINE = "online"


class Applicant(StrEnum):
    """Who applies."""

    SELF = "self"
    PROXY = "proxy"
    GUARDIAN = "guardian"


class Delivery(StrEnum):
    """How the resident wants the card."""

    POST = "post"
    COLLECT = "collect"


class Status(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    NEEDS_INFORMATION = "needs_information"
    RECOMMENDED = "recommended"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Material(StrEnum):
    """A required item; each is fulfilled by one or more documents."""

    ID_COPY = "id_copy"
    LOSS_PROOF = "loss_proof"
    PHOTO = "photo"
    APPLICATION_FORM = "application_form"
    OLD_CARD = "old_card"
    CHANGE_PROOF = "change_proof"
    PROXY_ID = "proxy_id"
    AUTHORISATION = "authorisation"
    GUARDIAN_ID = "guardian_id"
    KINSHIP_PROOF = "kinship_proof"
    HOUSEHOLD_REGISTER = "household_register"


class Original(StrEnum):
    """Of which cases somebody of the office must see the original of a material, of which a copy is filed."""

    NO = "no"
    PAPER = "paper"
    YES = "yes"


class OriginalStops(StrEnum):
    """What cannot be done before the original was seen."""

    NOTHING = ""
    ACCEPT = "accept"
    APPROVE = "approve"


class Verdict(StrEnum):
    """What a reviewer found about one document."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class DecisionKind(StrEnum):
    """The outcomes a reviewer can give."""

    APPROVE = "approve"
    REJECT = "reject"
    REQUEST_INFORMATION = "request_information"


class SecondRule(StrEnum):
    """Why one person's decision is not enough."""

    THIRD_CARD = "third_card"
    PROXY = "proxy"
    NEW_ADDRESS = "new_address"
    OWN_LOSS_REPORT = "own_loss_report"
    OWN_PAPERS = "own_papers"
    OWN_RECOMMENDATION = "own_recommendation"
    SAMPLE = "sample"


OPEN = frozenset({Status.SUBMITTED, Status.IN_REVIEW, Status.NEEDS_INFORMATION, Status.RECOMMENDED})
CLOSED = frozenset({Status.APPROVED, Status.REJECTED, Status.WITHDRAWN})
HELD = frozenset({Status.IN_REVIEW, Status.RECOMMENDED})
"""Somebody can hold a case here, for a time that their work extends."""
NEEDS_FORMAL_LOSS_REPORT = frozenset({Reason.LOST, Reason.STOLEN})
"""Cannot be approved without a formal loss report in force: else two cards of one person work. No table of an office changes that."""
SAYS_NO_FORMAL_REPORT = frozenset({"loss_not_formal", "formal_loss_needed"})
"""Coded reasons that are given only where a formal loss report is needed and none is in force."""
SAYS_PROXY = frozenset({"authorisation_missing"})
"""Coded reasons that are given only where a proxy applies."""
SAYS_PHOTO = {
    "photo_pixels": frozenset({"pixels", "shape", "dpi"}),
    "photo_bytes": frozenset({"kilobytes"}),
    "photo_grey": frozenset({"colour"}),
    "photo_backdrop": frozenset({"whiteness", "unevenness"}),
    "photo_blurred": frozenset({"sharpness"}),
    "photo_light": frozenset({"brightness", "clipped"}),
}
"""Coded reasons that ask for a better photo -> the figures (rules/photo.py) of which one must be outside the profile."""
SAYS_ANY_FIGURE = "photo_unsuitable"
"""The coded reason that asks for a better photo whatever is wrong with it, seen by eye or measured."""

LAPSE_REASON = "materials_not_supplied"
"""Code of the reason for which a case is rejected by itself when its resident brought nothing by the day that was set."""

S = Status
MOVES: dict[str, tuple[frozenset[Status], Status]] = {
    "submit": (frozenset({S.DRAFT}), S.SUBMITTED),
    "claim": (frozenset({S.SUBMITTED}), S.IN_REVIEW),
    "release": (frozenset({S.IN_REVIEW}), S.SUBMITTED),
    "request_information": (frozenset({S.IN_REVIEW}), S.NEEDS_INFORMATION),
    "resume": (frozenset({S.NEEDS_INFORMATION}), S.SUBMITTED),
    "hand_back": (frozenset({S.NEEDS_INFORMATION}), S.IN_REVIEW),
    "lapse": (frozenset({S.NEEDS_INFORMATION}), S.REJECTED),
    "recommend_approval": (frozenset({S.IN_REVIEW}), S.RECOMMENDED),
    "recommend_rejection": (frozenset({S.IN_REVIEW}), S.RECOMMENDED),
    "send_back": (frozenset({S.RECOMMENDED}), S.IN_REVIEW),
    "approve": (frozenset({S.IN_REVIEW, S.RECOMMENDED}), S.APPROVED),
    "reject": (frozenset({S.IN_REVIEW, S.RECOMMENDED}), S.REJECTED),
    "withdraw": (frozenset({S.DRAFT}) | OPEN, S.WITHDRAWN),
    "reopen": (frozenset({S.REJECTED}), S.IN_REVIEW),
    "take_back": (frozenset({S.APPROVED, S.REJECTED, S.NEEDS_INFORMATION}), S.IN_REVIEW),
    "take_back_second": (frozenset({S.APPROVED, S.REJECTED}), S.RECOMMENDED),
}
"""verb -> (from, to); the only source of what may follow what."""
PAST = {
    "submit": "applications.submitted",
    "claim": "applications.claimed",
    "release": "applications.released",
    "request_information": "applications.information_requested",
    "resume": "applications.resumed",
    "hand_back": "applications.handed_back",
    "lapse": "applications.lapsed",
    "recommend_approval": "applications.approval_recommended",
    "recommend_rejection": "applications.rejection_recommended",
    "send_back": "applications.sent_back",
    "approve": "applications.approved",
    "reject": "applications.rejected",
    "withdraw": "applications.withdrawn",
    "reopen": "applications.reopened",
    "take_back": "applications.decision_taken_back",
    "take_back_second": "applications.second_decision_taken_back",
}
"""verb -> what the log calls it once it is done."""

REASON_LABELS = {
    Reason.LOST: _l("Lost"),
    Reason.STOLEN: _l("Stolen"),
    Reason.DAMAGED: _l("Damaged"),
    Reason.UNREADABLE: _l("Chip unreadable"),
    Reason.DATA_CHANGED: _l("Data changed"),
    Reason.MISPRINTED: _l("Printed wrong"),
    Reason.EXPIRED: _l("Expired"),
    Reason.OTHER: _l("Other"),
}
CHANNEL_LABELS = {Channel.COUNTER: _l("Counter"), Channel.ONLINE: _l("Online")}
APPLICANT_LABELS = {
    Applicant.SELF: _l("In person"),
    Applicant.PROXY: _l("By proxy"),
    Applicant.GUARDIAN: _l("By guardian"),
}
DELIVERY_LABELS = {Delivery.POST: _l("By post"), Delivery.COLLECT: _l("Collected at the counter")}
STATUS_LABELS = {
    S.DRAFT: _l("Draft"),
    S.SUBMITTED: _l("Unclaimed"),
    S.IN_REVIEW: _l("In review"),
    S.NEEDS_INFORMATION: _l("Waiting for resident"),
    S.RECOMMENDED: _l("Waiting for second decision"),
    S.APPROVED: _l("Approved"),
    S.REJECTED: _l("Rejected"),
    S.WITHDRAWN: _l("Withdrawn"),
}
RECOMMENDATION_LABELS = {DecisionKind.APPROVE: _l("Approval"), DecisionKind.REJECT: _l("Rejection")}
STATUS_MARKS: dict[str, str] = {
    S.DRAFT: "ring-muted", S.SUBMITTED: "ring", S.IN_REVIEW: "dot", S.NEEDS_INFORMATION: "square",
    S.RECOMMENDED: "pair", S.APPROVED: "check", S.REJECTED: "cross", S.WITHDRAWN: "dash",
}  # fmt: skip
"""Shape beside the word: a status is told by word, shape and colour, never by colour alone (WCAG 2.2, 1.4.1)."""
MATERIAL_LABELS = {
    Material.ID_COPY: _l("ID card (both sides)"),
    Material.LOSS_PROOF: _l("Proof of loss"),
    Material.PHOTO: _l("Recent bareheaded colour photo"),
    Material.APPLICATION_FORM: _l("Application form"),
    Material.OLD_CARD: _l("Old card handed in"),
    Material.CHANGE_PROOF: _l("Proof of the changed data"),
    Material.PROXY_ID: _l("ID card of the proxy"),
    Material.AUTHORISATION: _l("Signed authorisation"),
    Material.GUARDIAN_ID: _l("ID card of the guardian"),
    Material.KINSHIP_PROOF: _l("Proof of kinship"),
    Material.HOUSEHOLD_REGISTER: _l("Household register"),
}
MATERIAL_SHORT = {
    Material.ID_COPY: _l("ID card"),
    Material.LOSS_PROOF: _l("Loss proof"),
    Material.PHOTO: _l("Photo"),
    Material.APPLICATION_FORM: _l("Form"),
    Material.OLD_CARD: _l("Old card"),
    Material.CHANGE_PROOF: _l("Change proof"),
    Material.PROXY_ID: _l("Proxy ID"),
    Material.AUTHORISATION: _l("Authorisation"),
    Material.GUARDIAN_ID: _l("Guardian ID"),
    Material.KINSHIP_PROOF: _l("Kinship"),
    Material.HOUSEHOLD_REGISTER: _l("Household register"),
}
"""For the tabs of the document viewer."""

ORIGINAL_LABELS = {
    Original.NO: _l("No"),
    Original.PAPER: _l("Only for paper applications"),
    Original.YES: _l("Yes"),
}
ORIGINAL_STOPS_LABELS = {
    OriginalStops.NOTHING: _l("Nothing: it is noted and shown"),
    OriginalStops.ACCEPT: _l("Accepting the paper, and approval"),
    OriginalStops.APPROVE: _l("Approval"),
}

EITHER, APPROVAL = frozenset({DecisionKind.APPROVE, DecisionKind.REJECT}), frozenset({DecisionKind.APPROVE})
SECOND_DECISION: dict[SecondRule, tuple[frozenset[DecisionKind], Any]] = {
    SecondRule.THIRD_CARD: (APPROVAL, _l("Two or more cards of this person were already replaced within the last twelve months.")),
    SecondRule.PROXY: (APPROVAL, _l("A proxy filed the application.")),
    SecondRule.NEW_ADDRESS: (APPROVAL, _l("The resident's address, or where the card goes, was changed within the last 30 days.")),
    SecondRule.OWN_LOSS_REPORT: (EITHER, _l("Whoever decides made the loss report of this case formal.")),
    SecondRule.OWN_PAPERS: (EITHER, _l("Whoever decides added papers to this case.")),
    SecondRule.OWN_RECOMMENDATION: (EITHER, _l("Whoever decides recommended a decision of this case before, and it was sent back.")),
    SecondRule.SAMPLE: (EITHER, _l("The case was drawn at random for a check.")),
}
"""rule -> (outcomes that it asks a second person for, its sentence). The facts behind each rule: queries/second.py."""
CARDS_A_YEAR = 2
"""So many cards of one person may be replaced within twelve months before one more needs a second decision."""
ADDRESS_DAYS = 30
REOPEN_DAYS = 30
"""A rejection can be reopened for so many days; the letter says so."""

GUARDIAN_AGE = 16
"""Below this age a guardian applies, as the rules of Guangzhou for the social security card have it; who may apply is not a
question of materials."""


@dataclass(frozen=True)
class Facts:
    """What decides which materials a case needs; `age` in whole years on the day of receipt."""

    reason: str
    applicant: str
    channel: str
    age: int


def age_on(day: date, birth_on: date) -> int:
    """Whole years between `birth_on` and `day`."""
    return day.year - birth_on.year - ((day.month, day.day) < (birth_on.month, birth_on.day))


def may_apply(applicant: str, age: int) -> bool:
    """Whether somebody of this age applies in this way: below GUARDIAN_AGE only a guardian does."""
    return age >= GUARDIAN_AGE or applicant == Applicant.GUARDIAN

"""What the page of a case says of two people who decide, put together for the template."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from admin_app.applications import queries, rules
from admin_app.applications.models import Application, Recommendation
from admin_app.applications.queries import second
from admin_app.applications.rules import DecisionKind, SecondRule
from admin_app.foundation.actor import Actor
from admin_app.foundation.i18n import pick

ASKED_IN = ("mine", "free", "expired")


@dataclass(frozen=True)
class SecondPart:
    """The rules that ask for a second person, and what was recommended so far."""

    asking: Mapping[DecisionKind, tuple[SecondRule, ...]]
    """For an approval and a rejection by the reader; empty where the reader gives no first decision."""
    recommendations: tuple[Recommendation, ...]
    """The latest last."""
    part: Any = ""
    """Why the reader cannot give the second decision."""

    @property
    def open(self) -> Recommendation | None:
        """The one that waits for its answer."""
        return next((one for one in self.recommendations if one.answer is None and one.application.status == "recommended"), None)

    @property
    def answered(self) -> list[Recommendation]:
        """Those that a second person answered."""
        return [one for one in self.recommendations if one.answer is not None]

    @property
    def sentences(self) -> list[Any]:
        """Why a second person is needed for a decision by the reader, each rule once."""
        return sentences([rule for rule in SecondRule if any(rule in asked for asked in self.asking.values())])

    @property
    def for_approval(self) -> bool:
        """Whether the reader can only recommend an approval."""
        return bool(self.asking.get(DecisionKind.APPROVE))

    @property
    def for_rejection(self) -> bool:
        """Whether the reader can only recommend a rejection."""
        return bool(self.asking.get(DecisionKind.REJECT))


def sentences(asked: Any) -> list[Any]:
    """The rules in words; one that is no more reads as it is stored."""
    known = {str(rule): text for rule, (_outcomes, text) in rules.SECOND_DECISION.items()}
    return [known.get(str(rule), rule) for rule in asked]


def reason_texts(codes: list[str]) -> list[str]:
    """Coded reasons of a recommended rejection in the reader's language."""
    known = {code.code: pick(code, "text") for code in queries.reasons_by_kind()["reject"]}
    return [known.get(code, code) for code in codes]


def build(case: Application, me: Actor, mode: str) -> SecondPart:
    """For one case and one person: one statement for what was recommended, one where rules are asked."""
    has_history = case.recommended_by_id is not None
    found = tuple(second.recommendations(case)) if has_history else ()
    is_first = mode in ASKED_IN and case.status != rules.Status.RECOMMENDED
    parts = second.parts_of(case, me) if mode == "own_part" else []
    part = second.part_text(parts[0], me.name_shown) if parts else ""
    return SecondPart(second.asking(case, me) if is_first else {}, found, part)

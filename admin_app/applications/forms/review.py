"""What a reviewer may type."""

from dataclasses import dataclass
from typing import Any

from admin_app.web.arguments import Arguments

BULK_MOST = 100


@dataclass(frozen=True)
class DecisionInput:
    """What a reviewer chose and typed: the outcome, coded reasons by kind, the note, and the version that was on screen."""

    kind: str
    version: int
    reject_reasons: tuple[str, ...]
    request_reasons: tuple[str, ...]
    note: str
    """As typed; the operation reads it, and the next one."""
    why: str
    """Why approval is recommended, or why a recommendation is sent back."""
    seen: str
    opens_next: bool = False
    """Whether the person wants the next case to open afterwards; remembered."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons that belong to the chosen outcome."""
        rejecting = {"reject": self.reject_reasons, "recommend_rejection": self.reject_reasons}
        chosen = rejecting | {"request_information": self.request_reasons}
        return chosen.get(self.kind, ())

    def unsaved(self) -> dict[str, Any]:
        """What is kept when it cannot be saved."""
        chosen = {"reject_reasons": list(self.reject_reasons), "request_reasons": list(self.request_reasons)}
        return chosen | {"kind": self.kind, "note": self.note, "why": self.why}


DECISIONS = ("approve", "reject", "request_information", "recommend_approval", "recommend_rejection", "send_back")


def read_decision(form: Arguments) -> DecisionInput:
    """The decision form; Unreadable (400) where it is not the form that we sent."""
    return _read(form, form.choice("kind", DECISIONS) or form.refuse())


def read_asked_letter(form: Arguments) -> DecisionInput:
    """The decision form whose letter is asked for: the outcome stands in the button of the letter; Unreadable as above."""
    return _read(form, form.choice("letter", DECISIONS) or form.refuse())


def _read(form: Arguments, kind: str) -> DecisionInput:
    return DecisionInput(kind, form.version(), *_typed(form), seen=form.single("seen")[:20000], opens_next=form.single("then") == "next")


def read_unsaved(form: Arguments) -> dict[str, Any]:
    """The decision form while somebody is still typing."""
    return DecisionInput("", 0, *_typed(form), seen="").unsaved()


def _typed(form: Arguments) -> tuple[tuple[str, ...], tuple[str, ...], str, str]:
    values = form.values()
    reject, request = (tuple(code[:40] for code in values.getlist(name)[:20]) for name in ("reject_reason", "request_reason"))
    return reject, request, form.single("note"), form.single("why")


def read_bulk(form: Arguments) -> tuple[str, list[str]]:
    """The verb and the public ids of a bulk action on the queue; the button of a row claims that row alone."""
    if form.single("row"):
        return "claim", [form.public_id("row")]
    return form.choice("verb", ("claim", "release")) or form.refuse(), form.public_ids("case", most=BULK_MOST)

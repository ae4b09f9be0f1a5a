"""What a reviewer may type."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from admin_app.foundation.errors import DomainError

NOTE_LENGTH = 500
BULK_MOST = 100


class Unreadable(DomainError):
    """An argument in the address or form that we did not make."""

    status = 400


@dataclass(frozen=True)
class DecisionInput:
    """What a reviewer chose and typed: the outcome, coded reasons by kind, the note, and the version that was on screen."""

    kind: str
    version: int
    reject_reasons: tuple[str, ...]
    request_reasons: tuple[str, ...]
    note: str
    seen: str

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons that belong to the chosen outcome."""
        chosen = {"reject": self.reject_reasons, "request_information": self.request_reasons}
        return chosen.get(self.kind, ())

    def draft(self) -> dict[str, Any]:
        """What is kept when it cannot be saved."""
        chosen = {"reject_reasons": list(self.reject_reasons), "request_reasons": list(self.request_reasons)}
        return chosen | {"kind": self.kind, "note": self.note}


DECISIONS = ("approve", "reject", "request_information")


def read_decision(form: MultiDict[str, str]) -> DecisionInput:
    """The decision form; Unreadable (400) where it is not the form that we sent."""
    kind = form.get("kind", "")
    if kind not in DECISIONS:
        raise _unreadable_form()
    return DecisionInput(kind, read_version(form), *_typed(form), seen=form.get("seen", "")[:20000])


def read_draft(form: MultiDict[str, str]) -> dict[str, Any]:
    """The decision form while somebody is still typing."""
    return DecisionInput("", 0, *_typed(form), seen="").draft()


def _typed(form: MultiDict[str, str]) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    reject, request = (tuple(code[:40] for code in form.getlist(name)[:20]) for name in ("reject_reason", "request_reason"))
    return reject, request, clean_note(form.get("note", ""))


def clean_note(text: str) -> str:
    """The note without control characters, at most NOTE_LENGTH long."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join("".join(char for char in line if char.isprintable()) for line in lines).strip()[:NOTE_LENGTH]


def read_version(form: Mapping[str, str]) -> int:
    """The version that the form showed."""
    value = form.get("version", "")
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise _unreadable_form()
    return int(value)


def read_moment(text: str) -> datetime | None:
    """When the page was made that a form stood on; None if the form does not say it."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def read_bulk(form: MultiDict[str, str]) -> tuple[str, list[str]]:
    """The verb and the public ids of a bulk action on the queue; the button of a row claims that row alone."""
    verb, chosen = form.get("verb", ""), list(dict.fromkeys(form.getlist("case")))
    if "row" in form:
        verb, chosen = "claim", [form["row"]]
    if verb not in ("claim", "release") or len(chosen) > BULK_MOST or any(len(one) != 32 for one in chosen):
        raise _unreadable_form()
    return verb, chosen


def _unreadable_form() -> Unreadable:
    return Unreadable(_l("This form is not one of ours or is damaged. Go back, reload the page and send it again. Nothing was changed."))

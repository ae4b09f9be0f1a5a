"""What is wrong with something that a program sent, in words; never with the value, which may be a person's."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from pydantic import ValidationError

from admin_app.applications.operations import details, documents, intake
from admin_app.applications.rules import MATERIAL_LABELS
from admin_app.foundation.errors import Conflict, DomainError, NotFound
from admin_app.foundation.keyset import BadCursor
from admin_app.foundation.storage.kinds import UploadRefused
from admin_app.foundation.storage.work import Busy, Spent
from admin_app.foundation.typed_text.texts import TextRefused
from admin_app.intake_api.operations.once import ToldToPrograms
from admin_app.loss_reports import operations as losses
from admin_app.residents.operations import NameDiffers
from admin_app.residents.rules import InvalidIdNumber
from admin_app.web.request_limits import Crowded, TooMuch

NOT_AS_AGREED = _l("What was sent does not have the shape of the contract. Nothing was done.")
TITLES = {
    401: _l("The key does not open this"),
    403: _l("This program may not do this"),
    429: _l("Too many requests"),
}
DETAILS: dict[str, Any] = {
    "missing": _l("This is needed."),
    "extra_forbidden": _l("Here stands something that the contract does not name."),
    "enum": _l("This is none of the values that the contract names."),
    "literal_error": _l("This is none of the values that the contract names."),
    "int_parsing": _l("This is no whole number."),
    "greater_than_equal": _l("This number is too small."),
    "less_than_equal": _l("This number is too large."),
    "string_too_long": _l("This text is too long."),
    "string_too_short": _l("This text is too short."),
    "string_pattern_mismatch": _l("This text is not written as the contract says."),
    "twice": _l("An argument stands twice in the address."),
}
NOT_POSSIBLE = _l("The office cannot do this here. Nothing was changed; the resident turns to a counter.")
OTHERWISE = _l("This is not as the contract says.")

PLACES = {"id_number": "resident/id_number", "name": "resident/name", "agent_name": "agent/name", "agent_id_number": "agent/id_number"}
"""Field of a refusal -> where the contract has it."""


def fault(pointer: str, code: str) -> dict[str, str]:
    """One fault, in the reader's language."""
    return {"pointer": pointer, "code": code, "detail": str(DETAILS.get(code, OTHERWISE))}


def of(error: ValidationError) -> list[dict[str, str]]:
    """The faults that the reader of the contract found; what a program made up as a name is no more repeated than a value."""
    found = error.errors(include_input=False, include_url=False, include_context=False)
    return [fault(_pointer(one["loc"][:-1] if one["type"] == "extra_forbidden" else one["loc"]), one["type"]) for one in found]


def _pointer(place: tuple[int | str, ...]) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)


def told(error: DomainError) -> tuple[str, Any, list[dict[str, str]]]:
    """What a program is told of a refusal: (code, sentence, single faults)."""
    kind = next((one for one in type(error).__mro__ if one in SAID), DomainError)
    if kind is DomainError:
        return "not_possible", NOT_POSSIBLE, []
    code = error.details.get("code") or (f"file_{error.details['reason']}" if kind is UploadRefused else code_of(kind))
    if kind is Conflict:
        code = "wrong_state"
    found = list(error.details.get("faults", ()))
    if kind is intake.MaterialsMissing:
        found = [{"pointer": "", "code": str(one), "detail": str(MATERIAL_LABELS[one])} for one in error.details["materials"]]
    elif field := error.details.get("field"):
        found = [{"pointer": f"/{PLACES.get(field, field)}", "code": code, "detail": str(OTHERWISE)}]
    return code, SAID[kind] or error.message, found


def code_of(kind: type[Exception]) -> str:
    """What programs decide by: the name of the refusal, such as bad_cursor."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", kind.__name__).lower()


SAID: dict[type, Any] = {
    ToldToPrograms: None,
    BadCursor: None,
    UploadRefused: None,
    TooMuch: None,
    Crowded: None,
    Busy: None,
    Spent: None,
    documents.TooManyDocuments: None,
    documents.UnknownMaterial: None,
    intake.MaterialsMissing: None,
    intake.SentBefore: _l("This application was sent before with other words; it stands as it was."),
    intake.DuplicateApplication: _l("This resident has an application for the same reason that is not finished yet."),
    losses.NotSure: None,
    losses.SentBefore: _l("This loss report was sent before with other words; it stands as it was."),
    losses.AlreadyReported: _l("A loss report of this resident is running already."),
    NameDiffers: None,
    InvalidIdNumber: _l("This ID number cannot be, or is so unusual that somebody must see the card: the resident turns to a counter."),
    details.InvalidCase: _l("Something about the application is not possible. Nothing was changed."),
    TextRefused: _l("A text cannot be taken. Nothing was changed."),
    Conflict: _l("This cannot be done in the state that it is in. Nothing was changed."),
    NotFound: _l("There is nothing of this name, or another program filed it."),
}
"""Refusal -> what programs read; None: its own sentence, which names nobody and nothing that was sent. All others say NOT_POSSIBLE."""

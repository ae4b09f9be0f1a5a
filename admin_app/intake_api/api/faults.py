"""What is wrong with something that a program sent, in words; never with the value, which may be a person's."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from pydantic import ValidationError

from admin_app.foundation.errors import DomainError

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
OTHERWISE = _l("This is not as the contract says.")


def fault(pointer: str, code: str) -> dict[str, str]:
    """One fault, in the reader's language."""
    return {"pointer": pointer, "code": code, "detail": str(DETAILS.get(code, OTHERWISE))}


def of(error: ValidationError) -> list[dict[str, str]]:
    """The faults that the reader of the contract found; what a program made up as a name is no more repeated than a value."""
    found = error.errors(include_input=False, include_url=False, include_context=False)
    return [fault(_pointer(one["loc"][:-1] if one["type"] == "extra_forbidden" else one["loc"]), one["type"]) for one in found]


def _pointer(place: tuple[int | str, ...]) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)


def code_of(error: DomainError) -> str:
    """What programs decide by: the name of the refusal, such as bad_cursor."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(error).__name__).lower()

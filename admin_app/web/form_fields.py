"""What our forms share: cleaned one-line texts and codes."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Length, Optional, Regexp


def one_line(value: Any) -> str:
    """The text without control characters and with single blanks; '' for none."""
    text = "".join(character if character.isprintable() else " " for character in str(value or ""))
    return " ".join(text.split())


def line(label: Any, limit: int, *, is_required: bool = True, description: Any = "", **extra: Any) -> StringField:
    """A text of one line with at most `limit` characters."""
    checks = [Length(max=limit), *([DataRequired()] if is_required else [])]
    return StringField(label, validators=checks, filters=[one_line], description=description, render_kw={"maxlength": limit}, **extra)


def code(label: Any, limit: int, *, pattern: str = r"^[A-Za-z0-9][A-Za-z0-9_-]*$", description: Any = "") -> StringField:
    """A short name of Latin letters, digits, - and _, by which records and addresses name the row."""
    checks = [DataRequired(), Length(max=limit), Regexp(pattern, message=_l("Letters, digits, - and _ only."))]
    return StringField(label, validators=checks, filters=[one_line], description=description, render_kw={"maxlength": limit})


def digits(label: Any, length: int, *, is_required: bool = True, description: Any = "") -> StringField:
    """Exactly `length` digits, or nothing where it is not required."""
    checks = [DataRequired() if is_required else Optional(), Regexp(rf"^[0-9]{{{length}}}$", message=_l("Digits only, in full."))]
    extra = {"maxlength": length, "inputmode": "numeric"}
    return StringField(label, validators=checks, filters=[one_line], description=description, render_kw=extra)

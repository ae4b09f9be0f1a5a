"""What our forms share: fields whose text is read by foundation.typed_text, and codes."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, SelectChoice, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Regexp, StopValidation

from admin_app.foundation.errors import DomainError
from admin_app.foundation.typed_text import emails, numbers, texts

Reader = Callable[[str], Any]


class Read:
    """A validator: the value of the field becomes what `reader` makes of it; a refusal is shown there and keeps what was typed."""

    def __init__(self, reader: Reader, *, is_required: bool = False, is_optional: bool = False) -> None:
        self.reader = reader
        self.field_flags = {"required": True} if is_required else {"optional": True} if is_optional else {}

    def __call__(self, _form: Form, field: Field) -> None:
        try:
            field.data = self.reader(field.data or "")
        except DomainError as refused:
            raise StopValidation(str(refused.message)) from None


def or_nothing(_form: Form, field: Field) -> None:
    """A validator, after what reads the field: whatever comes later is asked of a field only in which something stands."""
    if not field.data:
        raise StopValidation


def offered(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """The choices of a field: (code, how it reads) of each."""
    return [SelectChoice(str(code), label) for code, label in pairs]


FOR_ID_NUMBER, FOR_PHONE = {"data-holds": "id-number"}, {"data-holds": "phone"}
"""Marks the fields that are there for such a number; every other text that is kept refuses it."""


FOR_ADDRESS = {"data-address": "", "autocomplete": "off"}
"""Marks the fields of addresses: ui.field() draws the help beside them, by which the district is chosen (web/address_view.py)."""
ADDRESS_ROOM = 2000
"""Characters that an address field takes, so that a pasted block is cut nowhere; how long an address may be, texts.address() says."""
NUMBER_ROOM = 80
"""Characters that the field of a number takes: blanks and invisible characters that come with a pasted one are not cut off."""


def number(label: Any, kind: str, *, says: dict[str, str] | None = None, **extra: Any) -> StringField:
    """A number that operations read by foundation.typed_text.numbers, however it was pasted; `kind` is the word by which pages know it."""
    drawn = {"data-number": kind, "maxlength": NUMBER_ROOM, "autocomplete": "off", "spellcheck": "false"}
    return StringField(label, render_kw=drawn | (says or {}), **extra)


def id_number(label: Any) -> StringField:
    """An ID number, read by the rules of the residents."""
    return number(label, "id-number", says=FOR_ID_NUMBER)


def phone(label: Any) -> StringField:
    """A phone number, read by numbers.phone()."""
    return number(label, "phone", says=FOR_PHONE | {"inputmode": "tel"})


def email() -> StringField:
    """The e-mail address of a resident, read by emails.email(); left empty, what is known stays."""
    drawn = {"inputmode": "email", "autocomplete": "off", "spellcheck": "false", "maxlength": emails.LENGTH}
    said = _l("Only where the resident wishes to be written to there.")
    return StringField(_l("E-mail"), description=said, validators=[Read(emails.email, is_optional=True)], render_kw=drawn)


def serial(label: Any) -> StringField:
    """The serial of a card, read by numbers.serial()."""
    return number(label, "serial")


def phone_line(label: Any, limit: int) -> StringField:
    """A phone of the office in words, such as with an extension, or nothing: it is no secret."""
    checks = [Read(partial(texts.line, has_phone=True), is_optional=True), Length(max=limit)]
    return StringField(label, validators=checks, render_kw={"maxlength": limit} | FOR_PHONE)


def line(label: Any, limit: int, *, is_required: bool = True, description: Any = "", **extra: Any) -> StringField:
    """A text of one line with at most `limit` characters."""
    checks = [Read(texts.line), Length(max=limit), *([DataRequired()] if is_required else [])]
    return StringField(label, validators=checks, description=description, render_kw={"maxlength": limit}, **extra)


def optional_line(label: Any, limit: int) -> StringField:
    """A text of one line that may be left out, as the form says."""
    checks = [Read(texts.line, is_optional=True), Length(max=limit)]
    return StringField(label, validators=checks, render_kw={"maxlength": limit})


class InOneLanguage:
    """A validator: the text stands in this field, or in the one called `other`; a text in both is welcome."""

    def __init__(self, other: str) -> None:
        self.other = other

    def __call__(self, form: Form, field: Field) -> None:
        if not field.data and not (form[self.other].data or "").strip():
            raise StopValidation(_l("Needed in one language: here, or in the field of the other one."))


def line_in_one_language(label: Any, limit: int, other: str, *, description: Any = "", is_address: bool = False) -> StringField:
    """A text of one line that is needed here or in the field `other`, the same in the other language; `is_address`: one in Chinese."""
    checks = [Read(texts.line), Length(max=limit), InOneLanguage(other)]
    return StringField(
        label, validators=checks, description=description, render_kw={"maxlength": limit} | (FOR_ADDRESS if is_address else {})
    )


def name(label: Any, limit: int, *, is_required: bool = True, description: Any = "") -> StringField:
    """A person's name; where it `is_required` only sometimes, the room's rules ask for it."""
    checks = [Read(partial(texts.name, most=limit), is_required=True)] if is_required else []
    return StringField(label, validators=checks, description=description, render_kw={"maxlength": limit})


def reason(label: Any = None, *, description: Any = "") -> StringField:
    """Why somebody does this, in words; the one rule of texts.reason()."""
    checks = [Read(texts.reason, is_required=True)]
    return StringField(label or _l("Reason"), validators=checks, description=description, render_kw={"maxlength": texts.REASON_LONGEST})


def address(label: Any, *, description: Any = "", is_required: bool = True) -> TextAreaField:
    """The rows of an address, with help beside it; where it `is_required` only sometimes, the room's rules read it and ask for it."""
    checks = [Read(texts.address), DataRequired()] if is_required else []
    return TextAreaField(label, validators=checks, description=description, render_kw=FOR_ADDRESS | {"maxlength": ADDRESS_ROOM})


def postcode(label: Any, *, is_optional: bool = False) -> StringField:
    """Six digits or nothing; `is_optional`: the form says that it may be left out (else that depends on what stands beside it)."""
    return number(label, "postcode", says={"inputmode": "numeric"}, validators=[Read(numbers.postcode, is_optional=is_optional)])


def latin_line(text: str) -> str:
    """One line of Latin letters, digits and signs, small or large; TextRefused names what is none."""
    kept = texts.line(text)
    numbers.latin(kept)
    return kept


def code(
    label: Any, limit: int, *, pattern: str = r"^[A-Za-z0-9][A-Za-z0-9_-]*$", description: Any = "", is_required: bool = True
) -> StringField:
    """A short name of Latin letters, digits, - and _, by which records and addresses name the row."""
    checks = [
        Read(latin_line, is_optional=not is_required),
        DataRequired() if is_required else or_nothing,
        Length(max=limit),
        Regexp(pattern, message=_l("Letters, digits, - and _ only.")),
    ]
    return StringField(label, validators=checks, description=description, render_kw={"maxlength": limit})


def digits(label: Any, length: int, *, is_required: bool = True, description: Any = "") -> StringField:
    """Exactly `length` digits, or nothing where it is not required."""
    start = [DataRequired(), Read(numbers.latin)] if is_required else [Read(numbers.latin, is_optional=True), or_nothing]
    checks = [*start, Regexp(rf"^[0-9]{{{length}}}$", message=_l("Digits only, in full."))]
    return number(label, "digits", says={"inputmode": "numeric"}, validators=checks, description=description)

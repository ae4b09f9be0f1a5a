"""Numbers that people type, paste or scan: ID numbers, phones, postcodes, serials, tracking numbers, references, keys of forms, days."""

import re
from datetime import date
from typing import Any, NoReturn

from flask_babel import lazy_gettext as _l

from admin_app.foundation.errors import Conflict
from admin_app.foundation.typed_text import characters, texts
from admin_app.foundation.typed_text.personal_numbers import DASHES
from reports.text import folding

SERIAL_LENGTH = 20
AROUND = re.compile("^['\u2018\u2019\u201b\u02bc\u02b9`\u0301]+|^\\][A-Za-z][0-9A-Za-z]")
"""What a spreadsheet or a scanner puts before a number: an apostrophe; the symbology identifier ]C0, ]C1, … (ISO/IEC 15424)."""
REFERENCES = (
    re.compile("(BK|GS)([0-9]{2})([0-9]{7})"),
    re.compile("(JJ|ZK)([0-9]{2})([0-9]{4})([0-9]{2,4})"),
    re.compile("(PX[0-9]{12})([1-9][0-9]{0,2})?"),
    re.compile("(S[0-9]{2})([0-9]{5,6})"),
)
"""What the office calls its records by: cases and loss reports (BK-26-0000123), batches (JJ-26-1122-01, ZK-…), parcels, labels (PX…-2),
sheets of labels (S26-00017)."""
DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
FORM_KEY = re.compile(r"[0-9a-f]{32}")


class FormKeyRefused(Conflict):
    """The key of the form is none that we gave out, or belongs to somebody else."""

    def __init__(self) -> None:
        super().__init__(_l("This form cannot be used. Please open it again."))


def plain(text: Any) -> str:
    """The stored form of a number with hyphens in it (reference, label code): plain Latin capitals and digits, '-' for every dash.

    Gone are blanks, invisible characters, an apostrophe or a scanner's identifier in front. What else was typed is still there.
    """
    visible = folding.without_invisible(str(text or ""))
    solid = characters.BLANKS.sub("", characters.BREAKS.sub("", visible))
    latin = characters.BLANKS.sub("", characters.compatible(solid))  # NFKC makes a blank of some accents
    return re.sub("[a-z]+", lambda found: found[0].upper(), AROUND.sub("", DASHES.sub("-", latin)))


def compact(text: Any) -> str:
    """The stored form of a number without hyphens (ID number, serial, tracking number)."""
    return plain(text).replace("-", "")


def reference(text: Any) -> str:
    """The reference of a record in its stored form, wherever its hyphens were; any other text stays as it is: it may be a name."""
    number = compact(text)
    found = next((found for shape in REFERENCES if (found := shape.fullmatch(number))), None)
    return "-".join(filter(None, found.groups())) if found else str(text or "")


def latin(text: Any, *, field: str = "") -> str:
    """The same as compact(); TextRefused names the characters by which it is no number of ours."""
    number = compact(text)
    texts.refuse(list(dict.fromkeys(char for char in number if not " " < char < "\x7f")), field)
    return number


def serial(text: Any, *, field: str = "serial") -> str:
    """The serial of a card, '' for none: letters and digits. TextRefused names what is neither; an ID number is no serial."""
    number = latin(text, field=field)
    if not re.fullmatch(r"[0-9A-Z]*", number) or len(number) > SERIAL_LENGTH:
        sentence = _l("A card serial has letters and digits only, %(most)s at most.", most=SERIAL_LENGTH)
        raise texts.TextRefused(sentence, field=field)
    texts.refuse_id_numbers(number, field)
    return number


def postcode(text: Any, *, field: str = "postcode") -> str:
    """Six digits, '' for none."""
    number = latin(text, field=field)
    if number and not re.fullmatch(r"[0-9]{6}", number):
        raise texts.TextRefused(_l("A postcode has six digits."), field=field)
    return number


def phone(text: Any, *, field: str = "phone") -> str:
    """Digits with an optional leading +, '' for none. A mobile number loses its +86."""
    number = re.sub(r"[()./]", "", latin(str(text or "").replace("·", ""), field=field))
    number = re.sub(r"^(\+|00)86(?=1\d{10}$)", "", number)
    if number and not re.fullmatch(r"\+?[0-9]{5,15}", number):
        raise texts.TextRefused(_l("This is not a phone number: 5 to 15 digits, spaces and hyphens are fine."), field=field)
    return number


def form_key(text: Any) -> str | None:
    """The random key of a form, by which its second sending finds what the first one made; None if it carries none."""
    if not text:
        return None
    if not FORM_KEY.fullmatch(str(text)):
        raise FormKeyRefused
    return str(text)


def day(text: Any, *, field: str = "") -> date | None:
    """The day written 2026-11-22, None for nothing; TextRefused for anything else, days that no calendar has included."""
    typed = plain(text)
    if not typed:
        return None
    found = DAY.fullmatch(typed)
    try:
        return date(*map(int, found.groups())) if found else _no_day(field)
    except ValueError:
        return _no_day(field)


def _no_day(field: str) -> NoReturn:
    raise texts.TextRefused(_l("Write dates as 2026-11-22."), field=field)

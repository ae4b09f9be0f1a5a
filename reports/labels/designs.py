"""Label designs: what stands on a label, in which order and size. Each is a file of `design_files/`; words with placeholders, no code."""

import hashlib
import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from reports.labels.rows import Kind, LabelStock
from reports.labels.styles import LabelStyle

FOLDER = Path(__file__).parent / "design_files"


PLAIN = {Kind.SHEET: "postal", Kind.PRINTED_ENVELOPE: "envelope", Kind.BLANK_ENVELOPE: "envelope"}
"""What is taken for a kind of stock where nobody says anything else."""
_FIRST = tuple(dict.fromkeys(PLAIN.values()))


class Variant(StrEnum):
    """In which languages the words around name and address stand."""

    ZH = "zh"
    LATIN = "en"
    BOTH = "both"
    """Chinese and Latin: the name in both writings where the Latin one is known, too."""


class Placeholder(StrEnum):
    """What a design may ask for, and nothing else."""

    NUMBER = "number"
    """What the symbol says."""
    RECIPIENT = "recipient"
    RECIPIENT_LATIN = "recipient_latin"
    POSTCODE = "postcode"
    ADDRESS = "address"
    """Line by line, as it was written."""
    PHONE = "phone"
    """As much of it as is printed."""
    SERVICE = "service"
    SENDER = "sender"
    SENDER_LATIN = "sender_latin"
    OFFICE_PHONE = "office_phone"
    """Of the centre that sends."""
    INITIAL = "initial"
    """The letter by which bags are filed."""
    SINCE = "since"
    """The day since which a card lies ready."""
    BOX = "box"
    """Which box of how many, like 2/3."""
    COUNT = "count"
    RANGE = "range"
    """The first and the last parcel in it, by their place in the batch."""
    WEIGHT = "weight"
    """With its unit."""


class Purpose(StrEnum):
    """What a label is for."""

    POST = "post"
    """On what the post carries to a resident."""
    RETURN = "return"
    """In it, for the way back."""
    COUNTER = "counter"
    """On what waits at a counter."""
    BOX = "box"
    """On many of them together."""


class Phone(StrEnum):
    """How much of a recipient's phone a design shows."""

    FULL = "full"
    MASKED = "masked"
    NONE = "none"


class Size(StrEnum):
    """A type size of the style."""

    ADDRESS = "address"
    RECIPIENT = "recipient"
    POSTCODE = "postcode"
    NUMBER = "number"
    SENDER = "sender"


class Join(StrEnum):
    """How a second part stands to the first; where there is no room for that, it stands below."""

    BELOW = "below"
    BESIDE = "beside"
    SPREAD = "spread"
    """At the right edge."""


def _in_each_variant(words: Any) -> Any:
    return dict.fromkeys(Variant, words) if isinstance(words, str) else words


def _known(words: dict[Variant, str]) -> dict[Variant, str]:
    for one in words.values():
        for _literal, name, spec, conversion in Formatter().parse(one):
            if name is not None and (name not in set(Placeholder) or spec or conversion):
                raise ValueError(f"no such placeholder: {{{name}}}")
    return words


Words = Annotated[dict[Variant, str], BeforeValidator(_in_each_variant)]
"""Words with placeholders for each variant, or once for all; a variant that is left out has none."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(_Part):
    """Words in one size."""

    size: Size
    words: Words
    bold: bool = False
    whole: bool = False
    """Set smaller rather than torn, down to three quarters of its size."""


class HeadLine(_Part):
    """One line above the symbol, or more of them where its words have more."""

    parts: Annotated[tuple[Part, ...], Field(min_length=1, max_length=2)]
    join: Join = Join.BELOW
    air: bool = False
    """Set off from what stands above it."""


class Design(_Part):
    """One kind of label."""

    code: Annotated[str, Field(pattern=r"^[a-z_]{1,20}$")]
    version: str = ""
    """The beginning of the SHA-256 of its file, never a word in it: whatever is changed in it makes another version."""
    purpose: Purpose
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)]
    """The kinds of stock that it can be printed on."""
    name_en: str
    name_zh: str
    phone: Phone = Phone.NONE
    head: Annotated[tuple[HeadLine, ...], Field(min_length=1)]
    """From the top edge down."""
    foot: Words
    """Beside or below the number under the symbol."""
    measures: Annotated[tuple[LabelStyle, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_whole(self) -> "Design":
        for words in (self.foot, *(part.words for line in self.head for part in line.parts)):
            _known(words)
        heights = [one.from_height_mm for one in self.measures]
        if heights[0] or sorted(set(heights)) != heights:
            raise ValueError("measures begin at 0 mm and grow")
        return self

    def style(self, stock: LabelStock) -> LabelStyle:
        """Return the type sizes for labels of `stock`."""
        return next(one for one in reversed(self.measures) if stock.cell_height_mm >= one.from_height_mm)


@cache
def designs() -> dict[str, Design]:
    """Return every design by its code, by purpose, the plain one first; ValueError names the file that is none."""
    found = [_read(path) for path in sorted(FOLDER.glob("*.toml"))]
    found.sort(key=lambda one: (list(Purpose).index(one.purpose), _FIRST.index(one.code) if one.code in _FIRST else len(_FIRST)))
    return {one.code: one for one in found}


def _read(path: Path) -> Design:
    said = path.read_text(encoding="utf-8")
    try:
        design = Design.model_validate(tomllib.loads(said) | {"version": hashlib.sha256(said.encode("utf-8")).hexdigest()[:12]})
    except ValueError as wrong:
        raise ValueError(f"label design {path.name}: {wrong}") from wrong
    if design.code != path.stem:
        raise ValueError(f"label design {path.name} calls itself {design.code}")
    return design


def design_for(code: str, stock: LabelStock) -> Design:
    """Return the design with `code`, or the plain one for the kind of `stock`; ValueError where it is not made for that kind."""
    design = designs()[code or PLAIN[stock.kind]]
    if stock.kind not in design.kinds:
        raise ValueError(f"label design {design.code} is not made for {stock.kind}")
    return design

"""The words of a design with what one label says in their places."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter

from reports.labels.designs import Design, HeadLine, Join, Placeholder, Size, Variant
from reports.labels.rows import LabelRow


@dataclass(frozen=True)
class FilledPart:
    """Words in one size, not empty; each line of them begins anew."""

    lines: tuple[str, ...]
    size: Size
    is_bold: bool
    stays_whole: bool


@dataclass(frozen=True)
class FilledLine:
    """What stands on one line if there is room."""

    parts: tuple[FilledPart, ...]
    join: Join
    has_air: bool


@dataclass(frozen=True)
class Filled:
    """All words of one label."""

    head: tuple[FilledLine, ...]
    number: str
    foot: str

    @property
    def untorn(self) -> int:
        """Return how many lines stand above the symbol if none is torn."""
        return sum(max(len(part.lines) for part in line.parts) for line in self.head)


def values_of(row: LabelRow) -> dict[str, str]:
    """Return what `row` gives for each placeholder."""
    return dict.fromkeys(map(str, Placeholder), "") | {
        Placeholder.NUMBER: row.parcel_number, Placeholder.RECIPIENT: row.recipient, Placeholder.RECIPIENT_LATIN: row.recipient_latin,
        Placeholder.POSTCODE: row.postcode, Placeholder.ADDRESS: "\n".join(row.address_lines), Placeholder.PHONE: row.phone_masked,
        Placeholder.SERVICE: row.service, Placeholder.SENDER: row.sender, Placeholder.SENDER_LATIN: row.sender_latin,
        **row.more,
    }  # fmt: skip


def filled(design: Design, row: LabelRow, *, language: str) -> Filled:
    """Return the words of the cleaned `row` as `design` says them, in the row's variant, or that of `language` (en or zh)."""
    variant, values = Variant(row.variant or language), values_of(row)
    lines = (_line(line, variant, values) for line in design.head)
    foot = _said(design.foot.get(variant, ""), values)
    return Filled(tuple(line for line in lines if line.parts), row.parcel_number, foot)


def _line(line: HeadLine, variant: Variant, values: Mapping[str, str]) -> FilledLine:
    said = ((part, _said(part.words.get(variant, ""), values)) for part in line.parts)
    parts = tuple(FilledPart(tuple(words.split("\n")), part.size, part.bold, part.whole) for part, words in said if words)
    return FilledLine(parts, line.join, line.air)


def _said(words: str, values: Mapping[str, str]) -> str:
    """The words; '' where none of their placeholders has anything: what stands around them would say nothing."""
    names = list(_names(words))
    if names and not any(values[name] for name in names):
        return ""
    return words.format_map(values)


def _names(words: str) -> Iterator[str]:
    return (name for _literal, name, _spec, _conversion in Formatter().parse(words) if name)

"""Where the tracking numbers of a batch come from: its rows, pairs of label and number, a range of the post; never the order of lines.

Six numbers pasted beside four parcels, or a blank line in a column, would give the fifth resident the letter of the fourth.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from flask_babel import gettext as _

from admin_app.foundation import settings
from admin_app.foundation.errors import DomainError
from admin_app.foundation.typed_text import numbers, texts
from admin_app.mailing import rules
from admin_app.mailing.models import Label, Parcel
from admin_app.mailing.operations import number_files, posting
from admin_app.mailing.rules import running

MOST_SAID = 12
"""Lines of a pasted text of which each gets its sentence; of the others it is said how many there are."""


class NumbersRefused(DomainError):
    """Pairs or a range that cannot be taken as they are; details: field, problems = sentences. Nothing was given to any parcel."""


class Entered(NamedTuple):
    """Tracking numbers as somebody entered them."""

    rows: Mapping[str, str]
    """Public id of each parcel -> what stands in its row."""
    pairs: str = ""
    """Lines of label and number: scanned, or copied out of the carrier's file."""
    first: str = ""
    """The first number of a range."""
    many: str = ""
    """How many numbers the range has."""
    table: Sequence[number_files.FileRow] = ()
    """The lines of the carrier's file."""


def resolved(entered: Entered, parcels: Sequence[Parcel], labels: Mapping[int, Label]) -> dict[str, str]:
    """Public id of each parcel -> its number, '' for none yet: rows, then pairs and file by their label, then the range in label order.

    `labels`: parcel id -> its valid label. Raises NumbersRefused with everything that is wrong with pairs, file or range.
    """
    found = posting.tidy(parcels, entered.rows)
    found |= _of_pairs(entered.pairs, parcels, labels, found)
    found |= _of_file(entered, parcels, labels, found)
    return found | _of_range(entered, [one.public_id for one in parcels if not found[one.public_id]])


def _of_range(entered: Entered, without: Sequence[str]) -> dict[str, str]:
    first, count = numbers.latin(entered.first, field="first"), numbers.latin(entered.many, field="count")
    if not first:
        return {}
    fault = rules.tracking_fault(first, domestic=settings.current().tracking_pattern)
    if fault is not None:
        raise NumbersRefused(rules.FAULT_TEXTS[fault], field="first")
    if not re.fullmatch("[0-9]{1,4}", count) or int(count) != len(without):
        sentence = _("Parcels without a number: %(need)s. The range must have as many.", need=len(without))
        raise NumbersRefused(sentence, field="count")
    try:
        return dict(zip(without, running.running_numbers(first, len(without)), strict=True))
    except ValueError:
        raise NumbersRefused(_("The range runs over the last number that has this form."), field="first") from None


@dataclass
class _Reading:
    """Pairs while they are read."""

    parcels: Mapping[str, Parcel]
    """Label code -> parcel."""
    void: frozenset[str]
    domestic: str
    found: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    waits: tuple[int, str] | None = None
    """Line and code of a label whose number comes next."""

    def say(self, line: int, sentence: str) -> None:
        """Note what is wrong with a line."""
        self.problems.append(_("Line %(line)s: %(sentence)s", line=line, sentence=sentence))

    def is_number(self, text: str) -> bool:
        """Whether the text can be a number of the post."""
        return rules.tracking_fault(text, domestic=self.domestic) is None

    def pair(self, line: int, code: str, number: str) -> None:
        """Take a pair, or say why not."""
        parcel = self.parcels.get(code)
        if code in self.void:
            self.say(line, _("label %(code)s is void; destroy it", code=code))
        elif parcel is None:
            self.say(line, _("label %(code)s is not of this batch", code=code))
        elif parcel.public_id in self.found:
            self.say(line, _("label %(code)s stands there twice", code=code))
        elif number in self.found.values():
            self.say(line, _("number %(number)s stands there twice", number=number))
        else:
            self.found[parcel.public_id] = number


def _reading_of(parcels: Sequence[Parcel], labels: Mapping[int, Label]) -> _Reading:
    by_code = {(labels[one.id].code if one.id in labels else one.number): one for one in parcels}
    void = frozenset(one.number for one in parcels) - by_code.keys()
    return _Reading(by_code, void, settings.current().tracking_pattern)


def _of_file(entered: Entered, parcels: Sequence[Parcel], labels: Mapping[int, Label], rows: Mapping[str, str]) -> dict[str, str]:
    if not entered.table:
        return {}
    reading, named = _reading_of(parcels, labels), {_code(row.label) for row in entered.table}
    for row in entered.table:
        _read_row(reading, row)
    for code, parcel in reading.parcels.items():
        if code not in named and not rows[parcel.public_id] and not entered.first:
            reading.problems.append(_("The file has no number for label %(code)s.", code=code))
    return _taken(reading, parcels, rows, field=number_files.FIELD)


def _read_row(reading: _Reading, row: number_files.FileRow) -> None:
    """Take the pair of one line of the file; no line is ever completed by the next one."""
    code = _code(row.label)
    fault = rules.tracking_fault(row.number, domestic=reading.domestic)
    if not row.label and not row.number:
        reading.say(row.line, _("this line is empty; take it out of the file"))
    elif not row.label:
        reading.say(row.line, _("a number without its label"))
    elif not code:
        reading.say(row.line, _("what stands there as a label is none of ours"))
    elif fault is not None:
        reading.say(row.line, f"{code}: {rules.FAULT_TEXTS[fault]}")
    else:
        reading.pair(row.line, code, row.number)


def _of_pairs(text: str, parcels: Sequence[Parcel], labels: Mapping[int, Label], rows: Mapping[str, str]) -> dict[str, str]:
    reading = _reading_of(parcels, labels)
    for line, words in _lines(text):
        _read(reading, line, words)
    if reading.waits is not None:
        reading.say(reading.waits[0], _("a label without a number behind it"))
    return _taken(reading, parcels, rows, field="pairs")


def _taken(reading: _Reading, parcels: Sequence[Parcel], rows: Mapping[str, str], *, field: str) -> dict[str, str]:
    """What was read, or NumbersRefused with all that is wrong: of a text or a file that is not right nothing is taken."""
    for public_id, number in reading.found.items():
        if rows[public_id] and rows[public_id] != number:
            owner = next(one.number for one in parcels if one.public_id == public_id)
            reading.problems.append(_("Parcel %(number)s has another number in its row already.", number=owner))
    if reading.problems:
        said = reading.problems[:MOST_SAID]
        if len(reading.problems) > MOST_SAID:
            said.append(_("And %(more)s more.", more=len(reading.problems) - MOST_SAID))
        sentence = (
            _("Nothing was taken of the file: a number goes to the parcel whose label stands in its row, never by its place.")
            if field == number_files.FIELD
            else _("Nothing was taken of the pairs: a number goes to the parcel whose label stands beside it, never by its place.")
        )
        raise NumbersRefused(sentence, field=field, problems=said)
    return reading.found


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Number of each line in which something stands, and its words; a first line without any digit is a heading."""
    is_first = True
    for line, raw in enumerate(texts.folded(text).split("\n"), 1):
        words = [word for word in (numbers.compact(part) for part in re.split(r"[\s,;，；\"]+", raw)) if word]
        if words and not (is_first and not re.search("[0-9]", raw)):
            yield line, words
        is_first = is_first and not words


def _read(reading: _Reading, line: int, words: list[str]) -> None:
    codes = [code for code in (_code(word) for word in words) if code]
    given = [word for word in words if not _code(word) and reading.is_number(word)]
    if len(codes) > 1 or len(given) > 1 or not (codes or given):
        return reading.say(line, _("one label of ours and one number of the post belong into a line"))
    if codes and reading.waits is not None:
        reading.say(reading.waits[0], _("a label without a number behind it"))
        reading.waits = None
    if codes and given:
        return reading.pair(line, codes[0], given[0])
    if codes and len(words) == 1:
        reading.waits = (line, codes[0])
        return None
    if codes:
        return reading.say(line, _("the number beside label %(code)s is none of the post", code=codes[0]))
    if reading.waits is None:
        return reading.say(line, _("a number without a label before it"))
    reading.pair(line, reading.waits[1], given[0])
    reading.waits = None
    return None


def _code(word: str) -> str:
    """The label code in a word that was read without its hyphens, '' if it is none."""
    if not rules.OWN_LABEL.fullmatch(word):
        return ""
    number, copy = word[:14], word[14:].lstrip("-")
    return f"{number}-{copy}" if copy else number


def problems_of(refused: DomainError | None, name: str) -> list[Any]:
    """The sentences for the field `name` of what was refused."""
    if refused is None or refused.details.get("field") != name:
        return []
    return [refused.message, *refused.details.get("problems", ())]

"""The carrier's file with the tracking numbers of a batch: which of its columns hold label and number, and its rows line by line."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flask_babel import gettext as _

from admin_app.foundation import settings
from admin_app.foundation.errors import DomainError
from admin_app.foundation.table_files import Table, read_table
from admin_app.foundation.typed_text import numbers
from admin_app.mailing import rules
from admin_app.mailing.rules.carrier import COLUMNS

FIELD = "numbers_file"
LABEL_HEADS = (
    "label", "label code", "parcel", "parcel number", "reference",
    "面单", "面单号", "面单编号", "邮件编号", "内部编号", "客户单号", "客户订单号",
)  # fmt: skip
"""What the column with our labels is called in files of carriers, small letters."""


class FileRow(NamedTuple):
    """One line of the file: what stands where label and number belong; both '' for an empty line."""

    line: int
    """From 1, headings included, as a person counts them in the file."""
    label: str
    number: str


class NumbersFileRefused(DomainError):
    """The file is no table of labels and numbers; details: field. Nothing was taken of it."""


def rows_of(data: bytes) -> tuple[FileRow, ...]:
    """The lines of a CSV file or an XLSX workbook between the first and the last filled one; NumbersFileRefused says what is missing."""
    try:
        table = read_table(data, most_rows=rules.MAX_PARCELS)
    except DomainError as refused:
        raise NumbersFileRefused(refused.message, field=FIELD) from None
    label, number = _columns(table)
    lines = dict(zip(table.lines, table.rows, strict=True))
    if _is_label(table.headings[label]):
        lines = {table.first_line: table.headings} | lines
    if not lines:
        raise NumbersFileRefused(_("The file has headings and no row."), field=FIELD)
    return tuple(_row(line, lines.get(line), label, number) for line in range(min(lines), max(lines) + 1))


def _row(line: int, cells: Sequence[str] | None, label: int, number: int) -> FileRow:
    return FileRow(line, numbers.compact(cells[label]), numbers.compact(cells[number])) if cells else FileRow(line, "", "")


def _columns(table: Table) -> tuple[int, int]:
    """Where label and number stand: by the heading, else where cells of only one column have that form."""
    label = list(_headed(table, LABEL_HEADS)) or list(_with(table, _is_label))
    number = list(_headed(table, COLUMNS["number"])) or list(_with(table, _is_number))
    if len(label) != 1 or len(number) != 1 or label == number:
        sentence = _("One column has to hold our labels (“label”, 面单号) and one the numbers of the post (“tracking number”, 邮件号).")
        raise NumbersFileRefused(sentence, field=FIELD)
    return label[0], number[0]


def _headed(table: Table, heads: Sequence[str]) -> Iterator[int]:
    return (place for place, head in enumerate(table.headings) if head.strip().lower() in heads)


def _with(table: Table, is_one: object) -> Iterator[int]:
    for place in range(len(table.headings)):
        if any(is_one(row[place]) for row in (table.headings, *table.rows)):  # type: ignore[operator]
            yield place


def _is_label(cell: str) -> bool:
    return bool(rules.OWN_LABEL.fullmatch(numbers.compact(cell)))


def _is_number(cell: str) -> bool:
    return rules.tracking_fault(numbers.compact(cell), domestic=settings.current().tracking_pattern) is None

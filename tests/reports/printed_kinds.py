"""Every kind of paper and table that reports make, asked of the code; each filled with one text in every field that somebody may type."""

import importlib
import inspect
import io
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any, get_type_hints

import pikepdf

import reports
from reports.charts import paper
from reports.documents.monthly_summary import monthly_summary
from reports.documents.posting_list import posting_list, table_of
from reports.documents.rows import MonthlySummaryRow, PostingLine, PostingListRow, Tile
from reports.labels.designs import Placeholder, Variant, designs
from reports.labels.numbers import with_numbers
from reports.labels.printers import Printer
from reports.labels.rows import Kind, LabelRow, LabelStock
from reports.labels.sheets import places, render_label_sheets
from reports.labels.test_page import PAPERS, test_page
from reports.labels.voided import VoidLabel, with_void_cells
from reports.letters.collection_slip import collection_slip, collection_slips
from reports.letters.notices import notice_letters
from reports.letters.packing_note import packing_note
from reports.letters.person_copy import person_copy
from reports.letters.receipts import application_receipt, application_receipts, loss_report_receipt
from reports.letters.rows import CentreLines, CopySection, NoticeRow, PackingNoteRow, PersonCopyRow
from reports.tables.csv_file import to_csv
from reports.tables.production import Package, ProductionRow, package
from reports.tables.rows import BacklogRow, DayCount, ReasonCount, StageTime
from reports.tables.xlsx_file import to_xlsx
from tests.reports.letter_rows import APPLICATION, LOSS, NOON, SLIP
from tests.reports.stocks import L7163

WORD = "WORT"
MADE_BY_THE_DESK = {
    "LabelRow.parcel_number": "a number of the desk, written as bars",
    "LabelRow.sender_postcode": "digits of a centre, read as such",
    "LabelRow.design": "the name of a file of the desk",
    "LabelRow.variant": "one of three words",
    "NoticeRow.language": "one of two languages",
    "ProductionRow.key": "a key of the desk, also the name of a file",
    "ProductionRow.id_number": "digits, read as such",
    "PackingNoteRow.package_sha256": "a hash",
    "PackingNoteRow.manifest_sha256": "a hash",
    "PackingNoteRow.certificate": "a fingerprint",
    "ReasonCount.kind": "a word of the desk, not printed",
    "ReasonCount.code": "a word of the desk, not printed",
}
"""Texts of rows that nobody types, and why; every other text of every row is filled."""
NOT_A_KIND = {
    "printed": "lays out the HTML of a receipt that others filled",
    "subset": "a font",
}
"""Functions that give bytes and are no paper and no table."""
FURTHER = [Placeholder.OFFICE_PHONE, Placeholder.INITIAL, Placeholder.SINCE, Placeholder.BOX, Placeholder.COUNT, Placeholder.RANGE,
           Placeholder.WEIGHT]  # fmt: skip
"""What a design may ask for besides the fields of a row."""
ENVELOPE = LabelStock("DL", 220, 110, 1, 1, 0, 0, 220, 110, kind=Kind.BLANK_ENVELOPE)
LARGE = LabelStock("A5", 148, 210, 1, 1, 0, 0, 148, 210)
"""For long texts: a counter bag sets its letter in 60 points, and fifty characters in place of it need more than 100 × 150 mm."""
ROOMS = ("letters", "labels", "documents", "tables", "charts")

LABEL = LabelRow(
    "PX2026112200001", WORD, "310012", (WORD, "文三路1号"), "*******0433", WORD, "", WORD, WORD, WORD, variant=Variant.BOTH,
    more=dict.fromkeys(map(str, FURTHER), WORD),
)  # fmt: skip
NOTICE = NoticeRow("BK-1", WORD, ("310012", WORD, WORD), "", WORD, (WORD, (WORD, WORD)), CentreLines(WORD, WORD, WORD, WORD))
COPY = PersonCopyRow(
    WORD, WORD, WORD, NOON, WORD,
    (
        CopySection(WORD, WORD, (WORD,), WORD, records=(((WORD, WORD), (WORD, WORD)),)),
        CopySection(WORD, WORD, (), headers=(WORD, WORD), rows=((WORD, WORD),)),
    ),
)  # fmt: skip
PACKING = PackingNoteRow("ZK-1", WORD, 2, WORD, 9, "a" * 64, "b" * 64, "AB:" * 31 + "AB", NOON, WORD)
POSTING = PostingListRow("JJ-1", date(2026, 11, 30), NOON, WORD, WORD, 420, (PostingLine(WORD, WORD, WORD, WORD),) * 2)
CARD = ProductionRow("K000000001", WORD, WORD, "11010519491231002X")
QUEUES, DAYS = (BacklogRow(WORD, 8, 4, 2, 1),), (DayCount(date(2026, 10, 1), 3, 2, 1),)
STAGES, REASONS = (StageTime(WORD, 0.3, 0.9, 40),), (ReasonCount(WORD, WORD, 90),)
SIZE = (300.0, 120.0)


def filled(value: Any, text: str) -> Any:
    """The row, or the rows, with `text` in each text that is not MADE_BY_THE_DESK."""
    if is_dataclass(value) and not isinstance(value, type):
        changes = {
            field.name: filled(getattr(value, field.name), text)
            for field in fields(value)
            if f"{type(value).__name__}.{field.name}" not in MADE_BY_THE_DESK
        }
        return replace(value, **changes)
    if isinstance(value, tuple):
        return tuple(filled(one, text) for one in value)
    if isinstance(value, dict):
        return {name: filled(one, text) for name, one in value.items()}
    return text if isinstance(value, str) else value


def labels(text: str) -> bytes:
    """A label of every design that is for sheets, each on a sheet of its own."""
    rows = [replace(filled(LABEL, text), design=code) for code in _for_sheets()]
    return render_label_sheets(rows, stock=LARGE, language="zh")


def _for_sheets() -> list[str]:
    return [code for code, design in designs().items() if Kind.SHEET in design.kinds]


def envelope(text: str) -> bytes:
    """An envelope of every design that is for them; it has fewer places for words."""
    rows = [replace(filled(LABEL, text), design=code) for code, design in designs().items() if ENVELOPE.kind in design.kinds]
    return render_label_sheets(rows, stock=ENVELOPE, language="zh")


def voided(text: str) -> bytes:
    printed = list(places(len(_for_sheets()), LARGE))
    return with_void_cells(labels(WORD), LARGE, printed, {printed[0]: VoidLabel(text, text)}, language="zh")


def month(text: str) -> bytes:
    row = MonthlySummaryRow(date(2026, 10, 1), WORD, NOON, (Tile(WORD, WORD, WORD),), DAYS, QUEUES, STAGES, REASONS, (WORD,))
    return monthly_summary(filled(row, text), "zh")


def posting_table(text: str) -> bytes:
    headings, lines = table_of(filled(POSTING, text), "zh")
    return to_xlsx(headings, lines, name="x")


KINDS: dict[str, Callable[[str], bytes]] = {
    "application_receipt": lambda text: application_receipt(filled(APPLICATION, text), "zh"),
    "application_receipts": lambda text: application_receipts([filled(APPLICATION, text)], "en"),
    "loss_report_receipt": lambda text: loss_report_receipt(filled(LOSS, text), "zh"),
    "collection_slip": lambda text: collection_slip(filled(replace(SLIP, collector=WORD, authority=WORD), text), "zh"),
    "collection_slips": lambda text: collection_slips([filled(SLIP, text)], "en"),
    "notice_letters": lambda text: notice_letters([filled(NOTICE, text)]),
    "packing_note": lambda text: packing_note(filled(PACKING, text), "zh"),
    "person_copy": lambda text: person_copy(filled(COPY, text), "zh"),
    "posting_list": lambda text: posting_list(filled(POSTING, text), "zh"),
    "monthly_summary": month,
    "render_label_sheets": labels,
    "envelopes": envelope,
    "with_void_cells": voided,
    "with_numbers": lambda text: with_numbers(render_label_sheets([LABEL], stock=L7163, language="zh"), L7163, {1: text}, language="zh"),
    "test_page": lambda text: test_page(text, Printer(), PAPERS["a4"], language="zh", is_corrected=False),
    "to_csv": lambda text: to_csv([text], [[text], [f"a{text}"]]),
    "to_xlsx": lambda text: to_xlsx([text], [[text]], name="x"),
    "table_of": posting_table,
    "package": lambda text: package([filled(CARD, text)], {CARD.key: b"photo"}, batch=text, maker=text).content,
    "flow_per_day": lambda _text: paper.flow_per_day(DAYS, language="zh", size=SIZE),
    "backlog_by_age": lambda text: paper.backlog_by_age(filled(QUEUES, text), language="zh", size=SIZE),
    "stage_times": lambda text: paper.stage_times(filled(STAGES, text), language="zh", size=SIZE),
}
"""Name of the function -> what it makes of a text."""


def kinds_in_the_code() -> set[str]:
    """Names of the functions of reports that give a document, a table or a drawing."""
    return {name for name, function in _functions() if name not in NOT_A_KIND and _gives_a_file(function)}


def rows_in_the_code() -> dict[str, type]:
    """Every row from which something is made, by its name."""
    return {name: one for module in _modules() for name, one in vars(module).items() if isinstance(one, type) and is_dataclass(one)}


def _functions() -> Iterator[tuple[str, Any]]:
    for module in _modules():
        for name, one in vars(module).items():
            if inspect.isfunction(one) and one.__module__ == module.__name__ and not name.startswith("_"):
                yield name, one


def _modules() -> Iterator[Any]:
    for room in ROOMS:
        for found in pkgutil.iter_modules([f"{reports.__path__[0]}/{room}"]):
            yield importlib.import_module(f"reports.{room}.{found.name}")


def _gives_a_file(function: Any) -> bool:
    return get_type_hints(function).get("return") in (bytes, Package)


def active_parts(content: bytes) -> list[str]:
    """What in a PDF does something when it is opened or touched, and the files inside."""
    with pikepdf.Pdf.open(io.BytesIO(content)) as document:
        keys = {"/URI", "/JS", "/JavaScript", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/OpenAction", "/AA", "/SubmitForm", "/GoToR"}
        found = [str(key) for one in document.objects for key in _keys(one) if str(key) in keys]
        return [*found, *document.attachments]


def _keys(one: Any) -> Iterator[str]:
    """Of the object and of what lies in it; what it refers to is an object of its own."""
    if isinstance(one, pikepdf.Stream | pikepdf.Dictionary):
        yield from one.keys()
        inside = list(one.values())
    else:
        inside = list(one) if isinstance(one, pikepdf.Array) else []
    for part in inside:
        if isinstance(part, pikepdf.Dictionary | pikepdf.Array) and not part.is_indirect:
            yield from _keys(part)

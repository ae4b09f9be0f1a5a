"""Copies of a loaded office with other people in it: how a demo grows to a million applications in minutes.

The first office is told case by case. Each copy keeps its days, reasons, verdicts and staff, and gets its own residents,
references, barcodes and ids. Work is done column by column on rows that are already in the driver's form.
"""

import datetime as dt
import multiprocessing
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

from admin_app.demo.bulk import BulkWriter
from admin_app.demo.frame import seeded_id
from admin_app.demo.people import person
from admin_app.demo.registry import name_keys, postal_columns, postal_lines, resident_row
from admin_app.foundation import crypto
from admin_app.foundation.database import metadata
from admin_app.mailing import rules as mailing

CLONED = (
    "resident", "loss_report", "application", "document", "decision", "decision_reason", "recommendation", "card", "mailing_batch",
    "parcel", "label", "audit_entry",
)  # fmt: skip
_PERSONAL = (
    "public_id", "name", "name_latin", "id_number_sealed", "id_number_index", "id_number_masked",
    "phone_sealed", "phone_index", "phone_masked", "postcode_sealed", "address_sealed",
)  # fmt: skip
_POSTAL = ("postcode", "address")
"""What a copy's cases and parcels say of their person too, each encrypted for its own row."""
_IDS_IN_FACTS = re.compile(r"[0-9a-f]{32}|ZJ\d{11}|(?:BK|GS)-\d\d-\d{7}")
_AHEAD = 2
"""copies whose people are being made while another is written"""


@dataclass(frozen=True)
class People:
    """The people of one copy: how many the first office has, and in which year each was born."""

    seed: int
    first: int
    numbers: tuple[int, ...]
    years: tuple[int, ...]
    today: dt.date
    ring: crypto.KeyRing


def make_people(wanted: People) -> list[tuple[Any, ...]]:
    """Rows of residents (the columns of _PERSONAL, _POSTAL in clear, the name's keys); runs in a worker process."""
    made = []
    for number, year in zip(wanted.numbers, wanted.years, strict=True):
        who = person(wanted.first + number, seed=wanted.seed, today=wanted.today, year=year)
        public_id = seeded_id(wanted.seed, "copied resident", wanted.first + number)
        row = resident_row(who, public_id, ring=wanted.ring)
        postal = (who.address.postcode, postal_lines(who))
        made.append((*(row[name] for name in _PERSONAL), *postal, name_keys(who.name.written, who.name.latin)))
    return made


def people_ahead(wanted: Iterator[People]) -> Iterator[list[tuple[Any, ...]]]:
    """The people of each copy in turn, made in another process while the one before is written."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as worker:
        waiting: list[Future[list[tuple[Any, ...]]]] = []
        for one in wanted:
            waiting.append(worker.submit(make_people, one))
            if len(waiting) > _AHEAD:
                yield waiting.pop(0).result()
        yield from (future.result() for future in waiting)


def settled_year(born: dt.date, today: dt.date) -> int:
    """A birth year that keeps a copy's person in the same age group, away from the birthdays at which rules change."""
    age = (today - born).days // 365
    if age < 8:
        return today.year - 4
    if age < 18:
        return today.year - (11 if age < 16 else 20)
    return born.year


class Copier:
    """Writes copies of the rows that a writer has kept."""

    def __init__(self, kept: dict[str, list[tuple[Any, ...]]], writer: BulkWriter, grown: dict[str, int]) -> None:
        self._columns = {
            name: dict(zip(writer.columns(name), zip(*kept[name], strict=True), strict=True)) for name in CLONED if kept.get(name)
        }
        self._sizes = {name: len(rows) for name, rows in kept.items()}
        self._grown = grown
        """by how much the first office has moved each number series"""
        self._person_of_case = self._places("application", "resident_id", "resident")
        case_of_card = self._places("card", "application_id", "application")
        card_of_parcel = self._places("parcel", "card_id", "card")
        self._person_of_card = [self._person_of_case[case] for case in case_of_card]
        self._person_of_parcel = [self._person_of_card[card] for card in card_of_parcel]
        self._changes: dict[str, Callable[[dict[str, Any], dict[str, Any]], None]] = {
            "resident": self._change_resident,
            "application": self._change_application,
            "card": self._change_card,
            "mailing_batch": self._change_mailing_batch,
            "parcel": self._change_parcel,
            "label": self._change_label,
            "audit_entry": self._change_audit_entry,
        }

    def _places(self, table: str, column: str, target: str) -> list[int]:
        """For each row of `table`, at which place of `target` the row that it refers to stands."""
        if table not in self._columns:
            return []
        first = self._columns[target]["id"][0]
        return [value - first for value in self._columns[table][column]]

    def residents(self) -> dict[str, tuple[Any, ...]]:
        """The columns of the first office's residents."""
        return self._columns["resident"]

    def write(self, writer: BulkWriter, number: int, people: list[tuple[Any, ...]]) -> int:
        """Write copy `number` (1, 2 …) with these people; returns the number of rows."""
        self._names, self._ring = _Renamer(number, self._grown), crypto.keyring()
        *personal, keys = zip(*people, strict=True)
        people_columns = dict(zip((*_PERSONAL, *_POSTAL), personal, strict=True))
        written = 0
        for table in self._columns:
            columns = self._shifted(table, number)
            change = self._changes.get(table)
            if change:
                change(columns, people_columns)
            rows = list(zip(*columns.values(), strict=True))
            writer.write_tuples(table, rows)
            written += len(rows)
            if table == "resident":
                written += self._write_names(writer, columns["id"], keys)
        return written

    def _shifted(self, table: str, number: int) -> dict[str, Any]:
        columns: dict[str, Any] = dict(self._columns[table])
        for column in metadata.tables[table].columns:
            targets = {key.column.table.name for key in column.foreign_keys} & set(self._columns)
            if column.primary_key or targets:
                step = number * self._sizes[table if column.primary_key else targets.pop()]
                columns[column.name] = [value if value is None else value + step for value in columns[column.name]]
        if "public_id" in columns:
            columns["public_id"] = list(map(self._names.public_id, columns["public_id"]))
        if "reference" in columns:
            columns["reference"] = list(map(self._names, columns["reference"]))
        return columns

    def _write_names(self, writer: BulkWriter, residents: list[int], keys: tuple[tuple[str, ...], ...]) -> int:
        rows = []
        for resident, their_keys in zip(residents, keys, strict=True):
            for key in their_keys:
                rows.append((writer.take_id("resident_name"), resident, key))
        order = writer.columns("resident_name")
        if order != ["id", "resident_id", "key"]:
            raise RuntimeError(f"resident_name has other columns now: {order}")
        writer.write_tuples("resident_name", rows)
        return len(rows)

    def _change_resident(self, columns: dict[str, Any], people: dict[str, Any]) -> None:
        columns |= {name: people[name] for name in _PERSONAL}

    def _change_application(self, columns: dict[str, Any], people: dict[str, Any]) -> None:
        whose = [who if how == "post" else None for who, how in zip(self._person_of_case, columns["delivery"], strict=True)]
        columns["recipient"] = ["" if who is None else people["name"][who] for who in whose]
        columns |= self._postal("application", columns["public_id"], whose, people)
        # sealed for the place of the first office's row; the masked number stays
        columns["agent_id_sealed"] = [None] * len(whose)

    def _change_card(self, columns: dict[str, Any], people: dict[str, Any]) -> None:
        columns["serial"] = [serial and self._names(serial) for serial in columns["serial"]]
        columns["collector_id_sealed"] = [None] * len(columns["serial"])  # as that of the agent
        names, before = people["name"], self._columns["resident"]["name"]
        columns["collected_by"] = [
            names[who] if collector == before[who] else collector
            for who, collector in zip(self._person_of_card, columns["collected_by"], strict=True)
        ]

    def _change_mailing_batch(self, columns: dict[str, Any], people: dict[str, Any]) -> None:
        sizes = Counter(self._columns["parcel"]["batch_id"])
        columns["parcel_count"] = [sizes[row] for row in self._columns["mailing_batch"]["id"]]

    def _change_parcel(self, columns: dict[str, Any], people: dict[str, Any]) -> None:
        columns["number"] = list(map(self._names, columns["number"]))
        columns["tracking_number"] = [code and self._names.tracking(code) for code in columns["tracking_number"]]
        for column, source in (("recipient", "name"), ("phone_masked", "phone_masked")):
            values = people[source]
            columns[column] = [values[who] for who in self._person_of_parcel]
        columns |= self._postal("parcel", columns["public_id"], self._person_of_parcel, people)

    def _postal(self, table: str, public_ids: list[str], whose: Sequence[int | None], people: dict[str, Any]) -> dict[str, list[Any]]:
        """The encrypted address of each row of `table`, from the person at the place `whose` says; None: the row has none."""
        nothing = dict.fromkeys(f"{name}_sealed" for name in _POSTAL)
        rows = [
            nothing if who is None else postal_columns(table, row, *(people[name][who] for name in _POSTAL), ring=self._ring)
            for row, who in zip(public_ids, whose, strict=True)
        ]
        return {column: [row[column] for row in rows] for column in nothing}

    def _change_label(self, columns: dict[str, Any], people: dict[str, Any]) -> None:
        columns["code"] = list(map(self._names, columns["code"]))

    def _change_audit_entry(self, columns: dict[str, Any], people: dict[str, Any]) -> None:
        for column in ("subject_ref", "case_ref"):
            columns[column] = [value and self._names(value) for value in columns[column]]
        columns["changes"] = [
            _IDS_IN_FACTS.sub(lambda found: self._names(found[0]), facts) if len(facts) > 50 else facts for facts in columns["changes"]
        ]


class _Renamer:
    """The name in one copy of whatever has a name in the first office; remembers what it has said."""

    def __init__(self, number: int, grown: dict[str, int]) -> None:
        self._number, self._grown = number, grown
        self._mask = int(seeded_id("copy", number), 16)
        self._said: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        said = self._said.get(name)
        if said is None:
            said = self._said[name] = self._rename(name)
        return said

    def public_id(self, public_id: str) -> str:
        """Another 32 hex digits, the same for the same copy."""
        return f"{int(public_id, 16) ^ self._mask:032x}"

    def tracking(self, code: str) -> str:
        """A tracking number that no other copy has, with its check digit."""
        eight = f"{(int(code[2:10]) + 7 * self._step('demo-tracking')) % 10**8:08d}"
        return f"{code[:2]}{eight}{mailing.s10_check_digit(eight)}{code[11:]}"

    def _step(self, series: str) -> int:
        return self._number * self._grown.get(series, 0)

    def _rename(self, name: str) -> str:
        letters, rest = name[:2], name[2:]
        if letters in ("BK", "GS"):
            series = ("application" if letters == "BK" else "loss_report") + rest[:3]
            return f"{name[:6]}{int(name[6:]) + self._step(series):07d}"
        if letters == "ZJ":
            return f"{name[:4]}{int(name[4:12]) + self._step(f'application-{name[2:4]}'):08d}{name[12:]}"
        if letters == "JJ":
            day = name[3:5] + name[6:10]
            return f"{name[:11]}{int(name[11:]) + self._step(f'batch-{day}'):02d}"
        if letters == "PX":
            return self._parcel(name)
        return self.public_id(name)

    def _parcel(self, code: str) -> str:
        day = dt.date(2000 + int(code[2:4]), int(code[4:6]), int(code[6:8]))
        running = int(code[8:13]) + self._step(mailing.series_of(day))
        return mailing.parcel_number(day, running) + code[14:]

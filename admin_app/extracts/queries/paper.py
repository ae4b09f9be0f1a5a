"""The copy as it goes on paper: headed parts with why the office has them, how long, and every record in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from admin_app.applications.models import ReasonCode
from admin_app.extracts.rules import words
from admin_app.foundation import clock
from admin_app.foundation.database import db
from admin_app.foundation.i18n import language, listed, pick
from admin_app.residents.models import Resident
from reports.letters.rows import CopySection, PersonCopyRow
from reports.text import dates

HowLong = Callable[[str], tuple[str, ...]]
"""Table -> sentences that say how long its records stay (the room of retention, which stands above this one)."""
Found = Mapping[str, list[dict[str, Any]]]


def person_copy(resident: Resident, found: Found, *, role: str, how_long: HowLong) -> PersonCopyRow:
    """What everything() found, in words of the language in force."""
    codes = {one.code: pick(one, "text") for one in db.session.scalars(select(ReasonCode))}
    return PersonCopyRow(
        resident=resident.name,
        id_number=resident.open_id_number(),
        number=resident.public_id,
        made_at=clock.to_office(clock.now()),
        made_by=role,
        sections=tuple(_section(table, records, codes, how_long) for table, records in found.items()),
    )


def _section(table: str, records: list[dict[str, Any]], codes: Mapping[str, str], how_long: HowLong) -> CopySection:
    title, why = words.PARTS[table]
    columns = [name for name in dict.fromkeys(name for record in records for name in record) if name not in words.NOT_ON_PAPER]
    said = [[(name, _said_of(record, table, name, codes)) for name in columns if name in record] for record in records]
    section = CopySection(str(title), str(why), how_long(table))
    if table in words.AS_TABLES:
        newest = said[-words.LINES_ON_PAPER :]
        rows = tuple(tuple(dict(facts).get(name, "") for name in columns) for facts in newest)
        if len(newest) < len(said):
            section = replace(
                section, note=_("The newest %(shown)s of %(all)s lines; the file for programs has more.", shown=len(newest), all=len(said))
            )
        return section.with_table(tuple(str(words.label_of(table, name)) for name in columns), rows)
    return section.with_records(tuple(tuple((str(words.label_of(table, name)), text) for name, text in facts) for facts in said))


def _said_of(record: Mapping[str, Any], table: str, column: str, codes: Mapping[str, str]) -> str:
    said = _said(table, column, record[column], codes)
    return _("%(day)s (not final)", day=said) if column in record.get("not_final", ()) else said


def _said(table: str, column: str, value: Any, codes: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return dates.minute(clock.to_office(value), language())
    if isinstance(value, date):
        return dates.day(value, language())
    known: Mapping[Any, Any] = words.CODES.get((table, column), codes if column == "codes" else {})
    if isinstance(value, list):
        return listed(_words(known, value))
    return next(iter(_words(known, [value])))


def _words(known: Mapping[Any, Any], values: Iterable[Any]) -> list[str]:
    return [str(known.get(value, value)) for value in values]

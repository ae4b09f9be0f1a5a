"""Forms with fields too many: the name of every column of every table; nothing is written that the form has no field for."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
import time_machine
from werkzeug.datastructures import MultiDict

from admin_app.foundation import clock
from admin_app.foundation.database import db
from tests.faults.furnished import FullOffice
from tests.faults.interruptions import ASIDE
from tests.forms import Form, filled

PLANTED = ("1", "planted-4711")
"""What stands in the fields too many: something that any number or mark could become, and something that only a text could."""
SPELLINGS = ("{1}", "{0}.{1}", "{0}-{1}", "{0}-0-{1}", "{0}[{1}]")
"""How a field may be called that is meant for a column of a table: alone, or as part of a record, or of a list of them."""
MACHINERY = frozenset({"csrf_token", "submit"})
AT_ONCE, BESIDE_FILES = 1_500, 10
"""Fields too many in one request: fewer than any route refuses for their number."""
Columns = dict[tuple[str, str], bytes]


def contents() -> Columns:
    """(table, column) -> a digest that changes with what stands in that column of any row."""
    db.session.rollback()
    found: Columns = {}
    for table in db.metadata.sorted_tables:
        if table.name not in ASIDE:
            rows = db.session.execute(sa.select(table)).all()
            for place, column in enumerate(table.columns):
                found[table.name, column.name] = hashlib.sha256("\n".join(sorted(repr(row[place]) for row in rows)).encode()).digest()
    return found


def columns() -> Iterator[tuple[str, str]]:
    """(table, column) of the whole database."""
    yield from ((table.name, column.name) for table in db.metadata.sorted_tables for column in table.columns)


def fields_of(office: FullOffice, rule: str) -> set[str]:
    """The fields that forms to this address have on any page."""
    alike = [form for form in (*office.crawler.forms, *office.forms) if form.rule == rule]
    return {name for form in alike for name in (form.button[0], *(field.name for field in form.fields))}


def requests(office: FullOffice, form: Form) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """(fields, arguments of the address) to send beside what the form has; a form with files takes few: the plain names alone."""
    has, takes_files = fields_of(office, form.rule) | MACHINERY, any(field.kind == "file" for field in form.fields)
    plain, spelled = (
        list(dict.fromkeys(name for one in spellings for place in columns() if (name := one.format(*place)) not in has))
        for spellings in (SPELLINGS[:1], SPELLINGS)
    )
    names, most = (plain, BESIDE_FILES) if takes_files else (spelled, AT_ONCE)
    for planted in PLANTED:
        for first in range(0, len(names), most):
            yield dict.fromkeys(names[first : first + most], planted), {}
        yield {}, dict.fromkeys(plain, planted)


def after(office: FullOffice, form: Form, send: Callable[[Form], object]) -> Columns:
    """What the database holds after the form was sent in this way, at a time that stands still."""
    office.restore()
    fresh = office.sender.current(form)
    assert fresh is not None
    with time_machine.travel(clock.now(), tick=False):
        send(fresh)
    return contents()


def sent(office: FullOffice, form: Form, fields: dict[str, str], arguments: dict[str, str]) -> Columns:
    """The same after it was filled in, with something beside it."""

    def send(fresh: Form) -> None:
        data: MultiDict[str, Any] = filled(fresh)
        for name, value in fields.items():
            data.add(name, value)
        action = fresh.action + ("&" if "?" in fresh.action else "?") + urlencode(arguments) if arguments else fresh.action
        office.sender.press(replace(fresh, action=action), data)

    return after(office, form, send)


def sent_as_json(office: FullOffice, form: Form, planted: str) -> Columns:
    """The same after it came as JSON; `planted` in every column of every table, flat and as records, where the form has no such field."""
    places = list(columns()) if planted else []
    records = {table: {column: planted for owner, column in places if owner == table} for table, _column in places}
    has = fields_of(office, form.rule) | MACHINERY
    extra = {name: value for name, value in ({column: planted for _table, column in places} | records).items() if name not in has}

    def send(fresh: Form) -> None:
        typed = {name: values for name, values in filled(fresh).lists() if not isinstance(values[0], tuple)}
        office.people[fresh.letter].post(fresh.action, json=extra | typed)

    return after(office, form, send)


def differing(once: Columns, again: Columns, found: Columns) -> set[tuple[str, str]]:
    """Where something else stands than both times before; what is random was already different then."""
    return {place for place in once if once[place] == again[place] != found[place]}


def written_too_much(office: FullOffice, form: Form) -> set[tuple[str, str, str]]:
    """(address, table, column) that hold something else because of what the form has no field for.

    Fields and arguments too many have no effect, or are refused, and then nothing is written.
    """
    untouched, once, again = after(office, form, lambda _fresh: None), sent(office, form, {}, {}), sent(office, form, {}, {})
    wrong = set[tuple[str, str]]()
    for fields, arguments in requests(office, form):
        found = sent(office, form, fields, arguments)
        as_usual = differing(once, again, found)
        wrong |= as_usual if differing(untouched, untouched, found) else set()
    once, again = sent_as_json(office, form, ""), sent_as_json(office, form, "")
    for planted in PLANTED:
        wrong |= differing(once, again, sent_as_json(office, form, planted))
    return {(form.rule, *place) for place in wrong}

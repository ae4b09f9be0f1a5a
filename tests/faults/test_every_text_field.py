"""Every text field of every form, found by following links: what is typed is stored as typed, or refused by its code point."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from admin_app.foundation.browser_sessions import BrowserSession
from admin_app.foundation.database import db
from tests.faults.furnished import FullOffice
from tests.faults.hard_strings import STAYING
from tests.forms import TEXT_KINDS, Form, copied, filled

SECRET = {"password", "current", "new"}
"""Never stored as text."""
NOT_STORED = {"/search/ q": "only looked for", "/sign-in username": "only compared"}
NUMBERS = re.compile(
    "id_number|agent_id_number|phone|postcode|.*serial.*|number-.*|column|code|district_code|username|hours|day|latitude|longitude|.*_mm"
)
"""Fields of letters and digits only: everything else is refused there."""
MEASURES = re.compile("latitude|longitude|.*_mm")
"""Numbers that are measured, not named: their field says what a number is."""
CHOSEN: dict[str, dict[str, str]] = {
    "agent_name": {"applicant": "proxy", "agent_id_number": "11010519491231002X"},
    "agent_id_number": {"applicant": "proxy", "agent_name": "李雷"},
    "recipient": {"delivery": "post"},
    "address": {"delivery": "post"},
    "postcode": {"delivery": "post"},
}
"""What must be chosen for a field to be read."""
SHORTEST = 20


@dataclass(frozen=True)
class Place:
    """One text field of one form."""

    form: Form
    name: str
    most: int
    has_lines: bool

    @property
    def key(self) -> str:
        """How the lists above name it."""
        return f"{self.form.rule} {self.name}"


def places(office: FullOffice) -> Iterator[Place]:
    """Every text field once for each rule that it is sent to."""
    seen = set()
    for form in office.forms:
        for field in form.texts:
            key = (form.rule, re.sub(r"-[0-9a-f]{32}$", "-", field.name))
            if key not in seen and field.name not in SECRET:
                seen.add(key)
                yield Place(form, field.name, field.most or 40, field.kind == "textarea")


def send(office: FullOffice, place: Place, text: str) -> Any:
    """The answer to the form with `text` in this field; the office is as it was before."""
    office.restore()
    data = with_choices(place, filled(place.form, **{place.name: text}))
    return office.people[place.form.letter].post(place.form.action, data=copied(data))


def with_choices(place: Place, data: MultiDict[str, Any]) -> MultiDict[str, Any]:
    kinds = {field.name: field.kind for field in place.form.fields}
    for name, value in CHOSEN.get(place.name, {}).items():
        if name in kinds and (kinds[name] not in TEXT_KINDS or not data.get(name)):
            data.setlist(name, [value])
    return data


def stored(text: str) -> bool:
    """Whether any text or JSON column of the office holds `text`."""
    db.session.rollback()
    for table in db.metadata.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, sa.String | sa.JSON)]
        if columns and table.name != BrowserSession.__tablename__:
            for row in db.session.execute(sa.select(*columns)):
                if any(text in (value if isinstance(value, str) else in_words(value)) for value in row if value is not None):
                    return True
    return False


def in_words(value: Any) -> str:
    return "\n".join(map(str, value.values())) if isinstance(value, dict) else json.dumps(value, ensure_ascii=False)


def named(answer: Any, text: str) -> bool:
    """Whether the answer refuses `text` and names one of its characters by code point."""
    points = {f"U+{ord(char):04X}" for char in text if ord(char) > 127 or char < " "}
    return 400 <= answer.status_code < 500 and any(point in answer.text for point in points)


def batches(most: int) -> Iterator[str]:
    """The texts that stay, as many at once as fit into `most` characters; no text twice."""
    batch = ""
    for text in STAYING.values():
        if batch and len(batch) + 1 + len(text) > min(most, 80):
            yield batch
            batch = ""
        batch = f"{batch} {text}".strip()
    yield batch


def problems(office: FullOffice, place: Place) -> Iterator[str]:
    """What is wrong with this field."""
    for batch in batches(place.most):
        answer = send(office, place, batch)
        if answer.status_code < 400 and (place.key in NOT_STORED or stored(batch)):
            continue
        if NUMBERS.fullmatch(place.name):
            if not (named(answer, batch) or (MEASURES.fullmatch(place.name) and answer.status_code == 422)):
                yield f"{place.key}: {answer.status_code} for {batch!a}"
            continue
        for text in filter(None, (one for one in STAYING.values() if one in batch)):
            answer = send(office, place, f"{text} abc")
            if not (answer.status_code < 400 and stored(f"{text} abc")) and not named(answer, text):
                yield f"{place.key}: {answer.status_code} for {text!a}"


@pytest.fixture
def sqlite_office(full_office: FullOffice) -> FullOffice:
    return full_office


on_sqlite = pytest.mark.parametrize("furnished", ["sqlite"], indirect=True)
"""What a field does with a text does not depend on the database; that both store it is a test of its own."""


@on_sqlite
def test_what_is_typed_is_stored_or_refused_by_its_code_point(full_office: FullOffice) -> None:
    assert [problem for place in places(full_office) for problem in problems(full_office, place)] == []

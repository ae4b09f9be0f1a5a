"""The search box: exact numbers, and people by the beginning of their name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, repeat
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from admin_app.applications.models import Application
from admin_app.applications.queries.visibility import visible_to
from admin_app.foundation import clock, crypto, keyset, statements
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db, literal, rows
from admin_app.foundation.typed_text import numbers, texts
from admin_app.foundation.typed_text.search_keys import search_key
from admin_app.loss_reports import queries as loss_reports
from admin_app.loss_reports.models import LossReport
from admin_app.residents import queries as residents
from admin_app.residents import rules as resident_rules
from admin_app.residents.models import Resident, ResidentName, opened

LONGEST = 120
CASES_MOST = 200
REFERENCE = re.compile(r"(?:BK)?([0-9]{2})([0-9]{7})")
LOSS_REFERENCE = re.compile(r"GS([0-9]{2})([0-9]{7})")
ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
RESIDENTS = tuple(f"resident_{place}" for place in range(keyset.PAGE_SIZE))
NOBODY = 0
"""No resident has this id."""
HIGHEST = "\U0010ffff"


class Person(NamedTuple):
    """A resident as the list of people shows them; `name_id` is the name by which they were found."""

    name_id: int
    id: int
    public_id: str
    name: str
    name_latin: str
    id_number_sealed: bytes
    id_number_masked: str

    @property
    def birth_month(self) -> str:
        """1987-04, from the encrypted number."""
        return resident_rules.birth_month(resident_rules.birth_in(opened(self.id_number_sealed, self.public_id)))


class FoundCase(NamedTuple):
    """An application of somebody found."""

    id: int
    reference: str
    status: str
    resident_id: int


@dataclass(frozen=True)
class PersonFound:
    """A resident, and those of their applications that the person may see, the latest first."""

    resident: Person
    cases: tuple[FoundCase, ...]


def is_id_number(text: str) -> bool:
    """Whether the text has the form of an ID number."""
    return ID_NUMBER.fullmatch(numbers.compact(text)) is not None


def applications_called(staff: Actor, text: str) -> Sequence[Application]:
    """Applications with this reference, with or without BK- and hyphens; a short number means this year or the last."""
    wanted = _references(text)
    if not wanted:
        return []
    query = select(Application).where(Application.reference.in_(wanted), visible_to(staff)).options(joinedload(Application.resident))
    return db.session.scalars(query.order_by(Application.id.desc())).all()


def _references(text: str) -> list[str]:
    number = numbers.compact(text)
    whole = REFERENCE.fullmatch(number)
    if whole:
        return [f"BK-{whole[1]}-{whole[2]}"]
    short = re.fullmatch(r"0*([0-9]{1,7})", number)
    if short is None:
        return []
    year = clock.today().year % 100
    return [f"BK-{one:02d}-{int(short[1]):07d}" for one in (year, year - 1)]


def loss_report_called(staff: Actor, text: str) -> LossReport | None:
    """The loss report with this reference."""
    found = LOSS_REFERENCE.fullmatch(numbers.compact(text))
    if found is None:
        return None
    query = select(LossReport).where(LossReport.reference == f"GS-{found[1]}-{found[2]}", loss_reports.visible_to(staff))
    return db.session.scalar(query.options(joinedload(LossReport.resident)))


def residents_with_number(staff: Actor, text: str) -> Sequence[Resident]:
    """Residents with exactly this ID number or phone number, found through the blind index."""
    ring, number = crypto.keyring(), numbers.compact(text)
    if ID_NUMBER.fullmatch(number):
        wanted = Resident.id_number_index.in_(ring.blind_indexes("id_number", number))
    elif re.fullmatch(r"\+?[0-9().·/]{7,20}", number):
        wanted = Resident.phone_index.in_(ring.blind_indexes("phone", _phone(number)))
    else:
        return []
    return db.session.scalars(select(Resident).where(wanted, residents.visible_to(staff)).limit(50)).all()


def _phone(number: str) -> str:
    try:
        return numbers.phone(number)
    except texts.TextRefused:
        return number


BY_NAME = keyset.Order((ResidentName.key, ResidentName.resident_id, ResidentName.id), mark="name_id")
PERSON: tuple[Any, ...] = (
    ResidentName.id.label("name_id"), Resident.id, Resident.public_id, Resident.name, Resident.name_latin, Resident.id_number_sealed,
    Resident.id_number_masked,
)  # fmt: skip


def named(who: Actor, _wanted: None, _today: date) -> Select[Any]:
    """People whose name, pinyin or initials begin as the parameters of prefix() say."""
    begins_so = (ResidentName.key >= bindparam("first"), ResidentName.key < bindparam("beyond"))
    return select(*PERSON).join(ResidentName.resident).where(*begins_so, residents.visible_to(who))


def prefix(text: str) -> dict[str, str]:
    """The parameters of named() for what was typed; a text without letters finds nobody."""
    key = search_key(text)[:LONGEST]
    return {"first": key, "beyond": key + HIGHEST if key else ""}


def with_cases(staff: Actor, people: Sequence[Person]) -> list[PersonFound]:
    """Each of the people of one page once, with their visible applications; one statement."""
    unique = {person.id: person for person in people}
    cases: dict[int, list[FoundCase]] = {}
    ids = dict(zip(RESIDENTS, chain(unique, repeat(NOBODY)), strict=False))
    for case in map(FoundCase._make, rows(_cases_of(staff), ids).all()):
        cases.setdefault(case.resident_id, []).append(case)
    return [PersonFound(person, tuple(cases.get(key, ()))) for key, person in unique.items()]


@statements.cached
def _cases_of(who: Actor) -> Select[Any]:
    # As many parameters as a page has lines, however many it shows: one statement, which the database knows.
    theirs = Application.resident_id.in_([bindparam(name) for name in RESIDENTS])
    shown: Any = select(Application.id, Application.reference, Application.status, Application.resident_id)
    return shown.where(theirs, visible_to(who)).order_by(Application.id.desc()).limit(literal(CASES_MOST))

"""Which picture or PDF each kind of demo file is; imports little, because worker processes start with it."""

import datetime as dt
from dataclasses import dataclass
from random import Random

from admin_app.demo import id_cards, papers, portraits, proofs
from admin_app.demo.people import Person


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file to draw; `texts` are what stands on it besides the person: reason, delivery, day; for a proof also the rest."""

    kind: str
    key: str
    person: Person
    other: Person
    today: dt.date
    moment: dt.datetime
    texts: tuple[str, ...] = ()


def draw(sheet: Sheet) -> bytes:
    """The bytes of one file; the same sheet gives the same bytes."""
    rng = Random(sheet.key)
    return _DRAWERS[sheet.kind](sheet, rng)


def _portrait(sheet: Sheet, rng: Random, fault: str = "") -> bytes:
    person = sheet.person
    return portraits.portrait_jpeg(
        rng, sex=person.identity.sex, age=person.age(sheet.today), is_foreign=person.name.is_foreign, fault=fault
    )


def _id_back(sheet: Sheet, rng: Random) -> bytes:
    age, since = sheet.person.age(sheet.today), sheet.today.year - rng.randint(1, 8)
    until = "长期" if age > 46 else str(since + (20 if age > 25 else 10))
    return id_cards.back(rng, sheet.person, valid_from_year=since, valid_to=until)


def _form(sheet: Sheet, rng: Random) -> bytes:
    reason, delivery, day = sheet.texts[:3]
    return papers.application_form(rng, sheet.person, reason=reason, delivery=delivery, day=day)


def _loss_proof(sheet: Sheet, rng: Random) -> bytes:
    reference, kind, event, office = sheet.texts[-4:]
    return proofs.loss_proof(rng, sheet.person, reference=reference, kind=kind, event=event, office=office, received=sheet.moment)


def _age(sheet: Sheet) -> int:
    return sheet.person.age(sheet.today)


_DRAWERS = {
    "id_front": lambda sheet, rng: id_cards.front(rng, sheet.person, age=_age(sheet)),
    "expired_id": lambda sheet, rng: id_cards.front(rng, sheet.person, age=_age(sheet), expired=True),
    "id_back": _id_back,
    "photo": _portrait,
    "bad_photo": lambda sheet, rng: _portrait(sheet, rng, fault=rng.choice(portraits.FAULTS)),
    "form": _form,
    "old_card": lambda sheet, rng: papers.handed_in_card(rng, sheet.person, broken=rng.random() < 0.4),
    "household": lambda sheet, rng: papers.household_book(rng, sheet.person, guardian=sheet.other),
    "authority": lambda sheet, rng: papers.authority(rng, sheet.person, proxy=sheet.other, day=sheet.texts[2]),
    "other_id": lambda sheet, rng: id_cards.front(rng, sheet.other, age=sheet.other.age(sheet.today)),
    "loss_proof": _loss_proof,
}

"""Rows of residents and their loss reports."""

from functools import lru_cache
from random import Random

from admin_app.applications.rules import Reason
from admin_app.demo import chances
from admin_app.demo.frame import Frame
from admin_app.demo.losses import LossStory
from admin_app.demo.people import Person
from admin_app.demo.stories import Moment
from admin_app.demo.timeline import Log
from admin_app.foundation import crypto
from admin_app.foundation.actor import Actor
from admin_app.residents import rules

_CARD_SERIAL = "ZJ{year:02d}{number:09d}"


@lru_cache(maxsize=50_000)
def name_keys(name: str, latin: str) -> tuple[str, ...]:
    """The keys under which a name is found, remembered because names repeat."""
    return tuple(sorted(rules.name_keys(name, latin)))


def postal_lines(person: Person) -> str:
    """The address as the rows of a label: Chinese, or Latin for a foreign resident."""
    address = person.address
    if person.name.is_foreign:
        parts = address.latin.removesuffix(", P.R. China").split(", ")
        return "\n".join((", ".join(parts[:-4]), ", ".join(parts[-4:-2]), ", ".join(parts[-2:])))
    city = "" if address.city == address.province else address.city
    return f"{address.province}{city}{address.district}\n{address.street}{address.building}"


def postal_columns(table: str, public_id: str, postcode: str, address: str, *, ring: crypto.KeyRing) -> dict[str, bytes]:
    """The encrypted columns of an address of the row `public_id` (foundation/sealed_text.py)."""

    def sealed(field: str, value: str) -> bytes:
        return ring.encrypt(value.encode(), context=f"{table}|{field}|{public_id}".encode())

    return {"postcode_sealed": sealed("postcode", postcode), "address_sealed": sealed("address", address)}


def old_serial(rng: Random) -> str:
    """The serial of a card that an earlier system issued."""
    return _CARD_SERIAL.format(year=rng.randint(14, 25), number=rng.randrange(10**9))


def resident_row(person: Person, public_id: str, *, ring: crypto.KeyRing) -> dict[str, object]:
    """The columns of a resident that come from the person."""

    def sealed(field: str, value: str) -> bytes:
        return ring.encrypt(value.encode(), context=f"resident|{field}|{public_id}".encode())

    number, name = person.identity.id_number, person.name
    return {
        "public_id": public_id,
        "name": name.written,
        "name_latin": name.latin,
        "id_number_sealed": sealed("id_number", number),
        "id_number_index": ring.blind_index("id_number", number),
        "id_number_masked": rules.mask_id_number(number),
        "phone_sealed": sealed("phone", person.phone),
        "phone_index": ring.blind_index("phone", person.phone),
        "phone_masked": rules.mask_phone(person.phone),
        **postal_columns("resident", public_id, person.address.postcode, postal_lines(person), ring=ring),
        "is_fictitious": True,
    }


def add_resident(frame: Frame, person: Person, *, at: Moment, by: Actor) -> tuple[int, str]:
    """Register a resident; returns row id and public id. Registering twice gives the first row."""
    public_id = frame.public_id("resident", person.index)
    if person.index in frame.residents:
        return frame.residents[person.index], public_id
    resident = frame.writer.add("resident", **resident_row(person, public_id, ring=crypto.keyring()), created_at=at)
    for key in name_keys(person.name.written, person.name.latin):
        frame.writer.add("resident_name", resident_id=resident, key=key)
    masked = {"id_number": rules.mask_id_number(person.identity.id_number)}
    Log(frame.writer, brief=not frame.is_small).entry(at, "residents.registered", ("resident", public_id), by, changes=masked)
    frame.residents[person.index] = resident
    frame.births.append(person.identity.born)
    return resident, public_id


def add_loss(
    frame: Frame, report: LossStory, *, reference: str, resident: tuple[int, str], key: str, proof: int | None, rng: Random
) -> int:
    """Write a loss report with the reference it was given; returns its row id."""
    reason = Reason.STOLEN if report.was_stolen else Reason.LOST
    row = frame.writer.add(
        "loss_report",
        public_id=frame.public_id("loss report", key),
        reference=reference,
        resident_id=resident[0],
        centre_id=frame.roster.centres[report.centre],
        channel=report.channel.value,
        status=report.status.value,
        was_stolen=report.was_stolen,
        circumstances=rng.choice(chances.STATEMENTS[reason]),
        card_serial=old_serial(rng) if rng.random() < 0.4 else "",
        bank_side_reported=rng.random() < 0.35,
        taken_by_id=report.taken_by.id,
        reported_at=report.reported_at,
        lapses_at=report.lapses_at,
        formal_at=report.formal_at,
        formal_by_id=report.formal_by.id if report.formal_by else None,
        ended_at=report.ended_at,
        proof_id=proof,
        version=1 + sum(bool(moment) for moment in (report.formal_at, report.ended_at, proof)),
    )
    Log(frame.writer, brief=not frame.is_small).loss(report, reference, resident[1])
    return row

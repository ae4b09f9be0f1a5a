"""The residents of the demo office: person number i of a seed is always the same person."""

import datetime as dt
from dataclasses import dataclass
from random import Random

from admin_app.demo.addresses import Address, draw_address
from admin_app.demo.identities import Identity, draw_identity
from admin_app.demo.names import PersonName, draw_name

# 11-digit mobile numbers never start with these, so no demo phone number can ring
_PHONE_PREFIXES = ("140", "142", "143")


@dataclass(frozen=True, slots=True)
class Person:
    """Everything that a scan, a form or a label shows of one resident."""

    index: int
    name: PersonName
    identity: Identity
    address: Address
    phone: str

    def age(self, today: dt.date) -> int:
        """Completed years on a day."""
        born = self.identity.born
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def person(index: int, *, seed: int, today: dt.date, year: int | None = None) -> Person:
    """Person number `index` of the office of `seed`; `today` sets the ages only, `year` fixes the year of birth."""
    rng = Random(f"{seed}/person/{index}")
    identity = draw_identity(rng, index, seed=seed, today=today, year=year)
    name = draw_name(rng, sex=identity.sex, born=identity.born, province=identity.province)
    phone = rng.choice(_PHONE_PREFIXES) + f"{rng.randrange(10**8):08d}"
    return Person(index, name, identity, draw_address(rng), phone)

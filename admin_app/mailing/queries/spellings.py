"""The ways in which the texts of a parcel can be written where no print font has one of their characters."""

from dataclasses import dataclass

from admin_app.mailing import rules
from admin_app.mailing.models import Parcel
from admin_app.mailing.queries import sheets
from admin_app.mailing.rules.spelling import Spelling
from reports.text.characters import missing_characters
from reports.text.spelling import spelled_out


@dataclass(frozen=True)
class Spelled:
    """The texts of a label in one of these ways; `shown` is what of them is another text than before."""

    way: Spelling
    recipient: str
    address: str
    shown: str


def of_parcel(parcel: Parcel) -> list[Spelled]:
    """Each way that prints all of it, the pinyin first; none where nothing is missing.

    Nobody knows the sounds of an address: its characters are written with their code points either way.
    """
    if parcel.number not in sheets.unprintable([parcel]):
        return []
    address = "\n".join(map(spelled_out, parcel.address.split("\n")))
    names = {Spelling.PINYIN: _with_pinyin(parcel), Spelling.CODE_POINT: spelled_out(parcel.recipient)}
    found = [_spelled(parcel, way, name, address) for way, name in names.items() if name and not missing_characters(name)]
    return [one for one in found if one.shown]


def _spelled(parcel: Parcel, way: Spelling, recipient: str, address: str) -> Spelled:
    pairs = ((parcel.recipient, recipient), (parcel.address, address))
    return Spelled(way, recipient, address, " · ".join(new.replace("\n", " ") for old, new in pairs if new != old))


def _with_pinyin(parcel: Parcel) -> str:
    """The recipient with pinyin in brackets; '' where nothing of the name is missing, or we do not know how it sounds."""
    missing, resident = missing_characters(parcel.recipient), parcel.card.application.resident
    if not missing or resident.name != parcel.recipient or not resident.name_latin:
        return ""
    return rules.spell_out(parcel.recipient, {one.char for one in missing}, resident.name_latin)

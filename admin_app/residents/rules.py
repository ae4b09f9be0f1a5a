"""What makes a valid identity, how it is shown, and under which keys a name is found; tables and pure functions."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from pypinyin import lazy_pinyin
from stdnum import exceptions
from stdnum.cn import ric

from admin_app.foundation.actor import Actor
from admin_app.foundation.typed_text import numbers
from admin_app.foundation.typed_text.personal_numbers import is_known_place, is_possible_place
from admin_app.foundation.typed_text.search_keys import search_key
from admin_app.foundation.typed_text.texts import TextRefused

LATIN_LENGTH = 120
PARTS, MOST_PARTS = re.compile(r"[\s.\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff0e\uff65]+"), 4
"""What stands between the parts of a name (买买提·吐尔逊江, Ann O'Connor), and from how many of them on a person is found."""
SURNAME_READINGS = {
    "仇": "qiu", "单": "shan", "曾": "zeng", "解": "xie", "区": "ou", "查": "zha", "任": "ren", "华": "hua", "朴": "piao", "盖": "ge",
    "乐": "yue", "翟": "zhai", "缪": "miao", "员": "yun", "繁": "po", "召": "shao", "谌": "chen", "覃": "qin", "种": "chong", "秘": "bi",
    "折": "she", "黑": "he", "冼": "xian", "那": "na", "佴": "nai", "郗": "xi", "尉迟": "yuchi", "万俟": "moqi", "长孙": "zhangsun",
}  # fmt: skip
"""Surnames that are read differently from the same character in other words."""
_COMPOUND = "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 司徒 夏侯 万俟 闻人 澹台 公冶 轩辕 端木 南宫 独孤 西门 呼延"
COMPOUND_SURNAMES = frozenset(_COMPOUND.split(" "))


class Sex(StrEnum):
    """As the ID number says it."""

    MALE = "male"
    FEMALE = "female"


SEX_LABELS = {Sex.MALE: _l("Male"), Sex.FEMALE: _l("Female")}


class InvalidIdNumber(TextRefused):
    """Not the number of an ID card; the message says what is wrong with it."""


class Doubt(StrEnum):
    """What is unusual about a number whose check digit is right: whoever holds the card says whether it stands there so."""

    PLACE = "place"
    BIRTH = "birth"


CONFIRMED_LABELS = {
    str(Doubt.PLACE): _l("The place in it is on no list; compared with the card"),
    str(Doubt.BIRTH): _l("Born before 1900 by it; compared with the card"),
    f"{Doubt.PLACE} {Doubt.BIRTH}": _l("The place in it is on no list, and born before 1900 by it; compared with the card"),
}
"""What was asked about a number and confirmed, as records keep it, in words."""
FIRST_YEAR, USUAL_FROM = 1800, 1900
"""Births before the first are none; before the second they are asked about."""


class NumberDoubted(InvalidIdNumber):
    """The number may well be right, but somebody has to compare it with the card; details: `field`, and the number as `confirm`."""


class Why(StrEnum):
    """Why somebody needs a full ID number or phone number."""

    COMPARE = "compare"
    CALL = "call"
    AUTHORITY = "authority"
    MISTAKE = "mistake"
    OTHER = "other"


WHY_LABELS = {
    Why.COMPARE: _l("To compare it with the ID card"),
    Why.CALL: _l("To call the resident"),
    Why.AUTHORITY: _l("A bank or an authority asks"),
    Why.MISTAKE: _l("To correct a mistake"),
    Why.OTHER: _l("Another reason, in words"),
}
REVEAL_SECONDS = 60
"""So long a full number stands on the page."""
MANY_RESIDENTS, MANY_FOUND = 50, 300
"""So many people opened, or seen among what searches found, on one day, without anything done for them, are no mistake any more."""
LOOKS = ("residents.revealed", "residents.phone_revealed", "residents.collector_revealed", "residents.called")
"""Actions of the log that are looks: whoever only reads numbers has done nothing for anybody."""
ALARMS = {
    "residents.watched_seen": _l("%(who)s looked at a watched resident"),
    "staff.many_seen": _l("%(who)s looked at %(residents)s residents without doing anything for them"),
}
"""What raises an alarm, in words, by its action in the log."""


class Outcome(StrEnum):
    """How a call to a resident ended."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    LATER = "later"
    WRONG_NUMBER = "wrong_number"


OUTCOME_LABELS = {
    Outcome.REACHED: _l("Reached"),
    Outcome.NO_ANSWER: _l("No answer"),
    Outcome.LATER: _l("Asked to be called later"),
    Outcome.WRONG_NUMBER: _l("Wrong number"),
}
NOTE_LENGTH = 200
CORRECTED = {
    "name": _l("Name"),
    "name_latin": _l("Name in Latin letters"),
    "phone": _l("Phone"),
    "email": _l("E-mail"),
    "postcode": _l("Postcode"),
    "address": _l("Address"),
}
"""What may be corrected about a resident, as pages call it."""
LANGUAGE_LABELS = {"": _l("By the name"), "zh": _l("Chinese"), "en": _l("English")}
"""In which the office writes to somebody, as pages call it."""


@dataclass(frozen=True)
class Identity:
    """A valid ID number in its stored form, and what it says about the person."""

    number: str
    birth_on: date
    sex: Sex
    doubts: tuple[Doubt, ...] = ()
    """What is unusual about it; ask_about() asks."""

    @property
    def confirmed(self) -> str:
        """What records keep of the doubts once they were asked about, '' where there are none."""
        return " ".join(self.doubts)


_LENGTH = _l("An ID number has 18 characters: 17 digits and a digit or X.")
_CHECKSUM = _l("The ID number is mistyped: its last character does not fit the others. Compare it with the card.")
_COMPONENT = _l("The ID number holds a place or a date of birth that does not exist. Compare it with the card.")
_FUTURE = _l("The date of birth in the ID number lies in the future. Compare it with the card.")


def read_id_number(text: str, *, today: date, field: str = "id_number") -> Identity:
    """The identity behind a typed ID number (GB 11643: place, date, check digit); InvalidIdNumber or TextRefused says what is wrong.

    What is unusual about it is no refusal: whoever keeps a number that is not known yet asks, by ask_about().
    """
    number = numbers.latin(text, field=field)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise InvalidIdNumber(_LENGTH, field=field)
    if number[-1] != ric.calc_check_digit(number):
        raise InvalidIdNumber(_CHECKSUM, field=field)
    try:
        born = ric.get_birth_date(number)
    except exceptions.InvalidComponent:
        raise InvalidIdNumber(_COMPONENT, field=field) from None
    if not is_possible_place(number[:6]) or born.year < FIRST_YEAR:
        raise InvalidIdNumber(_COMPONENT, field=field)
    if born > today:
        raise InvalidIdNumber(_FUTURE, field=field)
    unusual = {Doubt.PLACE: not is_known_place(number[:6]), Doubt.BIRTH: born.year < USUAL_FROM}
    return Identity(number, born, sex_in(number), tuple(doubt for doubt, is_so in unusual.items() if is_so))


def ask_about(identity: Identity, *, confirmed: str, field: str = "id_number") -> None:
    """NumberDoubted if something is unusual about the number, unless `confirmed` is that very number: somebody compared it."""
    if not identity.doubts or numbers.compact(confirmed) == identity.number:
        return
    facts = {"code": identity.number[:6], "year": identity.birth_on.year}
    questions = {
        (Doubt.PLACE,): _l("The place %(code)s at its beginning is on no list that the office has. Is it so on the card?", **facts),
        (Doubt.BIRTH,): _l("By this number the person was born in %(year)s. Is it so on the card?", **facts),
        (Doubt.PLACE, Doubt.BIRTH): _l(
            "The place %(code)s in it is on no list, and the birth was in %(year)s. Is it so on the card?", **facts
        ),
    }
    raise NumberDoubted(questions[identity.doubts], field=field, confirm=identity.number)


def birth_in(number: str) -> date:
    """The day of birth in a valid ID number (GB 11643: digits 7 to 14)."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def sex_in(number: str) -> Sex:
    """The sex in a valid ID number (GB 11643: the 17th digit is odd for men)."""
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE


def birth_month(born: date) -> str:
    """1987-04: what lists show, to tell people of one name apart; the day would be eight of the number's digits."""
    return f"{born:%Y-%m}"


def mask_id_number(number: str) -> str:
    """**************002X: enough to compare with a card. Region and day of birth, told apart, would give the whole number away."""
    return "*" * (len(number) - 4) + number[-4:]


def latin_of(name: str) -> str:
    """How a Chinese name is written in Latin letters (Wang Yan; Ouyang Jingyao); '' where a reading is not known."""
    parts = [part for part in re.split(r"[·•・\s]", name) if part]
    if not parts or not all(char >= "\u3400" for part in parts for char in part):
        return ""
    words = ["".join(lazy_pinyin(part)) for part in (parts if len(parts) > 1 else split_name(parts[0]))]
    if len(parts) == 1:
        words[0] = SURNAME_READINGS.get(split_name(parts[0])[0], words[0])
    written = " ".join(word.capitalize() for word in words if word)
    return written[:LATIN_LENGTH] if written.isascii() else ""


def split_name(name: str) -> tuple[str, str]:
    """Surname and given name of an unbroken Chinese name."""
    cut = 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1
    return name[:cut], name[cut:]


def name_keys(name: str, latin: str = "") -> frozenset[str]:
    """All keys under which a person is found: the name from each of its parts on, full pinyin, initials."""
    keys = {search_key(name), *_pinyin_keys(name)}
    for written in (name, latin):
        parts = [key for key in map(search_key, PARTS.split(written)) if key]
        keys |= {"".join(parts[start:]) for start in range(min(len(parts), MOST_PARTS))}
    return frozenset(key for key in keys if key)


def _pinyin_keys(name: str) -> set[str]:
    solid = "".join(char for char in name if char.isalpha())
    if search_key(solid).isascii():
        return set()
    surname, given = split_name(solid)
    keys: set[str] = set()
    for first in {"".join(lazy_pinyin(surname)), SURNAME_READINGS.get(surname, "")} - {""}:
        keys.add(search_key(first + "".join(lazy_pinyin(given))))
        initials = first[0] if len(surname) == 1 else "".join(part[0] for part in lazy_pinyin(surname))
        keys.add(search_key(initials + "".join(part[0] for part in lazy_pinyin(given))))
    return keys | {key.replace("lv", "lyu").replace("nv", "nyu") for key in keys if "v" in key}


def shown_name(name: str, who: Actor) -> str:
    """A name as `who` may see it: without that right, auditors among them, the first character alone; a word where it is erased."""
    if not name:
        return gettext("Erased")
    if who.may("residents.names"):
        return name
    return name[:1] + ("***" if name[:1].isascii() else "＊＊")


def shown_names(resident: Any, who: Actor) -> tuple[str, str]:
    """The name of a resident, or of a row with `name` and `name_latin`, in both scripts as `who` may see it."""
    return shown_name(resident.name, who), shown_name(resident.name_latin, who) if resident.name_latin else ""


def shown_fact(field: str, text: str, who: Actor) -> str:
    """What a fact of CORRECTED was, as `who` may see it: phones and e-mails masked for all, the rest for whoever may not see names."""
    if field in MASKS:
        return MASKS[field](text)
    if who.may("residents.names") or not text:
        return text
    return shown_name(text, who) if field.startswith("name") else "＊＊"


def is_same_name(one: str, other: str) -> bool:
    """Whether two spellings mean the same name: width, case, spaces, middle dots do not count."""
    return search_key(one) == search_key(other)


def mask_phone(phone: str) -> str:
    """*******5521; numbers of less than nine digits keep their last two."""
    kept = 4 if len(phone) >= 9 else 2
    return "*" * max(len(phone) - kept, 0) + phone[-kept:]


def mask_email(address: str) -> str:
    """w***@example.org: enough to ask whether it is still theirs; a domain too long for the column is cut."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}***@{domain}"[:80] if address else ""


MASKS = {"phone": mask_phone, "email": mask_email}
"""Facts that no page shows whole."""

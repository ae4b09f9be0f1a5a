"""What the help beside an address field works out: the division that is chosen, a pasted block taken apart. Nothing of it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.foundation.typed_text import addresses, divisions, pasted
from admin_app.foundation.typed_text.divisions import CITY, DISTRICT, PROVINCE, SUBDISTRICT, Division

LEVELS = {
    PROVINCE: ("province", _l("Province")), CITY: ("city", _l("City")), DISTRICT: ("district", _l("District or county")),
    SUBDISTRICT: ("subdistrict", _l("Subdistrict or town")),
}  # fmt: skip
"""Digits of a code -> what the field of that level is called, and how it reads."""
NAMES, PHONE, POSTCODE = ("recipient", "name"), "phone", "postcode"
"""Fields of the same form that go with an address."""
KEEPS_NAME = _l("The pasted text names %(name)s. The form keeps the name that stands there; please compare.")
KEEPS_PHONE = _l("The phone in the pasted text was left out: the form keeps the one that stands there.")
NO_PHONE = _l("The phone in the pasted text was left out: this form has no field for one.")
NOTHING = _l("There is nothing to take apart. Paste the whole block into the address field first.")


@dataclass(frozen=True)
class Level:
    """One field of the division: its choices, and the code that is chosen, '' for none."""

    name: str
    label: Any
    choices: tuple[Division, ...]
    chosen: str


@dataclass(frozen=True)
class Typed:
    """The fields of a form around an address, by their names there; `address` is what its own field is called."""

    address: str
    fields: Mapping[str, str]
    says: tuple[str, ...] = ()
    """What a person should look at, in sentences."""
    changed: Mapping[str, str] = field(default_factory=dict)
    """The fields that say something else now."""

    @property
    def text(self) -> str:
        """The address as it stands now."""
        return self.fields.get(self.address, "")

    def remarked(self) -> "Typed":
        """With what is to be said of the address as it stands."""
        return replace(self, says=(*self.says, *addresses.remarks(self.text, self.fields.get(POSTCODE, ""))))

    def _with(self, changes: Mapping[str, str], says: tuple[str, ...] = ()) -> "Typed":
        changed = {name: value for name, value in changes.items() if value != self.fields.get(name, "")}
        return Typed(self.address, {**self.fields, **changed}, (*self.says, *says), {**self.changed, **changed})

    def placed(self, code: str, *, rows: int) -> "Typed":
        """With this division in front of the address, once it is a district or what has none; an address of one row stays in it."""
        code = levels(code)[-1].chosen or code
        if len(code) < DISTRICT and code not in divisions.WITHOUT_DISTRICTS:
            return self
        text = addresses.placed(self.text, code)
        return self._with({self.address: text if rows > 1 else text.replace("\n", "")})

    def taken_apart(self, *, rows: int) -> "Typed":
        """With the block in the address field taken apart: a name and a phone go where nothing stands yet."""
        if not self.text.strip():
            return replace(self, says=(str(NOTHING),))
        parts = pasted.taken_apart(self.text, field=self.address)
        changes = {self.address: parts.address if rows > 1 else parts.address.replace("\n", "")}
        says = []
        name_field = next((name for name in NAMES if name in self.fields), "")
        if parts.name and name_field and not self.fields[name_field].strip():
            changes[name_field] = parts.name
        elif parts.name and self.fields.get(name_field, "").strip() != parts.name:
            says.append(str(KEEPS_NAME) % {"name": parts.name})
        if parts.phone and PHONE in self.fields and not self.fields[PHONE].strip():
            changes[PHONE] = parts.phone
        elif parts.phone and parts.phone != self.fields.get(PHONE, "").strip():
            says.append(str(KEEPS_PHONE if PHONE in self.fields else NO_PHONE))
        if parts.postcode and POSTCODE in self.fields:
            changes[POSTCODE] = parts.postcode
        return self._with(changes, tuple(says))


def levels(code: str) -> list[Level]:
    """The fields of a division: each level that has something to choose from, down to the first that nothing is chosen in.

    Where a division has one part only, that is chosen.
    """
    found: list[Level] = []
    above = ""
    for digits, (name, label) in LEVELS.items():
        choices = divisions.within(above)
        if not choices:
            break
        chosen = code[:digits] if len(code) >= digits else choices[0].code if len(choices) == 1 else ""
        found.append(Level(name, label, choices, chosen))
        if not chosen:
            break
        above = chosen
    return found


def no_levels() -> list[Level]:
    """Each level, with nothing to choose from."""
    return [Level(name, label, (), "") for name, label in LEVELS.values()]


def levels_of(text: str | None) -> list[Level]:
    """The fields of the division that a typed address names."""
    return levels(addresses.find(text or "").code)

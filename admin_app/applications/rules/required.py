"""The office's table of materials as rules: what a line asks of which case, and what may come in its place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.applications.rules.words import (
    GUARDIAN_AGE,
    MATERIAL_LABELS,
    MATERIAL_SHORT,
    Applicant,
    Channel,
    Facts,
    Material,
    Original,
    OriginalStops,
    Reason,
    may_apply,
)


@dataclass(frozen=True)
class Need:
    """What a case needs: a material, or the one that stands in for it («either … or»)."""

    material: Material
    instead: Material | None = None
    is_original_asked: bool = False
    """Whether somebody of the office must see the original of which a copy is filed."""
    original_stops: OriginalStops = OriginalStops.NOTHING

    @property
    def code(self) -> str:
        """As a closed case keeps it: id_copy, or id_copy|household_register."""
        return "|".join(self.materials)

    @property
    def materials(self) -> tuple[Material, ...]:
        """Whatever fulfils it, the usual one first."""
        return (self.material,) if self.instead is None else (self.material, self.instead)

    @property
    def label(self) -> Any:
        """In words."""
        return _either(MATERIAL_LABELS, self.materials)

    @property
    def short(self) -> Any:
        """In few words."""
        return _either(MATERIAL_SHORT, self.materials)


def _either(labels: dict[Material, Any], materials: tuple[Material, ...]) -> Any:
    if len(materials) == 1:
        return labels[materials[0]]
    return _l("%(usual)s or %(instead)s", usual=labels[materials[0]], instead=labels[materials[1]])


def need_of(code: str, originals: Mapping[str, str] | None = None) -> Need:
    """What a closed case needed: the inverse of kept()."""
    material, _bar, instead = code.partition("|")
    stops = (originals or {}).get(code)
    return Need(
        Material(material), Material(instead) if instead else None, stops is not None, OriginalStops(stops or OriginalStops.NOTHING)
    )


def kept(needs: Iterable[Need]) -> dict[str, Any]:
    """What a case keeps of its needs when it is closed: their codes, and of those whose original was asked what waited for it."""
    known = tuple(needs)
    originals = {need.code: str(need.original_stops) for need in known if need.is_original_asked}
    return {"closed_materials": [need.code for need in known], "closed_originals": originals}


@dataclass(frozen=True)
class Requirement:
    """A line of the office's table: cases with one of `reasons` need `material`, or `instead` in its place.

    '' is any applicant or channel. Ages are whole years on the day of receipt: from `age_from`, and below `age_below`.
    """

    material: Material
    reasons: frozenset[str]
    applicant: str = ""
    channel: str = ""
    age_from: int | None = None
    age_below: int | None = None
    instead: str = ""
    instead_below: int | None = None
    """The age below which `instead` is enough; None for everybody."""
    original: str = Original.NO
    original_stops: str = OriginalStops.NOTHING

    def applies(self, case: Facts) -> bool:
        """Whether a case of these facts needs the material."""
        return (
            case.reason in self.reasons
            and self.applicant in ("", case.applicant)
            and self.channel in ("", case.channel)
            and (self.age_from is None or case.age >= self.age_from)
            and (self.age_below is None or case.age < self.age_below)
        )

    def stands_in(self, case: Facts) -> Material | None:
        """What a case of these facts may bring in the place of the material."""
        is_enough = self.instead and (self.instead_below is None or case.age < self.instead_below)
        return Material(self.instead) if is_enough else None

    def asks_original(self, case: Facts) -> bool:
        """Whether the original must be seen: what came in online was copied by the resident, and there is nothing to hold it against."""
        return self.original == Original.YES or (self.original == Original.PAPER and case.channel == Channel.COUNTER)

    def need(self, case: Facts) -> Need:
        """What the line asks of a case to which it applies."""
        return Need(self.material, self.stands_in(case), self.asks_original(case), OriginalStops(self.original_stops))


def required_materials(table: Iterable[Requirement], case: Facts) -> tuple[Material, ...]:
    """What a case of these facts needs, each material once, in the order of the table."""
    return tuple(dict.fromkeys(line.material for line in table if line.applies(case)))


def needs(table: Iterable[Requirement], case: Facts) -> tuple[Need, ...]:
    """The same with what stands in and which originals: where two lines ask for a material, the first one says it."""
    found: dict[Material, Need] = {}
    for line in table:
        if line.applies(case):
            found.setdefault(line.material, line.need(case))
    return tuple(found.values())


def age_steps(table: Iterable[Requirement]) -> list[int]:
    """The ages at which what is needed, or who may apply, can change: between two of them nothing does. The first is 0."""
    named = (age for line in table for age in (line.age_from, line.age_below, line.instead_below) if age is not None)
    return sorted({0, GUARDIAN_AGE, *named})


def without_materials(table: Sequence[Requirement]) -> Facts | None:
    """The first case that can be and of which the table asks nothing; None if there is none.

    Between two of its age_steps() nothing changes, so one age of each span is enough.
    """
    possible = (Facts(*facts) for facts in product(Reason, Applicant, Channel, age_steps(table)))
    return next((case for case in possible if may_apply(case.applicant, case.age) and not required_materials(table, case)), None)

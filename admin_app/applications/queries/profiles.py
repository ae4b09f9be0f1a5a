"""Which photo profile holds for a case, and by which rules a photo was measured."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy import select

from admin_app.applications import rules
from admin_app.applications.models import Application, Document, PhotoProfile, PhotoRulesKept
from admin_app.applications.rules import photo
from admin_app.foundation.cache import cached
from admin_app.foundation.database import db
from admin_app.foundation.errors import DomainError


@dataclass(frozen=True)
class Measure:
    """The figures that a profile had from one of its versions on."""

    id: int
    profile_id: int
    version: int
    since: date
    rules: photo.PhotoRules
    name_en: str
    name_zh: str
    span: photo.Span
    is_active: bool


@cached
def _known() -> tuple[Measure, ...]:
    """All that ever measured, the oldest first (one statement; kept for a moment). Names and spans are those of today."""
    kept, profile = PhotoRulesKept, PhotoProfile
    columns = (
        kept.id, kept.profile_id, kept.version, kept.since, kept.figures, profile.name_en, profile.name_zh,
        profile.age_from, profile.age_below, profile.valid_from, profile.valid_to, profile.is_active,
    )  # fmt: skip
    rows = db.session.execute(select(*columns).join(profile, profile.id == kept.profile_id).order_by(kept.id))
    return tuple(
        Measure(key, of, version, since, photo.PhotoRules(**figures), english, chinese, photo.Span(*span), active)
        for key, of, version, since, figures, english, chinese, *span, active in rows
    )


def _in_force() -> list[Measure]:
    newest = {one.profile_id: one for one in _known()}
    return [one for one in newest.values() if one.is_active]


def spans() -> list[photo.Span]:
    """For whom and when each profile in use holds."""
    profile = PhotoProfile
    columns = (profile.age_from, profile.age_below, profile.valid_from, profile.valid_to)
    return [photo.Span(*row) for row in db.session.execute(select(*columns).where(profile.is_active))]


def for_case(case: Application) -> Measure:
    """The rules for photos of this case, by the resident's age on the day of receipt and that day (rules.photo.Span.preference)."""
    return for_cases()(case)


def for_cases() -> Callable[[Application], Measure]:
    """The same for many cases: the profiles are read once."""
    return partial(_chosen, _in_force())


def _chosen(known: Sequence[Measure], case: Application) -> Measure:
    is_known = case.resident.erased_at is None
    age = rules.age_on(case.received_on, case.resident.birth_on) if is_known else rules.GUARDIAN_AGE
    held = [one for one in known if one.span.holds(age, case.received_on)]
    if not held:
        raise DomainError("No photo profile holds for this case.")  # the table of profiles is never saved like that
    return max(held, key=lambda one: (one.span.preference, one.profile_id))


def of_document(document: Document) -> Measure:
    """The rules by which a photo was measured; those of its case where that was not written down."""
    kept = next((one for one in _known() if one.id == document.photo_rules_id), None)
    return kept or for_case(document.application)


def older_of(document: Document) -> Measure | None:
    """The rules by which a photo was measured, if others hold for its case by now."""
    used = of_document(document)
    return None if used.id == for_case(document.application).id else used

"""Restricting a resident's records, lifting that, and the one check that every verb about a resident passes (ADR 0048)."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.audit import operations as audit
from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict, NotAllowed
from admin_app.foundation.typed_text import texts
from admin_app.residents.models import Resident
from admin_app.restrictions import queries, rules
from admin_app.restrictions.models import Restriction
from admin_app.restrictions.rules import Kind
from admin_app.staff.permissions import verb

_asked: ContextVar[bool] = ContextVar("restrictions.asked", default=False)
"""Whether the verb around this one was asked about already: they are about the same people."""


@contextmanager
def checked(name: str, given: Iterable[Any]) -> Iterator[None]:
    """The work of the verb `name` on what it was given; Restricted before it if that is about a resident whose records are restricted."""
    rows = [] if _asked.get() else queries.about(given)
    if not rows:
        yield
        return
    if name not in rules.GOES_ON or name in rules.NOT_IF_ERASED:
        queries.refuse_restricted(rows, goes_on=name in rules.GOES_ON)
    token = _asked.set(True)
    try:
        yield
    finally:
        _asked.reset(token)


@verb("restrictions.restrict")
def restrict(resident: Resident, *, kind: str, reason: str, look_again_on: date | None, by: Actor) -> Restriction:
    """From now on the resident's records are kept and not used.

    `kind` is a word of rules.Kind. Raises TextRefused, Conflict, NotAllowed.
    """
    _refuse_one_centre(by)
    reason, today = texts.reason(reason), clock.today()
    if look_again_on is None or not today < look_again_on <= today + timedelta(days=rules.LONGEST_DAYS):
        raise texts.TextRefused(_l("Choose a day after today, three years ahead at the most."), field="look_again_on")
    # Whoever is at work on these records ends first; whoever comes later finds them restricted.
    db.session.refresh(resident, ["is_restricted"], with_for_update=True)
    if resident.is_restricted:
        raise Conflict(_l("The records of this resident are restricted already."))
    made = Restriction(
        resident_id=resident.id,
        kind=str(Kind(kind)),
        reason=reason,
        look_again_on=look_again_on,
        made_by_id=by.staff_id,
        made_at=clock.now(),
    )
    resident.is_restricted = True
    db.session.add(made)
    facts = {"kind": made.kind, "look_again_on": look_again_on.isoformat()}
    audit.record("residents.restricted", "resident", resident.public_id, by=by, reason=reason, changes=facts, about=resident.id)
    return made


@verb("restrictions.lift")
def lift(restriction: Restriction, *, reason: str, by: Actor) -> None:
    """The resident's records may be used again. Raises TextRefused, Conflict, and NotAllowed where somebody else has to do it."""
    _refuse_one_centre(by)
    reason, resident = texts.reason(reason), restriction.resident
    db.session.refresh(resident, ["is_restricted"], with_for_update=True)
    db.session.refresh(restriction)
    if restriction.lifted_at is not None:
        raise Conflict(_l("Somebody has lifted this restriction already."))
    if restriction.kind in rules.LIFTED_BY_ANOTHER and by.is_staff_member(restriction.made_by_id):
        raise NotAllowed(_l("You set this restriction yourself: another supervisor lifts it."))
    restriction.lifted_at, restriction.lifted_by_id, restriction.lift_reason = clock.now(), by.staff_id, reason
    resident.is_restricted = False
    kind = {"kind": restriction.kind}
    audit.record("residents.unrestricted", "resident", resident.public_id, by=by, reason=reason, changes=kind, about=resident.id)


def _refuse_one_centre(by: Actor) -> None:
    if by.centre_id is not None:
        raise NotAllowed(_l("A restriction holds for cases of every centre: somebody who works for the whole office sets and lifts it."))

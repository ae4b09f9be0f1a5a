"""Keeping a form while it is typed, and forgetting it once it is sent or not wanted any more."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import add_if_new, db, new_public_id
from admin_app.foundation.errors import Conflict
from admin_app.foundation.typed_text import numbers, texts
from admin_app.residents.models import Resident
from admin_app.staff.permissions import verb
from admin_app.unsent_forms import queries
from admin_app.unsent_forms.models import UnsentForm
from admin_app.unsent_forms.rules import LONGEST, MOST, Pairs, size

UNIQUE = ("staff_id", "form", "resident_id", "about_ref")


class TooMany(Conflict):
    """So many forms are begun and not sent that no other one is kept."""


@verb("unsent_forms.keep")
def keep(resident: Resident, form: str, fields: Pairs, *, key: str | None, by: Actor, about_ref: str = "") -> bool:
    """Keep `fields` as what `by` typed into the form about `resident`; False if its page was sent or discarded already.

    They take the place of what was kept before; texts stay exactly as they were typed. `key` is the random key of the drawing of the form.
    TextRefused where one holds what could never be saved, or where all is far too long; TooMany; Restricted, Erased.
    """
    key = numbers.form_key(key) or ""
    for name, typed in fields:
        texts.unfinished(typed, most=LONGEST, field=name)
    if size(fields) > LONGEST:
        raise texts.TextRefused(_l("This form is too long to be kept while you type. Make it shorter."))
    row = queries.row_of(by, form, resident, about_ref)
    if row is not None and row.content_sealed is None and key and row.form_key == key:
        return False
    if row is None or row.content_sealed is None:
        _refuse_too_many(by)
    row = row or _row(resident, form, about_ref, by)
    row.content, row.form_key, row.kept_at = fields, key, clock.now()
    return True


@verb("unsent_forms.close")
def close(resident: Resident, form: str, *, key: str | None, by: Actor, about_ref: str = "") -> None:
    """The form was sent: forget what was typed, and what its page may still send to be kept."""
    row = queries.row_of(by, form, resident, about_ref)
    if row is None and not key:
        return
    row = row or _row(resident, form, about_ref, by)
    if row.content_sealed is not None or row.form_key != key:
        _empty(row, key)


@verb("unsent_forms.discard")
def discard(unsent: UnsentForm, *, by: Actor) -> None:  # noqa: ARG001  # whose it is was asked when it was read
    """Forget what was typed: it is not wanted."""
    _empty(unsent, unsent.form_key)


def _empty(row: UnsentForm, key: str | None) -> None:
    row.content_sealed, row.form_key, row.kept_at = None, key or "", clock.now()


def _row(resident: Resident, form: str, about_ref: str, by: Actor) -> UnsentForm:
    """The row, made now unless another request of the same person was faster."""
    made = {"public_id": new_public_id(), "staff_id": by.staff_id, "form": form, "resident_id": resident.id, "about_ref": about_ref}
    add_if_new(UnsentForm(**made, kept_at=clock.now()))
    return db.session.scalars(select(UnsentForm).filter_by(**{name: made[name] for name in UNIQUE})).one()  # one of the two made it


def _refuse_too_many(by: Actor) -> None:
    if db.session.scalar(select(func.count()).select_from(queries.visible_to(by).limit(MOST).subquery())) == MOST:
        raise TooMany(_l("%(count)s forms are begun and not sent: no other one is kept. Send or discard one of them first.", count=MOST))

"""One's own forms that are not sent yet; nobody sees those of others."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from admin_app.foundation import settings
from admin_app.foundation.actor import Actor, is_staff_member
from admin_app.foundation.database import db
from admin_app.foundation.errors import NotFound
from admin_app.residents import queries as residents
from admin_app.residents.models import Resident
from admin_app.unsent_forms.models import UnsentForm
from admin_app.unsent_forms.rules import MOST, FormKind, Pairs


def visible_to(who: Actor) -> Select[Any]:
    """The forms of `who` in which something stands, of residents who are known."""
    mine = select(UnsentForm).join(UnsentForm.resident).where(is_staff_member(UnsentForm.staff_id, who))
    return mine.where(UnsentForm.content_sealed.is_not(None), Resident.erased_at.is_(None))


def mine(who: Actor, *, about: Resident | None = None) -> Sequence[UnsentForm]:
    """One's own unsent forms with their residents, the newest first; `about`: those about one resident."""
    found = visible_to(who) if about is None else visible_to(who).where(UnsentForm.resident_id == about.id)
    newest = found.order_by(UnsentForm.kept_at.desc(), UnsentForm.id.desc()).limit(MOST)
    return db.session.scalars(newest.options(joinedload(UnsentForm.resident))).all()


def row_of(who: Actor, form: str, resident: Resident, about_ref: str = "") -> UnsentForm | None:
    """One's own row of this form about this resident (and case), empty or not."""
    mine = (is_staff_member(UnsentForm.staff_id, who), UnsentForm.form == form, UnsentForm.resident_id == resident.id)
    return db.session.scalar(select(UnsentForm).where(*mine, UnsentForm.about_ref == about_ref))


class OnPage(NamedTuple):
    """A form on the page that is being drawn: where it is kept, and what was typed into it before."""

    kind: FormKind
    subject: str
    """What it is about, as its address names it: public id of the resident, reference of the case."""
    row: UnsentForm | None
    """What was typed and not sent; None for nothing."""

    @property
    def fields(self) -> Pairs:
        """Fields and what was typed into them."""
        return self.row.content if self.row is not None else ()

    @property
    def ends_at(self) -> datetime | None:
        """From when on it is forgotten; None for nothing."""
        return ends_at(self.row) if self.row is not None else None


def on_page(who: Actor, kind: FormKind, resident: Resident, case_ref: str = "") -> OnPage:
    """The form of this kind about this resident, or about this case of theirs."""
    found = row_of(who, kind.code, resident, case_ref)
    is_unsent = found is not None and found.content_sealed is not None
    return OnPage(kind, case_ref or resident.public_id, found if is_unsent else None)


def ends_at(unsent: UnsentForm) -> datetime:
    """From when on the daily run forgets it."""
    return unsent.kept_at + timedelta(days=settings.current().unsent_form_days)


def by_public_id(who: Actor, public_id: str) -> UnsentForm:
    """One's own unsent form; NotFound for those of others, and once it was sent or discarded."""
    found: UnsentForm | None = db.session.scalar(visible_to(who).where(UnsentForm.public_id == public_id[:64]))
    if found is None:
        raise NotFound(_l("There is no such unsent form. It was sent or discarded meanwhile, or its days are over."))
    return found


def of_resident(me: Actor, public_id: str) -> tuple[Resident, str]:
    """Whom a form is about whose subject is a resident."""
    return residents.by_public_id(me, public_id), ""

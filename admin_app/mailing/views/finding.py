"""What the search box finds in the mailroom: label codes, parcel numbers, tracking numbers, batch references."""

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from admin_app.audit.operations import reading
from admin_app.foundation import settings
from admin_app.foundation.actor import Actor
from admin_app.foundation.typed_text import numbers
from admin_app.mailing import rules
from admin_app.mailing.models import Parcel
from admin_app.mailing.queries import batches, paper_lists, parcels
from admin_app.mailing.rules import paper
from admin_app.residents.rules import shown_name
from admin_app.web.search_hits import Hit


def find(text: str, me: Actor) -> list[Hit]:
    """The one thing that is called exactly so; a void label says that it is void."""
    code, tracking = numbers.reference(text), numbers.compact(text)
    if not me.may("mailing.read"):
        return _case(code if rules.is_parcel_number(code) else tracking, me)
    if rules.is_parcel_number(code):
        return _label(code, me)
    if rules.is_batch_reference(code):
        return _batch(code, me)
    if paper.is_sheet_number(code):
        return _sheet(code, me)
    if _is_tracking(tracking):
        return _parcel(tracking, me)
    return []


def _sheet(number: str, me: Actor) -> list[Hit]:
    sheet = paper_lists.by_number(me, number)
    if sheet is None:
        return []
    free = ngettext("%(num)s cell free", "%(num)s cells free", sheet.free)
    return [Hit(_l("Label sheet"), number, free, url_for("SheetView.show", public_id=sheet.public_id))]


def _case(code: str, me: Actor) -> list[Hit]:
    """Whoever asks where the card is finds the case, which says it."""
    case = parcels.case_by_code(me, code) if rules.is_parcel_number(code) or _is_tracking(code) else None
    if case is None:
        return []
    reading.opened("found", case.resident.public_id, case.resident)
    return [Hit(_l("Application"), case.reference, shown_name(case.resident.name, me), url_for("CaseView.show", reference=case.reference))]


def _is_tracking(number: str) -> bool:
    return rules.tracking_fault(number, domestic=settings.current().tracking_pattern) is None


def _label(code: str, me: Actor) -> list[Hit]:
    label = parcels.label_by_code(me, code)
    if label is None:
        return _parcel(code, me)
    state = _l("void: destroy this label") if label.voided_at else _parcel_state(label.parcel)
    return [Hit(_l("Label"), code, state, url_for("ParcelView.show", public_id=label.parcel.public_id, label=code))]


def _parcel(code: str, me: Actor) -> list[Hit]:
    parcel = parcels.by_code(me, code)
    return [Hit(_l("Parcel"), code, _parcel_state(parcel), url_for("ParcelView.show", public_id=parcel.public_id))] if parcel else []


def _parcel_state(parcel: Parcel) -> object:
    return rules.PARCEL_LABELS[rules.ParcelStatus(parcel.status)]


def _batch(reference: str, me: Actor) -> list[Hit]:
    batch = batches.by_reference(me, reference)
    if batch is None:
        return []
    state = rules.BATCH_LABELS[rules.BatchStatus(batch.status)]
    return [Hit(_l("Mailing batch"), reference, state, url_for("BatchView.show", public_id=batch.public_id))]

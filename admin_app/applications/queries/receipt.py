"""What the receipt of an application is printed from."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

import config
from admin_app.applications import rules
from admin_app.applications.models import Application, Document
from admin_app.applications.queries.intake import missing_materials
from admin_app.applications.queries.missing import checklist
from admin_app.applications.queries.visibility import visible_to
from admin_app.centres import queries as centres
from admin_app.foundation import clock, settings
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db, is_public_id
from admin_app.foundation.i18n import pick
from admin_app.residents import rules as resident_rules
from reports.letters.rows import ApplicationReceiptRow, CentreLines


def by_public_ids(staff: Actor, public_ids: Sequence[str]) -> list[Application]:
    """Those of the cases that exist and `staff` may know of, oldest first, with what their receipts say."""
    known = [public_id for public_id in public_ids if is_public_id(public_id)]
    loaded = (
        joinedload(Application.resident), joinedload(Application.centre), selectinload(Application.documents).joinedload(Document.file),
    )  # fmt: skip
    query = select(Application).where(Application.public_id.in_(known), visible_to(staff)).options(*loaded)
    return list(db.session.scalars(query.order_by(Application.id)))


def look_up_place() -> str:
    """Where a resident looks up a case, as it is printed: the host and the page; '' where this office has no pages for residents."""
    now = settings.current()
    host = next(iter(config.host_names(now.online_hosts)), "")
    if not host and now.environment != "production":
        host = f"{now.host}:{now.port}"
    return f"{host}/online/look-up" if host else ""


def receipt_row(application: Application, *, by: Actor, look_up_code: str = "") -> ApplicationReceiptRow:
    """The row of the receipt; texts in the language in force. A draft promises no day yet. `look_up_code` as it is printed."""
    centre, lines = application.centre, checklist(application)
    lacking = missing_materials(lines)
    return ApplicationReceiptRow(
        reference=application.reference,
        resident=resident_rules.shown_name(application.resident.name, by),
        id_number_masked=application.resident.id_number_masked,
        reason=str(rules.REASON_LABELS[rules.Reason(application.reason)]),
        delivery=str(rules.DELIVERY_LABELS[rules.Delivery(application.delivery)]),
        received_at=clock.to_office(application.received_at),
        promised_on=application.due_on if application.is_open else None,
        is_guess=application.is_open and centres.is_guess(application.due_on),
        centre=CentreLines(pick(centre, "name"), pick(centre, "address"), centre.phone),
        handed_in=tuple(dict.fromkeys(str(line.label_of(d)) for line in lines for d in line.documents)),
        missing=tuple(str(line.label) for line in lines if line.material in lacking and line.is_required),
        clerk=by.display_name,
        resident_latin=application.resident.name_latin if by.may("residents.names") else "",
        look_up_code=look_up_code,
        look_up_at=look_up_place() if look_up_code else "",
    )

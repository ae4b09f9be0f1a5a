"""What every fact in the log is called, and what its codes mean: one table for all rooms, because the log lies below most of them.

A test asks for a line for each fact that the source records, and for a word for each code.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Date

from admin_app.applications import rules as cases
from admin_app.applications.queries import queue, reasons, snapshot
from admin_app.audit import rules as audit
from admin_app.cards import rules as cards
from admin_app.centres.rules import KINDS, festival_words
from admin_app.erasures import rules as erasures
from admin_app.extracts.rules.words import PARTS
from admin_app.foundation.clock_watch import DOUBTS
from admin_app.foundation.i18n import language, listed, pick, titled
from admin_app.intake_api.lists import FACTS as OF_CLIENTS
from admin_app.loss_reports import rules as losses
from admin_app.mailing import rules as mail
from admin_app.mailing.rules import label_choice, packing, paper, phones, spelling
from admin_app.mailing.rules import returns as returned
from admin_app.notices import rules as notices
from admin_app.production import rules as production
from admin_app.residents import rules as residents
from admin_app.restrictions import rules as restrictions
from admin_app.retention.rules import LINES
from admin_app.web.fact_words import NOTHING, Fact, at_moment, on_day, size
from admin_app.web.held_uploads import choice_words
from admin_app.web.lists.description import ListPage
from admin_app.web.reference_list import cell_text


def _centre(number: int) -> str:
    return next((pick(centre, "name") for centre in queue.centres() if centre.id == number), NOTHING)


def _reason(code: str) -> str:
    found = reasons.reason_called(code)
    return pick(found, "text") if found else code


def _finding(found: Mapping[str, Any]) -> str:
    return str(audit.finding_text(found["what"], entry=found.get("entry"), seal=found.get("seal")))


def _moved(days: list[str]) -> str:
    return " → ".join(map(on_day, days))


def _changed_day(found: Mapping[str, Any]) -> str:
    if "year" in found:
        names = [str(word) for name in found.get("names", ()) for word in festival_words(name)]
        notice = _("Holiday notice of %(year)s", year=str(found["year"]))
        return titled(notice, listed(names)) if names else notice
    name = (found["zh"] or found["en"]) if language() == "zh" else (found["en"] or found["zh"])
    return " ".join(filter(None, (on_day(found["day"]), str(KINDS[found["kind"]]), name)))


_STATUS, _REASON, _CHANNEL, _FIELDS, _DELIVERY = _l("Status"), _l("Reason"), _l("Came in by"), _l("What was changed"), _l("Delivery")
_PLACES = residents.CORRECTED | {"recipient": _l("Recipient"), "language": _l("Language of letters")}
_KINDS = {line.code: line.label for line in LINES}
_PARTS = {table: title for table, (title, _why) in PARTS.items()}
_SECOND = {rule: sentence for rule, (_outcomes, sentence) in cases.SECOND_DECISION.items()}
_DECISIONS = cases.RECOMMENDATION_LABELS | {cases.DecisionKind.REQUEST_INFORMATION: _l("Request for information")}
_REFUSED = "applications.document_refused"

FACTS: dict[tuple[str, str], Fact] = {
    ("applications", "status"): Fact(_STATUS, cases.STATUS_LABELS, is_pair=True),
    ("loss_reports", "status"): Fact(_STATUS, losses.STATUS_LABELS, is_pair=True),
    ("cards", "status"): Fact(_STATUS, cards.STATUS_LABELS, is_pair=True),
    ("mailing", "status"): Fact(_STATUS, mail.BATCH_LABELS | mail.PARCEL_LABELS | mail.BOOKING_LABELS, is_pair=True),
    ("mailing", "why"): Fact(_l("Why"), mail.BOOKING_FAULTS),
    ("mailing", "carrier_said"): Fact(_l("The carrier says")),
    ("notices", "status"): Fact(_STATUS, notices.STATUS_LABELS, is_pair=True),
    ("notices", "why"): Fact(_l("Why"), notices.ERRORS),
    ("accounts", "why"): Fact(_l("Why"), notices.ERRORS),
    ("notices", "kind"): Fact(_l("What was said"), notices.KIND_LABELS),
    ("notices", "channel"): Fact(_l("By which way"), notices.CHANNEL_LABELS),
    ("applications", "reason"): Fact(_REASON, cases.REASON_LABELS, is_pair=True),
    ("applications", "channel"): Fact(_CHANNEL, cases.CHANNEL_LABELS, is_pair=True),
    ("applications", "applicant"): Fact(_l("Applicant"), cases.APPLICANT_LABELS, is_pair=True),
    ("applications", "delivery"): Fact(_DELIVERY, cases.DELIVERY_LABELS, is_pair=True),
    ("applications", "old_card_serial"): Fact(_l("Old card"), is_pair=True),
    ("applications", "owner"): Fact(_l("With"), audit.in_one_script, is_pair=True),
    ("applications", "verdict"): Fact(_l("Verdict"), snapshot.VERDICT_LABELS, is_pair=True),
    ("applications", "reasons"): Fact(_l("Reasons"), _reason),
    (_REFUSED, "reason"): Fact(_REASON, _reason),
    ("applications", "asked_by"): Fact(_l("A second person decides, because"), _SECOND),
    ("applications", "decision"): Fact(_l("Decision"), _DECISIONS),
    ("applications", "fields"): Fact(_FIELDS, _PLACES | {"delivery": _DELIVERY}),
    ("applications", "paused_working_days"): Fact(_l("Working days with the clock stopped")),
    ("applications.recounted", "due_on"): Fact(_l("Promised day"), _moved, takes_lists=True),
    ("applications.recounted", "statutory_on"): Fact(_l("Day by law"), _moved, takes_lists=True),
    ("applications.recounted", "answer_by"): Fact(_l("Last day for an answer"), _moved, takes_lists=True),
    ("applications.recounted", "because"): Fact(_l("What changed"), _changed_day),
    ("calendar", "because"): Fact(_l("What changed"), _changed_day),
    ("calendar", "moved"): Fact(_l("Cases moved")),
    ("applications", "posted_on"): Fact(_l("Posted on"), on_day),
    ("", "material"): Fact(_l("Material"), cases.MATERIAL_LABELS),
    ("", "document"): Fact(_l("Document")),
    ("", "either"): Fact(_l("Material, one of"), cases.MATERIAL_LABELS),
    ("documents", "kind"): Fact(_l("Material"), cases.MATERIAL_LABELS, is_pair=True),
    ("documents", "centre_id"): Fact(_l("Counter"), _centre),
    ("", "cut_from"): Fact(_l("Cut out of the document")),
    ("", "pages_chosen"): Fact(_l("Chosen page by page"), choice_words),
    ("", "inside"): Fact(_l("Files inside the PDF, not kept")),
    ("", "sha256"): Fact(_l("Fingerprint of the file")),
    ("", "loss_report"): Fact(_l("Loss report")),
    ("mailing.tracking_corrected", "tracking_number"): Fact(_l("Tracking number"), is_pair=True),
    ("", "tracking_number"): Fact(_l("Tracking number")),
    ("", "application"): Fact(_l("Case")),
    ("", "login"): Fact(_l("Login on the machine")),
    ("loss_reports", "channel"): Fact(_CHANNEL, losses.CHANNEL_LABELS),
    ("loss_reports", "resident"): Fact(_l("Resident")),
    ("loss_reports", "file"): Fact(_l("File")),
    ("cards", "copy"): Fact(_l("Card number of the case")),
    ("cards", "fault"): Fact(_l("Because of whom"), cards.FAULT_LABELS),
    ("cards", "cost_fen"): Fact(_l("Cost in yuan"), cards.yuan),
    ("cards", "delivery"): Fact(_DELIVERY, cases.DELIVERY_LABELS),
    ("cards", "collector"): Fact(_l("Collected by"), cards.COLLECTOR_LABELS),
    ("cards", "authority"): Fact(_l("Document seen"), cards.AUTHORITY_LABELS),
    ("cards", "file"): Fact(_l("File")),
    ("cards", "production_batch"): Fact(_l("Production batch")),
    ("cards", "why"): Fact(_l("Why"), production.WHY_LABELS),
    ("production", "status"): Fact(_STATUS, production.STATUS_LABELS, is_pair=True),
    ("production", "why"): Fact(_l("Why"), production.WHY_LABELS),
    ("production", "cards"): Fact(_l("Cards")),
    ("production", "maker"): Fact(_l("Maker of cards")),
    ("production", "files"): Fact(_l("Files")),
    ("production", "rows"): Fact(_l("Rows")),
    ("production", "made"): Fact(_l("Made")),
    ("production", "faulty"): Fact(_l("Not made")),
    ("production", "refused"): Fact(_l("Rows refused")),
    ("production", "missing"): Fact(_l("Not delivered")),
    ("production", "waiting"): Fact(_l("Not answered")),
    ("cards", "serial"): Fact(_l("Card serial")),
    ("cards", "parcel"): Fact(_l("Parcel")),
    ("cards", "seal_reason"): Fact(_l("Why it is sealed"), cards.SEAL_REASONS),
    ("cards", "cards"): Fact(_l("Cards")),
    ("cards", "destruction"): Fact(_l("Destruction")),
    ("mailing", "return_reason"): Fact(_l("Why it came back"), returned.RETURN_REASONS),
    ("mailing", "shelf"): Fact(_l("Place on the shelf")),
    ("mailing", "way"): Fact(_l("How"), returned.WAY_LABELS),
    ("mailing", "result"): Fact(_l("What came of it"), returned.REACHED_LABELS),
    ("mailing", "on"): Fact(_l("Day"), on_day),
    ("mailing", "carrier_reference"): Fact(_l("Number of the inquiry")),
    ("mailing", "outcome"): Fact(_l("What became of the card"), returned.OUTCOME_LABELS),
    ("mailing", "parcels"): Fact(_l("Parcels")),
    ("mailing", "labels"): Fact(_l("Labels")),
    ("mailing", "stock"): Fact(_l("Label stock")),
    ("mailing", "phone_shown"): Fact(_l("Phone on the labels"), phones.PHONE_LABELS),
    ("mailing", "printer"): Fact(_l("Label printer")),
    ("reference", "shift_x_mm"): Fact(_l("Shift to the right (mm)")),
    ("reference", "shift_y_mm"): Fact(_l("Shift down (mm)")),
    ("reference", "scale_x_permille"): Fact(_l("Scale across (‰)")),
    ("reference", "scale_y_permille"): Fact(_l("Scale down (‰)")),
    ("mailing", "start_cell"): Fact(_l("First cell")),
    ("mailing", "sheet"): Fact(_l("Sheet")),
    ("mailing", "cells"): Fact(_l("Cells")),
    ("mailing", "spoiled_why"): Fact(_l("Why"), paper.SPOILED_LABELS),
    ("mailing", "design"): Fact(_l("Label design"), label_choice.design_name),
    ("mailing", "designs"): Fact(_l("Label designs and their versions")),
    ("mailing", "language"): Fact(_l("Words on the labels"), label_choice.WORDS_LABELS),
    ("mailing", "fields"): Fact(_FIELDS, _PLACES),
    ("mailing", "spelling"): Fact(_l("What no print font has"), spelling.SPELLING_LABELS),
    ("mailing", "void"): Fact(_l("Void label")),
    ("mailing", "new"): Fact(_l("New label")),
    ("mailing", "postage"): Fact(_l("Postage class"), packing.POSTAGE_LABELS),
    ("mailing", "label"): Fact(_l("Label")),
    ("mailing", "fault"): Fact(_l("What did not match"), packing.MISMATCH_LABELS),
    ("mailing", "parcel"): Fact(_l("Parcel")),
    ("mailing", "other"): Fact(_l("The card belongs to parcel")),
    ("mailing", "difference"): Fact(_l("Why it does not leave"), packing.DIFFERENCE_LABELS),
    ("residents", "id_number"): Fact(_l("ID number")),
    ("residents", "confirmed"): Fact(_l("Confirmed about the number"), residents.CONFIRMED_LABELS),
    ("residents", "fields"): Fact(_FIELDS, _PLACES),
    ("residents", "why"): Fact(_l("Why"), residents.WHY_LABELS),
    ("residents", "who"): Fact(_l("Who looked")),
    ("residents", "outcome"): Fact(_l("How it ended"), residents.OUTCOME_LABELS),
    ("residents", "kind"): Fact(_l("Why"), restrictions.KIND_LABELS),
    ("residents", "look_again_on"): Fact(_l("Look at it again on"), on_day),
    ("staff", "who"): Fact(_l("Who looked")),
    ("staff", "residents"): Fact(_l("Residents")),
    ("staff", "name_en"): Fact(_l("Name, English")),
    ("staff", "name_zh"): Fact(_l("Name, Chinese")),
    ("staff", "role"): Fact(_l("Role"), audit.ROLES),
    ("staff", "centre_id"): Fact(_l("Centre"), _centre),
    ("staff", "active"): Fact(_l("Account in use")),
    ("erasures", "erasure"): Fact(_l("Erasure")),
    ("erasures", "why"): Fact(_l("Why"), erasures.WHY_LABELS),
    ("erasures", "counts"): Fact(_l("What was erased"), erasures.LABELS),
    ("extracts", "records"): Fact(_l("Records"), _PARTS),
    ("extracts", "form"): Fact(_l("Form"), {"pdf": "PDF", "json": "JSON"}),
    ("retention", "deleted"): Fact(_l("Deleted"), _KINDS),
    ("retention", "days"): Fact(_l("Older than (days)"), _KINDS),
    ("lists", "file"): Fact(_l("File"), {"csv": "CSV", "xlsx": "XLSX"}),
    ("lists", "rows"): Fact(_l("Rows")),
    ("audit", "after"): Fact(_l("Exported after entry")),
    ("audit", "entries"): Fact(_l("Entries verified")),
    ("audit", "seals"): Fact(_l("Seals verified")),
    ("audit", "unsealed"): Fact(_l("Entries not sealed yet")),
    ("audit", "anchors"): Fact(_l("Anchors compared")),
    ("audit", "anchored_at"): Fact(_l("Newest anchor"), at_moment),
    ("audit", "seconds"): Fact(_l("Seconds"), size),
    ("audit", "findings"): Fact(_l("Found"), _finding),
    ("audit", "notes"): Fact(_l("Notes about who looked verified")),
    ("audit", "note_seals"): Fact(_l("Seals over notes verified")),
    ("audit", "unsealed_notes"): Fact(_l("Notes about who looked not sealed yet")),
    ("system", "rows"): Fact(_l("Rows")),
    ("system", "tables"): Fact(_l("Tables")),
    ("system", "files"): Fact(_l("Files")),
    ("system", "bytes"): Fact(_l("Bytes")),
    ("system", "newest_seal"): Fact(_l("Newest seal")),
    ("system", "lost"): Fact(_l("Cannot be opened")),
    ("system", "made_at"): Fact(_l("Made"), at_moment),
    ("system", "encrypted"): Fact(_l("Values and files re-encrypted")),
    ("system", "indexed"): Fact(_l("Indexes rebuilt")),
    ("system", "doubled"): Fact(_l("Residents found twice")),
    ("system", "old_codes_of"): Fact(_l("People with recovery codes of the older key")),
    ("system", "newest"): Fact(_l("Newest key")),
    ("system", "older"): Fact(_l("Older keys")),
    ("system", "is_over"): Fact(_l("Older keys are not needed any more")),
    ("system", "doubt"): Fact(_l("Why the time was doubted"), DOUBTS),
    ("system", "believed_at"): Fact(_l("Last trusted time"), at_moment),
    ("system", "confirmed"): Fact(_l("Confirmed time"), at_moment),
} | OF_CLIENTS  # fmt: skip

TOLD: dict[str, tuple[str, ...]] = {
    "documents.added": ("material", "either"),
    "documents.removed": ("material", "either"),
    "documents.restored": ("material", "either"),
    "documents.original_seen": ("material", "either", "centre_id"),
    "documents.kind_changed": ("kind",),
    "documents.original_unseen": ("material", "either"),
    "applications.document_accepted": ("material", "either"),
    _REFUSED: ("material", "either", "reason"),
    "applications.document_reset": ("material", "either"),
    "applications.information_requested": ("reasons",),
    "applications.rejected": ("reasons",),
    "applications.lapsed": ("reasons",),
    "applications.recounted": ("due_on", "answer_by", "because"),
    "calendar.followed": ("moved",),
    "applications.redirected": ("fields",),
    "applications.rejection_recommended": ("reasons",),
    "applications.taken_in": ("reason",),
    "applications.loss_report_linked": ("loss_report",),
    "applications.reassigned": ("owner",),
    "applications.claimed": ("owner",),
    "residents.called": ("outcome",),
    "cards.handed_over": ("collector", "authority"),
    "cards.sent_to_maker": ("production_batch",),
    "cards.called_back": ("production_batch", "why"),
    "cards.came_from_maker": ("production_batch",),
    "residents.updated": ("fields",),
    "residents.corrected": ("fields",),
    "mailing.recipient_corrected": ("fields", "spelling"),
    "notices.written": ("kind",),
    "mailing.parcel_returned": ("return_reason",),
    "mailing.return_resolved": ("outcome",),
    "mailing.contact_tried": ("way", "result"),
    "mailing.parcel_delivered": ("on",),
    "mailing.parcel_inquired": ("on",),
    "mailing.wrong_pair": ("fault", "parcel"),
    "mailing.parcel_removed": ("difference",),
}
"""Action -> what a line of a history names beside it: of documents which, of decisions why. Nothing that is sealed."""


def facts(lists: Iterable[ListPage], views: Iterable[Any]) -> Mapping[tuple[str, str], Fact]:
    """The whole table: with the tabs and filters of the lists, and the columns of the reference screens in their own words."""
    lists = tuple(lists)
    tabs = {tab.name: tab.label for page in lists for tab in page.tabs}
    filters = {one.name: one.label for page in lists for one in page.filters}
    of_lists = {("lists", "tab"): Fact(_l("Tab"), tabs), ("lists", "filters"): Fact(_l("Filters"), partial(_filters, filters))}
    return FACTS | of_lists | {key: fact for view in views for key, fact in _of_view(view)}


def _filters(labels: Mapping[str, Any], names: str) -> str:
    return listed(str(labels.get(name, name)) for name in names.split(", "))


def _of_view(view: Any) -> Iterable[tuple[tuple[str, str], Fact]]:
    for name, label in view.label_columns.items():
        for action in (f"reference.{view.noun}_added", f"reference.{view.noun}_changed"):
            yield (action, name), Fact(label, partial(_cell, view, name), takes_lists=True)


def _cell(view: Any, name: str, value: Any) -> Any:
    """A value of a column as its screen has it; the log keeps days as text."""
    column = view.model.__table__.c.get(name)
    is_day = column is not None and isinstance(column.type, Date) and isinstance(value, str) and value
    return cell_text(view, name, date.fromisoformat(value) if is_day else value)

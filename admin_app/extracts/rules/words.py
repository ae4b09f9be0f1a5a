"""How the copy reads on paper: parts, why the office has them, names of columns, words for codes. A column without a word fails a test."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.applications import rules as cases
from admin_app.audit import rules as log
from admin_app.cards import rules as cards
from admin_app.foundation.filing import LEVEL_LABELS
from admin_app.foundation.i18n import LANGUAGES
from admin_app.loss_reports import rules as losses
from admin_app.mailing import rules as mail
from admin_app.mailing.rules import returns as returned
from admin_app.notices import rules as notices
from admin_app.residents import rules as residents

_CASE = _l("To decide about the application and to answer for the decision later.")
_MAIL = _l("To send the card to the right address, and to know where it is.")
PARTS: dict[str, tuple[Any, Any]] = {
    "resident": (_l("Who you are"), _l("To know whom a card is for, and to reach you.")),
    "resident_correction": (_l("What was corrected"), _l("So that it can be seen what the office went by before.")),
    "call": (_l("Calls"), _l("To know what was agreed on the phone.")),
    "account": (_l("Your online account"), _l("So that you can see your own cases online.")),
    "loss_report": (_l("Loss reports"), _l("So that nobody uses a card that was lost or stolen.")),
    "application": (_l("Applications"), _CASE),
    "document": (_l("Materials handed in"), _CASE),
    "decision": (_l("Decisions"), _CASE),
    "recommendation": (_l("Recommendations to a second person"), _CASE),
    "decision_reason": (_l("Reasons of decisions"), _CASE),
    "card": (_l("Cards"), _l("To have the card made and to know who has it.")),
    "parcel": (_l("Parcels"), _MAIL),
    "label": (_l("Labels of parcels"), _MAIL),
    "carrier_booking": (_l("Questions to the carrier"), _MAIL),
    "mail_return": (_l("Parcels that came back"), _MAIL),
    "contact_attempt": (_l("Attempts to reach you about them"), _MAIL),
    "carrier_inquiry": (_l("Inquiries with the carrier"), _MAIL),
    "stored_file": (_l("Files"), _CASE),
    "notice": (_l("What you were told"), _l("To know what you were told, and when.")),
    "read_note": (_l("Who looked at your data"), _l("So that looks without a reason come to light.")),
    "audit_entry": (_l("What was done"), _l("So that whoever did it answers for it.")),
}
"""Table -> its title on paper, and what the office has it for."""
AS_TABLES = frozenset({"read_note", "audit_entry"})
"""Parts of many short records: a line each."""
LINES_ON_PAPER = 200
"""Of such a part, the newest: thousands of lines would be a hundred pages and take minutes to set. The file for programs has more."""

NOT_ON_PAPER = {
    "received_on": "the day of received_at",
    "clock_stops": "between which days the clock stood still; paused_days says for how long",
    "decided_on": "the day of decided_at",
    "written_at": "the database's time of what `at` says",
    "width": "size of a picture",
    "height": "size of a picture",
    "media_type": "the kind of the file says it",
    "measured": "figures of a portrait",
    "not_final": "stands behind the days themselves",
    "chosen": "how pages of a PDF are kept that looked other, in codes",
    "design": "which file drew the label, by its name",
    "design_version": "as before, by its checksum",
}
"""Columns that are in the file for programs alone, and why."""

_WHEN, _NUMBER, _NOTE, _STATUS, _ADDRESS = _l("When"), _l("Number"), _l("Note"), _l("Status"), _l("Address")
COLUMNS: dict[str, Any] = {
    "name": _l("Name"), "name_latin": _l("Name in Latin letters"), "id_number": _l("ID number"), "phone": _l("Phone"),
    "email": _l("E-mail"),
    "postcode": _l("Postcode"), "address": _ADDRESS, "address_changed_on": _l("Address last changed"),
    "is_fictitious": _l("Fictitious person of the demo"), "field": _l("What was corrected"), "before": _l("Before"), "after": _l("After"),
    "reason": _l("Reason"), "outcome": _l("How it ended"), "note": _NOTE, "reference": _NUMBER, "channel": _l("How it came in"),
    "opened_at": _l("Opened"), "last_in_at": _l("Signed in last"),
    "identity_level": _l("How it was known who you are"),
    "status": _STATUS, "was_stolen": _l("Stolen"), "circumstances": _l("What happened"), "card_serial": _l("Number of the card"),
    "bank_side_reported": _l("Reported to the bank"), "reported_at": _l("Reported"), "lapses_at": _l("Lapses"),
    "formal_at": _l("Formal since"), "ended_at": _l("Ended"), "statement": _l("In your words"), "applicant": _l("Who applies"),
    "agent_name": _l("Name of proxy or guardian"), "agent_id_masked": _l("ID number of proxy or guardian, masked"),
    "number_confirmed": _l("About the ID number"), "agent_number_confirmed": _l("About the ID number of proxy or guardian"),
    "old_card_serial": _l("Number of the old card"), "delivery": _l("Delivery"), "recipient": _l("Recipient"),
    "recommendation": _l("Recommended last"), "received_at": _l("Taken in"), "submitted_at": _l("Submitted"),
    "due_on": _l("Promised day"), "statutory_on": _l("Day by which the rules require a decision"), "paused_on": _l("Waiting for you since"),
    "paused_days": _l("Working days waited"), "clock_from": _l("The promised days count from"), "promised_in": _l("Working days promised"),
    "statutory_in": _l("Working days that the rules allow"), "answer_in": _l("Working days for your answer"),
    "answer_by": _l("Last day for your answer"), "reminded_on": _l("Reminded"), "decided_at": _l("Decided"),
    "decided_in_days": _l("Working days to the decision"),
    "posted_on": _l("Card posted"), "material": _l("Material"), "added_at": _l("Handed in"), "removed_at": _l("Removed"),
    "face_seen_at": _l("One face, seen by eye"), "is_kind_chosen": _l("Kind of the paper said"),
    "original_seen_at": _l("Copy compared with the original"),
    "verdict": _l("Verdict"), "verdict_note": _l("Note on the verdict"), "verdict_at": _l("Verdict given"), "kind": _l("Kind"),
    "why": _l("Why"), "codes": _l("Codes of the reasons"), "asked_by": _l("Why a second person decides"),
    "recommended_at": _l("Recommended"), "answer": _l("Answer of the second person"), "answered_at": _l("Answered"),
    "answer_note": _l("Note of the second person"), "copy": _l("Copy"), "serial": _l("Number of the card"),
    "requested_at": _l("Requested on"), "ready_at": _l("Ready"), "spoil_reason": _l("Why it was spoiled"),
    "collected_by": _l("Handed over to"), "collector": _l("Who collected it"), "collector_id_masked": _l("ID number of the proxy, masked"),
    "collector_number_confirmed": _l("About the ID number of the proxy"), "authority": _l("Document of the proxy"),
    "authority_missing": _l("Why no scan of the document is kept"),
    "number": _NUMBER, "tracking_number": _l("Tracking number"), "posted_at": _l("Posted"),
    "fault": _l("Made again because of"), "cost_fen": _l("Cost in fen"),
    "asked_at": _l("Asked last"), "asked_times": _l("Times asked"), "refusals": _l("Times refused"),
    "since_on": _l("Delivered, came back, asked about or given up on"), "shelf": _l("Place on the shelf"),
    "keep_until": _l("Kept until"), "made_on": _l("Day"), "way": _l("How"), "result": _l("What came of it"),
    "asked_on": _l("Asked on"), "carrier_reference": _l("Number of the inquiry"),
    "answered_on": _l("Answered on"),
    "code": _l("Barcode"), "printed_at": _l("Printed"), "stuffed_at": _l("Put into its envelope"),
    "removed_why": _l("Why it was taken out"),
    "reprint_reason": _l("Why it was reprinted"), "voided_at": _l("Void since"),
    "size_bytes": _l("Bytes"), "pages": _l("Pages"), "original_name": _l("Name of the file"), "day": _l("Day"), "actor_role": _l("Role"),
    "act": _l("How"), "times": _l("Times"), "first_at": _l("First"), "last_at": _l("Last"), "at": _WHEN, "action": _l("What"),
    "subject_type": _l("Record"), "case": _l("Case"), "parcel": _l("Parcel"), "text": _l("Reason"),
    "language": _l("Language"), "words": _l("What it says"), "error": _l("What went wrong"), "written_at": _l("Written on"),
}  # fmt: skip
"""Column -> its name on paper, where the table has no own one."""
OWN: dict[tuple[str, str], Any] = {
    ("carrier_booking", "fault"): _l("What was wrong"),
    ("resident", "created_at"): _l("Known to the office since"), ("resident_correction", "made_at"): _WHEN, ("call", "made_at"): _WHEN,
    ("notice", "kind"): _l("What was said"), ("notice", "channel"): _l("By which way"), ("notice", "recipient"): _l("Sent to"),
    ("notice", "ended_at"): _l("Left or ended"), ("resident", "language"): _l("Language of letters"),
    ("card", "made_at"): _l("Made"), ("card", "ended_at"): _l("Handed over, posted or spoiled"),
    ("contact_attempt", "made_at"): _l("Written down"), ("mail_return", "ended_at"): _l("Ended"),
    ("carrier_inquiry", "answer"): _l("What the carrier said"),
    ("mail_return", "outcome"): _l("What became of the card"), ("carrier_inquiry", "asked_at"): _l("Written down"),
    ("label", "created_at"): _l("Requested on"), ("stored_file", "created_at"): _l("Stored"), ("audit_entry", "outcome"): _l("Outcome"),
    ("application", "reason"): _l("Reason of the application"), ("recommendation", "outcome"): _l("Recommended"),
    ("audit_entry", "actor_role"): _l("Who, by role"), ("read_note", "actor_role"): _l("Who, by role"),
}  # fmt: skip
_DECIDED = {
    cases.DecisionKind.APPROVE: _l("Approved"),
    cases.DecisionKind.REJECT: _l("Rejected"),
    cases.DecisionKind.REQUEST_INFORMATION: _l("Asked for information"),
}
_ANSWERS = {**cases.RECOMMENDATION_LABELS, "send_back": _l("Sent back")}
CODES: dict[tuple[str, str], Mapping[Any, Any]] = {
    ("resident", "number_confirmed"): residents.CONFIRMED_LABELS,
    ("resident", "language"): residents.LANGUAGE_LABELS,
    ("resident_correction", "field"): residents.CORRECTED,
    ("call", "outcome"): residents.OUTCOME_LABELS,
    ("loss_report", "channel"): losses.CHANNEL_LABELS,
    ("loss_report", "identity_level"): LEVEL_LABELS,
    ("application", "identity_level"): LEVEL_LABELS,
    ("loss_report", "status"): losses.STATUS_LABELS,
    ("application", "channel"): cases.CHANNEL_LABELS,
    ("application", "reason"): cases.REASON_LABELS,
    ("application", "applicant"): cases.APPLICANT_LABELS,
    ("application", "agent_number_confirmed"): residents.CONFIRMED_LABELS,
    ("application", "delivery"): cases.DELIVERY_LABELS,
    ("application", "status"): cases.STATUS_LABELS,
    ("application", "recommendation"): cases.RECOMMENDATION_LABELS,
    ("document", "material"): cases.MATERIAL_LABELS,
    ("document", "verdict"): {
        cases.Verdict.PENDING: _l("waits for a verdict"), cases.Verdict.ACCEPTED: _l("accepted"), cases.Verdict.REFUSED: _l("refused"),
    },
    ("decision", "kind"): _DECIDED,
    ("recommendation", "outcome"): cases.RECOMMENDATION_LABELS,
    ("recommendation", "answer"): _ANSWERS,
    ("recommendation", "asked_by"): {rule: sentence for rule, (_kinds, sentence) in cases.SECOND_DECISION.items()},
    ("card", "delivery"): cases.DELIVERY_LABELS,
    ("card", "status"): cards.STATUS_LABELS,
    ("card", "fault"): cards.FAULT_LABELS,
    ("card", "collector"): cards.COLLECTOR_LABELS,
    ("card", "authority"): cards.AUTHORITY_LABELS,
    ("card", "collector_number_confirmed"): residents.CONFIRMED_LABELS,
    ("parcel", "status"): mail.PARCEL_LABELS,
    ("carrier_booking", "status"): mail.BOOKING_LABELS,
    ("carrier_booking", "fault"): mail.BOOKING_FAULTS,
    ("notice", "kind"): notices.KIND_LABELS,
    ("notice", "channel"): notices.CHANNEL_LABELS,
    ("notice", "language"): LANGUAGES,
    ("notice", "status"): notices.STATUS_LABELS,
    ("notice", "error"): notices.ERRORS,
    ("mail_return", "reason"): returned.RETURN_REASONS,
    ("mail_return", "outcome"): returned.OUTCOME_LABELS,
    ("contact_attempt", "way"): returned.WAY_LABELS,
    ("contact_attempt", "result"): returned.REACHED_LABELS,
    ("carrier_inquiry", "answer"): returned.ANSWER_LABELS,
    ("read_note", "actor_role"): log.ROLES,
    ("read_note", "act"): log.READINGS,
    ("audit_entry", "actor_role"): log.ROLES,
    ("audit_entry", "action"): log.ACTIONS,
    ("audit_entry", "subject_type"): log.SUBJECTS,
    ("audit_entry", "outcome"): {"done": _l("done"), "refused": _l("refused")},
}  # fmt: skip
"""Codes that are words on paper; a code that is not in its table reads as it is stored."""


def label_of(table: str, column: str) -> Any:
    """What paper calls a column of a table."""
    return OWN.get((table, column)) or COLUMNS[column]

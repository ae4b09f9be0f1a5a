"""What each recorded action reads like; a test finds every action that the code records and is missing here."""

import re
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from admin_app.audit.rules import mail
from admin_app.foundation.i18n import language

ACTIONS: dict[str, Any] = {
    "staff.signed_in": _l("Signed in"),
    "staff.signed_out": _l("Signed out"),
    "staff.sign_in_refused": _l("Sign-in refused"),
    "staff.sign_in_paused": _l("No further sign-ins from unknown browsers for a while"),
    "staff.code_refused": _l("Wrong code of the second factor"),
    "staff.proof_given": _l("Confirmed their identity again"),
    "staff.second_factor_added": _l("Added a second factor"),
    "staff.second_factor_removed": _l("Removed their own second factor"),
    "staff.second_factor_reset": _l("Removed the second factor of a staff member"),
    "staff.recovery_codes_made": _l("Made new recovery codes"),
    "staff.recovery_code_used": _l("Used a recovery code"),
    "staff.passkey_added": _l("Added a passkey"),
    "staff.passkey_removed": _l("Removed a passkey"),
    "staff.own_session_ended": _l("Ended one of their sessions elsewhere"),
    "staff.own_sessions_ended": _l("Ended all their sessions elsewhere"),
    "staff.password_changed": _l("Changed their own password"),
    "staff.added": _l("Added a staff member"),
    "staff.changed": _l("Changed role, centre or name of a staff member"),
    "staff.switched_off": _l("Switched a staff member off"),
    "staff.switched_on": _l("Switched a staff member on again"),
    "staff.password_reset": _l("Gave a staff member a new one-time password"),
    "staff.sessions_ended": _l("Signed a staff member out everywhere"),
    "reference.centre_added": _l("Added a service centre"),
    "reference.centre_changed": _l("Changed a service centre"),
    "reference.calendar_day_added": _l("Added a calendar day"),
    "reference.calendar_day_changed": _l("Changed a calendar day"),
    "reference.calendar_year_added": _l("Entered the holiday notice of a year"),
    "reference.calendar_year_changed": _l("Changed the holiday notice of a year"),
    "reference.reason_code_added": _l("Added a reason code"),
    "reference.reason_code_changed": _l("Changed a reason code"),
    "reference.material_rule_added": _l("Added a line to the materials per reason"),
    "reference.material_rule_changed": _l("Changed the materials per reason"),
    "reference.card_maker_added": _l("Added a maker of cards"),
    "reference.card_maker_changed": _l("Changed a maker of cards"),
    "reference.photo_profile_added": _l("Added a photo profile"),
    "reference.photo_profile_changed": _l("Changed a photo profile"),
    "reference.label_stock_added": _l("Added a label stock"),
    "reference.label_stock_changed": _l("Changed a label stock"),
    "reference.label_printer_added": _l("Added a label printer"),
    "reference.label_printer_changed": _l("Changed a label printer"),
    "reference.label_printer_measured": _l("Measured a label printer"),
    "residents.registered": _l("Registered a resident"),
    "residents.updated": _l("Updated a resident's contact data"),
    "residents.corrected": _l("Corrected a resident's data"),
    "residents.revealed": _l("Saw a resident's full ID number"),
    "residents.phone_revealed": _l("Saw a resident's full phone number"),
    "residents.collector_revealed": _l("Saw the full ID number of whoever collected a resident's card"),
    "residents.called": _l("Called a resident"),
    "residents.watched": _l("Put a resident under watch"),
    "residents.unwatched": _l("Ended the watch on a resident"),
    "residents.restricted": _l("Restricted the records of a resident"),
    "residents.unrestricted": _l("Lifted a restriction of records"),
    "accounts.code_sent": _l("Sent a code to sign in to the phone on file"),
    "accounts.code_not_sent": _l("A code to sign in could not be sent"),
    "accounts.signed_in": _l("Signed in online"),
    "accounts.signed_out": _l("Signed out online"),
    "residents.watched_seen": _l("Alarm: a watched resident was looked at"),
    "staff.many_seen": _l("Alarm: somebody looked at many residents"),
    "loss_reports.taken": _l("Took a loss report"),
    "loss_reports.formalised": _l("Made a loss report formal"),
    "loss_reports.lifted": _l("Lifted a loss report"),
    "loss_reports.bank_side_noted": _l("Noted that the bank side is reported"),
    "loss_reports.lapsed": _l("Loss report lapsed"),
    "loss_reports.concluded": _l("Closed a loss report"),
    "loss_reports.proof_attached": _l("Attached a proof of loss"),
    "applications.submitted": _l("Submitted the application"),
    "applications.claimed": _l("Claimed the case"),
    "applications.taken_over": _l("Took the case over"),
    "applications.released": _l("Gave the case back to the queue"),
    "applications.reassigned": _l("Handed the case over"),
    "applications.information_requested": _l("Asked the resident for information"),
    "applications.resumed": _l("Put the case back into the queue"),
    "applications.handed_back": _l("Completed the case: back with the reviewer who asked"),
    "applications.redirected": _l("Changed where the card goes"),
    "applications.reminded": _l("Reminded the resident"),
    "applications.look_up_code_given": _l("Gave a look-up code"),
    "applications.look_up_code_renewed": _l("Gave a new look-up code; the one before it is void"),
    "applications.lapsed": _l("The day for an answer went by: rejected by itself"),
    "applications.recounted": _l("The calendar changed: the days of the case moved with it"),
    "applications.approval_recommended": _l("Recommended approval"),
    "applications.rejection_recommended": _l("Recommended rejection"),
    "applications.taken_for_second": _l("Took the case for the second decision"),
    "applications.sent_back": _l("Sent the recommendation back"),
    "applications.approved": _l("Approved the application"),
    "applications.rejected": _l("Rejected the application"),
    "applications.withdrawn": _l("Withdrew the application"),
    "applications.reopened": _l("Reopened the case"),
    "applications.posting_taken_back": _l("Took the posting of the card back within its seconds"),
    "cards.ready_taken_back": _l("Took back that the card is ready"),
    "cards.posting_taken_back": _l("Took the posting of the card back within its seconds"),
    "mailing.batch_posting_taken_back": _l("Took the posting of the batch back within its seconds"),
    "mailing.parcel_posting_taken_back": _l("Took the posting of the parcel back within its seconds"),
    "applications.decision_taken_back": _l("Took the decision back within its seconds"),
    "applications.second_decision_taken_back": _l("Took the second decision back within its seconds"),
    "applications.document_accepted": _l("Accepted a document"),
    "applications.document_refused": _l("Refused a document"),
    "applications.document_reset": _l("Took a verdict back"),
    "applications.taken_in": _l("Took the application in"),
    "applications.changed": _l("Changed the application"),
    "documents.added": _l("Added a document"),
    "documents.removed": _l("Removed a document"),
    "documents.restored": _l("Brought a document back"),
    "documents.cut": _l("Cut a portrait out of a photo"),
    "documents.face_seen": _l("Saw one face on a photo"),
    "documents.kind_changed": _l("Changed of which kind a document is"),
    "documents.original_seen": _l("Saw the original of a document: the copy agrees with it"),
    "documents.original_unseen": _l("Took back that the original of a document was seen"),
    "applications.loss_report_linked": _l("Linked the loss report"),
    "applications.posted": _l("The card was posted"),
    "cards.requested": _l("Requested a card"),
    "cards.made": _l("Marked the card made"),
    "cards.sent_to_maker": _l("Put the card into a production batch"),
    "cards.called_back": _l("Took the card out of its production batch"),
    "cards.came_from_maker": _l("Took the card from the maker"),
    "production.batch_frozen": _l("Opened a production batch"),
    "production.cards_left_out": _l("Left cards out of a production batch"),
    "production.exported": _l("Made the package for the maker"),
    "production.downloaded": _l("Downloaded the package for the maker"),
    "production.batch_sent": _l("Sent a production batch to the maker"),
    "production.batch_cancelled": _l("Cancelled a production batch"),
    "production.answer_handed_in": _l("Handed in an answer of the maker"),
    "production.answer_put_aside": _l("Put an answer of the maker aside"),
    "production.answer_confirmed": _l("Confirmed an answer of the maker"),
    "production.answer_taken": _l("Took an answer of the maker"),
    "production.batch_closed": _l("Closed a production batch"),
    "cards.ready": _l("Marked the card ready"),
    "cards.spoiled": _l("Marked the card spoiled"),
    "cards.posted": _l("Posted the card"),
    "cards.handed_over": _l("Handed the card over"),
    "cards.authority_attached": _l("Kept the scan of the document of whoever collected the card"),
    "mailing.batch_opened": _l("Opened a mailing batch"),
    "mailing.sheet_chosen": _l("Chose label stock, printer and start cell"),
    "mailing.parcels_added": _l("Added parcels to a batch"),
    "mailing.recipient_corrected": _l("Corrected recipient or address"),
    "mailing.cells_spoiled": _l("Wrote cells of a label sheet off"),
    "mailing.labels_ordered": _l("Ordered the labels"),
    "lists.batched": _l("Had all ready cards put into batches"),
    "lists.batching_stopped": _l("Stopped the opening of batches"),
    "mailing.printing_stopped": _l("Stopped the making of labels"),
    "mailing.batch_labelled": _l("Labels of a batch were drawn"),
    "mailing.batch_posted": _l("Posted a batch"),
    "mailing.batch_cancelled": _l("Cancelled a batch"),
    "mailing.label_reprinted": _l("Reprinted a label"),
    "mailing.labels_opened": _l("Opened the labels to print them"),
    "mailing.label_opened": _l("Opened a label that was printed again"),
    "mailing.label_opened_again": _l("Opened a label again that was printed already"),
    "mailing.labels_opened_again": _l("Opened labels again that were printed already"),
    "mailing.parcel_labelled": _l("Made a parcel"),
    "mailing.parcel_stuffed": _l("Put the card into its envelope, both scanned"),
    "mailing.parcel_unstuffed": _l("Took back that the card is in its envelope"),
    "mailing.number_scanned": _l("Scanned the tracking number of an envelope"),
    "mailing.wrong_pair": _l("Scanned a wrong pair of label and card"),
    "mailing.wrong_pair_settled": _l("Put a wrong pair right"),
    "mailing.parcel_posted": _l("Posted a parcel"),
    "mailing.booking_ordered": _l("Had the carrier asked for the parcels of a batch"),
    "mailing.phone_printed": _l("Printed the full phone number on a label"),
    "mailing.parcel_booked": _l("The carrier booked a parcel"),
    "mailing.booking_refused": _l("The carrier does not take a parcel"),
    "mailing.booking_unknown": _l("The carrier gave no answer about a parcel that can be used"),
    "mailing.booking_asked_again": _l("Had the carrier asked again for a parcel"),
    "mailing.tracking_corrected": _l("Corrected a tracking number"),
    "mailing.parcel_removed": _l("Took a parcel out of its batch"),
    "notices.written": _l("Wrote to the resident"),
    "notices.printed": _l("Printed a letter to the resident"),
    "notices.readdressed": _l("A letter follows the resident to another address"),
    "notices.dropped": _l("Withdrew a letter that is not true any more"),
    "notices.renewed": _l("Took up a withdrawn letter again"),
    "notices.begun": _l("Began to hand a message over"),
    "notices.sent": _l("Sent a message to the resident"),
    "notices.failed": _l("A message to the resident was not sent"),
    "notices.not_known": _l("A message was handed over, and nobody knows whether it was sent"),
    "notices.put_back": _l("A message waits for its next try"),
    "notices.ordered_again": _l("Had a message sent once more"),
    "clients.added": _l("Added an API client"),
    "clients.changed": _l("Changed what an API client may"),
    "clients.switched_off": _l("Switched an API client off"),
    "clients.switched_on": _l("Switched an API client on again"),
    "clients.key_made": _l("Made a key for an API client"),
    "clients.key_ended": _l("Ended a key of an API client"),
    "lists.exported": _l("Exported a list"),
    "audit.checked": _l("Checked the audit log"),
    "audit.given_out": _l("Exported the audit log line by line"),
    "erasures.asked": _l("Asked for the erasure of a resident's data"),
    "erasures.approved": _l("Had a resident's data erased, as a second person"),
    "erasures.refused": _l("Refused the erasure of a resident's data"),
    "erasures.completed": _l("Erased a resident's data"),
    "extracts.made": _l("Made a copy of everything about a resident"),
    "calendar.followed": _l("Let the days of open cases follow the calendar"),
    "retention.applied": _l("Deleted what was older than its time"),
    "system.time_confirmed": _l("Confirmed the time of the machine"),
    "system.backed_up": _l("Made a backup"),
    "system.restored": _l("Restored a backup"),
    "system.resealed": _l("Re-encrypted data with a newer key"),
    "system.copied": _l("Copied the office into another database"),
    "system.reindexed": _l("Rebuilt the index of numbers with a newer key"),
} | mail.ACTIONS
_SUBJECT_OF_ROOM = {
    "staff": "staff", "residents": "resident", "loss_reports": "loss_report", "applications": "application", "documents": "application",
    "cards": "card", "production": "production_batch", "mailing": "mailing_batch", "notices": "notice", "lists": "list", "audit": "log",
    "calendar": "calendar", "retention": "retention", "extracts": "resident", "erasures": "resident", "accounts": "resident",
    "system": "system", "clients": "client",
}  # fmt: skip
ABOUT_RESIDENTS = frozenset({"resident", "loss_report", "application", "document", "card", "parcel", "notice"})
"""Kinds of record that are about one resident each."""
IDENTIFYING = frozenset({"id_number", "serial", "old_card_serial", "card_serial", "tracking_number", "sha256"})
"""Names of facts that can lead to a person: of an entry about a resident they are sealed as its reason is (ADR 0049)."""
ERASED = _l("(erased)")
"""What is read where the key of the person was deleted."""
SUBJECTS: dict[str, Any] = {
    "staff": _l("Staff member"), "centre": _l("Service centre"), "calendar_day": _l("Calendar day"), "calendar": _l("Calendar"),
    "calendar_year": _l("Holiday notice"), "reason_code": _l("Reason code"), "material_rule": _l("Materials per reason"),
    "label_stock": _l("Label stock"), "label_printer": _l("Label printer"), "label_sheet": _l("Label sheet"),
    "resident": _l("Resident"), "loss_report": _l("Loss report"), "application": _l("Application"),
    "document": _l("Document"), "card": _l("Card"), "parcel": _l("Parcel"), "mailing_batch": _l("Mailing batch"), "notice": _l("Letter"),
    "production_batch": _l("Production batch"), "card_maker": _l("Maker of cards"),
    "destruction": _l("Destruction of cards"), "client": _l("API client"),
    "list": _l("List"), "log": _l("Audit log"), "retention": _l("Retention"), "system": _l("System"), "photo_profile": _l("Photo profile"),
}  # fmt: skip
# The audit room stands below the staff room, so it knows the roles by their stored names.
ROLES: dict[str, Any] = {
    "intake_clerk": _l("Intake clerk"),
    "reviewer": _l("Reviewer"),
    "supervisor": _l("Supervisor"),
    "mailroom_clerk": _l("Mailroom clerk"),
    "auditor": _l("Auditor"),
    "administrator": _l("Administrator"),
    "client": _l("Program of somebody else"),
    "system": _l("By itself"),
    "resident": _l("Resident"),
}


def subject_type_of(action: str) -> str:
    """The kind of record that `action` of ACTIONS is recorded of; record() refuses another, so that «kind» is a set of actions."""
    room, _, verb = action.partition(".")
    if room == "reference":
        return verb.rpartition("_")[0]
    if room == "applications" and verb.startswith("document_"):
        return "document"
    if room == "cards" and verb.startswith("destruction_"):
        return "destruction"
    if room == "mailing" and verb.startswith("cells_"):
        return "label_sheet"
    if room == "mailing" and verb in mail.OF_PARCELS:
        return "parcel"
    return _SUBJECT_OF_ROOM[room]


def actions_on(subject_type: str) -> tuple[str, ...]:
    """Every action that is recorded of this kind of record."""
    return tuple(action for action in ACTIONS if subject_type_of(action) == subject_type)


def action_label(action: str) -> Any:
    """The action in words; an action that is not in the table reads as it is stored."""
    return ACTIONS.get(action, action)


def subject_label(subject_type: str) -> Any:
    """The kind of record in words."""
    return SUBJECTS.get(subject_type, subject_type)


def action_text(entry: Any) -> Any:
    """What happened, in words, for lists of entries about one record."""
    return action_label(entry.action)


_BOTH_SCRIPTS = re.compile(r"([^\u2e80-\U0003ffff]+) ([\u2e80-\U0003ffff].*)")


def actor(entry: Any) -> str:
    """Who did it, in the reader's script: the log keeps both («Zhao Qiang 赵强»), which is one too many in a list."""
    if entry.actor_role == "system":
        return gettext("Card Desk")
    return in_one_script(entry.actor_name)


def in_one_script(name: str) -> str:
    """A person's name as the log keeps it, in the reader's script alone."""
    both = _BOTH_SCRIPTS.fullmatch(name)
    return both[2 if language() == "zh" else 1] if both else str(name)


def role_label(role: str) -> Any:
    """The role in words; an unknown one reads as it is stored."""
    return ROLES.get(role, role)

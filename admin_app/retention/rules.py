"""How long each kind of record stays, from when, what becomes of it, and why: one line for every table of the database."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from config import Settings


class What(StrEnum):
    """What becomes of the records of a kind."""

    JOB = "job"
    CLOCK = "clock"
    KEPT = "kept"


WHAT_LABELS = {
    What.JOB: _l("deleted by the daily run"),
    What.CLOCK: _l("deleted by itself soon after"),
    What.KEPT: _l("stays; the desk deletes none"),
}


@dataclass(frozen=True)
class Line:
    """One kind of record."""

    code: str
    label: Any
    tables: tuple[str, ...]
    """Every table of which it has rows; a table may belong to two kinds."""
    what: What
    why: Any
    since: Any = ""
    """From when the time counts; '' where there is no end."""
    days: Callable[[Settings], int] | None = None
    """How many days, by the settings in force."""
    minutes: Callable[[Settings], int] | None = None
    """How many minutes, where it is no day."""


LINES = (
    Line(
        "unsaved_forms", _l("Unsaved forms"), ("unsaved_form",), What.JOB,
        _l("A help for whoever types; no part of the case."), _l("last typed"), lambda now: now.unsaved_form_days,
    ),
    Line(
        "unsent_forms", _l("Unsent forms"), ("unsent_form",), What.JOB,
        _l("What somebody at the counter began to type and did not send; no record of the office."), _l("last typed"),
        lambda now: now.unsent_form_days,
    ),
    Line(
        "drafts", _l("Drafts that nobody submitted, with their files"), ("application", "document", "stored_file"), What.JOB,
        _l("The resident did not come back; the purpose is gone (PIPL article 47)."), _l("taken in"), lambda now: now.draft_days,
    ),
    Line(
        "calls", _l("Calls and how they ended"), ("call",), What.JOB,
        _l("Only as long as a complaint about a call can be answered (PIPL article 19)."), _l("written down"), lambda now: now.call_days,
    ),
    Line(
        "list_files", _l("Files of lists"), ("list_file", "stored_file"), What.CLOCK,
        _l("Whoever ordered one has downloaded it by then."), _l("ordered"), days=lambda _now: 1,
    ),
    Line(
        "sessions", _l("Sessions of browsers"), ("browser_session",), What.CLOCK, _l("Ended sessions let nobody in."), _l("last used"),
        minutes=lambda now: now.session_idle_minutes,
    ),
    Line(
        "resident_sessions", _l("Sessions of residents"), ("resident_session",), What.CLOCK, _l("Ended sessions let nobody in."),
        _l("last used"), minutes=lambda now: now.resident_idle_minutes,
    ),
    Line(
        "code_requests", _l("Codes that were asked for to sign in online"), ("code_request",), What.CLOCK,
        _l("No budget counts them any more."), _l("requested"), days=lambda _now: 1,
    ),
    Line(
        "attempts", _l("Wrong passwords"), ("sign_in_attempt",), What.CLOCK, _l("Older ones do not count any more."), _l("typed"),
        minutes=lambda now: now.sign_in_minutes,
    ),
    Line(
        "look_ups", _l("Wrong look-up codes"), ("look_up_attempt",), What.CLOCK, _l("Older ones do not count any more."), _l("typed"),
        days=lambda _now: 1,
    ),
    Line(
        "undo_windows", _l("What could be taken back within some seconds"), ("undo_window",), What.CLOCK,
        _l("Nobody is offered it any more; the log tells what was done and taken back."), _l("closed"), days=lambda _now: 1,
    ),
    Line(
        "held_uploads", _l("Uploads that wait for a decision"), ("held_upload",), What.CLOCK,
        _l("Whoever handed one in decides at once, or adds it again."), _l("uploaded"), minutes=lambda _now: 60,
    ),
    Line(
        "uploads", _l("Uploaded files that belong to no record"), (), What.CLOCK, _l("Left by forms that were not sent."), _l("uploaded"),
        days=lambda _now: 1,
    ),
    Line(
        "readings", _l("Who looked at whose data"), ("read_note", "read_seal"), What.KEPT,
        _l("Six months at least (Cybersecurity Law); a chain that proves itself is not cut."),
    ),
    Line(
        "log", _l("Audit log and its seals"), ("audit_entry", "audit_seal"), What.KEPT,
        _l("Six months at least (Cybersecurity Law); a chain that proves itself is not cut."),
    ),
    Line(
        "cases", _l("Submitted cases: decisions, documents, loss reports, cards, parcels"),
        (
            "application", "document", "stored_file", "decision", "decision_reason", "recommendation", "loss_report", "card", "parcel",
            "label", "carrier_booking", "mailing_batch", "notice", "production_batch", "production_line", "maker_answer",
            "mail_return", "contact_attempt", "carrier_inquiry", "destruction", "stuffing_stop", "label_sheet", "sheet_cell",
        ),
        What.KEPT, _l("Business files of social insurance; the office's rules of filing say for how long."),
    ),
    Line(
        "residents", _l("Residents"),
        ("resident", "resident_name", "resident_correction", "account", "restriction", "erasure", "person_key"), What.KEPT,
        _l("Needed as long as a case of theirs is kept; then two supervisors may have their data erased."),
    ),
    Line(
        "staff", _l("Staff accounts, second factors, own lists"),
        (
            "ab_user", "ab_user_role", "ab_user_group", "ab_role", "ab_group", "ab_group_role", "ab_permission", "ab_permission_view",
            "ab_permission_view_role", "ab_view_menu", "ab_register_user", "ab_api_key", "authenticator", "recovery_code", "passkey",
            "list_preference", "saved_view",
        ),
        What.KEPT, _l("The log names people by their account; accounts are switched off, not removed."),
    ),
    Line(
        "client_requests", _l("Requests of programs and what they were answered"), ("idempotency_key", "signed_message"), What.CLOCK,
        _l("A program that repeats a request does so within days."), _l("received"), days=lambda _now: 7,
    ),
    Line(
        "clients", _l("Programs of others that ask by the API, hashes of their keys"), ("api_client", "api_key"), What.KEPT,
        _l("The log names programs by their entry; they are switched off, not removed."),
    ),
    Line(
        "reference", _l("Centres, calendar, codes, photo profiles, label stocks, numbering, jobs, names of keys, the clock"),
        (
            "centre", "calendar_day", "calendar_year", "reason_code", "material_rule", "photo_profile", "photo_rules", "label_stock",
            "label_printer", "card_maker", "number_series", "job", "data_key", "index_key", "clock_mark",
        ),
        What.KEPT,
        _l("Nothing about a resident: jobs hold ids only."),
    ),
)  # fmt: skip
"""Every kind; a table of the database that no line names fails a test."""

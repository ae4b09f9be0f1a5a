"""Reads of the log: for people who look for something, and as it is sealed."""

from admin_app.audit.queries.checks import job_called, key_of_next_check, last_check, latest_seal, seal_numbered, unsealed_count
from admin_app.audit.queries.entries import (
    NEWEST,
    EntryFilter,
    actor_called,
    case_called,
    listed,
    of_subject,
    recorded_on,
    usernames,
    visible_to,
)
from admin_app.audit.queries.readings import LATEST, ReadingFilter, readings, readings_visible_to
from admin_app.audit.queries.sealed import Horizon, SealedLog, as_text, ends_of, entries_after, horizon, is_all_sealed, is_past, newest_seal

__all__ = [
    "LATEST",
    "NEWEST",
    "EntryFilter",
    "Horizon",
    "ReadingFilter",
    "SealedLog",
    "actor_called",
    "as_text",
    "case_called",
    "ends_of",
    "entries_after",
    "horizon",
    "is_all_sealed",
    "is_past",
    "job_called",
    "key_of_next_check",
    "last_check",
    "latest_seal",
    "listed",
    "newest_seal",
    "of_subject",
    "readings",
    "readings_visible_to",
    "recorded_on",
    "seal_numbered",
    "unsealed_count",
    "usernames",
    "visible_to",
]

"""Reads of the log: for people who look for something, and as it is sealed."""

from admin_app.audit.queries.entries import NEWEST, EntryFilter, actor_called, case_called, listed, of_subject, usernames, visible_to
from admin_app.audit.queries.readings import LATEST, ReadingFilter, readings, readings_visible_to
from admin_app.audit.queries.sealed import Horizon, SealedLog, as_text, entries_after, horizon, is_all_sealed, is_past, newest_seal

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
    "entries_after",
    "horizon",
    "is_all_sealed",
    "is_past",
    "listed",
    "newest_seal",
    "of_subject",
    "readings",
    "readings_visible_to",
    "usernames",
    "visible_to",
]

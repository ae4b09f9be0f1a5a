"""What is said to a resident: kinds, ways, states, and the sentences of each letter."""

from admin_app.notices.rules.states import (
    CHANNEL_LABELS,
    ERRORS,
    KIND_LABELS,
    MOVES,
    PAST,
    STATUS_LABELS,
    STATUS_MARKS,
    TAB_LABELS,
    TABS,
    Channel,
    Kind,
    Status,
)
from admin_app.notices.rules.wording import Recipient, Said, Words, compose, language_for, language_of, read_words

__all__ = [
    "CHANNEL_LABELS",
    "ERRORS",
    "KIND_LABELS",
    "MOVES",
    "PAST",
    "STATUS_LABELS",
    "STATUS_MARKS",
    "TABS",
    "TAB_LABELS",
    "Channel",
    "Kind",
    "Recipient",
    "Said",
    "Status",
    "Words",
    "compose",
    "language_for",
    "language_of",
    "read_words",
]

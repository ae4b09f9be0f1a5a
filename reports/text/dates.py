"""Dates and times as they stand on paper, in English and Chinese."""

from datetime import date, datetime

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day(value: date, language: str) -> str:
    """Return 22 November 2026 or 2026年11月22日."""
    if language == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def minute(value: datetime, language: str) -> str:
    """Return the day and the time; the caller has turned it into local time."""
    return f"{day(value, language)} {value:%H:%M}"


def month(value: date, language: str) -> str:
    """Return November 2026 or 2026年11月."""
    return f"{value.year}年{value.month}月" if language == "zh" else f"{MONTHS[value.month - 1]} {value.year}"

"""What a browser calls itself, in two words that people know; of what it sends nothing else is kept."""

import re

BROWSERS = (
    ("Edge", "Edg(e|A|iOS)?/"),
    ("Opera", "OPR/"),
    ("Firefox", "Firefox/|FxiOS/"),
    ("Chrome", "Chrom(e|ium)/|CriOS/"),
    ("Safari", "Safari/"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("macOS", "Mac OS X"),
    ("Linux", "Linux"),
)
"""The first that fits: many name others as well, to be let in."""


def name_of(user_agent: str) -> str:
    """'Firefox · Windows'; '' for what is neither."""
    return " · ".join(found for table in (BROWSERS, SYSTEMS) if (found := _first(table, user_agent[:500])))


def _first(table: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, pattern in table if re.search(pattern, text)), "")

"""Parts of a text that run one way: each is laid out by itself, so that what stands beside words from right to left keeps its place.

By Unicode's own rules a number behind Uyghur words goes to their left, away from the 号 that follows it. Here it stays with what it counts.
"""

import re
import unicodedata
from functools import cache

COUNTED = "号栋幢单室弄楼层座组队村巷门院区户排连团"
"""What follows the number of a house or a part of one in a Chinese address, with a blank between them or without."""

_FROM_RIGHT = re.compile(
    r"(?P<words>R(?:[^L]*R)?)"  # with all that is between them but letters from left to right
    r"(?P<numbers>(?:[ ./#\-\u2013\uff0c\u060c,]*[(\uff08\[]?N+[)\uff09\]]?)+)?"  # behind them, perhaps in brackets
)
"""Words from right to left and the numbers behind them, by the classes of their characters."""


@cache
def _class_of(char: str) -> str:
    """R, L, N (digit), M for what clings to the character before it, else the character itself; what Python does not know is a letter."""
    direction = unicodedata.bidirectional(char)
    if direction in ("R", "AL"):
        return "R"
    if direction in ("L", ""):
        return "L"
    if direction in ("EN", "AN"):
        return "N"
    return "M" if direction in ("NSM", "BN") else char


def runs_from_right(text: str) -> bool:
    """Tell whether any letter of `text` runs from right to left."""
    return not text.isascii() and any(_class_of(char) == "R" for char in text)


def parts(text: str) -> list[str]:
    """Return cleaned `text` in its parts, as they stand from left to right on a line; one part where nothing runs the other way."""
    if not runs_from_right(text):
        return [text]
    classes = _classes(text)
    if "L" not in classes:
        return [text]
    found, done = [], 0
    for words in _FROM_RIGHT.finditer(classes):
        end = words.end("words") if _are_counted(text, classes, words.end()) else words.end()
        found += [text[done : words.start()], text[words.start() : end]]
        done = end
    return [part for part in (*found, text[done:]) if part]


def _classes(text: str) -> str:
    classes: list[str] = []
    for char in text:
        own = _class_of(char)
        classes.append(classes[-1] if own == "M" and classes else own)
    return "".join(classes)


def _are_counted(text: str, classes: str, end: int) -> bool:
    """Tell whether numbers that end there belong to the word from left to right that follows them."""
    return classes[end : end + 1] == "L" or text[end:].lstrip(" ")[:1] in tuple(COUNTED)

"""Which passwords may be chosen: long, not among the common ones, not made of what everybody knows about the person or the office."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

from flask_babel import lazy_gettext as _l

from admin_app.foundation.errors import DomainError

SHORTEST, LONGEST = 10, 128
"""Characters, of any script; there is no rule of which kinds."""
LONGEST_EVER = 200
"""Longer ones were never accepted; whatever is longer is refused unread."""
COMMON = Path(__file__).with_name("common_passwords.txt")
OFFICE = (
    "card",
    "desk",
    "card desk",
    "social security",
    "shebao",
    "shebaoka",
    "buka",
    "补卡",
    "补卡工作台",
    "社保",
    "社保卡",
    "社会保障卡",
)
"""What every desk of this kind is about."""
FEWEST_KINDS, FEWEST_LETTERS = 5, 5
"""Different characters of a password; letters that must be left when known words are taken out of it."""
_EDGES = re.compile(r"^[\d\s!-/:-@\[-`{-~]+|[\d\s!-/:-@\[-`{-~]+$")
_IN_BETWEEN = re.compile(r"[\s._@-]+")
_REPEATED = re.compile(r"(.{1,4}?)\1+.{0,3}", re.DOTALL)
_SIGNS_FOR_LETTERS = str.maketrans("@4301!$5", "aaeoiiss")


class PasswordRefused(DomainError):
    """The new password is too short, too long or too easy to guess, or the old one is wrong."""


def check(password: str, *, known: Iterable[str] = ()) -> None:
    """Refuse (PasswordRefused) a password that is too short, too long or easy to guess; `known`: names of the person, of the place."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordRefused(_l("A password has 10 to 128 characters."))
    folded = _folded(password)
    if _is_common(folded) or _is_a_pattern(folded):
        raise PasswordRefused(_l("This password is among the first that somebody would try, also with digits added. Choose another one."))
    if _is_made_of(folded, _words_of([*OFFICE, *known])):
        raise PasswordRefused(_l("This password is made of your name or of words of the office. Choose another one."))


def _is_common(text: str) -> bool:
    """Whether `text`, or what is left of it without digits and signs at both ends, is a common password."""
    stem = _EDGES.sub("", text)
    return not stem or not {text, stem, text.translate(_SIGNS_FOR_LETTERS), stem.translate(_SIGNS_FOR_LETTERS)}.isdisjoint(_common())


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text(encoding="utf-8").split("\n")) - {""}


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _is_a_pattern(folded: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in pairwise(folded)}
    return len(set(folded)) < FEWEST_KINDS or steps in ({1}, {-1}) or bool(_REPEATED.fullmatch(folded))


def _words_of(known: Iterable[str]) -> list[str]:
    """The known words, whole and in parts, the longest first; a Latin part of two letters says too little."""
    texts = [_folded(text) for text in known]
    parts = {part for text in texts for part in (*_IN_BETWEEN.split(text), _IN_BETWEEN.sub("", text))}
    return sorted((part for part in parts if len(part) > 2 or (len(part) > 1 and not part.isascii())), key=len, reverse=True)


def _is_made_of(folded: str, words: Iterable[str]) -> bool:
    rest = _IN_BETWEEN.sub("", folded)
    whole = rest
    for word in words:
        rest = rest.replace(word, " ")
    letters = sum(character.isalpha() for character in rest)
    return rest != whole and (letters < FEWEST_LETTERS or _is_common(rest))

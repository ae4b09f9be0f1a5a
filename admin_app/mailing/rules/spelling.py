"""How a character that no print font has is written on a label, where a person chooses that way."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class Spelling(StrEnum):
    """What stands in brackets in its place."""

    PINYIN = "pinyin"
    """Its sound, where the resident's name in Latin letters tells it."""
    CODE_POINT = "code_point"
    """Its number in Unicode, like U+3106D."""


SPELLING_LABELS = {Spelling.PINYIN: _l("With its pinyin"), Spelling.CODE_POINT: _l("With its number in Unicode")}

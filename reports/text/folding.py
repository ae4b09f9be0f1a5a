"""Which characters are folded, on the screen as on paper: one table of code points (docs/adr/0018).

Nothing here asks Python which characters exist: a character that is newer than our Python, or private to a font, is a character. It stands
here because everybody may use reports/, and reports/ nobody.
"""

import re

BLANK = "\t\x1c-\x1f \xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
"""White space of any width."""
GAPS = "\u3164\uffa0"
"""Letters by name that show as a gap: typed, they are blanks; on paper they stop the document."""
BREAK = "\n\r\x0b\x0c\x85\u2028\u2029"
INVISIBLE = (
    "\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # control characters
    "\xad\u200b\u2060-\u2064\ufeff"  # soft hyphen, zero width, byte order mark
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # marks and orders of writing direction
    "\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"  # annotation, shorthand, music, tags
)
IGNORABLE = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""What Unicode says is not drawn where it is not understood (Default_Ignorable_Code_Point of DerivedCoreProperties): no name by itself."""
LOST = "\x00\ud800-\udfff"
"""NUL and halves of a character, which no file and no database takes."""

JOINED_SCRIPTS = (
    "\u0600-\u0dff"  # Arabic, Syriac, Thaana, N'Ko, Mandaic; the scripts of India and Sri Lanka
    "\u1000-\u109f\u1780-\u17ff\u1800-\u18af\u1a20-\u1aaf\u1b00-\u1c4f\u1cd0-\u1cff"  # Myanmar, Khmer, Mongolian, Balinese, Lepcha
    "\ua800-\ua87f\ua8e0-\ua8ff\ua980-\ua9ff\uaa60-\uaa7f\uaae0-\uaaff\uabc0-\uabff\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc"
    "\U00010a00-\U00010bff\U00010d00-\U00010d3f\U00010ec0-\U00010fff\U00011000-\U00011fff\U0001e900-\U0001e95f"
)
"""Blocks whose words are spelled with U+200C and U+200D; U+180E belongs to Mongolian alone."""
PICTURES = "\u2190-\u2bff\U0001f000-\U0001faff"
"""Pictures that U+200D ties to one."""

_INVISIBLE = re.compile(f"[{INVISIBLE}]+")
_LOOSE = re.compile(
    f"(?<![{JOINED_SCRIPTS}])\u200c"
    f"|(?<![{JOINED_SCRIPTS}])(?:(?<![{PICTURES}\ufe0f])\u200d|\u200d(?![{PICTURES}]))"
    "|(?<![\u1800-\u18af])\u180e"
)


def without_invisible(text: str) -> str:
    """`text` without what nobody sees; the joiners of a word stay where its script is spelled with them."""
    return _LOOSE.sub("", _INVISIBLE.sub("", text))

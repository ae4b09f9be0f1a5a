"""A reader of a letter finds the words that run from right to left as they were typed; for lines from left to right see weasy.py."""

import html
import io
import re
from collections.abc import Iterator, Mapping

import pikepdf

from reports.pdf import to_unicode
from reports.pdf.styled_text import StyledText, font_name
from reports.text.typefaces import Typeface


def from_right_to_left(content: bytes, source: str, font_files: Mapping[tuple[Typeface, str], bytes]) -> bytes:
    """Return the PDF of the HTML `source` with what its joined letters stand for; the same bytes where none runs from right to left."""
    joined = list(_joined(source))
    if not joined:
        return content
    with pikepdf.Pdf.open(io.BytesIO(content)) as document:
        fonts = {font.objgen: font for page in document.pages for font in page.obj.Resources.get("/Font", {}).values()}
        for (typeface, weight), font_file in font_files.items():
            known = to_unicode.forms(joined, typeface.family, font_file)
            for font in fonts.values() if known else ():
                if str(font.BaseFont).endswith(f"+{font_name(typeface, weight)}"):
                    to_unicode.tell(font, known)
        written = io.BytesIO()
        document.save(written, deterministic_id=True)
    return written.getvalue()


def _joined(source: str) -> Iterator[str]:
    for line in re.sub(r"<[^>]*>", "\n", source).splitlines():
        words = html.unescape(line).strip()
        if words and not StyledText(words).is_left_to_right:
            yield words

"""Texts set in type by WeasyPrint, line under line, then cut apart so that each can be put where it belongs.

A box for every line of every label is what makes a page slow. Most texts are plain: one glyph a character, no influence on each
other. Those are set behind one another in long lines and cut by counting; texts that are shaped or run from right to left get lines
of their own. All are set in one size: type of an outline font is only a scale away from any other size.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pikepdf

from reports.pdf import fonts, renderer, to_unicode
from reports.pdf.renderer import Renderer
from reports.pdf.styled_text import StyledText, font_name, spoken
from reports.text import typefaces
from reports.text.typefaces import Typeface

SIZE = 10
"""Type size of the set texts in points, as in its style sheet."""

LINE_LENGTH = 400
"""Characters of plain texts on one line."""

STROKE = 0.02
"""Thickness in ems that makes the strokes of a design without a bold weight bold."""


class TypesettingFailed(RuntimeError):
    """The renderer set other lines than it was given; nothing is printed."""


@dataclass(frozen=True)
class Glyph:
    """One glyph: font resource, character code as hexadecimal digits, shift before it (1/1000 em), rise (ems)."""

    font: str
    code: str
    shift: float = 0.0
    rise: float = 0.0


def renderer_for(characters: Iterable[str], *, title: str) -> Renderer:
    """Return a renderer for texts of `characters` in documents with one `title`."""
    wanted = set(characters) | set(title)
    chosen = fonts.typefaces_for(wanted)
    latin_first = sorted(chosen, key=lambda typeface: typeface is not typefaces.LATIN)
    columns = fonts.families(latin_first, ".regular-latin, .bold-latin")
    page = "@page { size: 5000mm 30000mm; margin: 0 }\n"
    return Renderer(wanted, page + renderer.style("pdf/typeset_texts.css") + columns)


def typeset(prepared: Renderer, texts: Iterable[StyledText], *, title: str, language: str) -> "TypesetTexts":
    """Set every different one of `texts`, which are cleaned and not empty; `prepared` comes from renderer_for.

    Raises TypesettingFailed if the renderer set other lines or glyphs than it was given.
    """
    columns = _columns(dict.fromkeys(texts))
    lines = [(kind, ["".join(one.text for one in line) for line in group]) for kind, group in columns]
    html = renderer.document("pdf/typeset_texts.html", language=language, title=title, columns=lines)
    document = pikepdf.Pdf.open(io.BytesIO(prepared.print(html)))
    if len(document.pages) != 1:
        raise TypesettingFailed("the texts do not fit one page")
    given = [line for _, group in columns for line in group]
    found = list(_lines(pikepdf.parse_content_stream(document.pages[0])))
    if len(given) != len(found):
        raise TypesettingFailed(f"{len(given)} lines were given, {len(found)} were set")
    glyphs: dict[StyledText, list[Glyph]] = {}
    for line, set_line in zip(given, found, strict=True):
        glyphs.update(_cut(line, set_line))
    return TypesetTexts(document, glyphs, prepared.font_files)


def _cut(line: Sequence[StyledText], set_line: list[Glyph]) -> Iterator[tuple[StyledText, list[Glyph]]]:
    if len(line) == 1 and not line[0].is_plain:
        yield line[0], set_line
        return
    if sum(len(one.text) for one in line) != len(set_line):
        raise TypesettingFailed("a line has more or fewer glyphs than characters")
    start = 0
    for one in line:
        yield one, set_line[start : start + len(one.text)]
        start += len(one.text)


class TypesetTexts:
    """Different texts, set and cut apart."""

    def __init__(
        self, document: pikepdf.Pdf, glyphs: dict[StyledText, list[Glyph]], font_files: Mapping[tuple[Typeface, str], bytes]
    ) -> None:
        """Take the `document` in which the texts were set, the glyphs of each, and the font files that it embeds."""
        self._document, self._glyphs = document, glyphs
        self.fonts: pikepdf.Object = document.pages[0].obj.Resources.Font
        names = {name: str(font.BaseFont).partition("+")[2] for name, font in self.fonts.items()}
        bold = {font_name(typeface, weight) for typeface, weight in font_files if weight == "bold"}
        self._thickened = {resource for resource, name in names.items() if name not in bold}
        self.letters = self._letters(font_files)

    def _letters(self, font_files: Mapping[tuple[Typeface, str], bytes]) -> dict[str, dict[int, str]]:
        """Return font resource -> glyph id -> letters, for the texts that run from right to left."""
        joined = [one for one in self._glyphs if not one.is_left_to_right]
        found: dict[str, dict[int, str]] = {}
        for (typeface, weight), font_file in font_files.items() if joined else ():
            known = to_unicode.forms((one.text for one in joined if one.weight == weight), typeface.family, font_file)
            for resource, font in self.fonts.items():
                if known and str(font.BaseFont).endswith(f"+{font_name(typeface, weight)}"):
                    found[resource] = known
        return found

    def operators(self, words: StyledText, *, x: float, y: float, points: float) -> str:
        """Return the PDF operators that show `words` with their baseline from (x, y) in points, at a size in points."""
        parts = [f"BT 1 0 0 1 {x:.3f} {y:.3f} Tm"]
        font, rise = "", 0.0
        shown: list[str] = []
        for glyph in self._glyphs[words]:
            if (glyph.font, glyph.rise) != (font, rise):
                parts += [_shown(shown), self._style(glyph, font, rise, points, is_bold=words.weight == "bold")]
                font, rise, shown = glyph.font, glyph.rise, []
            shown.append(f">{glyph.shift:g}<{glyph.code}" if glyph.shift else glyph.code)
        parts += [_shown(shown), "0 Ts" if rise else "", "0 Tr" if font in self._thickened and words.weight == "bold" else "", "ET"]
        operators = " ".join(filter(None, parts))
        return operators if words.is_plain or not words.is_left_to_right else f"/Span {spoken(words.text)} BDC {operators} EMC"

    def _style(self, glyph: Glyph, font: str, rise: float, points: float, *, is_bold: bool) -> str:
        style = ""
        if glyph.font != font:
            style = f"{glyph.font} {points:g} Tf"
            if is_bold:
                style += f" 2 Tr {STROKE * points:.3f} w" if glyph.font in self._thickened else " 0 Tr"
        return style + (f" {glyph.rise * points:.3f} Ts" if glyph.rise != rise else "")


def _shown(codes: list[str]) -> str:
    return f"[<{''.join(codes)}>] TJ" if codes else ""


def _columns(texts: Iterable[StyledText]) -> list[tuple[str, list[list[StyledText]]]]:
    """Group `texts` by kind into lines: plain ones behind one another, each other one alone."""
    columns: dict[str, list[list[StyledText]]] = {}
    filling: dict[str, list[StyledText]] = {}
    room: dict[str, int] = {}
    for words in texts:
        lines = columns.setdefault(words.kind, [])
        if not words.is_plain:
            lines.append([words])
            continue
        if room.get(words.kind, 0) < len(words.text):
            filling[words.kind], room[words.kind] = [], max(LINE_LENGTH, len(words.text))
            lines.append(filling[words.kind])
        filling[words.kind].append(words)
        room[words.kind] -= len(words.text)
    return list(columns.items())


def _lines(instructions: Iterable[Any]) -> Iterator[list[Glyph]]:
    """Yield the glyphs of each line of a set page, which ends where the text matrix moves down."""
    line: list[Glyph] = []
    font, rise, y, shift = "", 0.0, None, 0.0
    for operands, operator in instructions:
        match str(operator):
            case "Tm":
                if line and operands[5] != y:
                    yield line
                    line, shift = [], 0.0
                y = operands[5]
            case "Tf":
                font = str(operands[0])
            case "Ts":
                rise = float(operands[0]) / (SIZE * renderer.PIXELS_PER_POINT)
            case "TJ":
                shown, shift = _glyphs(operands[0], font, rise, shift)
                line += shown
    if line:
        yield line


def _glyphs(shown: Iterable[object], font: str, rise: float, shift: float) -> tuple[list[Glyph], float]:
    """Return the glyphs of one array that is shown, and the shift behind its last one, which moves the first of the next array."""
    found: list[Glyph] = []
    for item in shown:
        if isinstance(item, (int, Decimal)):
            shift += float(item)
            continue
        codes = bytes(item).hex()  # type: ignore[call-overload]
        for start in range(0, len(codes), 4):
            found.append(Glyph(font, codes[start : start + 4], shift, rise))
            shift = 0.0
    return found, shift

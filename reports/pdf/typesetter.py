"""Texts set in type by WeasyPrint, line under line, then cut apart so that each can be put where it belongs.

A box for every line of every label is what makes a page slow. Most texts are plain: one glyph a character, no influence on each
other. Those are set behind one another in long lines and cut by counting; texts that are shaped or run from right to left get lines
of their own. All are set in one size: type of an outline font is only a scale away from any other size.
"""

import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pikepdf

from reports.pdf import renderer, to_unicode
from reports.pdf.renderer import Renderer
from reports.text import glyphs, typefaces
from reports.text.typefaces import Typeface
from reports.text.words import text

SIZE = 10
"""Type size of the set texts in points, as in its style sheet."""

LINE_LENGTH = 400
"""Characters of plain texts on one line."""

STROKE = 0.02
"""Thickness in ems that makes the strokes of a design without a bold weight bold."""


class TypesettingFailed(RuntimeError):
    """The renderer set other lines than it was given; nothing is printed."""


@dataclass(frozen=True)
class Words:
    """A text in one weight."""

    text: str
    weight: str = "regular"

    @property
    def is_plain(self) -> bool:
        """Tell whether the text may be cut by counting its glyphs."""
        return all(map(glyphs.is_plain, self.text))

    @property
    def is_left_to_right(self) -> bool:
        """Tell whether no letter runs from right to left."""
        return not any(unicodedata.bidirectional(char) in {"R", "AL"} for char in self.text)

    @property
    def kind(self) -> str:
        """Return the class of its column: weight, and which typeface its Latin letters come from."""
        return f"{self.weight}-latin" if glyphs.is_latin_first(self.text) else self.weight


@dataclass(frozen=True)
class Glyph:
    """One glyph: font resource, character code as hexadecimal digits, shift before it (1/1000 em), rise (ems)."""

    font: str
    code: str
    shift: float = 0.0
    rise: float = 0.0


def renderer_for(characters: Iterable[str]) -> Renderer:
    """Return a renderer whose pages may hold `characters`."""
    wanted = set(characters) | set(text("label.sheet_title", "zh")) | set(text("label.sheet_title", "en"))
    chosen = glyphs.typefaces_for(wanted)
    latin_first = sorted(chosen, key=lambda typeface: typeface is not typefaces.LATIN)
    columns = renderer.families(latin_first, ".regular-latin, .bold-latin")
    page = "@page { size: 5000mm 30000mm; margin: 0 }\n"
    return Renderer(wanted, page + renderer.style("pdf/typeset_texts.css") + columns)


class TypesetTexts:
    """The different texts of some labels, set and cut apart."""

    def __init__(self, prepared: Renderer, texts: Iterable[Words], *, language: str):
        """Set `texts`, which are cleaned and not empty (raises TypesettingFailed)."""
        columns = _columns(dict.fromkeys(texts))
        lines = [(kind, ["".join(words.text for words in line) for line in group]) for kind, group in columns]
        html = renderer.document("pdf/typeset_texts.html", language=language, title=text("label.sheet_title", language), columns=lines)
        self._document = pikepdf.Pdf.open(io.BytesIO(prepared.print(html)))
        if len(self._document.pages) != 1:
            raise TypesettingFailed("the texts do not fit one page")
        page = self._document.pages[0]
        self.fonts: pikepdf.Object = page.obj.Resources.Font
        names = {name: str(font.BaseFont).partition("+")[2] for name, font in self.fonts.items()}
        bold = {_font_name(typeface, weight) for typeface, weight in prepared.font_files if weight == "bold"}
        self._thickened = {resource for resource, name in names.items() if name not in bold}
        self._pieces: dict[Words, list[Glyph]] = {}
        given = [line for _, group in columns for line in group]
        found = list(_lines(pikepdf.parse_content_stream(page)))
        if len(given) != len(found):
            raise TypesettingFailed(f"{len(given)} lines were given, {len(found)} were set")
        for line, set_line in zip(given, found, strict=True):
            self._cut(line, set_line)
        self.forms = self._forms(prepared)

    def _forms(self, prepared: Renderer) -> dict[str, dict[int, str]]:
        """Return font resource -> glyph id -> letters, for the texts that run from right to left."""
        joined = [words for words in self._pieces if not words.is_left_to_right]
        found: dict[str, dict[int, str]] = {}
        for (typeface, weight), font_file in prepared.font_files.items() if joined else ():
            known = to_unicode.forms((words.text for words in joined if words.weight == weight), typeface.family, font_file)
            for resource, font in self.fonts.items():
                if known and str(font.BaseFont).endswith(f"+{_font_name(typeface, weight)}"):
                    found[resource] = known
        return found

    def _cut(self, line: Sequence[Words], set_line: list[Glyph]) -> None:
        if len(line) == 1 and not line[0].is_plain:
            self._pieces[line[0]] = set_line
            return
        if sum(len(words.text) for words in line) != len(set_line):
            raise TypesettingFailed("a line has more or fewer glyphs than characters")
        start = 0
        for words in line:
            self._pieces[words] = set_line[start : start + len(words.text)]
            start += len(words.text)

    def drawn(self, words: Words, *, x: float, y: float, points: float) -> str:
        """Return the PDF operators that show `words` with their baseline from (x, y) in points, at a size in points."""
        parts = [f"BT 1 0 0 1 {x:.3f} {y:.3f} Tm"]
        font, rise = "", 0.0
        shown: list[str] = []
        for glyph in self._pieces[words]:
            if (glyph.font, glyph.rise) != (font, rise):
                parts += [_shown(shown), self._style(glyph, font, rise, points, is_bold=words.weight == "bold")]
                font, rise, shown = glyph.font, glyph.rise, []
            shown.append(f">{glyph.shift:g}<{glyph.code}" if glyph.shift else glyph.code)
        parts += [_shown(shown), "0 Ts" if rise else "", "0 Tr" if font in self._thickened and words.weight == "bold" else "", "ET"]
        operators = " ".join(filter(None, parts))
        return operators if words.is_plain or not words.is_left_to_right else _spoken(words.text, operators)

    def _style(self, glyph: Glyph, font: str, rise: float, points: float, *, is_bold: bool) -> str:
        style = ""
        if glyph.font != font:
            style = f"{glyph.font} {points:g} Tf"
            if is_bold:
                style += f" 2 Tr {STROKE * points:.3f} w" if glyph.font in self._thickened else " 0 Tr"
        return style + (f" {glyph.rise * points:.3f} Ts" if glyph.rise != rise else "")


def _font_name(typeface: Typeface, weight: str) -> str:
    return typeface.family.replace(" ", "-") + ("-Bold" if weight == "bold" else "")


def _shown(codes: list[str]) -> str:
    return f"[<{''.join(codes)}>] TJ" if codes else ""


def _spoken(words: str, operators: str) -> str:
    """Tell readers of the PDF which text a shaped or reordered piece is."""
    return f"/Span <</ActualText <FEFF{words.encode('utf-16-be').hex().upper()}>>> BDC {operators} EMC"


def _columns(texts: Iterable[Words]) -> list[tuple[str, list[list[Words]]]]:
    """Group `texts` by kind into lines: plain ones behind one another, each other one alone."""
    columns: dict[str, list[list[Words]]] = {}
    filling: dict[str, list[Words]] = {}
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
    font, rise, y = "", 0.0, None
    for operands, operator in instructions:
        match str(operator):
            case "Tm":
                if line and operands[5] != y:
                    yield line
                    line = []
                y = operands[5]
            case "Tf":
                font = str(operands[0])
            case "Ts":
                rise = float(operands[0]) / (SIZE * renderer.PIXELS_PER_POINT)
            case "TJ":
                line += _glyphs(operands[0], font, rise)
    if line:
        yield line


def _glyphs(shown: Iterable[object], font: str, rise: float) -> Iterator[Glyph]:
    shift = 0.0
    for item in shown:
        if isinstance(item, (int, Decimal)):
            shift += float(item)
            continue
        codes = bytes(item).hex()  # type: ignore[call-overload]
        for start in range(0, len(codes), 4):
            yield Glyph(font, codes[start : start + 4], shift, rise)
            shift = 0.0

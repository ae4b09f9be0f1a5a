"""Puts set texts and bars into the cells of their sheets, and binds the sheets to one PDF."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pikepdf

from reports.barcodes import code128
from reports.barcodes.code128 import POINTS_PER_MM
from reports.labels.layout import Layout, PlacedSpan
from reports.labels.lines import style_for
from reports.labels.rows import LabelStock
from reports.pdf import to_unicode
from reports.pdf.typesetter import TypesetTexts, Words


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """A laid-out label in its cell."""

    cell: int
    layout: Layout


def words_in(placed: PlacedSpan) -> Words:
    """Return the text and weight of one span."""
    return Words(placed.text, "bold" if placed.is_bold else "regular")


def words_of(labels: Sequence[PlacedLabel]) -> Iterator[Words]:
    """Yield all texts of `labels`."""
    for label in labels:
        for placed in label.layout.spans:
            yield words_in(placed)


class Binder:
    """Joins sheets to one document; what all of them need, the font files above all, is kept once."""

    def __init__(self, stock: LabelStock, shift_mm: tuple[float, float] = (0.0, 0.0)) -> None:
        self._stock, self._shift = stock, shift_mm
        self._whole = pikepdf.Pdf.new()
        self._fonts: dict[str, pikepdf.Object] = {}
        self._forms: dict[str, dict[int, str]] = {}

    def add(self, typeset: TypesetTexts, sheets: Sequence[Sequence[PlacedLabel]]) -> None:
        """Append `sheets`, whose texts were set in `typeset`."""
        fonts = self._shared(typeset)
        for sheet in sheets:
            page = self._whole.add_blank_page(page_size=(self._points(self._stock.page_width_mm), self._points(self._stock.page_height_mm)))
            page.obj.Resources = pikepdf.Dictionary(Font=fonts)
            page.obj.Contents = self._whole.make_stream(self._bars(sheet) + self._texts(sheet, typeset))

    @staticmethod
    def _points(millimetres: float) -> float:
        return millimetres * POINTS_PER_MM

    def _shared(self, typeset: TypesetTexts) -> pikepdf.Dictionary:
        """Return the fonts of `typeset`; one that an earlier set had too is the same file and kept once."""
        fonts = pikepdf.Dictionary()
        for name, font in typeset.fonts.items():
            if name not in self._fonts:
                self._fonts[name] = self._whole.copy_foreign(font)
            fonts[name] = self._fonts[name]
            self._forms.setdefault(name, {}).update(typeset.forms.get(name, {}))
        return self._whole.make_indirect(fonts)

    def _origin(self, label: PlacedLabel) -> tuple[float, float]:
        x, y = self._stock.cell_origin(label.cell)
        return x + self._shift[0], y + self._shift[1]

    def _texts(self, sheet: Sequence[PlacedLabel], typeset: TypesetTexts) -> bytes:
        parts = []
        for label in sheet:
            left, top = self._origin(label)
            for placed in label.layout.spans:
                x, y = self._points(left + placed.x), self._points(self._stock.page_height_mm - top - placed.y)
                parts.append(typeset.drawn(words_in(placed), x=x, y=y, points=placed.points))
        return "\n".join(parts).encode("ascii")

    def _bars(self, sheet: Sequence[PlacedLabel]) -> bytes:
        style = style_for(self._stock)
        rectangles: list[code128.Rectangle] = []
        for label in sheet:
            left, top = self._origin(label)
            layout = label.layout
            x, y = left + layout.bars_left_mm, top + layout.bars_top_mm
            rectangles += code128.bars(layout.code, x=x, y=y, height=layout.bar_height_mm)
            if style.rule:
                length = self._stock.cell_width_mm - 2 * style.margin_x
                rectangles.append(code128.Rectangle(left + style.margin_x, y - style.gap - style.rule, length, style.rule))
        return code128.drawing(rectangles, page_height_mm=self._stock.page_height_mm)

    def bound(self, *, title: str, language: str) -> bytes:
        """Return the whole document."""
        for name, known in self._forms.items():
            if known:
                to_unicode.tell(self._fonts[name], known)
        self._whole.docinfo["/Title"] = title
        self._whole.Root.Lang = pikepdf.String(language)
        whole = io.BytesIO()
        self._whole.save(whole, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return whole.getvalue()

"""The sheets of the makers' table; what a printer and a scanner do to a sheet; what readers of barcodes find on it then."""

import csv
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
import zxingcpp
from PIL import Image, ImageFilter

import admin_app
from reports.barcodes.symbols import Symbol
from reports.labels.rows import LabelStock

MAKERS = Path(admin_app.__file__).parent / "migrations" / "data" / "0049_label_stocks.csv"
WHOLE, WORDS = ("columns", "rows"), ("maker", "part")
ZBAR = ("zbarimg", "-q", "--raw", "-Sdisable")
SECOND_READER = {
    Symbol.CODE128: (*ZBAR, "-Scode128.enable"),
    Symbol.QR: (*ZBAR, "-Sqrcode.enable"),
    Symbol.DATA_MATRIX: ("dmtxread", "-n", "-m2000", "-N1"),
}
"""ZBar, and libdmtx for what it does not know."""
SCANNER_DPI = 600
BLACK = 127


def makers_stocks() -> list[LabelStock]:
    """Every sheet of the makers' table."""
    with MAKERS.open(encoding="utf-8", newline="") as file:
        return [_stock(line) for line in csv.DictReader(file)]


def _stock(line: dict[str, str]) -> LabelStock:
    figures = {name: int(text) if name in WHOLE else float(text) for name, text in line.items() if name not in WORDS}
    return LabelStock(code=f"{line['maker']} {line['part']}", **figures)  # type: ignore[arg-type]


def as_printed(pdf: bytes, dpi: int) -> list[Image.Image]:
    """The pages as the dots of the printer, black or white."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]
    return [one_bit(page) for page in pages]


def one_bit(page: Image.Image) -> Image.Image:
    return page.point(lambda level: 255 if level > BLACK else 0)


def as_scanned(page: Image.Image, dpi: int, *, spread: bool = False) -> Image.Image:
    """What a scanner of 600 dpi sees of it: one per cent too big, two degrees askew, in black and white.

    With `spread` each black area has grown by a dot of the scanner (0.04 mm) on every side, as ink does in paper.
    """
    factor = 1.01 * SCANNER_DPI / dpi
    bigger = page.resize((round(page.width * factor), round(page.height * factor)), Image.Resampling.BICUBIC)
    grown = one_bit(bigger).filter(ImageFilter.MinFilter(3)) if spread else bigger
    return one_bit(grown.rotate(2, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255))


def read_by_both(page: Image.Image, folder: Path, symbol: Symbol = Symbol.CODE128) -> tuple[list[str], list[str]]:
    """What zxing-cpp and the second reader find."""
    page.save(folder / "page.png")
    done = subprocess.run([*SECOND_READER[symbol], str(folder / "page.png")], capture_output=True, check=False, timeout=120)
    return sorted(code.text for code in zxingcpp.read_barcodes(page)), sorted(done.stdout.decode().split())


def cell_of(page: Image.Image, place_mm: Sequence[float], size_mm: Sequence[float], dpi: int) -> Image.Image:
    """The part of a page that lies there."""
    left, top, width, height = (side * dpi / 25.4 for side in (*place_mm, *size_mm))
    return page.crop((round(left), round(top), round(left + width), round(top + height)))

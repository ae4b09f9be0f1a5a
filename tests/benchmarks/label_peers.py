"""How others make labels: one document for all, lines drawn one by one, a library for labels. The same words, bars and sheets as ours."""

import io
import tempfile
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

import pikepdf
from blabel import LabelWriter
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from reports.labels.designs import design_for
from reports.labels.rows import LabelRow, LabelStock
from reports.labels.sheets import laid_out
from reports.pdf import fonts
from reports.pdf.drawing import rectangles
from reports.pdf.pages import Block, PlacedBlock, TextRun
from reports.pdf.weasy import AssetFetcher
from reports.text.typefaces import HAN
from tests.reports.stocks import L7163

SINGLE = LabelStock("SINGLE", L7163.cell_width_mm, L7163.cell_height_mm, 1, 1, 0, 0, L7163.cell_width_mm, L7163.cell_height_mm)
CHINESE = "STSong-Light"
"""A font that the reader of the file brings: reportlab embeds no outlines of the kind that Chinese fonts have."""


def style_sheet(runs: Sequence[TextRun], stock: LabelStock, configuration: FontConfiguration) -> CSS:
    """Small fonts and sizes for these words."""
    characters = {char for run in runs for char in run.text}
    chosen = fonts.typefaces_for(characters)
    assets = {
        f"asset:{fonts.asset_name(each, weight)}": ("font/otf", fonts.subset(characters, typeface=each, weight=weight))
        for each in chosen
        for weight in each.weights()
    }
    text = fonts.font_faces(chosen) + fonts.families(chosen) + _css(runs, stock)
    return CSS(string=text, url_fetcher=AssetFetcher(assets), base_url="asset:", font_config=configuration)


def _css(runs: Sequence[TextRun], stock: LabelStock) -> str:
    sizes = "".join(f".s{round(size * 10)} {{ font-size: {size}pt; line-height: 1.25 }}\n" for size in {run.points for run in runs})
    page = f"@page {{ size: {stock.page_width_mm}mm {stock.page_height_mm}mm; margin: 0 }}\n"
    style = design_for("", SINGLE).style(SINGLE)
    width, height = SINGLE.cell_width_mm - 2 * style.margin_x, SINGLE.cell_height_mm - 2 * style.margin_y
    box = f"left: {style.margin_x}mm; top: {style.margin_y}mm; width: {width}mm; height: {height}mm"
    foot = f".foot {{ top: {SINGLE.cell_height_mm - style.margin_y - 3.4}mm; height: 3.4mm }}\n"
    return page + f"pre {{ position: absolute; margin: 0; font-family: inherit; font-kerning: none; {box} }}\n" + foot + sizes


def page_of(label: Block) -> str:
    """Return a page with one label."""
    return f'<!doctype html><html lang="zh-Hans"><title>面单</title><body>{_boxes(label)}'


def _boxes(label: Block) -> str:
    """Return one label as few boxes as its look allows: name and address in one, number and sender in another."""
    (bars,) = label.bars
    head = [run for run in label.runs if run.y_mm < bars.y_mm]
    foot = [run for run in label.runs if run.y_mm > bars.y_mm]
    address = next(run for run in head if not run.is_bold)
    return (
        f'<pre class="s{round(address.points * 10)}">{_lines(head)}</pre>'
        f'<pre class="foot s{round(foot[-1].points * 10)}">{_lines(foot)}</pre></body></html>'
    )


def _lines(runs: Sequence[TextRun]) -> str:
    return "\n".join("   ".join(map(_words, line)) for _, line in groupby(runs, key=lambda run: run.y_mm))


def _words(run: TextRun) -> str:
    words = escape(run.text.strip())
    return f'<b class="s{round(run.points * 10)}">{words}</b>' if run.is_bold else words


def one_big_document(rows: Sequence[LabelRow]) -> bytes:
    """Return the labels as one document of the renderer, fourteen a page, its bars drawn beneath afterwards.

    It shares with ours the checks, line breaks, sizes, bars and small fonts, as one_document_per_label() does.
    """
    labels = laid_out(rows, L7163, language="zh")
    configuration = FontConfiguration()
    runs = [run for label in labels for run in label.runs]
    places = [L7163.cell_origin(cell) for cell in range(1, L7163.cells_per_page + 1)]
    cells = "".join(f".c{n} {{ position: absolute; left: {x}mm; top: {y}mm }}\n" for n, (x, y) in enumerate(places))
    css = style_sheet(runs, L7163, configuration)
    more = CSS(string=cells + "section { position: relative; height: 296mm; break-after: page }", font_config=configuration)
    sheets = [labels[first : first + len(places)] for first in range(0, len(labels), len(places))]
    body = "".join(
        "<section>" + "".join(f'<div class="c{n}">{_boxes(label)}</div>' for n, label in enumerate(sheet)) + "</section>"
        for sheet in sheets
    )
    page = f'<!doctype html><html lang="zh-Hans"><title>面单</title><body style="margin:0">{body}'
    content = HTML(string=page).write_pdf(stylesheets=[css, more], font_config=configuration)
    with pikepdf.Pdf.open(io.BytesIO(content)) as whole:
        for sheet, leaf in zip(sheets, whole.pages, strict=False):
            leaf.contents_add("\n".join(["q 0 g", *_paths(sheet, places), "f Q"]).encode("ascii"), prepend=True)
        joined = io.BytesIO()
        whole.save(joined, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return joined.getvalue()


def _paths(sheet: Sequence[Block], places: Sequence[tuple[float, float]]) -> Iterator[str]:
    for label, (x, y) in zip(sheet, places, strict=False):
        yield from rectangles(PlacedBlock(label, x, y), page_height_mm=L7163.page_height_mm)


def drawn_directly(rows: Sequence[LabelRow]) -> bytes:
    """Return the labels drawn line by line with reportlab, as an example of its documentation would: one size, lines cut nowhere.

    It checks nothing, breaks no line, shrinks nothing and embeds no font: the limit, not a rival.
    """
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(L7163.page_width_mm * mm, L7163.page_height_mm * mm), pageCompression=1)
    for index, row in enumerate(rows):
        cell = index % L7163.cells_per_page
        if index and not cell:
            canvas.showPage()
        x, y = L7163.cell_origin(cell + 1)
        left, top = (x + 4) * mm, (L7163.page_height_mm - y - 6) * mm
        for line, (words, size) in enumerate(_lines_of(row)):
            canvas.setFont(CHINESE, size)
            canvas.drawString(left, top - line * 4.4 * mm, words)
        Code128(row.parcel_number, barWidth=0.339 * mm, barHeight=8 * mm, quiet=0).drawOn(canvas, left, top - 29 * mm)
    canvas.save()
    return file.getvalue()


def _lines_of(row: LabelRow) -> list[tuple[str, float]]:
    return [
        (f"{row.postcode}   {row.service}", 11), *((line, 9.5) for line in row.address_lines),
        (f"{row.recipient} 收   {row.phone_masked}", 11), (f"{row.parcel_number}   寄件 {row.sender}", 7),
    ]  # fmt: skip


TEMPLATE = """<div class="label"><div class="post">{{ postcode }} {{ service }}</div>
{% for line in lines %}<div>{{ line }}</div>{% endfor %}<div class="name">{{ recipient }} 收 {{ phone }}</div>
<img src="{{ label_tools.barcode(number, 'code128', write_text=False) }}"/>
<div class="foot">{{ number }} 寄件 {{ sender }}</div></div>"""
LOOK = f"""@font-face {{ font-family: Print; src: url("{HAN.regular.as_uri()}") }}
@page {{ size: {L7163.page_width_mm}mm {L7163.page_height_mm}mm; padding: {L7163.top_mm}mm 0 0 {L7163.left_mm}mm; margin: 0 }}
body {{ font: 9.5pt Print; margin: 0 }} .item {{ float: left }} .name, .post {{ font-size: 11pt }} .foot {{ font-size: 7pt }}
.label {{ width: {L7163.cell_width_mm}mm; height: {L7163.cell_height_mm}mm; overflow: hidden }} img {{ height: 8mm }}"""


def with_blabel(rows: Sequence[LabelRow]) -> bytes:
    """Return the labels as blabel makes them by its documentation: a template, a style sheet, a picture for each barcode."""
    with tempfile.NamedTemporaryFile("w", suffix=".css") as look:
        look.write(LOOK)
        look.flush()
        return _by_blabel(rows, look.name)


def _by_blabel(rows: Sequence[LabelRow], look: str) -> bytes:
    writer = LabelWriter(item_template=TEMPLATE, default_stylesheets=(look,), items_per_page=L7163.cells_per_page)
    records = [
        {
            "number": row.parcel_number, "postcode": row.postcode, "service": row.service, "lines": row.address_lines,
            "recipient": row.recipient, "phone": row.phone_masked, "sender": row.sender,
        }
        for row in rows
    ]  # fmt: skip
    return bytes(writer.write_labels(records, target=None))

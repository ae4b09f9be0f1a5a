"""Labels per second and peak memory: sheets in chunks beside one document per label, each run in its own process."""

import io
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

import pikepdf
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from reports.barcodes import code128
from reports.labels.layout import Layout, PlacedSpan, lay_out
from reports.labels.lines import Span, style_for
from reports.labels.rows import LabelRow, LabelStock
from reports.labels.sheets import check, render_label_sheets
from reports.pdf import renderer
from reports.text import glyphs, typefaces
from tests.reports.stocks import L7163

ROOT = Path(__file__).parents[2]
SIZES = (100, 1_000, 5_000)
CHUNK = 500

NAMES = ("王羲", "李伟", "买买提·吐尔逊江", "欧阳娜娜", "周秀霞", "𠮷田㐂", "Alexandra Montgomery-Smith")
PLACES = ("浙江省杭州市西湖区", "新疆维吾尔自治区伊犁哈萨克自治州伊宁市", "广东省深圳市南山区粤海街道", "内蒙古自治区呼伦贝尔市")

SINGLE = LabelStock("SINGLE", L7163.cell_width_mm, L7163.cell_height_mm, 1, 1, 0, 0, L7163.cell_width_mm, L7163.cell_height_mm)


def measure(sizes: Sequence[int] = SIZES) -> list[dict[str, object]]:
    """Return one row per size and way with labels per second, peak memory, size of the PDF, and times faster than the other way."""
    rows: list[dict[str, object]] = []
    for size in sizes:
        ours, peer = _in_child("sheets", size), _in_child("one document per label", size)
        rows.append(ours | {"times_faster": round(peer["seconds"] / ours["seconds"], 1)})
        rows.append(peer | {"times_faster": 1.0})
    return rows


def table(rows: Sequence[dict[str, Any]]) -> list[tuple[str, ...]]:
    """Return the figures as lines of words, headers first, for a table on screen."""
    return [tuple(rows[0]), *(tuple(str(value) for value in row.values()) for row in rows)]


def _in_child(way: str, size: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.labels", way, str(size)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def _label(index: int) -> LabelRow:
    return LabelRow(
        parcel_number=f"PX20261122{index:05d}",
        recipient=NAMES[index % len(NAMES)],
        postcode=f"{310000 + index % 900:06d}",
        address_lines=(PLACES[index % len(PLACES)], f"文三路{index + 1}号翠苑一区{index % 9 + 1}幢{index % 4 + 1}单元"),
        phone_masked="138****0433",
        sender="杭州市社会保障卡西湖服务网点 文三路1号",
        service="挂号信",
    )


def _sheets(rows: Sequence[LabelRow]) -> bytes:
    return render_label_sheets(rows, stock=L7163, language="zh", chunk=CHUNK)


def one_document_per_label(rows: Sequence[LabelRow]) -> bytes:
    """Return the labels as one PDF of a page each, made the plain way: HTML per label, WeasyPrint, then all joined.

    It gets what a fair rival would share: the same checks, line breaks, sizes and bars, small fonts, one parsed style sheet, and boxes
    of a known size.
    """
    check(rows, language="zh")
    layouts = [lay_out(row, SINGLE, language="zh") for row in rows]
    spans = [placed.span for layout in layouts for placed in layout.spans]
    fonts = FontConfiguration()
    css = _style_sheet(spans, fonts)
    whole = pikepdf.Pdf.new()
    for layout in layouts:
        content = HTML(string=_html(layout)).write_pdf(stylesheets=[css], font_config=fonts)
        with pikepdf.Pdf.open(io.BytesIO(content)) as one:
            whole.pages.extend(one.pages)
        rectangles = code128.bars(layout.code, x=layout.bars_left_mm, y=layout.bars_top_mm, height=layout.bar_height_mm)
        whole.pages[-1].contents_add(code128.drawing(rectangles, page_height_mm=SINGLE.page_height_mm), prepend=True)
    joined = io.BytesIO()
    whole.save(joined, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return joined.getvalue()


def _style_sheet(spans: Sequence[Span], fonts: FontConfiguration) -> CSS:
    characters = {char for span in spans for char in span.text}
    chosen = glyphs.typefaces_for(characters)
    assets = {
        f"asset:{typefaces.asset_name(each, weight)}": ("font/otf", glyphs.subset(characters, typeface=each, weight=weight))
        for each in chosen
        for weight in each.weights()
    }
    text = typefaces.font_faces(chosen) + renderer.families(chosen) + _css(spans)
    return CSS(string=text, url_fetcher=renderer.AssetFetcher(assets), base_url="asset:", font_config=fonts)


def _css(spans: Sequence[Span]) -> str:
    sizes = "".join(f".s{round(size * 10)} {{ font-size: {size}pt; line-height: 1.25 }}\n" for size in {span.points for span in spans})
    page = f"@page {{ size: {SINGLE.page_width_mm}mm {SINGLE.page_height_mm}mm; margin: 0 }}\n"
    style = style_for(SINGLE)
    width, height = SINGLE.cell_width_mm - 2 * style.margin_x, SINGLE.cell_height_mm - 2 * style.margin_y
    box = f"left: {style.margin_x}mm; top: {style.margin_y}mm; width: {width}mm; height: {height}mm"
    foot = f".foot {{ top: {SINGLE.cell_height_mm - style.margin_y - 3.4}mm; height: 3.4mm }}\n"
    return page + f"pre {{ position: absolute; margin: 0; font-family: inherit; font-kerning: none; {box} }}\n" + foot + sizes


def _html(layout: Layout) -> str:
    """Return one label as few boxes as its look allows: name and address in one, number and sender in another."""
    head = [placed for placed in layout.spans if placed.y < layout.bars_top_mm]
    foot = [placed for placed in layout.spans if placed.y > layout.bars_top_mm]
    return (
        f'<!doctype html><html lang="zh-Hans"><title>面单</title><body><pre class="s{round(layout.points * 10)}">{_lines(head)}</pre>'
        f'<pre class="foot s{round(foot[-1].span.points * 10)}">{_lines(foot)}</pre></body></html>'
    )


def _lines(spans: Sequence[PlacedSpan]) -> str:
    lines = groupby(spans, key=lambda placed: placed.y)
    return "\n".join("   ".join(_words(placed.span) for placed in line) for _, line in lines)


def _words(span: Span) -> str:
    words = escape(span.text.strip())
    return f'<b class="s{round(span.points * 10)}">{words}</b>' if span.is_bold else words


WAYS = {"sheets": _sheets, "one document per label": one_document_per_label}


def _peak_mb() -> float:
    """The most memory this process has had. Not getrusage(): its figure begins with what the parent had when it forked."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024


def _run(way: str, size: int) -> dict[str, object]:
    rows = [_label(index) for index in range(size)]
    started = time.perf_counter()
    content = WAYS[way](rows)
    seconds = time.perf_counter() - started
    return {
        "way": way,
        "labels": size,
        "seconds": round(seconds, 2),
        "labels_per_second": round(size / seconds),
        "peak_mb": round(_peak_mb()),
        "pdf_kb": round(len(content) / 1024),
    }


if __name__ == "__main__":
    if len(sys.argv) == 3:
        json.dump(_run(sys.argv[1], int(sys.argv[2])), sys.stdout)
    else:
        for line in table(measure()):
            print("".join(f"{word:>26}" if not place else f"{word:>18}" for place, word in enumerate(line)))

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

from admin_app.foundation.printing import press
from reports.labels.designs import design_for
from reports.labels.rows import LabelRow, LabelStock
from reports.labels.sheets import laid_out, render_label_sheets
from reports.pdf import fonts
from reports.pdf.drawing import rectangles
from reports.pdf.pages import Block, PlacedBlock, TextRun
from reports.pdf.weasy import AssetFetcher
from reports.pdf.writer import WRITER
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
        phone_masked="*******0433",
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
    labels = laid_out(rows, SINGLE, language="zh")
    runs = [run for label in labels for run in label.runs]
    configuration = FontConfiguration()
    css = _style_sheet(runs, configuration)
    whole = pikepdf.Pdf.new()
    for label in labels:
        content = HTML(string=_html(label)).write_pdf(stylesheets=[css], font_config=configuration)
        with pikepdf.Pdf.open(io.BytesIO(content)) as one:
            whole.pages.extend(one.pages)
        path = rectangles(PlacedBlock(label, 0, 0), page_height_mm=SINGLE.page_height_mm)
        whole.pages[-1].contents_add("\n".join(["q 0 g", *path, "f Q"]).encode("ascii"), prepend=True)
    joined = io.BytesIO()
    whole.save(joined, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return joined.getvalue()


def _style_sheet(runs: Sequence[TextRun], configuration: FontConfiguration) -> CSS:
    characters = {char for run in runs for char in run.text}
    chosen = fonts.typefaces_for(characters)
    assets = {
        f"asset:{fonts.asset_name(each, weight)}": ("font/otf", fonts.subset(characters, typeface=each, weight=weight))
        for each in chosen
        for weight in each.weights()
    }
    text = fonts.font_faces(chosen) + fonts.families(chosen) + _css(runs)
    return CSS(string=text, url_fetcher=AssetFetcher(assets), base_url="asset:", font_config=configuration)


def _css(runs: Sequence[TextRun]) -> str:
    sizes = "".join(f".s{round(size * 10)} {{ font-size: {size}pt; line-height: 1.25 }}\n" for size in {run.points for run in runs})
    page = f"@page {{ size: {SINGLE.page_width_mm}mm {SINGLE.page_height_mm}mm; margin: 0 }}\n"
    style = design_for("", SINGLE).style(SINGLE)
    width, height = SINGLE.cell_width_mm - 2 * style.margin_x, SINGLE.cell_height_mm - 2 * style.margin_y
    box = f"left: {style.margin_x}mm; top: {style.margin_y}mm; width: {width}mm; height: {height}mm"
    foot = f".foot {{ top: {SINGLE.cell_height_mm - style.margin_y - 3.4}mm; height: 3.4mm }}\n"
    return page + f"pre {{ position: absolute; margin: 0; font-family: inherit; font-kerning: none; {box} }}\n" + foot + sizes


def _html(label: Block) -> str:
    """Return one label as few boxes as its look allows: name and address in one, number and sender in another."""
    (bars,) = label.bars
    head = [run for run in label.runs if run.y_mm < bars.y_mm]
    foot = [run for run in label.runs if run.y_mm > bars.y_mm]
    address = next(run for run in head if not run.is_bold)
    return (
        f'<!doctype html><html lang="zh-Hans"><title>面单</title><body><pre class="s{round(address.points * 10)}">{_lines(head)}</pre>'
        f'<pre class="foot s{round(foot[-1].points * 10)}">{_lines(foot)}</pre></body></html>'
    )


def _lines(runs: Sequence[TextRun]) -> str:
    return "\n".join("   ".join(map(_words, line)) for _, line in groupby(runs, key=lambda run: run.y_mm))


def _words(run: TextRun) -> str:
    words = escape(run.text.strip())
    return f'<b class="s{round(run.points * 10)}">{words}</b>' if run.is_bold else words


WAYS = {"sheets": _sheets, "one document per label": one_document_per_label}


def _peak_mb() -> float:
    """The most memory this process has had. Not getrusage(): its figure begins with what the parent had when it forked."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024


def _run(way: str, size: int) -> dict[str, object]:
    WRITER.write = press.write
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

"""Labels per second and peak memory: sheets in chunks beside five ways in which others make them, each run in its own process.

A way that would take an hour or more memory than a machine has is measured on fewer labels (MOST), and its line says on how many.
"""

import io
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pikepdf
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration

from admin_app.foundation.printing import press
from reports.labels.rows import LabelRow
from reports.labels.sheets import laid_out, render_label_sheets
from reports.pdf.drawing import rectangles
from reports.pdf.pages import PlacedBlock
from reports.pdf.writer import WRITER
from tests.benchmarks.label_peers import SINGLE, drawn_directly, one_big_document, page_of, style_sheet, with_blabel
from tests.reports.stocks import L7163

ROOT = Path(__file__).parents[2]
SIZES = (1_000, 10_000, 50_000)
CHUNK = 500
OURS = "sheets"
MOST = {"one document per label": 1_000, "one big document": 10_000, "blabel": 1_000}
"""Labels of the longest run of a way."""

NAMES = ("王羲", "李伟", "买买提·吐尔逊江", "欧阳娜娜", "周秀霞", "𠮷田㐂", "Alexandra Montgomery-Smith")
PLACES = ("浙江省杭州市西湖区", "新疆维吾尔自治区伊犁哈萨克自治州伊宁市", "广东省深圳市南山区粤海街道", "内蒙古自治区呼伦贝尔市")


def measure(sizes: Sequence[int] = SIZES) -> list[dict[str, object]]:
    """Return one row per size and way: labels per second, peak memory, size of the PDF, how many times faster our sheets of that size are.

    `first_s`: until the first sheets are drawn; `wait_s`: the longest time without a chance to stop. Only our sheets tell of these two.
    """
    rows: list[dict[str, object]] = []
    for size in sizes:
        ours = _in_child(OURS, size)
        rows.append(ours | {"ours_times_faster": 1.0})
        for way in WAYS:
            if way != OURS and size <= MOST.get(way, size):
                peer = _in_child(way, size)
                rows.append(peer | {"ours_times_faster": round(peer["seconds"] / ours["seconds"], 2)})
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


class Clock:
    """When sheets were drawn, from the start of the run on."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self.drawn: list[float] = []

    def __call__(self, _done: int, _total: int) -> None:
        self.drawn.append(time.perf_counter() - self.started)

    def waits(self) -> dict[str, float]:
        """The first sheets; the longest time from one chunk to the next, the way to the first included."""
        gaps = [after - before for before, after in zip([0.0, *self.drawn], self.drawn, strict=False)]
        return {"first_s": round(self.drawn[0], 2), "wait_s": round(max(gaps), 2)} if self.drawn else {"first_s": 0.0, "wait_s": 0.0}


def _sheets(rows: Sequence[LabelRow]) -> bytes:
    return render_label_sheets(rows, stock=L7163, language="zh", chunk=CHUNK, progress=CLOCK)


def one_document_per_label(rows: Sequence[LabelRow]) -> bytes:
    """Return the labels as one PDF of a page each, made the plain way: HTML per label, WeasyPrint, then all joined.

    It gets what a fair rival would share: the same checks, line breaks, sizes and bars, small fonts, one parsed style sheet, and boxes
    of a known size.
    """
    labels = laid_out(rows, SINGLE, language="zh")
    runs = [run for label in labels for run in label.runs]
    configuration = FontConfiguration()
    css = style_sheet(runs, SINGLE, configuration)
    whole = pikepdf.Pdf.new()
    for label in labels:
        content = HTML(string=page_of(label)).write_pdf(stylesheets=[css], font_config=configuration)
        with pikepdf.Pdf.open(io.BytesIO(content)) as one:
            whole.pages.extend(one.pages)
        path = rectangles(PlacedBlock(label, 0, 0), page_height_mm=SINGLE.page_height_mm)
        whole.pages[-1].contents_add("\n".join(["q 0 g", *path, "f Q"]).encode("ascii"), prepend=True)
    joined = io.BytesIO()
    whole.save(joined, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return joined.getvalue()


WAYS = {
    OURS: _sheets,
    "one document per label": one_document_per_label,
    "one big document": one_big_document,
    "direct drawing": drawn_directly,
    "blabel": with_blabel,
}
CLOCK = Clock()


def _peak_mb() -> float:
    """The most memory this process has had. Not getrusage(): its figure begins with what the parent had when it forked."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024


def _run(way: str, size: int) -> dict[str, object]:
    WRITER.write = press.write
    rows = [_label(index) for index in range(size)]
    CLOCK.started = started = time.perf_counter()
    content = WAYS[way](rows)
    seconds = time.perf_counter() - started
    return {
        "way": way,
        "labels": size,
        "seconds": round(seconds, 2),
        "labels_per_second": round(size / seconds),
        "peak_mb": round(_peak_mb()),
        "pdf_kb": round(len(content) / 1024),
    } | CLOCK.waits()


if __name__ == "__main__":
    if len(sys.argv) == 3:
        json.dump(_run(sys.argv[1], int(sys.argv[2])), sys.stdout)
    else:
        for line in table(measure()):
            print("".join(f"{word:>26}" if not place else f"{word:>18}" for place, word in enumerate(line)))

"""Labels per second and peak memory: sheets in chunks beside one document per label, each run in its own process."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from reports.label_sheet import render_label_sheets
from reports.rows import L7163, LabelRow, LabelStock

ROOT = Path(__file__).parents[2]
SIZES = (100, 1_000, 5_000)
PEER_CAP = 200
"""The slow way is measured on so many labels at most and says so in `labels`."""

SINGLE = LabelStock("SINGLE", 99.1, 38.1, 1, 1, 0, 0, 99.1, 38.1)
WAYS = {"sheets": (L7163, 500), "one document per label": (SINGLE, 1)}
"""Stock and labels per document. Both share fonts, styles and bars, so only the way of cutting differs."""

NAMES = ("王羲", "李伟", "买买提·吐尔逊江", "欧阳娜娜", "周秀霞", "𠮷田㐂", "Alexandra Montgomery-Smith")
PLACES = ("浙江省杭州市西湖区", "新疆维吾尔自治区伊犁哈萨克自治州伊宁市", "广东省深圳市南山区粤海街道", "内蒙古自治区呼伦贝尔市")


def measure(sizes: Sequence[int] = SIZES) -> list[dict[str, object]]:
    """Return one row per way and size: asked, labels, seconds, labels_per_second, peak_mb, pdf_kb."""
    rows = []
    for size in sizes:
        rows.append({"asked": size, **_in_child("sheets", size)})
        rows.append({"asked": size, **_in_child("one document per label", min(size, PEER_CAP))})
    return rows


def table(rows: Sequence[dict[str, object]]) -> list[tuple[str, ...]]:
    """Return the figures as lines of words, headers first, for a table on screen."""
    lines = [("way", "asked", "labels", "labels/s", "peak MB", "PDF KB")]
    for row in rows:
        figures = (row["asked"], row["labels"], row["labels_per_second"], row["peak_mb"], row["pdf_kb"])
        lines.append((str(row["way"]), *(f"{figure:,.0f}" for figure in figures)))
    return lines


def _in_child(way: str, size: int) -> dict[str, object]:
    command = [sys.executable, str(Path(__file__)), way, str(size)]
    done = subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, check=True, capture_output=True, text=True)
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


def _run(way: str, size: int) -> dict[str, object]:
    stock, chunk = WAYS[way]
    rows = [_label(index) for index in range(size)]
    started = time.perf_counter()
    content = render_label_sheets(rows, stock=stock, language="zh", chunk=chunk)
    seconds = time.perf_counter() - started
    return {
        "way": way,
        "labels": size,
        "seconds": round(seconds, 3),
        "labels_per_second": round(size / seconds, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "pdf_kb": len(content) / 1024,
    }


if __name__ == "__main__":
    if len(sys.argv) == 3:
        json.dump(_run(sys.argv[1], int(sys.argv[2])), sys.stdout)
    else:
        for line in table(measure()):
            print("".join(f"{word:>26}" if not place else f"{word:>10}" for place, word in enumerate(line)))

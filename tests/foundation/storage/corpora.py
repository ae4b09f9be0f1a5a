"""Public collections of files through the desk's own cleaning: `python -m tests.foundation.storage.corpora FOLDER [REPORT]`.

FOLDER holds one folder a collection (repositories that whoever runs this has fetched; none is part of this project). Each file is opened as
an upload is: same limits, same child, which compares the pages that came with those that are kept as PDFium draws them. Of each PDF that is
taken Poppler (`apt install poppler-utils`) draws both once more. Prints counts; REPORT gets a line a file.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from PIL import Image

from admin_app.foundation.storage import compare_pages
from admin_app.foundation.storage.kinds import UploadRefused
from admin_app.foundation.storage.limits import CleanFile, Kind, Limits
from admin_app.foundation.storage.sanitise import sanitise

ENDINGS = (".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".heic", ".heif", ".hif")
SLOW_SECONDS = 5
AT_ONCE = 3
PATIENCE = 60


def files(folder: Path) -> Iterator[Path]:
    """All files of known endings, in order."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix.lower() in ENDINGS)


def tried(path: Path) -> dict[str, Any]:
    """What became of one file: `outcome` (a kind, a reason, or «crash»), seconds, and how much its pages differ as Poppler draws them."""
    data, began = path.read_bytes(), time.monotonic()
    try:
        clean = sanitise(data, name=path.name, limits=Limits())
        found = {"outcome": asked_about(clean) or clean.kind.value, "pages": clean.pages}
    except UploadRefused as refused:
        clean, found = None, {"outcome": refused.reason.value}
    except Exception as error:  # noqa: BLE001 - what would be a page with 500
        clean, found = None, {"outcome": "crash", "error": repr(error)}
    found["seconds"] = round(time.monotonic() - began, 2)
    if clean is not None and clean.kind is Kind.PDF and not clean.doubts.pages and data.lstrip()[:5] == b"%PDF-":
        found["poppler"] = by_poppler(path, clean.data)
    return found


def asked_about(clean: CleanFile) -> str:
    """What a person would be asked before the file is kept; '' for nothing."""
    if clean.doubts.pages:
        return "asked: looks other"
    return "asked: files inside" if clean.doubts else ""


def by_poppler(original: Path, kept: bytes) -> float | None:
    """The largest difference of a page between what came and what is kept, drawn by Poppler; None if it cannot draw what came."""
    with tempfile.TemporaryDirectory() as folder:
        clean = Path(folder) / "kept.pdf"
        clean.write_bytes(kept)
        before, after = drawn(original, Path(folder) / "before"), drawn(clean, Path(folder) / "after")
        if not before or len(before) != len(after):
            return 1.0 if before else None
        return max(compare_pages.difference(*pair) for pair in zip(before, after, strict=True))


def drawn(file: Path, prefix: Path) -> list[Image.Image]:
    """Each page as Poppler draws it."""
    size = ["-scale-to-x", str(compare_pages.WIDTH), "-scale-to-y", "-1"]
    try:
        subprocess.run(["pdftoppm", "-cropbox", "-gray", *size, file, prefix], capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return []
    return [Image.open(page).convert("L") for page in sorted(prefix.parent.glob(f"{prefix.name}-*.pgm"))]


def is_wrong(found: dict[str, Any]) -> bool:
    """Whether Poppler, too, sees that something else is kept; PDFium's comparison is part of the cleaning."""
    return (found.get("poppler") or 0) > compare_pages.MOST


def main(folder: Path, report: Path | None) -> int:
    """Try them all; the exit code is 1 if a file was wrongly taken, crashed, or took too long."""
    every = list(files(folder))
    lines = []
    with ThreadPoolExecutor(AT_ONCE) as workers, (report or Path("/dev/null")).open("w", buffering=1) as paper:
        for path, found in zip(every, workers.map(tried, every), strict=True):
            lines.append({"file": str(path.relative_to(folder))} | found)
            paper.write(json.dumps(lines[-1]) + "\n")
    for name in sorted({line["file"].split("/")[0] for line in lines}):
        mine = Counter(line["outcome"] for line in lines if line["file"].split("/")[0] == name)
        print(f"{name:40} {sum(mine.values()):5}  {dict(mine.most_common())}")
    bad = {
        "wrongly taken": [line for line in lines if is_wrong(line)],
        "crashed": [line for line in lines if line["outcome"] == "crash"],
        f"over {SLOW_SECONDS} s": [line for line in lines if line["seconds"] > SLOW_SECONDS],
    }
    for title, found in bad.items():
        print(f"{title}: {len(found)}", *(f"\n  {line}" for line in found))
    return int(any(bad.values()))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None))

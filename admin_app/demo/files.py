"""The files of the demo: own ones for open cases of a small office, a shared pool for all others."""

import multiprocessing
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from admin_app.demo.sheets import Sheet, draw
from admin_app.foundation.storage import objects
from admin_app.foundation.storage.limits import MEDIA_TYPES, Kind

POOL_SIZE = 4
_A4_POINTS = (595, 842)
_WORTH_WORKERS = 60
NAMES = {
    "id_front": "身份证正面.jpg", "id_back": "身份证反面.jpg", "expired_id": "身份证.jpg", "photo": "照片.jpg", "bad_photo": "IMG_2041.jpg",
    "form": "申请表.jpg", "old_card": "旧卡.jpg", "household": "户口簿.jpg", "authority": "委托书.jpg", "other_id": "代办人身份证.jpg",
    "loss_proof": "挂失回执.pdf",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawn:
    """A stored object and what its row says."""

    kind: str
    sha256: str
    size_bytes: int
    width: int
    height: int

    def row(self) -> dict[str, object]:
        """Columns of stored_file that the file itself decides."""
        kind = Kind.PDF if self.kind == "loss_proof" else Kind.JPEG
        return {
            "sha256": self.sha256,
            "kind": kind.value,
            "media_type": MEDIA_TYPES[kind],
            "size_bytes": self.size_bytes,
            "width": self.width,
            "height": self.height,
            "pages": 1,
            "original_name": NAMES[self.kind],
        }


def store(sheets: Iterable[Sheet]) -> Iterator[Drawn]:
    """Draw the sheets and put them into the store, in their order; on two cores where there are many."""
    todo = list(sheets)
    if len(todo) < _WORTH_WORKERS:
        yield from (_put(sheet, draw(sheet)) for sheet in todo)
        return
    # fresh processes: they must not inherit the database connection
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=os.cpu_count() or 1, mp_context=context) as workers:
        for sheet, data in zip(todo, workers.map(draw, todo, chunksize=8), strict=True):
            yield _put(sheet, data)


def _put(sheet: Sheet, data: bytes) -> Drawn:
    width, height = _A4_POINTS if sheet.kind == "loss_proof" else Image.open(BytesIO(data)).size
    return Drawn(sheet.kind, objects.store().put(data), len(data), width, height)

"""Portraits among the stored files: their figures, and a smaller one cut out of a larger."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from admin_app.foundation.storage import objects, operations, sandbox, work
from admin_app.foundation.storage.kinds import UploadRefused, limits_in_force
from admin_app.foundation.storage.limits import CleanFile, Kind, Refused
from admin_app.foundation.storage.models import StoredFile
from admin_app.foundation.storage.names import clean_name

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""


@dataclass(frozen=True)
class Cut:
    """What is cut out of a picture, and what it becomes."""

    box: Box
    width: int
    height: int
    dpi: int
    most_bytes: int


def measured(ready: operations.Prepared, *, handed_bytes: int | None = None, who: str = "") -> operations.Prepared:
    """The same file with its figures (measure_photo.py) and the size that was handed in; a PDF has none.

    Doors call it before transaction(). UploadRefused, Busy, Spent like storage.prepare.
    """
    if ready.clean.kind is Kind.PDF:
        return ready
    figures = _ask("measure", ready.clean.data, ready.clean.kind, ready.name, who)[0]["measured"]
    return replace(ready, measured=figures | {"bytes": handed_bytes or len(ready.clean.data)})


def cut(stored: StoredFile, what: Cut, *, who: str = "") -> operations.Prepared:
    """A new file cut out of a stored picture, with its figures; storage.accept then gives it its row."""
    asked = {"box": what.box, "size": (what.width, what.height), "dpi": what.dpi, "most_bytes": what.most_bytes}
    body = _ask("crop", operations.read(stored), Kind(stored.kind), stored.original_name, who, asked)[1]
    stem = stored.original_name.rpartition(".")[0] or stored.original_name
    clean = CleanFile(Kind.JPEG, body, what.width, what.height)
    ready = operations.Prepared(
        clean, objects.store().put(body), clean_name(f"{stem}-{what.width}x{what.height}.jpg"), derived_from_id=stored.id
    )
    return measured(ready, who=who)


def scaled(stored: StoredFile, what: Cut) -> bytes:
    """The JPEG cut out of a stored picture for a job of the office: kept nowhere, and no person's share of the work (work.py)."""
    limits = limits_in_force()
    asked = {"task": "crop", "kind": stored.kind, "box": what.box, "size": (what.width, what.height), "dpi": what.dpi}
    try:
        return sandbox.ask(asked | {"most_bytes": what.most_bytes}, operations.read(stored), limits)[1]
    except Refused as refused:
        raise UploadRefused(refused.reason, stored.original_name, limits) from refused


def _ask(task: str, data: bytes, kind: Kind, name: str, who: str, more: Mapping[str, object] | None = None) -> tuple[dict, bytes]:
    limits = limits_in_force()
    try:
        with work.counted(who) as bill:
            asked = {"task": task, "kind": kind.value} | dict(more or {})
            facts, body = sandbox.ask(asked, data, limits, is_outside=work.is_outside(who))
            bill.seconds = float(facts["cpu"])
    except Refused as refused:
        raise UploadRefused(refused.reason, name, limits) from refused
    return facts, body

"""Take files in, give them back, show their pages, sweep away what no row refers to."""

import io
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO

import pikepdf
import structlog
from sqlalchemy import select

from admin_app.foundation import clock, settings
from admin_app.foundation.database import db
from admin_app.foundation.per_app import PerApp
from admin_app.foundation.storage import objects, raster, scanner
from admin_app.foundation.storage.kinds import UploadRefused, limits_in_force
from admin_app.foundation.storage.limits import CleanFile, Kind, Limits, Reason, Refused
from admin_app.foundation.storage.models import StoredFile
from admin_app.foundation.storage.names import clean_name
from admin_app.foundation.storage.sanitise import sanitise

ORPHAN_AGE = timedelta(hours=24)
SWEEP_EVERY = timedelta(hours=6)
FEW_ORPHANS = 100
LARGEST_SHARE = 0.2
"""A sweep of more objects than both of these is refused."""
BATCH = 500
LOOKED_AT, LOOKED_AT_FAR = 200, 20
"""Rows at each turn of the clock of which it is asked whether their objects are there; fewer where each question is a journey."""
log = structlog.get_logger("card_desk.storage")
LOOKED_UP_TO: PerApp[int] = PerApp("storage.looked_up_to", lambda: 0)
"""The id of the last row whose object was looked for; 0: from the beginning."""
_LAST_SWEEP: PerApp[list[datetime]] = PerApp("storage.last_sweep", list)
"""When this process last swept the store of the app; empty before that."""


class TooManyOrphans(Exception):
    """So many objects have no row that the database cannot be the one that belongs to this store."""

    def __init__(self, orphans: int, objects_seen: int) -> None:
        super().__init__(f"{orphans} of {objects_seen} old objects have no row; nothing was deleted")


@dataclass(frozen=True)
class Prepared:
    """A file that is cleaned and stored, but has no row yet; without one it is swept away after a day."""

    clean: CleanFile
    sha256: str
    name: str
    measured: dict[str, float] | None = None
    """Figures of a portrait; None: not asked for."""
    derived_from_id: int | None = None
    """The row of the file that it was cut out of."""
    chosen: dict[str, Any] | None = None
    """What its person decided about it (held.py); None: nothing was asked."""
    chosen_by_id: int | None = None


@dataclass(frozen=True)
class Undecided:
    """A file about which a person must decide before it is kept: `clean` has doubts."""

    clean: CleanFile
    name: str


def prepare(source: BinaryIO | bytes, filename: str | None, *, keep: Collection[Kind] | None = None, who: str = "") -> Prepared:
    """Clean a file that `who` hands in and store its object; UploadRefused says why not, Busy or Spent why not now (work.py).

    Takes up to seconds, so doors call it before they open transaction(): on SQLite an open one makes everybody else
    wait. `keep` narrows the kinds that this place takes (None: all). What somebody would have to decide about is refused.
    """
    ready = prepare_or_ask(source, filename, keep=keep, who=who)
    if isinstance(ready, Undecided):
        raise UploadRefused(Reason.LOOKS_OTHER if ready.clean.doubts.pages else Reason.FILES_INSIDE, ready.name)
    return ready


def prepare_or_ask(
    source: BinaryIO | bytes, filename: str | None, *, keep: Collection[Kind] | None = None, who: str = ""
) -> Prepared | Undecided:
    """Like prepare(), for doors behind which a person can decide (web/held_uploads.py)."""
    name = clean_name(filename)
    clean = cleaned(source, name, keep=keep, who=who)
    return Undecided(clean, name) if clean.doubts else Prepared(clean, objects.store().put(clean.data), name)


def cleaned(source: BinaryIO | bytes, name: str, *, keep: Collection[Kind] | None = None, who: str = "") -> CleanFile:
    """The file cleaned, and stored nowhere: for what is only shown. Raises what prepare() raises, but says nothing of doubts."""
    limits = limits_in_force()
    data = source if isinstance(source, bytes) else source.read(limits.max_bytes + 1)
    _scan(data, name, limits)
    clean = sanitise(data, name=name, limits=limits, who=who)
    if keep is not None and clean.kind not in keep:
        raise UploadRefused(Reason.NOT_ACCEPTED, name, limits)
    return clean


def _scan(data: bytes, name: str, limits: Limits) -> None:
    if len(data) > limits.max_bytes:
        return  # refused for its size, which needs no scanner
    try:
        scanner.refuse_infected(data, settings.current().virus_scanner)
    except Refused as refused:
        raise UploadRefused(refused.reason, name, limits) from refused


def prepare_generated(data: bytes, filename: str) -> Prepared:
    """Store a PDF that we made ourselves, as it is; accept() then gives it its row. Doors call it before transaction()."""
    with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
        _left, _bottom, width, height = (round(float(edge)) for edge in pdf.pages[0].mediabox)
        clean = CleanFile(Kind.PDF, data, width, height, len(pdf.pages))
    return Prepared(clean, objects.store().put(data), clean_name(filename))


def prepare_table(data: bytes, kind: Kind, filename: str) -> Prepared:
    """Store a table or an encrypted package as it is; accept() then gives it its row."""
    return Prepared(CleanFile(kind, data, width=0, height=0), objects.store().put(data), clean_name(filename))


def accept(source: BinaryIO | bytes | Prepared, filename: str | None = None, *, keep: Collection[Kind] | None = None) -> StoredFile:
    """The new row of a file; needs an open transaction(). Takes what prepare() returned, or in jobs the file."""
    ready = source if isinstance(source, Prepared) else prepare(source, filename, keep=keep)
    stored = StoredFile(
        sha256=ready.sha256,
        kind=ready.clean.kind.value,
        media_type=ready.clean.media_type,
        size_bytes=len(ready.clean.data),
        width=ready.clean.width,
        height=ready.clean.height,
        pages=ready.clean.pages,
        original_name=ready.name,
        created_at=clock.now(),
        measured=ready.measured,
        derived_from_id=ready.derived_from_id,
        chosen=ready.chosen,
        chosen_by_id=ready.chosen_by_id,
    )
    return _add(stored)


ABOUT_IT = ("measured", "derived_from_id", "chosen", "chosen_by_id")


def share(stored: StoredFile, filename: str | None = None) -> StoredFile:
    """Another row for the same object, as if the same bytes had been handed in again; needs an open transaction()."""
    copied = ("sha256", "kind", "media_type", "size_bytes", "width", "height", "pages", "original_name", *ABOUT_IT)
    again = StoredFile(**{name: getattr(stored, name) for name in copied}, created_at=clock.now())
    if filename is not None:
        again.original_name = clean_name(filename)
    return _add(again)


def _add(stored: StoredFile) -> StoredFile:
    db.session.add(stored)
    db.session.flush()
    return stored


def read(stored: StoredFile) -> bytes:
    """The clean bytes, checked against their SHA-256; ObjectMissing or ObjectDamaged otherwise."""
    return objects.store().get(stored.sha256)


def page_image(stored: StoredFile, page: int = 1, width: int = 1200) -> bytes:
    """Page `page` (from 1) as a JPEG about `width` pixels wide; ObjectMissing if the file has no such page.

    The object is read and checked even if the picture is still in memory, so damage shows at once.
    """
    if not 1 <= page <= stored.pages:
        raise objects.ObjectMissing(stored.sha256)
    data = read(stored)
    place = (stored.sha256, page, raster.allowed_width(width))
    pictures = raster.PICTURES.get()
    picture = pictures.get(place)
    if picture is None:
        picture = _draw(data, stored, page, place[2])
        pictures.put(place, picture)
    return picture


def _draw(data: bytes, stored: StoredFile, page: int, width: int) -> bytes:
    limits = limits_in_force()
    try:
        return raster.draw(data, Kind(stored.kind), page=page, width=width, limits=limits)
    except Refused as refused:
        raise UploadRefused(refused.reason, stored.original_name, limits) from refused


def orphans(older_than: timedelta = ORPHAN_AGE) -> list[str]:
    """The SHA-256 of each object without a row that was last handed in longer ago than `older_than`."""
    return _without_row(list(objects.store().older_than(clock.now() - older_than)))


def _without_row(candidates: list[str]) -> list[str]:
    found: list[str] = []
    for start in range(0, len(candidates), BATCH):
        batch = candidates[start : start + BATCH]
        known = set(db.session.scalars(select(StoredFile.sha256).where(StoredFile.sha256.in_(batch))))
        found += [sha256 for sha256 in batch if sha256 not in known]
    return found


def sweep_orphans(older_than: timedelta = ORPHAN_AGE) -> int:
    """Delete the orphans and what was left half written; returns how many objects went.

    TooManyOrphans, and nothing deleted, if they are a large part of the store: then the database is more likely the
    wrong or an older one.
    """
    moment = clock.now() - older_than
    candidates = list(objects.store().older_than(moment))
    gone = _without_row(candidates)
    if len(gone) > max(FEW_ORPHANS, len(candidates) * LARGEST_SHARE):
        raise TooManyOrphans(len(gone), len(candidates))
    for sha256 in gone:
        objects.store().delete(sha256)
    objects.store().sweep_unfinished(moment)
    return len(gone)


def delete_unused(sha256: str, *, handed_in: bool) -> bool:
    """Delete an object now if no row has it; what was `handed_in` within a day is left to the sweep: a new row may be on its way."""
    there_since = objects.store().handed_in_at(sha256)
    is_young = handed_in and there_since is not None and there_since > clock.now() - ORPHAN_AGE
    if there_since is None or is_young or not _without_row([sha256]):
        return False
    objects.store().delete(sha256)
    return True


def sweep_when_due() -> None:
    """sweep_orphans(), unless this process did so in the last hours; for the clock, which calls it every few seconds."""
    now, last = clock.now(), _LAST_SWEEP.get()
    if not last or now - last[0] >= SWEEP_EVERY:
        last[:] = [now]
        sweep_orphans()


def look_for_missing() -> list[str]:
    """Look whether the next rows have their objects, and name those that have none, also in the log of the process.

    For the clock: some at each turn, from the first row to the last and again.
    """
    store = objects.store()
    some = select(StoredFile.id, StoredFile.public_id, StoredFile.sha256).where(StoredFile.id > LOOKED_UP_TO.get())
    seen = db.session.execute(some.order_by(StoredFile.id).limit(LOOKED_AT if store.is_local else LOOKED_AT_FAR)).all()
    db.session.rollback()
    missing = [public_id for _id, public_id, sha256 in seen if not store.exists(sha256)]
    for public_id in missing:
        log.error("a stored file is missing", file=public_id)
    LOOKED_UP_TO.put(seen[-1][0] if seen else 0)
    return missing

"""Uploads about which a person must decide first: encrypted in the store for an hour, known to whoever handed them in.

The object begins with random bytes, so that it is nobody else's: it goes with the decision, or once its time is over.
"""

import json
import secrets
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from admin_app.foundation import clock
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import Base, Id, UTCDateTime, after_commit, db, is_public_id, new_public_id, transaction
from admin_app.foundation.errors import DomainError
from admin_app.foundation.storage import doubts, objects, raster, sandbox, work
from admin_app.foundation.storage.doubts import Doubts
from admin_app.foundation.storage.kinds import UploadRefused, limits_in_force
from admin_app.foundation.storage.limits import CleanFile, Kind, Refused
from admin_app.foundation.storage.models import StoredFile
from admin_app.foundation.storage.operations import Prepared, Undecided
from admin_app.foundation.storage.sanitise import file_of

KEPT_FOR = timedelta(hours=1)
FORGOTTEN_AT_ONCE = 50
SALT_BYTES, LENGTH_BYTES = 16, 4
KEPT, PICTURE = "kept", "picture"
"""How a page is stored that looks other: as it was rebuilt, or as a picture of how it came."""


class Gone(DomainError):
    """The upload was decided about, or nobody did within its time."""

    status = 404

    def __init__(self) -> None:
        sentence = _l(
            "This file does not wait for a decision any more: it was decided, or its time is over. If it is missing, add it again."
        )
        super().__init__(sentence)


class HeldUpload(Base):
    """One upload that waits for its person's decision. What it is called and holds stands in the encrypted object alone."""

    __tablename__ = "held_upload"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    staff_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    """Who handed it in; nobody else sees it."""
    sha256: Mapped[str] = mapped_column(String(64))
    """The key of the object."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    """When it was handed in."""


@dataclass(frozen=True)
class Content:
    """What an upload that waits is."""

    name: str
    doubts: Doubts
    pages: int
    """That would be kept."""
    bundle: bytes
    place: str
    """What the door that took it calls the place that it is for."""


def put(undecided: Undecided, place: str) -> str:
    """Store what waits for a decision and return the key of its object; doors call it before transaction()."""
    clean = undecided.clean
    facts = {"name": undecided.name, "doubts": asdict(clean.doubts), "pages": clean.pages, "place": place}
    header = json.dumps(facts, ensure_ascii=False).encode(errors="replace")
    return objects.store().put(secrets.token_bytes(SALT_BYTES) + len(header).to_bytes(LENGTH_BYTES) + header + clean.data)


def add(sha256: str, *, by: Actor) -> HeldUpload:
    """The row of an object that put() stored; needs an open transaction()."""
    held = HeldUpload(public_id=new_public_id(), staff_id=by.staff_id, sha256=sha256, created_at=clock.now())
    db.session.add(held)
    db.session.flush()
    return held


def found(public_id: str, by: Actor) -> HeldUpload:
    """The upload of that name, if it is this person's and still waits; Gone otherwise."""
    if not is_public_id(public_id):
        raise Gone
    mine = select(HeldUpload).where(HeldUpload.public_id == public_id, HeldUpload.staff_id == by.staff_id)
    held = db.session.scalar(mine.where(HeldUpload.created_at > clock.now() - KEPT_FOR))
    if held is None:
        raise Gone
    return held


def still_waiting(public_ids: Collection[str], by: Actor) -> set[str]:
    """Those of them about which this person can still decide."""
    if not public_ids:
        return set()
    mine = (HeldUpload.public_id.in_(public_ids), HeldUpload.staff_id == by.staff_id, HeldUpload.created_at > clock.now() - KEPT_FOR)
    return set(db.session.scalars(select(HeldUpload.public_id).where(*mine)))


def said_of(file: Prepared | StoredFile) -> dict[str, Any]:
    """What the log says of a file about which somebody decided; nothing of any other."""
    said = file.chosen or {}
    pages = [f"{page}:{how}" for page, (how, _share) in said.get("pages", {}).items()]
    return {name: value for name, value in (("pages_chosen", pages), ("inside", said.get("inside_count"))) if value}


def opened(held: HeldUpload) -> Content:
    """What it is; Gone if its object has left."""
    try:
        data = objects.store().get(held.sha256)
    except objects.ObjectMissing:
        raise Gone from None
    start = SALT_BYTES + LENGTH_BYTES
    end = start + int.from_bytes(data[SALT_BYTES:start])
    facts: dict[str, Any] = json.loads(data[start:end])
    return Content(facts["name"], doubts.read(facts["doubts"]), int(facts["pages"]), data[end:], facts["place"])


def picture(content: Content, number: int, width: int) -> bytes:
    """A page of the bundle (from 1) as a JPEG; nothing of it is kept in memory."""
    limits = limits_in_force()
    try:
        return raster.draw(content.bundle, Kind.PDF, page=number, width=raster.allowed_width(width), limits=limits)
    except Refused as refused:
        raise UploadRefused(refused.reason, content.name, limits) from refused


def decided(content: Content, as_pictures: Collection[int], *, by: Actor) -> Prepared:
    """The file as it was decided: those of its pages (from 1) as pictures of how they came. Doors call it before transaction()."""
    pictures = {one.page: one.picture for one in content.doubts.pages if one.page in as_pictures}
    clean = _chosen(content, [pictures.get(page, page) for page in range(1, content.pages + 1)], by)
    pages = {str(one.page): [PICTURE if one.page in pictures else KEPT, one.share] for one in content.doubts.pages}
    said = {"pages": pages, "inside": list(content.doubts.inside), "inside_count": content.doubts.inside_count}
    return Prepared(clean, objects.store().put(clean.data), content.name, chosen=said, chosen_by_id=by.staff_id)


def _chosen(content: Content, numbers: list[int], by: Actor) -> CleanFile:
    limits = limits_in_force()
    try:
        with work.counted(str(by.staff_id)) as bill:
            facts, data = sandbox.ask({"task": "choose", "kind": Kind.PDF.value, "pages": numbers}, content.bundle, limits)
            bill.seconds = float(facts["cpu"])
    except Refused as refused:
        raise UploadRefused(refused.reason, content.name, limits) from refused
    return file_of(facts, data)


def end(held: HeldUpload) -> None:
    """It was decided about: the row goes with the open transaction(), the object after it. Gone if somebody was quicker."""
    sha256 = held.sha256
    done: Any = db.session.execute(delete(HeldUpload).where(HeldUpload.id == held.id).execution_options(synchronize_session=False))
    if not done.rowcount:
        raise Gone
    db.session.expunge(held)
    after_commit(partial(_drop, sha256))


def forget_old() -> None:
    """Let go of uploads about which nobody decided in time. For the clock."""
    late = select(HeldUpload.id, HeldUpload.sha256).where(HeldUpload.created_at <= clock.now() - KEPT_FOR)
    gone = db.session.execute(late.order_by(HeldUpload.created_at).limit(FORGOTTEN_AT_ONCE)).all()
    db.session.rollback()
    if gone:
        with transaction() as session:
            session.execute(delete(HeldUpload).where(HeldUpload.id.in_([row.id for row in gone])))
            for row in gone:
                after_commit(partial(_drop, row.sha256))


def _drop(sha256: str) -> None:
    if objects.store().exists(sha256):
        objects.store().delete(sha256)

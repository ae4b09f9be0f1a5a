"""What a package is made of: the cards of a batch, with what is printed on them and their photos."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_app.applications.models import Document
from admin_app.applications.queries import portraits
from admin_app.applications.rules import Material, Verdict
from admin_app.applications.rules.photo import PhotoRules
from admin_app.cards.models import Card
from admin_app.cards.rules import Status as CardStatus
from admin_app.foundation.database import db
from admin_app.foundation.storage import portraits as pictures
from admin_app.foundation.storage.models import StoredFile
from admin_app.foundation.storage.operations import read
from admin_app.foundation.storage.portraits import Cut
from admin_app.production.models import ProductionLine
from admin_app.production.rules import Why
from reports.tables.production import ProductionRow

AT_ONCE = 500
_ACCEPTED = (Document.verdict == Verdict.ACCEPTED, Document.removed_at.is_(None))


def photos_of(lines: Sequence[ProductionLine]) -> dict[int, StoredFile]:
    """Id of an application -> its accepted photo, the newest of several."""
    cases, found = [line.card.application_id for line in lines], {}
    for start in range(0, len(cases), AT_ONCE):
        accepted = select(Document).where(
            Document.application_id.in_(cases[start : start + AT_ONCE]), Document.material == Material.PHOTO, *_ACCEPTED
        )  # fmt: skip
        for document in db.session.scalars(accepted.order_by(Document.id).options(joinedload(Document.file))):
            found[document.application_id] = document.file
    return found


def photo_of(application_id: int) -> StoredFile | None:
    """The accepted photo of an application, the newest of several."""
    accepted = select(Document).where(Document.application_id == application_id, Document.material == Material.PHOTO, *_ACCEPTED)
    found = db.session.scalar(accepted.order_by(Document.id.desc()).limit(1).options(joinedload(Document.file)))
    return found.file if found else None


def why_not(card: Card, photo: StoredFile | None, asked: PhotoRules) -> Why | None:
    """Why the card cannot be made as it is now; None if it can. `asked`: the rules for photos of its case."""
    resident = card.application.resident
    if card.status != CardStatus.IN_PRODUCTION:
        return Why.SPOILED
    if resident.is_restricted or resident.erased_at:
        return Why.RESTRICTED
    if photo is None or photo.is_pdf:
        return Why.NO_PHOTO
    return None if is_exact(photo, asked) or cut_of(photo, asked) else Why.PHOTO_FORM


def apart(photo: StoredFile) -> StoredFile:
    """The same file as a row of no session: it can be read while no transaction is open."""
    return StoredFile(**{name: getattr(photo, name) for name in ("sha256", "kind", "width", "height", "original_name")})


def is_exact(photo: StoredFile, asked: PhotoRules) -> bool:
    """Whether the photo has the size of the profile already."""
    return (photo.width, photo.height, photo.kind) == (asked.width_least, asked.height_least, "jpeg")


def cut_of(photo: StoredFile, asked: PhotoRules) -> Cut | None:
    """The middle of a picture whose shape is nearly that of the profile; None where too much of a face might be lost."""
    is_shaped = asked.shape_least <= photo.width / photo.height <= asked.shape_most
    if photo.height < asked.height_least or not is_shaped:
        return None
    wanted = asked.width_least / asked.height_least
    width, height = min(photo.width, photo.height * wanted), min(photo.height, photo.width / wanted)
    left, top = (photo.width - width) / 2, (photo.height - height) / 2
    return portraits.cut((left, top, left + width, top + height), asked)


class Picture(NamedTuple):
    """A photo and the rules of its case, read in one transaction to be drawn after it."""

    photo: StoredFile
    asked: PhotoRules


def picture_of(photo: StoredFile, asked: PhotoRules) -> bytes:
    """The JPEG in the size of the profile; takes some tenths of a second where it has to be cut."""
    cut = None if is_exact(photo, asked) else cut_of(photo, asked)
    return pictures.scaled(photo, cut) if cut else read(photo)


def row_of(line: ProductionLine) -> ProductionRow:
    """What is printed on the card of a line. It holds the full ID number: for the package alone."""
    resident = line.card.application.resident
    return ProductionRow(line.key, resident.name, resident.name_latin, resident.open_id_number())

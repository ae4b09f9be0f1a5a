"""Files that a form brings for a material of a case: each is kept, waits for a decision, or is refused with a sentence."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage

from admin_app.applications import rules
from admin_app.applications.models import Application
from admin_app.applications.operations import documents, originals
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import transaction
from admin_app.foundation.errors import DomainError
from admin_app.foundation.storage import operations as storage
from admin_app.foundation.storage import portraits
from admin_app.web import held_uploads
from admin_app.web.desk_view import signed_in

Refusal = tuple[str, Any]
"""Name of a file and the sentence that says why it was not taken."""
MOST_FILES = 20
"""That one form may bring."""
_TOO_MANY = _l("At most %(count)s files are taken at once. Please add this one by itself.", count=MOST_FILES)


@dataclass(frozen=True)
class Place:
    """What files are handed in for."""

    material: str
    is_kind_chosen: bool = True
    """False where the case needs either this material or another, and nobody has said yet which of them a file is."""
    is_original_seen: bool = False


def take(case: Application, place: Place, uploads: Iterable[FileStorage]) -> tuple[list[Refusal], bool]:
    """Keep what can be kept, one transaction a file; returns the refused ones, and whether one waits for a decision."""
    chosen = [upload for upload in uploads if upload.filename]
    if not chosen:
        return [("", _l("Please choose a file first."))], False
    refusals: list[Refusal] = [(upload.filename or "", _TOO_MANY) for upload in chosen[MOST_FILES:]]
    is_held = False
    for upload in chosen[:MOST_FILES]:
        try:
            is_held |= _take_file(case, place, upload, signed_in())
        except DomainError as refused:
            refusals.append((upload.filename or "", refused.message))
    return refusals, is_held


def _take_file(case: Application, place: Place, upload: FileStorage, me: Actor) -> bool:
    """Keep a file; whether it waits for a decision instead."""
    ready = storage.prepare_or_ask(upload.stream, upload.filename, who=str(me.staff_id))  # type: ignore[arg-type]
    if isinstance(ready, storage.Undecided):
        documents.refuse_unless_editable(case, me)
        documents.known(place.material)
        held_uploads.hold(ready, f"{case.reference}|{json.dumps(asdict(place))}", by=me)
        return True
    if place.material == rules.Material.PHOTO:
        ready = portraits.measured(ready, handed_bytes=upload.stream.tell(), who=str(me.staff_id))
    with transaction():
        add(case, place, ready, by=me)
    return False


def place_of(text: str) -> Place:
    """The place that an upload which waits is for."""
    return Place(**json.loads(text.partition("|")[2]))


def add(case: Application, place: Place, ready: storage.Prepared, *, by: Actor) -> None:
    """Put a file where it goes; needs an open transaction()."""
    document = documents.add(case, place.material, ready, by=by, is_kind_chosen=place.is_kind_chosen)
    if place.is_original_seen:
        originals.see_original(document, by=by)

"""What the job of an erasure does, step by step: each is a transaction, done once however often the job begins anew (ADR 0050)."""

import secrets
from collections.abc import Callable, Iterable
from typing import Any, Final
from urllib.parse import parse_qsl

from sqlalchemy import Select, delete, select

from admin_app.audit import operations as audit
from admin_app.erasures import queries, rules
from admin_app.erasures.models import Erasure
from admin_app.erasures.rules import Fate
from admin_app.foundation import clock, crypto, person_keys
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.list_choices import SavedView
from admin_app.foundation.list_files import ListFile
from admin_app.foundation.storage.models import StoredFile
from admin_app.foundation.storage.operations import Prepared
from admin_app.foundation.typed_text.search_keys import search_key
from admin_app.staff.permissions import verb

LAST: Final = ("resident_name", "resident", "person_key")
"""What is erased when nothing else is left: the name is looked for before, and the key opens what refers to it."""


@verb("erasures.work")
def do_step(erasure: Erasure, code: str, empty_page: Prepared, *, by: Actor) -> None:  # noqa: ARG001  # the log tells of the whole
    """Do a step of STEPS unless it is done; `empty_page` is what a file holds from then on."""
    if code not in erasure.counts:
        done = STEPS[code](erasure, empty_page)
        erasure.counts = erasure.counts | {code: done}


@verb("erasures.work")
def complete(erasure: Erasure, *, by: Actor) -> None:
    """Say in the log that all of it is done, once."""
    if erasure.ended_at is None:
        erasure.ended_at, erasure.objects = clock.now(), {}
        facts = {"erasure": erasure.public_id, "counts": erasure.counts}
        audit.record("erasures.completed", "resident", erasure.resident.public_id, by=by, changes=facts)


def _emptied(table: str) -> Callable[[Erasure, Prepared], int]:
    def empty(erasure: Erasure, _page: Prepared) -> int:
        model, condition = queries.rows_of(erasure.resident)[table]
        rows = db.session.scalars(select(model).where(condition)).unique().all()
        for row in rows:
            for column, fate in rules.texts_of(table).items():
                setattr(row, column, _value(row, column, fate))
        return len(rows)

    return empty


def _value(row: Any, column: str, fate: Fate) -> Any:
    if fate == Fate.SEALED_EMPTY:
        return crypto.encrypt_text("", context=f"{row.__tablename__}|{column.removesuffix('_sealed')}|{row.public_id}")
    return {Fate.EMPTIED: "", Fate.NOTHING: None, Fate.RANDOM: secrets.token_hex(16)}[fate]


def _deleted(table: str) -> Callable[[Erasure, Prepared], int]:
    def remove(erasure: Erasure, _page: Prepared) -> int:
        model, condition = queries.rows_of(erasure.resident)[table]
        return _delete(model, select(model.id).where(condition))

    return remove


def _files(erasure: Erasure, page: Prepared) -> int:
    """Each file becomes the empty page; the name that somebody gave it goes, too."""
    papers = _point_to(page, queries.papers_of(erasure.resident))
    labels = _point_to(page, queries.labels_of(erasure.resident))
    _remember(erasure, papers, is_ours=False)
    _remember(erasure, labels, is_ours=True)
    return len(papers) + len(labels)


def _point_to(page: Prepared, ids: Select[Any]) -> list[str]:
    rows = db.session.scalars(select(StoredFile).where(StoredFile.id.in_(ids))).all()
    before = [row.sha256 for row in rows]
    for row in rows:
        row.sha256, row.kind, row.media_type = page.sha256, str(page.clean.kind.value), page.clean.media_type
        row.size_bytes, row.width, row.height, row.pages = len(page.clean.data), page.clean.width, page.clean.height, page.clean.pages
        row.original_name, row.measured, row.chosen, row.chosen_by_id = page.name, None, None, None
    return before


def _list_files(erasure: Erasure, _page: Prepared) -> int:
    """Files of lists live for a day and may name anybody: whoever still needs one orders it anew."""
    found = db.session.execute(select(ListFile.id, ListFile.file_id)).all()
    files = [row.file_id for row in found if row.file_id]
    objects = list(db.session.scalars(select(StoredFile.sha256).where(StoredFile.id.in_(files))))
    _remember(erasure, objects, is_ours=True)
    _delete(ListFile, [row.id for row in found])
    _delete(StoredFile, files)
    return len(found)


def _saved_views(erasure: Erasure, _page: Prepared) -> int:
    resident = erasure.resident
    typed = {search_key(text) for text in (resident.name, resident.name_latin, resident.open_id_number(), resident.open_phone())} - {""}
    views = db.session.execute(select(SavedView.id, SavedView.name, SavedView.query)).all()
    return _delete(SavedView, [view.id for view in views if _names(view, typed)])


def _names(view: Any, typed: set[str]) -> bool:
    values = [view.name or "", *(value for _name, value in parse_qsl(view.query))]
    return any(text in search_key(value) for value in values for text in typed)


def _key(erasure: Erasure, _page: Prepared) -> int:
    return int(person_keys.erase(erasure.resident_id))


def _remember(erasure: Erasure, objects: Iterable[str], *, is_ours: bool) -> None:
    erasure.objects = dict.fromkeys(objects, is_ours) | erasure.objects


def _delete(model: Any, ids: Any) -> int:
    done: Any = db.session.execute(delete(model).where(model.id.in_(ids)).execution_options(synchronize_session=False))
    return int(done.rowcount)


Step = Callable[[Erasure, Prepared], int]
_ALL: dict[str, Step] = {
    "saved_view": _saved_views,
    "list_file": _list_files,
    rules.FILES: _files,
    **{table: _deleted(table) for table in rules.DELETED},
    **{table: _emptied(table) for table in rules.PLAN if rules.texts_of(table)},
    "person_key": _key,
}
STEPS: Final[dict[str, Step]] = {code: step for code, step in _ALL.items() if code not in LAST} | {code: _ALL[code] for code in LAST}
"""Step -> what it does; the number of rows or files it was about comes back."""

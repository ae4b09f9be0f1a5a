"""Residents by ID number, by public id, by name."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.orm import joinedload

from admin_app.foundation import crypto
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db
from admin_app.foundation.errors import NotFound
from admin_app.foundation.typed_text import numbers
from admin_app.residents.models import Call, Resident, opened

TRIED = 3
"""Of the oldest and of the newest residents: one row that somebody spoilt does not close the office."""
WRONG_INDEX_KEY = (
    "CARD_DESK_INDEX_KEY is not the one this office's numbers were registered with: nobody would be found, and known people registered"
    " twice. Put back the key that is kept with this database."
)
WRONG_DATA_KEYS = (
    "CARD_DESK_DATA_KEYS has not the key that this office's residents were sealed with: nothing could be read. Put back the keys that are"
    " kept with this database; older ones stay behind the newest."
)
SHOWN_CALLS = 10


def visible_to(staff: Actor) -> ColumnElement[bool]:
    """The condition on Resident for `staff`: whoever may read residents may meet each of them, as people go to any counter."""
    return true() if staff.may("residents.read") else false()


def by_public_id(staff: Actor, public_id: str) -> Resident:
    """The resident with this public id; NotFound if there is none or `staff` may not know of them."""
    found = db.session.scalar(select(Resident).where(Resident.public_id == public_id[:64], visible_to(staff)))
    if found is None:
        raise NotFound(_l("There is no such resident, or you may not see residents."))
    return found


def by_id_number(number: str) -> Resident | None:
    """The resident with this ID number in any spelling, found through the blind index."""
    index = crypto.keyring().blind_index("id_number", numbers.compact(number))
    return db.session.scalar(select(Resident).where(Resident.id_number_index == index))


def key_problem() -> str:
    """What is wrong if the keys in force are not those with which residents were registered; '' if they are, or nobody is.

    With another index key nobody would be found, and each known person registered a second time.
    """
    columns = select(Resident.public_id, Resident.id_number_sealed, Resident.id_number_index)
    ends = (columns.order_by(Resident.id).limit(TRIED), columns.order_by(Resident.id.desc()).limit(TRIED))
    opened_once = False
    for row in (row for end in ends for row in db.session.execute(end)):
        try:
            number = opened(row.id_number_sealed, row.public_id)
        except crypto.Undecipherable:
            continue
        opened_once = True
        if crypto.keyring().blind_index("id_number", number) == row.id_number_index:
            return ""
    if opened_once:
        return WRONG_INDEX_KEY
    return WRONG_DATA_KEYS if db.session.scalar(select(Resident.id).limit(1)) else ""


def calls_to(staff: Actor, resident: Resident, *, about_ref: str = "") -> Sequence[Call]:
    """The last calls to the resident (about one loss report, if `about_ref` says which), the newest first; nothing without the right."""
    query = select(Call).where(Call.resident_id == resident.id, visible_to(staff) if staff.may("residents.names") else false())
    if about_ref:
        query = query.where(Call.about_ref == about_ref)
    return db.session.scalars(query.options(joinedload(Call.made_by)).order_by(Call.id.desc()).limit(SHOWN_CALLS)).all()

"""Every index of an ID number or phone made anew with the newest index key (ADR 0045), while people work.

Residents are walked in the order of their ids, a batch in each transaction, which also notes how far it came: killed at any moment it
goes on behind the last batch. What somebody wrote meanwhile is never written over.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, select, update

from admin_app.foundation import crypto, index_keys
from admin_app.foundation.database import db, transaction
from admin_app.residents.models import Resident
from admin_app.staff.models import RecoveryCode, StaffMember

BATCH = 500
"""Residents of one transaction: readers and writers wait for the milliseconds that it takes to write them."""
TABLE = Resident.__table__
PLACES = (("id_number", TABLE.c.id_number_sealed, TABLE.c.id_number_index), ("phone", TABLE.c.phone_sealed, TABLE.c.phone_index))
"""What is indexed: its purpose, where it stands encrypted, and where it is found by."""
Tell = Callable[[int, int], None]
"""Called after each batch with the resident reached and the highest one."""


class Change(NamedTuple):
    """One index to be written."""

    of_row: int
    known: str
    """What stands there: somebody who writes first wins."""
    anew: str


class Done(NamedTuple):
    """What became of the residents."""

    written: int
    """Indexes made anew."""
    lost: tuple[str, ...]
    """Public ids of residents with a number that no data key opens: left as they are."""
    doubled: tuple[str, ...]
    """Public ids of residents whose number belongs to another resident, too: left as they are."""

    def __add__(self, other: Any) -> "Done":
        return Done(self.written + other.written, self.lost + other.lost, self.doubled + other.doubled)


def reindex(tell: Tell) -> Done:
    """Make anew what comes behind the resident that an earlier run has reached."""
    return _walk(index_keys.reached(), tell, notes=True)


def look_again() -> Done:
    """The same for all residents from the first on: what processes wrote meanwhile that do not know the newest key."""
    return _walk(0, lambda _reached, _highest: None, notes=False)


def _walk(last: int, tell: Tell, *, notes: bool) -> Done:
    done = Done(0, (), ())
    while rows := _rows_after(last):
        last, highest = rows[-1].id, _highest()
        done += _batch(rows, highest, notes=notes)
        tell(last, highest)
    return done


def _rows_after(last: int) -> Sequence[Any]:
    columns = [column for _purpose, *pair in PLACES for column in pair]
    found = select(TABLE.c.id, TABLE.c.public_id, *columns).where(TABLE.c.id > last).order_by(TABLE.c.id).limit(BATCH)
    rows = db.session.execute(found).all()
    db.session.rollback()
    return rows


def _highest() -> int:
    return db.session.scalar(select(func.max(TABLE.c.id))) or 0


def _batch(rows: Sequence[Any], highest: int, *, notes: bool) -> Done:
    lost: list[str] = []
    changes = [(purpose, index, _changes(rows, purpose, sealed, index, lost)) for purpose, sealed, index in PLACES]
    taken = _taken([change.anew for change in changes[0][2]])
    doubled = tuple(row.public_id for row in rows for change in changes[0][2] if change.of_row == row.id and change.anew in taken)
    db.session.rollback()
    written = 0
    if notes or any(found for _purpose, _index, found in changes):
        with transaction(durable=False) as session:
            for _purpose, index, found in changes:
                fit = [change._asdict() for change in found if change.anew not in taken]
                if fit:
                    session.connection().execute(_written(index), fit)
                written += len(fit)
            if notes:
                index_keys.come_to(rows[-1].id, highest)
    return Done(written, tuple(lost), doubled)


def _changes(rows: Sequence[Any], purpose: str, sealed: Any, index: Any, lost: list[str]) -> list[Change]:
    ring, found = crypto.keyring(), []
    for row in rows:
        value, known = row._mapping[sealed], row._mapping[index]
        if value is None:
            continue
        try:
            plain = crypto.decrypt_text(value, context=f"resident|{purpose}|{row.public_id}")
        except crypto.Undecipherable:
            lost.append(row.public_id)
            continue
        if not plain:
            continue  # erased: the digits in its place find nobody
        anew = ring.blind_index(purpose, plain)
        if anew != known:
            found.append(Change(row.id, known, anew))
    return found


def _taken(indexes: list[str]) -> set[str]:
    """Those of these indexes by which a resident is found already."""
    return set(db.session.scalars(select(TABLE.c.id_number_index).where(TABLE.c.id_number_index.in_(indexes))))


def _written(index: Any) -> Any:
    is_as_read = (TABLE.c.id == bindparam("of_row"), index == bindparam("known"))
    return update(TABLE).where(*is_as_read).values({index: bindparam("anew")})


def _old_codes() -> tuple[Any, ...]:
    return RecoveryCode.key_name != crypto.keyring().index_names[0], RecoveryCode.used_at.is_(None)


def people_with_old_codes() -> list[str]:
    """User names of those who hold recovery codes of an older key: a code stands nowhere, so its hash cannot be made anew."""
    names = select(StaffMember.username).where(StaffMember.id.in_(select(RecoveryCode.staff_id).where(*_old_codes())))
    return list(db.session.scalars(names.order_by(StaffMember.username)))


def drop_old_codes() -> None:
    """Take these codes away in the open transaction()."""
    db.session.execute(delete(RecoveryCode).where(*_old_codes()), execution_options={"synchronize_session": False})

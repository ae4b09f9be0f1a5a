"""Everything that is encrypted with an older data key, encrypted anew with the newest one (ADR 0042).

Which columns these are follows from the tables: every column of bytes is one, but for those of NOT_SEALED. It can be killed at any moment:
what is left is whatever does not begin with the name of the newest key.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Column, LargeBinary, Table, bindparam, func, select, update

from admin_app.audit.models import AuditSeal, ReadSeal
from admin_app.foundation import crypto
from admin_app.foundation.database import db, transaction
from admin_app.foundation.storage.models import StoredFile
from admin_app.foundation.storage.objects import ObjectDamaged, ObjectMissing, store

BATCH = 500
"""Rows of one transaction: readers and writers wait for the milliseconds that it takes to write them."""
FILES = "stored files"
NOT_SEALED = {("passkey", "public_key"), ("audit_seal", "marks"), ("read_seal", "marks")}
"""Columns of bytes that hold nothing encrypted."""
BOUND_TO = {
    "unsaved_form": ("staff_id", "application_id"),
    "authenticator": ("staff_id",),
    "api_key": ("prefix",),
    "browser_session": ("key_hash",),
    "person_key": ("person_id",),
}
"""Tables whose values are bound to other columns than the public id."""


class Place(NamedTuple):
    """One column of encrypted values, and what each value is bound to."""

    table: Table
    column: Column[Any]

    @property
    def key(self) -> Column[Any]:
        """The primary key."""
        found: Column[Any] = next(iter(self.table.primary_key))
        return found

    @property
    def bound_to(self) -> list[Column[Any]]:
        """The columns that name the row in the value's context."""
        return [self.table.c[name] for name in BOUND_TO.get(self.table.name, ("public_id",))]

    @property
    def label(self) -> str:
        """How the command calls it."""
        return f"{self.table.name}.{self.column.name}"

    def context(self, row: Any) -> bytes:
        """What a value of `row` is bound to."""
        name = self.column.name.removesuffix("_sealed")
        return "|".join([self.table.name, name, *(str(row._mapping[column]) for column in self.bound_to)]).encode()


class Done(NamedTuple):
    """What became of one place."""

    label: str
    sealed: int
    """Values that were encrypted anew."""
    lost: int
    """Values that no key of the ring opens, or files that are not there: left as they are."""


def places() -> list[Place]:
    """Every column that holds encrypted values."""
    columns = ((table, column) for table in db.metadata.sorted_tables for column in table.columns)
    return [Place(*one) for one in columns if isinstance(one[1].type, LargeBinary) and (one[0].name, one[1].name) not in NOT_SEALED]


def reseal(tell: Callable[[str, int], None]) -> list[Done]:
    """Encrypt anew whatever an older key encrypted; `tell(place, so far)` hears of each batch."""
    return [*(_reseal_place(place, tell) for place in places()), _reseal_files(tell)]


def older_seals() -> dict[str, str]:
    """Key of seals of the log (base64) by the name of each older data key that seals were made with: they cannot be made anew."""
    ring = crypto.keyring()
    used = {name for seal in (AuditSeal, ReadSeal) for name in db.session.scalars(select(seal.key_id).distinct())} - {ring.keys[0][0]}
    return {name: key for name, key in crypto.exported("audit seal").items() if name in used}


def _reseal_place(place: Place, tell: Callable[[str, int], None]) -> Done:
    sealed, lost, last = 0, 0, 0
    change = update(place.table).where(place.key == bindparam("of_row"), place.column == bindparam("known"))
    change = change.values({place.column: bindparam("anew")})
    while rows := _older(place, last):
        last = rows[-1][0]
        values = [
            {"of_row": row[0], "known": row[1], "anew": made} for row in rows if (made := _anew(row[1], place.context(row))) is not None
        ]
        lost += len(rows) - len(values)
        if values:
            with transaction() as session:
                session.connection().execute(change, values)
        sealed += len(values)
        tell(place.label, sealed)
    return Done(place.label, sealed, lost)


def _older(place: Place, last: int) -> list[Any]:
    newest = crypto.keyring().mark
    begins = func.substr(place.column, 1, len(newest), type_=LargeBinary)
    found = select(place.key, place.column, *place.bound_to).where(place.key > last, place.column.is_not(None), begins != newest)
    rows = list(db.session.execute(found.order_by(place.key).limit(BATCH)))
    db.session.rollback()
    return rows


def _anew(value: bytes, context: bytes) -> bytes | None:
    ring = crypto.keyring()
    try:
        return ring.encrypt(ring.decrypt(bytes(value), context=context), context=context)
    except crypto.Undecipherable:
        return None


def _reseal_files(tell: Callable[[str, int], None]) -> Done:
    objects, sealed, lost = store(), 0, 0
    for sha256 in _files():
        try:
            sealed += objects.reseal(sha256)
        except (ObjectMissing, ObjectDamaged):
            lost += 1
        if sealed and sealed % BATCH == 0:
            tell(FILES, sealed)
    return Done(FILES, sealed, lost)


def _files() -> Iterator[str]:
    last = ""
    wanted = select(StoredFile.sha256).distinct().where(StoredFile.sha256 > bindparam("last")).order_by(StoredFile.sha256).limit(BATCH)
    while some := list(db.session.scalars(wanted, {"last": last})):
        db.session.rollback()
        yield from some
        last = some[-1]

"""People are found by each part of their name in any script: 买买提·吐尔逊江 by 吐尔逊江 too, not by Latin letters alone."""

import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from admin_app.foundation.typed_text.search_keys import search_key

revision = "0036_parts_of_names"
down_revision = "0035_confirmed_numbers"
BATCH = 5_000
BETWEEN = " .\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff0e\uff65"
PARTS, MOST = re.compile(rf"[\s{re.escape(BETWEEN)}]+"), 4
RESIDENT = sa.table("resident", sa.column("id", sa.BigInteger), sa.column("name", sa.String))
NAME = sa.table("resident_name", sa.column("resident_id", sa.BigInteger), sa.column("key", sa.String))


def upgrade() -> None:
    connection = op.get_bind()
    for people in _in_parts():
        ids = list(people)
        there = {(row.resident_id, row.key) for row in connection.execute(sa.select(NAME).where(NAME.c.resident_id.in_(ids)))}
        missing = [(resident, key) for resident, keys in people.items() for key in sorted(keys) if (resident, key) not in there]
        if missing:
            connection.execute(sa.insert(NAME), [{"resident_id": resident, "key": key} for resident, key in missing])


def downgrade() -> None:
    """Those of Latin letters were there before."""
    connection = op.get_bind()
    for people in _in_parts():
        for resident, keys in people.items():
            gone = sorted(key for key in keys if not key.isascii())
            if gone:
                connection.execute(sa.delete(NAME).where(NAME.c.resident_id == resident, NAME.c.key.in_(gone)))


def _in_parts() -> Iterator[dict[int, set[str]]]:
    """Resident -> the keys from the second part of the name on, some thousand people at a time."""
    has_parts = sa.or_(*(RESIDENT.c.name.contains(char, autoescape=True) for char in BETWEEN))
    last = 0
    while True:
        query = sa.select(RESIDENT).where(RESIDENT.c.id > last, has_parts).order_by(RESIDENT.c.id).limit(BATCH)
        rows: list[Any] = list(op.get_bind().execute(query))
        if not rows:
            return
        last = rows[-1].id
        yield {row.id: _keys(row.name) for row in rows}


def _keys(name: str) -> set[str]:
    parts = [key for key in map(search_key, PARTS.split(name)) if key]
    return {"".join(parts[start:]) for start in range(1, min(len(parts), MOST))}

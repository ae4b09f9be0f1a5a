"""A seal: what it says of its rows, its hash, which the next one repeats, and its code, which nobody can make without the key."""

import hashlib
import hmac
from dataclasses import dataclass, replace
from typing import Final

from admin_app.foundation.seals import rows

FORM: Final = 1
"""Which columns are hashed and how; raised with them, so that older seals stay readable."""
BEGINNING: Final = "0" * 64
"""What the first seal repeats."""


@dataclass(frozen=True)
class Seal:
    """One link of the chain, as it is stored, but for the marks of its rows."""

    id: int
    """1, 2, 3 …"""
    form: int
    first_entry: int
    last_entry: int
    """Numbers of its first and last row: it covers every row behind the one before up to this one."""
    entry_count: int
    entries_so_far: int
    """Rows of this seal and all before it."""
    root: str
    """The hash of its rows."""
    marks_root: str
    """The hash of its marks."""
    previous: str
    """The hash of the seal before."""
    sealed_at: str
    """In UTC, to the microsecond."""
    key_id: str
    """Which data key the code was made from."""
    hash: str = ""
    mac: str = ""

    def worked_out(self) -> str:
        """The hash that this seal must have."""
        said = (
            self.id, self.form, self.first_entry, self.last_entry, self.entry_count, self.entries_so_far, self.root, self.marks_root,
            self.previous, self.sealed_at, self.key_id,
        )  # fmt: skip
        return hashlib.sha256(b"card desk seal\n" + rows.canonical((said,))).hexdigest()

    def is_genuine(self, key: bytes) -> bool:
        """Whether its code was made with `key`."""
        return hmac.compare_digest(str(self.mac).encode("utf-8", "surrogateescape"), code(key, self.hash).encode())


def code(key: bytes, text: str) -> str:
    """64 hex digits of HMAC-SHA-256."""
    return hmac.digest(key, text.encode(), "sha256").hex()


def made(sealed: list[rows.Row], before: Seal | None, *, at: str, key_id: str, key: bytes) -> tuple[Seal, bytes]:
    """The seal of these rows (at least one) behind `before`, and their marks."""
    root, marks = rows.root_and_marks(sealed)
    draft = Seal(
        id=before.id + 1 if before else 1, form=FORM, first_entry=sealed[0][0], last_entry=sealed[-1][0], entry_count=len(sealed),
        entries_so_far=(before.entries_so_far if before else 0) + len(sealed), root=root,
        marks_root=hashlib.sha256(marks).hexdigest(), previous=before.hash if before else BEGINNING, sealed_at=at, key_id=key_id,
    )  # fmt: skip
    named = replace(draft, hash=draft.worked_out())
    return replace(named, mac=code(key, named.hash)), marks

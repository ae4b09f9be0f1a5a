"""Make an archive: the database, every stored object as it lies in the store, a list of these, and the manifest by which all is checked."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, func, select, text

from admin_app.audit.models import AuditSeal
from admin_app.backup import copies, keys, tables
from admin_app.backup.sealed_stream import SealedWriter
from admin_app.foundation import clock, settings, sqlite_file
from admin_app.foundation.storage.models import StoredFile
from admin_app.foundation.storage.objects import ObjectDamaged, ObjectMissing, store

FORM = 1
DATABASE, OBJECTS, LISTED, MANIFEST = "database", "objects", "objects.txt", "manifest.json"


@dataclass(frozen=True)
class Made:
    """What went into an archive."""

    rows: int
    objects: int
    newest_seal: int | None
    """The number of the newest seal of the log."""
    lost: list[str]
    """Objects of rows that the store does not have, or has damaged: lost before the backup."""


def make(target: Path) -> Made:
    """Write the archive `target`, which must not exist; it has that name only once it is whole and on the disk."""
    if target.exists():
        raise copies.Unusable(f"{target} is there already. Nothing was written.")
    part = target.with_name(f"{target.name}.part")
    with TemporaryDirectory(dir=settings.current().instance, prefix="backup-") as folder:
        database = Path(folder) / DATABASE
        with copies.copied(database) as connection:
            try:
                with open(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
                    writer = SealedWriter(out, *keys.newest())
                    with tarfile.open(fileobj=writer, mode="w|") as tar:  # type: ignore[call-overload]  # asks for write() alone
                        made = _fill(tar, database, Path(folder) / LISTED, connection)
                    writer.finish()
                    out.flush()
                    os.fsync(out.fileno())
                part.rename(target)
            finally:
                part.unlink(missing_ok=True)
    return made


def _fill(tar: tarfile.TarFile, database: Path, listed: Path, connection: Connection) -> Made:
    with database.open("rb") as read:
        _add(tar, DATABASE, read, database.stat().st_size)
    lost: list[str] = []
    count = 0
    with listed.open("w", encoding="ascii") as lines:
        for sha256, sealed in _objects(connection, lost):
            _add(tar, f"{OBJECTS}/{sha256}", io.BytesIO(sealed), len(sealed))
            lines.write(f"{sha256} {hashlib.sha256(sealed).hexdigest()}\n")
            count += 1
    with listed.open("rb") as read:
        _add(tar, LISTED, read, listed.stat().st_size)
    manifest = _described(connection) | {"objects": count, "objects_sha256": file_hash(listed), "lost": lost}
    if connection.dialect.name == "sqlite" and not sqlite_file.is_plain(database):
        manifest["keys"] |= keys.file_proof()
    said = json.dumps(manifest, sort_keys=True).encode()
    _add(tar, MANIFEST, io.BytesIO(said), len(said))
    return Made(sum(table["rows"] for table in manifest["tables"].values()), count, manifest["newest_seal"], lost)


def _described(connection: Connection) -> dict[str, Any]:
    return {
        "form": FORM,
        "made_at": clock.now().isoformat(),
        "database": connection.dialect.name,
        "revision": connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one(),
        "tables": tables.facts(connection),
        "newest_seal": connection.scalar(select(func.max(AuditSeal.id))),
        "keys": keys.proof(),
    }


def _objects(connection: Connection, lost: list[str]) -> Iterator[tuple[str, bytes]]:
    """Every object that a row names, sealed as it is; those that are not there, or not what they were, are noted as `lost`."""
    objects = store()
    wanted = select(StoredFile.sha256).distinct().order_by(StoredFile.sha256)
    for (sha256,) in connection.execute(wanted).yield_per(tables.AT_ONCE):
        try:
            objects.get(sha256)
            yield sha256, objects.sealed(sha256)
        except (ObjectMissing, ObjectDamaged):
            lost.append(sha256)


def _add(tar: tarfile.TarFile, name: str, source: Any, size: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    tar.addfile(member, source)


def file_hash(file: Path) -> str:
    """The SHA-256 of what is in a file."""
    with file.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest()

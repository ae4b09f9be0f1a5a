"""The drill at size: an office whose cases have own files is backed up, wiped, restored elsewhere and compared byte by byte (T-70).

Then what must be refused: another key, a stored file that is missing, a log that ends before its anchors.
"""

import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from admin_app.backup import archive, tables
from admin_app.factory import create_app
from admin_app.foundation import clock, crypto
from admin_app.foundation.database import new_public_id
from admin_app.foundation.storage.models import StoredFile
from tests.apps import bare_app, make_settings
from tests.benchmarks import data

FILE_BYTES = 20_000
"""Of the file that each case gets for itself: random, so that nothing is stored twice."""
AT_ONCE = 1_000


def measure(databases: list[str], size: int, server: str) -> list[dict[str, Any]]:
    """Seconds of each step, and what was seen."""
    return [_drill(database, size, server) for database in databases]


def _drill(database: str, size: int, server: str) -> dict[str, Any]:
    base, made = data.office(database, size, server), data.place(database, f"{size}-drill", server)
    data.copy(base, made, server)
    files = _give_files(made)
    kept, there = made.instance.with_suffix(".backup"), made.instance.with_name(f"{made.instance.name}-restored")
    for leftover in (kept, there):
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink(missing_ok=True)
    said: dict[str, Any] = {"database": database, "applications": size, "files": files}
    objects, rows = _hashes(made.instance / "files"), _rows(made)
    said["backup_s"] = _timed(made, "backup", str(kept))
    said["megabytes"] = kept.stat().st_size // 2**20
    data.remove(made, server)
    _tell(said)
    restored = data.Office(database, size, _url_of(made, there, server), there)
    said["restore_s"] = _timed(restored, "restore", str(kept), str(there))
    said["files_equal"] = _hashes(there / "files") == objects
    said["tables_that_differ"] = ",".join(tables.differences(rows, _rows(restored)))
    said["verify_s"] = _timed(restored, "verify", "--no-record")
    _tell(said)
    said |= _refused(restored, kept, there.with_name("refused"))
    for place in (kept, there):
        shutil.rmtree(place) if place.is_dir() else place.unlink()
    return said


def _url_of(made: data.Office, there: Path, server: str) -> str:
    if made.database == "sqlite":
        return f"sqlite:///{there / 'card_desk.db'}"
    name = sa.make_url(made.url).database
    data.on_server(server, f"CREATE DATABASE {name} TEMPLATE template0")
    return made.url


def _tell(said: dict[str, Any]) -> None:
    sys.stderr.write(f"{os.getloadavg()[0]:.1f} {json.dumps(said)}\n")


def _give_files(made: data.Office) -> int:
    """Let the first document of each case have a file of its own; how many that are."""
    engine, now = data.engine_of(made), clock.machine_now()
    documents = "SELECT min(id) FROM document GROUP BY application_id ORDER BY 1"
    with bare_app(make_settings(made.instance, made.url)), engine.begin() as connection:
        ids = list(connection.execute(sa.text(documents)).scalars())
        first = 1 + (connection.scalar(sa.select(sa.func.max(StoredFile.id))) or 0)
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            rows = [_file(made.instance / "files", first + start + place, now) for place in range(len(some))]
            connection.execute(sa.insert(StoredFile), rows)
            pairs = [{"file": row["id"], "document": number} for row, number in zip(rows, some, strict=True)]
            connection.execute(sa.text("UPDATE document SET file_id = :file WHERE id = :document"), pairs)
    engine.dispose()
    return len(ids)


def _file(files: Path, number: int, now: Any) -> dict[str, Any]:
    """One object in the store, and its row."""
    content = secrets.token_bytes(FILE_BYTES)
    sha256 = hashlib.sha256(content).hexdigest()
    folder = files / sha256[:2]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / sha256[2:]).write_bytes(crypto.keyring().encrypt(content, context=f"object|{sha256}".encode()))
    return {
        "id": number, "public_id": new_public_id(), "sha256": sha256, "kind": "jpeg", "media_type": "image/jpeg", "size_bytes": FILE_BYTES,
        "width": 358, "height": 441, "pages": 1, "original_name": "scan.jpg", "created_at": now,
    }  # fmt: skip


def _hashes(files: Path) -> dict[str, str]:
    """Every object as it lies on the disk, by its place."""
    return {
        str(file.relative_to(files)): archive.file_hash(file)
        for file in files.rglob("*")
        if file.is_file() and len(file.parent.name) == 2  # neither set aside nor unfinished
    }


def _rows(made: data.Office) -> tables.Facts:
    engine = data.engine_of(made)
    with engine.connect() as connection:
        found = tables.facts(connection)
    engine.dispose()
    return found


def _run(made: data.Office, *line: str, **keys: str) -> subprocess.CompletedProcess[str]:
    flask = [sys.executable, "-m", "flask", "--app", str(data.ROOT / "run.py"), *line]
    return subprocess.run(flask, cwd=data.ROOT, env=data.environment(made) | keys, capture_output=True, text=True, check=False)


def _timed(made: data.Office, *line: str) -> int:
    began = time.monotonic()
    done = _run(made, *line)
    if done.returncode:
        raise SystemExit(f"{line[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return round(time.monotonic() - began)


def _refused(office: data.Office, kept: Path, there: Path) -> dict[str, str]:
    """The sentences with which a restore is refused; each time the folder is empty afterwards."""
    anchors, short = kept.with_suffix(".anchors"), kept.with_suffix(".short")
    anchors.write_text(f'{{"seal": {10**9}, "hash": "{"0" * 64}"}}\n')
    other = "k1:" + "A" * 43 + "="
    said = {"another key": _sentence(_run(office, "restore", str(kept), str(there), CARD_DESK_DATA_KEYS=other), there)}
    said["older than its anchors"] = _sentence(_run(office, "restore", str(kept), str(there), f"--anchors={anchors}"), there)
    _without_one(office, short)
    said["a file is missing"] = _sentence(_run(office, "restore", str(short), str(there)), there)
    for file in (anchors, short):
        file.unlink()
    return said


def _sentence(done: subprocess.CompletedProcess[str], there: Path) -> str:
    if done.returncode != 1 or (there.exists() and list(there.iterdir())):
        raise SystemExit(f"was not refused: {done.stdout}{done.stderr}")
    return done.stderr.strip().splitlines()[-1]


def _without_one(office: data.Office, target: Path) -> None:
    """A backup of the restored office that lacks one of the files on its list."""
    add, left_out = archive._add, []

    def spoil(tar: Any, name: str, source: Any, size: int) -> None:
        if name.startswith(archive.OBJECTS + "/") and not left_out:
            left_out.append(name)
        else:
            add(tar, name, source, size)

    archive._add = spoil
    try:
        with create_app(make_settings(office.instance, office.url)).app_context():
            archive.make(target)
    finally:
        archive._add = add

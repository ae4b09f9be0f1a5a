"""Put an archive back into an empty place, or say why not: nothing is in its place before all of it was checked."""

import json
import re
import shutil
import tarfile
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from admin_app.audit.models import AuditSeal
from admin_app.backup import copies, keys, noting, tables
from admin_app.backup.archive import DATABASE, FORM, LISTED, MANIFEST, OBJECTS, file_hash
from admin_app.backup.copies import Unusable
from admin_app.backup.sealed_stream import NotOpened, SealedReader
from admin_app.foundation.database import db
from admin_app.foundation.private_files import FILE, FOLDER

MEMBER = re.compile(rf"{DATABASE}|{LISTED}|{MANIFEST}|{OBJECTS}/[0-9a-f]{{64}}".replace(".", r"\."))
MAY_BE_THERE = {"settings.env", "audit-anchors.jsonl"}
"""Keys and anchors are put back first; whatever else lies in the folder makes it another office's."""


def restore(archive: Path, target: Path, *, anchors: Path | None = None) -> dict[str, Any]:
    """Restore `archive` into the folder `target` (and, if it is of PostgreSQL, the empty database of the settings); returns its manifest.

    `anchors` is a copy of the file of anchors (ADR 0027) that was kept elsewhere: a log without one of its seals is older, or another.
    """
    if target.exists() and {path.name for path in target.iterdir()} - MAY_BE_THERE:
        raise Unusable(f"{target} is not empty. Nothing was restored; name a new folder, or one with nothing but settings.env.")
    seals = _seals(anchors) if anchors else {}
    target.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    work = target / ".restoring"
    work.mkdir(mode=FOLDER)
    try:
        manifest = _unpacked(archive, work)
        _refuse_wrong_keys_and_age(manifest, seals)
        _check_objects(manifest, work)
        _place_database(manifest, work, target, seals)
        _place_objects(work, target)
    finally:
        shutil.rmtree(work)
    return manifest


def _unpacked(archive: Path, work: Path) -> dict[str, Any]:
    with archive.open("rb") as source:
        reader = SealedReader(source)
        key = keys.named(reader.key_name)
        if key is None:
            raise NotOpened(f"The key of this backup, «{reader.key_name}», is not in the settings. Nothing was restored.")
        reader.unlock(key)
        (work / OBJECTS).mkdir(mode=FOLDER)
        with tarfile.open(fileobj=reader, mode="r|") as tar:  # type: ignore[call-overload]  # asks for read() alone
            for member in tar:
                _unpack(tar, member, work)
        while reader.read(tarfile.RECORDSIZE):  # to the last chunk, which says that nothing was cut off
            continue
    if not (work / MANIFEST).exists():
        raise NotOpened("The backup has no manifest.")
    manifest: dict[str, Any] = json.loads((work / MANIFEST).read_text(encoding="utf-8"))
    if manifest["form"] != FORM:
        raise NotOpened("The backup was made by a newer version of Card Desk; restore it with that one.")
    return manifest


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, work: Path) -> None:
    content = tar.extractfile(member) if MEMBER.fullmatch(member.name) and member.isfile() else None
    if content is None:
        raise NotOpened("The backup holds something that is no part of a backup.")
    with (work / member.name).open("xb") as out:
        (work / member.name).chmod(FILE)
        shutil.copyfileobj(content, out)


def _seals(anchors: Path) -> dict[int, str]:
    """Number -> hash of each seal that was written down."""
    try:
        with anchors.open(encoding="utf-8") as lines:
            read = [json.loads(line) for line in lines]
        return {int(anchor["seal"]): str(anchor["hash"]) for anchor in read}
    except (ValueError, TypeError, KeyError):
        raise Unusable(f"{anchors} has a line that is no anchor. Nothing was restored.") from None


def _refuse_wrong_keys_and_age(manifest: dict[str, Any], seals: dict[int, str]) -> None:
    problem = keys.problem(manifest["keys"])
    if problem:
        raise Unusable(problem)
    newest = manifest["newest_seal"] or 0
    if seals and newest < max(seals):
        raise Unusable(
            f"This backup is older than its anchors: its log ends with seal {newest}, they with {max(seals)}. Nothing was restored."
        )


def _check_objects(manifest: dict[str, Any], work: Path) -> None:
    if file_hash(work / LISTED) != manifest["objects_sha256"]:
        raise Unusable("The list of stored files is not the one of the manifest. Nothing was restored.")
    count = 0
    with (work / LISTED).open(encoding="ascii") as lines:
        for line in lines:
            sha256, sealed_hash = line.split()
            file, count = work / OBJECTS / sha256, count + 1
            if not file.exists():
                raise Unusable(f"The stored file {sha256} is missing in the backup. Nothing was restored.")
            if file_hash(file) != sealed_hash:
                raise Unusable(f"The stored file {sha256} is not as it was. Nothing was restored.")
    if count != manifest["objects"] or count != sum(1 for _file in (work / OBJECTS).iterdir()):
        raise Unusable("The backup has not as many stored files as its manifest says. Nothing was restored.")


def _place_database(manifest: dict[str, Any], work: Path, target: Path, seals: dict[int, str]) -> None:
    if manifest["database"] == "sqlite":
        with copies.opened_file(work / DATABASE) as connection:
            _check_database(manifest, connection, seals)
            noting.note_restore(manifest, connection)
        (work / DATABASE).rename(target / "card_desk.db")
        return
    copies.refuse_used_database()
    copies.put_back(work / DATABASE)
    with db.engine.connect() as connection:
        _check_database(manifest, connection, seals)
        noting.note_restore(manifest, connection)


def _check_database(manifest: dict[str, Any], connection: Connection, seals: dict[int, str]) -> None:
    different = tables.differences(manifest["tables"], tables.facts(connection))
    if different:
        raise Unusable(f"These tables are not as they were: {', '.join(different)}. Do not use what was restored.")
    for number, kept in sorted(seals.items()):
        if connection.scalar(select(AuditSeal.hash).where(AuditSeal.id == number)) != kept:
            raise Unusable(f"The log of this backup has another seal {number} than the anchors. Do not use what was restored.")


def _place_objects(work: Path, target: Path) -> None:
    files = target / "files"
    for file in (work / OBJECTS).iterdir():
        folder = files / file.name[:2]
        folder.mkdir(mode=FOLDER, parents=True, exist_ok=True)
        file.rename(folder / file.name[2:])
    if files.exists():
        files.chmod(FOLDER)

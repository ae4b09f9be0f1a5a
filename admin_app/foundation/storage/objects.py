"""The object store: encrypted, write-once, addressed by the SHA-256 of what is in it, on any fsspec file system."""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import fsspec
from flask_babel import lazy_gettext as _l
from fsspec.implementations.local import LocalFileSystem

from admin_app.foundation import clock, crypto, settings
from admin_app.foundation.errors import DomainError
from admin_app.foundation.per_app import PerApp

SHA256 = re.compile(r"[0-9a-f]{64}")
UNFINISHED = ".unfinished"
"""Folder of files that are still being written; swept with the orphans."""
DAMAGED = ".damaged"
"""Folder of damaged objects whose bytes were handed in again; kept for whoever looks into it."""
FRESHEN_AFTER = timedelta(hours=1)
"""An object that is handed in again after this counts as new for the sweep of orphans."""


class ObjectMissing(DomainError):
    """The object of a file is not in the store."""

    status = 404

    def __init__(self, sha256: str) -> None:
        super().__init__(_l("The stored file is missing. Tell the administrator."), sha256=sha256)


class ObjectDamaged(DomainError):
    """The object of a file is not what was put there: altered, exchanged, or its key is gone."""

    status = 409

    def __init__(self, sha256: str) -> None:
        super().__init__(_l("The stored file is damaged and is not shown. Tell the administrator."), sha256=sha256)


class StorageUnavailable(DomainError):
    """The store cannot be read or written now: disk full, broken or unreachable."""

    status = 503

    def __init__(self) -> None:
        super().__init__(_l("The file store does not answer or is full. Nothing was stored. Try again, then tell the administrator."))


class ObjectStore:
    """One folder of an fsspec file system; keys are `ab/cdef…`, contents are sealed for exactly that key."""

    def __init__(self, url: str) -> None:
        self.fs, root = fsspec.core.url_to_fs(url)
        self.root = root.rstrip("/")
        self.is_local = isinstance(self.fs, LocalFileSystem)

    def put(self, data: bytes) -> str:
        """Store `data` once and return its SHA-256.

        An object that is there already is checked, never overwritten; a damaged one is set aside and stored anew.
        StorageUnavailable if it cannot be written.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._path(sha256)
        if self.exists(sha256) and self._is_sound(sha256):
            self._freshen(path)
            return sha256
        sealed = crypto.keyring().encrypt(data, context=_context(sha256))
        write = self._write_local if self.is_local else self._write_remote
        try:
            write(path, sealed)
        except OSError as error:
            raise StorageUnavailable from error
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes with that SHA-256, recomputed on every read; ObjectMissing, ObjectDamaged or StorageUnavailable."""
        try:
            data = crypto.keyring().decrypt(self.sealed(sha256), context=_context(sha256))
        except crypto.Undecipherable as error:
            raise ObjectDamaged(sha256) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ObjectDamaged(sha256)
        return data

    def sealed(self, sha256: str) -> bytes:
        """The object as it lies there, encrypted and unchecked; ObjectMissing or StorageUnavailable."""
        try:
            return bytes(self.fs.cat_file(self._path(sha256)))
        except FileNotFoundError as error:
            raise ObjectMissing(sha256) from error
        except OSError as error:
            raise StorageUnavailable from error

    def reseal(self, sha256: str) -> bool:
        """Encrypt an object anew unless the newest key did; whether it was done. ObjectMissing, ObjectDamaged or StorageUnavailable.

        Whoever reads it meanwhile gets the one or the other, each of them whole.
        """
        mark, path = crypto.keyring().mark, self._path(sha256)
        try:
            if bytes(self.fs.cat_file(path, start=0, end=len(mark))) == mark:
                return False
        except FileNotFoundError as error:
            raise ObjectMissing(sha256) from error
        except OSError as error:
            raise StorageUnavailable from error
        sealed = crypto.keyring().encrypt(self.get(sha256), context=_context(sha256))
        try:
            if not self.is_local:
                self.fs.pipe_file(path, sealed)
                return True
            times = os.stat(path)
            self._write_local(f"{path}.anew", sealed)
            os.utime(f"{path}.anew", (times.st_atime, times.st_mtime))
            os.replace(f"{path}.anew", path)
        except OSError as error:
            raise StorageUnavailable from error
        return True

    def _is_sound(self, sha256: str) -> bool:
        try:
            self.get(sha256)
        except ObjectDamaged:
            self.fs.makedirs(f"{self.root}/{DAMAGED}", exist_ok=True)
            self.fs.mv(self._path(sha256), f"{self.root}/{DAMAGED}/{sha256}-{secrets.token_hex(4)}")
            return False
        return True

    def exists(self, sha256: str) -> bool:
        """Whether there is an object with that key; does not read it."""
        return bool(self.fs.exists(self._path(sha256)))

    def handed_in_at(self, sha256: str) -> datetime | None:
        """When the object was last handed in; None if there is none."""
        path = self._path(sha256)
        self.fs.invalidate_cache()
        return self._handed_in(path, self.fs.info(path)) if self.fs.exists(path) else None

    def older_than(self, moment: datetime) -> Iterator[str]:
        """The SHA-256 of each object last handed in before `moment`."""
        for path, facts in self._files(self.root):
            folder, name = path.rsplit("/", 2)[-2:]
            if SHA256.fullmatch(folder + name) and self._handed_in(path, facts) < moment:
                yield folder + name

    def delete(self, sha256: str) -> None:
        """Take an object away for good; only the sweep of orphans and delete_unused() do so."""
        self.fs.rm_file(self._path(sha256))

    def sweep_unfinished(self, moment: datetime) -> int:
        """Remove what a killed process left half written before `moment`; returns how many."""
        left = self._files(f"{self.root}/{UNFINISHED}")
        paths = [path for path, facts in left if self._handed_in(path, facts) < moment]
        for path in paths:
            self.fs.rm_file(path)
        return len(paths)

    def _path(self, sha256: str) -> str:
        if not SHA256.fullmatch(sha256):
            raise ObjectMissing("")
        return f"{self.root}/{sha256[:2]}/{sha256[2:]}"

    def _files(self, folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
        self.fs.invalidate_cache()
        if self.fs.exists(folder):
            yield from self.fs.find(folder, detail=True).items()

    def _handed_in(self, path: str, facts: dict[str, Any]) -> datetime:
        moment = facts.get("mtime") or facts.get("LastModified") or self.fs.modified(path)
        if isinstance(moment, (int, float)):
            return datetime.fromtimestamp(moment, UTC)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def _write_local(self, path: str, sealed: bytes) -> None:
        """Temporary file, fsync, link under the final name (which fails rather than overwrite), fsync of the folder."""
        waiting = f"{self.root}/{UNFINISHED}/{secrets.token_hex(16)}"
        for folder in (self.root, os.path.dirname(waiting), os.path.dirname(path)):
            os.makedirs(folder, mode=0o700, exist_ok=True)
        try:
            with open(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(sealed)
                out.flush()
                os.fsync(out.fileno())
            _name_once(waiting, path)
        finally:
            if os.path.exists(waiting):
                os.unlink(waiting)
        _sync_folder(os.path.dirname(path))
        _sync_folder(self.root)

    def _write_remote(self, path: str, sealed: bytes) -> None:
        try:
            self.fs.pipe_file(path, sealed, mode="create")
        except FileNotFoundError:  # a file system with real folders
            self.fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
            self.fs.pipe_file(path, sealed, mode="create")
        except OSError:  # S3 says "precondition failed", others that the file exists
            self.fs.invalidate_cache()
            if not self.fs.exists(path):
                raise

    def _freshen(self, path: str) -> None:
        """Make the object young again, so that the sweep cannot take it before the new row is committed."""
        if self.is_local:
            os.utime(path)
        elif clock.now() - self._handed_in(path, self.fs.info(path)) > FRESHEN_AFTER:
            self.fs.pipe_file(path, self.fs.cat_file(path))


def _name_once(waiting: str, path: str) -> None:
    try:
        os.link(waiting, path)
    except FileExistsError:
        return  # the same bytes, handed in at the same moment
    except OSError:  # a file system without hard links
        if not os.path.exists(path):
            os.rename(waiting, path)


def _sync_folder(folder: str) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _context(sha256: str) -> bytes:
    return f"object|{sha256}".encode()


_STORES: PerApp[dict[str, ObjectStore]] = PerApp("storage.stores", dict)


def store() -> ObjectStore:
    """The store of the settings in force (storage_url)."""
    url, known = settings.current().storage_url, _STORES.get()
    if url not in known:
        known[url] = ObjectStore(url)
    return known[url]

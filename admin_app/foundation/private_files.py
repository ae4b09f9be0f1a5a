"""What the desk keeps on disk is readable by its own user alone: folders 0700, files 0600 (nothing slow is imported here)."""

import os
from pathlib import Path

from config import Settings

FOLDER, FILE = 0o700, 0o600
BESIDE = ("", "-wal", "-shm", "-journal")
"""What SQLite writes beside its file has that file's rights when it is made."""


def keep_private(settings: Settings) -> None:
    """Make the instance folder, and take from others what an older version or a copy left open to them."""
    settings.instance.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    narrow(settings.instance, FOLDER)
    narrow(settings.instance / "settings.env", FILE)
    if settings.storage_url.startswith("file://"):
        narrow(Path(settings.storage_url.removeprefix("file://")), FOLDER)
    if settings.database_url.startswith("sqlite:///"):
        name = settings.database_url.removeprefix("sqlite:///").partition("?")[0]
        for ending in BESIDE:
            narrow(settings.instance / f"{name}{ending}", FILE)


def narrow(path: Path, mode: int) -> None:
    """Take every right that `mode` does not name from a file or folder of ours; what is not there or another user's stays as it is."""
    if not path.exists():
        return
    now = path.stat()
    if now.st_mode & 0o777 & ~mode and now.st_uid == os.geteuid():
        path.chmod(now.st_mode & mode)


def make_private(path: str) -> None:
    """Make an empty file that only its user may open, unless there is one; nothing happens where no file can be made."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE))
    except OSError:
        return

"""One desk an instance: who holds the lock of its folder (nothing slow is imported here: run.py starts with it)."""

import fcntl
import os
from pathlib import Path
from typing import IO


def only_one(instance: Path) -> IO[str]:
    """The lock of this instance, held until it is closed or this process dies; SystemExit if another one runs on the same instance."""
    instance.mkdir(parents=True, exist_ok=True)
    lock = (instance / "run.lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        raise SystemExit(f"Card Desk already runs on {instance} (process {lock.read()}). Stop it first.") from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock

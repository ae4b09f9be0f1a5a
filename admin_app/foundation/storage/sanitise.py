"""Turn what somebody handed in into a file that holds its visible content and nothing else."""

from typing import Any

from admin_app.foundation.storage import doubts, sandbox, work
from admin_app.foundation.storage.kinds import UploadRefused, kind_of, limits_in_force
from admin_app.foundation.storage.limits import CleanFile, Kind, Limits, Reason, Refused, Source


def sanitise(data: bytes, *, name: str = "", limits: Limits | None = None, who: str = "") -> CleanFile:
    """`data` rebuilt in a child process for `who`; UploadRefused (with `name`) unless it is readable and of a kind we take; Busy, Spent."""
    limits = limits or limits_in_force()
    try:
        kind = check_outside(data, limits)
        with work.counted(who) as bill:
            facts, clean = _cleaned(kind, data, limits, bill, is_outside=work.is_outside(who))
        return file_of(facts, clean)
    except Refused as refused:
        raise UploadRefused(refused.reason, name, limits) from refused


def file_of(facts: dict[str, Any], data: bytes) -> CleanFile:
    """The file that the child answers with."""
    width, height, pages = (int(facts[name]) for name in ("width", "height", "pages"))
    return CleanFile(Kind(facts["kind"]), data, width, height, pages, doubts.read(facts["doubts"]))


def _cleaned(kind: Source, data: bytes, limits: Limits, bill: work.Bill, *, is_outside: bool) -> tuple[dict[str, Any], bytes]:
    bill.seconds = limits.cpu_seconds  # unless somebody tells how much it was
    try:
        facts, clean = sandbox.ask({"task": "clean", "kind": kind.value}, data, limits, is_outside=is_outside)
    except Refused as refused:
        bill.seconds = refused.cpu_seconds if refused.cpu_seconds is not None else bill.seconds
        raise
    bill.seconds = float(facts["cpu"])
    return facts, clean


def check_outside(data: bytes, limits: Limits) -> Source:
    """What can be told without opening the file: it has content, not too much, of a kind we take; Refused otherwise."""
    if len(data) > limits.max_bytes:
        raise Refused(Reason.TOO_LARGE)
    return kind_of(data)

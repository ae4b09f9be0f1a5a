"""Turn what somebody handed in into a file that holds its visible content and nothing else."""

from admin_app.foundation.storage import sandbox
from admin_app.foundation.storage.kinds import UploadRefused, kind_of, limits_in_force
from admin_app.foundation.storage.limits import CleanFile, Kind, Limits, Reason, Refused


def sanitise(data: bytes, *, name: str = "", limits: Limits | None = None) -> CleanFile:
    """`data` rebuilt in a child process; UploadRefused (with `name`) unless it is a readable JPEG, PNG or PDF."""
    limits = limits or limits_in_force()
    try:
        kind = check_outside(data, limits)
        facts, clean = sandbox.ask({"task": "clean", "kind": kind.value}, data, limits)
        return CleanFile(Kind(facts["kind"]), clean, int(facts["width"]), int(facts["height"]), int(facts["pages"]))
    except Refused as refused:
        raise UploadRefused(refused.reason, name, limits) from refused


def check_outside(data: bytes, limits: Limits) -> Kind:
    """What can be told without opening the file: it has content, not too much, of a kind we take; Refused otherwise."""
    if len(data) > limits.max_bytes:
        raise Refused(Reason.TOO_LARGE)
    return kind_of(data)

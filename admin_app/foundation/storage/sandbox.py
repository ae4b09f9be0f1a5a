"""Ask the child process (child.py) to open a file, and survive whatever happens to it."""

from dataclasses import asdict, dataclass

import structlog

from admin_app.foundation.children.pool import ChildLost, Pool
from admin_app.foundation.storage.limits import Limits, Reason, Refused

CHILD = "admin_app.foundation.storage.child"
GRACE_SECONDS = 5
"""Beyond its own wall-clock limit, before the child itself counts as stuck."""
UNUSED_PORT = 1
"""Nobody need listen there: a connection that is refused by the other side was made."""
CHILDREN = 4
"""At most so many files are opened at the same time; whoever comes later waits."""
CHILDREN_OUTSIDE = 1
"""The same for what residents and programs of others hand in."""

log = structlog.get_logger("card_desk.storage")
_pool, _pool_outside = Pool(CHILD, CHILDREN), Pool(CHILD, CHILDREN_OUTSIDE)


def ask(request: dict, data: bytes, limits: Limits, *, is_outside: bool = False) -> tuple[dict, bytes]:
    """The header and body that a child answers for `data`; Refused if the file was refused or cost too much.

    What comes from outside the office has children of its own, which step back behind everything else. Waits while all are busy.
    A child that died between two requests is replaced once; one that dies or hangs on this file is a refusal.
    """
    request, pool = request | {"limits": asdict(limits), "is_outside": is_outside}, _pool_outside if is_outside else _pool
    try:
        header, body = pool.ask(request, data, limits.wall_seconds + GRACE_SECONDS)
    except ChildLost as lost:
        log.warning("child lost", task=request["task"], kind=request["kind"], exit_code=lost.exit_code)
        raise Refused(Reason.TOO_HEAVY) from lost
    if "refused" in header:
        raise Refused(Reason(header["refused"]), header.get("cpu"))
    return header, body


@dataclass(frozen=True)
class Walls:
    """What a process that opens strangers' files is kept from, as it found out by trying."""

    sees_files: bool
    has_network: bool


def walls_here(limits: Limits) -> Walls | None:
    """The walls around the children of this process; None if none of them answered."""
    request = {"task": "look", "kind": "", "files": ["/"], "ports": [UNUSED_PORT]}
    try:
        seen = ask(request, b"", limits)[0]["seen"]
    except Refused:
        return None
    return Walls(sees_files=bool(seen["files"]), has_network=bool(seen["ports"]))

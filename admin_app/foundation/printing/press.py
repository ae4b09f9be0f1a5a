"""Ask the child process (child.py) to lay out a document, and survive whatever happens to it."""

from dataclasses import dataclass

import structlog
from flask_babel import lazy_gettext as _l

from admin_app.foundation.children import forks
from admin_app.foundation.children.pool import ChildLost, Pool
from admin_app.foundation.errors import DomainError
from reports.pdf.writer import WRITER, Assets, BlockedFetch

CHILD = "admin_app.foundation.printing.child"
CHILDREN = 2
"""At most so many documents are laid out at the same time; whoever comes later waits."""
GRACE_SECONDS = 5
"""Beyond its own wall-clock limit, before the child itself counts as stuck."""
MEGABYTE = 1024 * 1024

log = structlog.get_logger("card_desk.printing")
_pool = Pool(CHILD, CHILDREN)


@dataclass(frozen=True)
class Limits:
    """What one document may take: a receipt takes half a second of processor and some 30 MB."""

    cpu_seconds: int = 10
    wall_seconds: int = 60
    memory_bytes: int = 256 * MEGABYTE
    """Address space beyond that of the child."""
    output_bytes: int = 64 * MEGABYTE


class TooMuchWork(DomainError):
    """The document would take more processor, time or memory than one document is given."""

    status = 422

    def __init__(self) -> None:
        sentence = _l(
            "This document takes too much work to lay out, so it was not printed. Nothing else is affected. Tell the administrator."
        )
        super().__init__(sentence)


class PrintingFailed(RuntimeError):
    """The library failed on a document of ours."""


def write(html: str, css: str, assets: Assets, limits: Limits | None = None) -> bytes:
    """The PDF, laid out behind walls; raises BlockedFetch as the library does, TooMuchWork, PrintingFailed."""
    limits = limits or Limits()
    sizes = [(address, media_type, len(content)) for address, (media_type, content) in assets.items()]
    request = {"task": "print", "html": html, "css": css, "assets": sizes}
    header, body = _ask(request, b"".join(content for _type, content in assets.values()), limits)
    if "blocked" in header:
        raise BlockedFetch(header["blocked"])
    return body


def shut_in() -> None:
    """From now on whatever this process prints is laid out by a child."""
    WRITER.write = write


def _ask(request: dict, data: bytes, limits: Limits) -> forks.Answer:
    try:
        header, body = _pool.ask(request | {"budget": vars(limits)}, data, limits.wall_seconds + GRACE_SECONDS)
    except ChildLost as lost:
        log.warning("child lost", exit_code=lost.exit_code)
        raise TooMuchWork from lost
    ended = header.get(forks.ENDED)
    if ended:
        log.warning("document not laid out", ended=ended, cpu=header["cpu"], peak_kib=header["peak_kib"])
        raise TooMuchWork if ended == forks.SPENT else PrintingFailed
    return header, body

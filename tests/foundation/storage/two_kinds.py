"""Files that are two kinds at once, and what is left of the second; run as a program it opens them all (`shell`: and starts a program)."""

import io
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable

import pikepdf

from admin_app.foundation.storage.kinds import UploadRefused
from admin_app.foundation.storage.limits import Limits
from admin_app.foundation.storage.sanitise import sanitise
from tests.foundation.storage import samples

MARK = b"PAYLOAD-4711"
SECONDS: dict[str, Callable[[], bytes]] = {
    "zip": lambda: zipped(),
    "html": lambda: b"<html><script>" + MARK + b"</script>",
    "php": lambda: b"<?php system('" + MARK + b"'); ?>",
    "shell": lambda: b"\n#!/bin/sh\n# " + MARK + b"\ntouch /tmp/x\n",
    "postscript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n(" + MARK + b") (w) file\n%pipe%id\n",
    "svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>" + MARK + b"</script></svg>",
    "msl": lambda: b"<image><read filename='ephemeral:" + MARK + b"'/></image>",
    "pdf": lambda: samples.pdf() + b"\n%" + MARK,
    "jpeg": lambda: samples.jpeg() + MARK,
    "elf": lambda: b"\x7fELF\x02\x01\x01" + MARK,
}
"""What stands behind, inside or before the first kind."""


def zipped() -> bytes:
    """An archive of a script."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("run.sh", MARK)
    return packed.getvalue()


def in_comment(second: bytes) -> bytes:
    """A JPEG whose comment is the other file."""
    data = samples.jpeg()
    return data[:2] + b"\xff\xfe" + (len(second[:60_000]) + 2).to_bytes(2, "big") + second[:60_000] + data[2:]


def in_chunk(second: bytes) -> bytes:
    """A PNG with a chunk of its own."""
    data, body = samples.png(), b"Comment\0" + second
    chunk = struct.pack(">I", len(body)) + b"tEXt" + body + struct.pack(">I", zlib.crc32(b"tEXt" + body))
    return data[:33] + chunk + data[33:]


def attached(second: bytes) -> bytes:
    """A PDF that brings the other file as an attachment, and as a stream that nobody shows."""
    with pikepdf.Pdf.new() as document:
        samples.add_page(document)
        document.attachments["second"] = second
        document.Root.Extra = pikepdf.Stream(document, second)
        return samples.written(document, compress_streams=False)


FIRSTS: dict[str, Callable[[bytes], bytes]] = {
    "jpeg before": lambda second: samples.jpeg() + second,
    "png before": lambda second: samples.png() + second,
    "pdf before": lambda second: samples.pdf() + second,
    "jpeg behind": lambda second: second + samples.jpeg(),
    "pdf behind": lambda second: second + b"\n" + samples.pdf(),
    "jpeg with comment": in_comment,
    "png with chunk": in_chunk,
    "pdf with attachment": attached,
}
BOTH = {f"{first}, {second}": (first, second) for first in FIRSTS for second in SECONDS}


def made(name: str) -> bytes:
    """A file that is both."""
    first, second = BOTH[name]
    return FIRSTS[first](SECONDS[second]())


def kept_of(data: bytes) -> bytes:
    """What would be stored of it; nothing if it is refused."""
    try:
        return sanitise(data, limits=Limits()).data
    except UploadRefused:
        return b""


def is_active(kept: bytes) -> bool:
    """Whether anything of the other kind is left, as it was or unpacked."""
    if kept.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(kept)) as document:
            streams = [one.read_bytes() for one in document.objects if isinstance(one, pikepdf.Stream)]
        kept += b"".join(streams)
    return any(sign in kept for sign in (MARK, b"PK\x03\x04", b"<script", b"<?php", b"%!PS", b"#!/bin/sh", b"\x7fELF", b"/EmbeddedFile"))


def main() -> None:
    """Open all of them."""
    for name in BOTH:
        kept_of(made(name))
    if "shell" in sys.argv:
        subprocess.run(["true"], check=True)


if __name__ == "__main__":
    main()

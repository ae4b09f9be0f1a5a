"""Messages between the web process and its child: two lengths, a JSON header, a body. Nothing is ever unpickled."""

import json
import struct
from typing import IO, Any

LENGTHS = struct.Struct(">II")


def write_frame(stream: IO[bytes], header: dict[str, Any], body: bytes = b"") -> None:
    """Send one frame."""
    head = json.dumps(header).encode()
    stream.write(LENGTHS.pack(len(head), len(body)) + head)
    stream.write(body)
    stream.flush()


def read_frame(stream: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """The next frame; None at the end of the stream; ValueError if the header is not JSON."""
    lengths = stream.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    head, body = LENGTHS.unpack(lengths)
    return json.loads(stream.read(head)), stream.read(body)

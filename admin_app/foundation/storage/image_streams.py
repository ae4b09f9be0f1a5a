"""What can be told and done about JPEG, JPEG 2000 and HEIC without touching the pixels."""

from collections.abc import Iterator

ADOBE, JFIF = 0xEE, 0xE0
"""The two application segments that say how to show the picture; all others and comments are notes about it."""
STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
PICTURE_BOXES = frozenset({b"ftyp", b"meta", b"mdat", b"idat", b"moov"})
"""Of HEIC (ISO/IEC 14496-12): what the picture is made of; makers put boxes and bytes of their own behind them."""
DRAWING_BOXES = frozenset({b"jP  ", b"ftyp", b"jp2h", b"jp2c"})


def strip_jpeg(data: bytes) -> bytes:
    """The JPEG without EXIF, XMP, profiles, comments and bytes after its end; ValueError if it is not a JPEG."""
    if data[:2] != b"\xff\xd8":
        raise ValueError("no JPEG")
    kept = [data[:2]]
    for marker, segment in _segments(data):
        if not _is_note(marker, segment):
            kept.append(segment)
    return b"".join(kept)


def _is_note(marker: int, segment: bytes) -> bool:
    if marker == JFIF:
        return not segment[4:].startswith(b"JFIF\0")
    return (0xE1 <= marker <= 0xEF and marker != ADOBE) or marker == 0xFE


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(marker, bytes) of each segment; a scan carries its entropy-coded data. Stops at the end of the image."""
    at = 2
    while at + 2 <= len(data):
        if data[at] != 0xFF:
            raise ValueError("no marker")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        end = _end_of_segment(data, at, marker)
        yield marker, data[at:end]
        if marker == END_OF_IMAGE:
            return
        at = end


def _end_of_segment(data: bytes, at: int, marker: int) -> int:
    if marker in STANDALONE or marker == END_OF_IMAGE:
        return at + 2
    length = int.from_bytes(data[at + 2 : at + 4], "big")
    end = at + 2 + length
    if length < 2 or end > len(data):
        raise ValueError("segment runs past the end")
    return _end_of_scan(data, end) if marker == START_OF_SCAN else end


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the entropy-coded data ends: at the first marker that is neither stuffing nor a restart."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        follower = data[at + 1]
        if follower not in (0x00, 0xFF) and not 0xD0 <= follower <= 0xD7:
            return at
        at += 1 if follower == 0xFF else 2
    return len(data)


def strip_jpeg2000(data: bytes) -> bytes:
    """The JPEG 2000 file with the boxes that draw it and no others (no XML, UUID or rights boxes)."""
    if data[:4] == b"\xff\x4f\xff\x51":  # a bare codestream has no boxes
        return data
    kept, at = [], 0
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if length == 1:
            length = int.from_bytes(data[at + 8 : at + 16], "big")
        end = len(data) if length == 0 else at + length
        if end <= at or end > len(data):
            raise ValueError("box runs past the end")
        if data[at + 4 : at + 8] in DRAWING_BOXES:
            kept.append(data[at:end])
        at = end
    return b"".join(kept)


def is_cut_off(data: bytes) -> bool:
    """Whether a box of a HEIC file runs past its end: libheif then leaves black tiles and says nothing."""
    at = 0
    while at + 8 <= len(data):
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if length == 1:
            length = int.from_bytes(data[at + 8 : at + 16], "big")
        if name not in PICTURE_BOXES and at + length > len(data):
            return False  # not a box any more: what a maker wrote behind the picture
        if at + length > len(data):
            return True
        if length < 8:  # 0 is «to the end»; other small numbers are no box
            return False
        at += length
    return False

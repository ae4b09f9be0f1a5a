"""The encrypted stream of a backup: what was written comes back whole, or not at all, in the memory of a few chunks."""

import io
import os
import tracemalloc
from pathlib import Path

import pytest

from admin_app.backup.sealed_stream import CHUNK, MAGIC, SALT, TAG, NotOpened, SealedReader, SealedWriter

KEY, ANOTHER = bytes(range(32)), bytes(range(1, 33))
HEADER = len(MAGIC) + 1 + len("name") + SALT
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 17)


def sealed(plain: bytes, piece: int = 300_000) -> bytes:
    """`plain` as an archive, written in pieces."""
    out = io.BytesIO()
    writer = SealedWriter(out, "name", KEY)
    for start in range(0, len(plain), piece):
        writer.write(plain[start : start + piece])
    writer.finish()
    return out.getvalue()


def opened(archive: bytes, key: bytes = KEY, piece: int = 10_240) -> bytes:
    """What an archive holds, read in pieces."""
    reader = SealedReader(io.BytesIO(archive))
    reader.unlock(key)
    found = b""
    while some := reader.read(piece):
        found += some
    return found


@pytest.mark.parametrize("size", SIZES)
def test_what_was_written_comes_back(size: int) -> None:
    plain = os.urandom(size)
    assert opened(sealed(plain)) == plain


def test_the_name_of_the_key_is_told_before_it_is_needed() -> None:
    assert SealedReader(io.BytesIO(sealed(b"x"))).key_name == "name"


def test_two_archives_of_the_same_have_nothing_in_common() -> None:
    plain = bytes(CHUNK)
    assert sealed(plain)[HEADER:][:64] != sealed(plain)[HEADER:][:64]


def test_another_key_is_named_as_the_reason() -> None:
    with pytest.raises(NotOpened, match="another key"):
        opened(sealed(b"secret"), ANOTHER)


def test_another_file_is_no_backup() -> None:
    with pytest.raises(NotOpened, match="no backup"):
        SealedReader(io.BytesIO(b"PK\x03\x04 and so on, long enough to be something"))


@pytest.mark.parametrize("place", [HEADER - 1, HEADER, HEADER + CHUNK + TAG + 5, -1])
def test_one_changed_bit_is_found(place: int) -> None:
    archive = bytearray(sealed(bytes(2 * CHUNK + 9)))
    archive[place] ^= 1
    with pytest.raises(NotOpened):
        opened(bytes(archive))


@pytest.mark.parametrize("kept", [HEADER - 3, HEADER, HEADER + CHUNK + TAG, HEADER + 2 * (CHUNK + TAG), HEADER + 2 * (CHUNK + TAG) + 20])
def test_an_archive_that_was_cut_off_is_refused_also_between_chunks(kept: int) -> None:
    with pytest.raises(NotOpened):
        opened(sealed(bytes(2 * CHUNK + 9))[:kept])


def test_chunks_that_changed_places_are_refused() -> None:
    archive, one = sealed(os.urandom(2 * CHUNK + 9)), CHUNK + TAG
    first, second, rest = archive[HEADER:][:one], archive[HEADER + one :][:one], archive[HEADER + 2 * one :]
    with pytest.raises(NotOpened):
        opened(archive[:HEADER] + second + first + rest)


def test_a_large_archive_needs_the_memory_of_a_few_chunks(tmp_path: Path) -> None:
    some = os.urandom(CHUNK)
    tracemalloc.start()
    with (tmp_path / "large").open("wb") as out:
        writer = SealedWriter(out, "name", KEY)
        for _chunk in range(24):
            writer.write(some)
        writer.finish()
    with (tmp_path / "large").open("rb") as source:
        reader = SealedReader(source)
        reader.unlock(KEY)
        while reader.read(65_536):
            pass
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 10 * CHUNK

"""A stream of any length as chunks that are encrypted one by one, written and read in the memory of two of them.

`MAGIC | length of the key's name | name | 16 bytes of salt`, then chunks of 1 MiB and a shorter (perhaps empty) last one, each 16 bytes
longer by its tag. The key of an archive is derived from the backup key and the salt, so no two archives share one and the chunk's number
serves as the nonce. Header, number and «is it the last» are authenticated: no chunk can be altered, moved, left out, or cut off at the end.
"""

import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"card desk backup 1\n"
CHUNK = 1024 * 1024
TAG = 16
SALT = 16


class NotOpened(Exception):
    """The archive is none of ours, was altered or cut off, or its key is another one; the sentence says which."""


class _Chunks:
    """How chunk after chunk of one archive is sealed and opened."""

    def __init__(self, key: bytes, header: bytes) -> None:
        made = HKDF(hashes.SHA256(), 32, salt=header[-SALT:], info=b"card desk|backup archive").derive(key)
        self._cipher, self._header, self.number = AESGCM(made), header, 0

    def _place(self, is_last: bool) -> tuple[bytes, bytes]:
        number = self.number.to_bytes(12, "big")
        self.number += 1
        return number, self._header + number + (b"last" if is_last else b"more")

    def seal(self, plain: bytes, *, is_last: bool) -> bytes:
        nonce, bound = self._place(is_last)
        return self._cipher.encrypt(nonce, plain, bound)

    def open(self, sealed: bytes, *, is_last: bool) -> bytes:
        nonce, bound = self._place(is_last)
        return self._cipher.decrypt(nonce, sealed, bound)


class SealedWriter:
    """Encrypts whatever is written to it into `out`; finish() writes the last chunk."""

    def __init__(self, out: BinaryIO, key_name: str, key: bytes) -> None:
        name = key_name.encode()
        header = MAGIC + bytes([len(name)]) + name + os.urandom(SALT)
        out.write(header)
        self._out, self._chunks, self._waiting = out, _Chunks(key, header), bytearray()

    def write(self, data: bytes) -> int:
        """Take all of `data`."""
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._out.write(self._chunks.seal(bytes(self._waiting[:CHUNK]), is_last=False))
            del self._waiting[:CHUNK]
        return len(data)

    def finish(self) -> None:
        """Write what is left as the last chunk."""
        self._out.write(self._chunks.seal(bytes(self._waiting), is_last=True))
        self._waiting.clear()


class SealedReader:
    """What a SealedWriter was given; NotOpened at the first chunk that is not as it was written."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        if source.read(len(MAGIC)) != MAGIC:
            raise NotOpened("This file is no backup of Card Desk.")
        length = source.read(1)
        name, salt = source.read(length[0] if length else 0), source.read(SALT)
        if len(salt) != SALT:
            raise NotOpened("The backup was cut off.")
        self.key_name = name.decode(errors="replace")
        self._header = MAGIC + length + name + salt
        self._next, self._plain, self._is_over = b"", bytearray(), False
        self._chunks: _Chunks | None = None

    def unlock(self, key: bytes) -> None:
        """Read on with this key."""
        self._chunks = _Chunks(key, self._header)
        self._next = self._source.read(CHUNK + TAG)

    def read(self, size: int) -> bytes:
        """The next `size` bytes, fewer at the end."""
        while len(self._plain) < size and not self._is_over:
            self._plain += self._chunk()
        taken = bytes(self._plain[:size])
        del self._plain[:size]
        return taken

    def _chunk(self) -> bytes:
        if self._chunks is None:
            raise NotOpened("The backup is locked.")
        sealed, self._next = self._next, self._source.read(CHUNK + TAG)
        self._is_over, number = not self._next, self._chunks.number
        try:
            return self._chunks.open(sealed, is_last=self._is_over)
        except InvalidTag:
            if number == 0:
                raise NotOpened("The backup was made with another key, or its beginning was altered.") from None
            raise NotOpened(f"The backup was altered or cut off after {number} MiB.") from None

"""Encryption of personal data and the blind index to find it again (docs/adr/0005)."""

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from admin_app.foundation import settings
from admin_app.foundation.per_app import PerApp

NONCE_BYTES = 12
VERSION = b"1"


class Undecipherable(Exception):
    """The value was changed, moved to another place, or its key is gone."""


@dataclass(frozen=True)
class KeyRing:
    """Data keys by id (the first one encrypts, all decrypt) and keys of the blind index (the first one writes, all find)."""

    keys: tuple[tuple[str, bytes], ...]
    index_keys: tuple[bytes, ...]

    def encrypt(self, plain: bytes, *, context: bytes) -> bytes:
        """AES-256-GCM; returns version|key id|nonce|ciphertext+tag. `context` binds the value to its place (table|column|row)."""
        nonce = os.urandom(NONCE_BYTES)
        return self.mark + nonce + AESGCM(self.keys[0][1]).encrypt(nonce, plain, context)

    @property
    def mark(self) -> bytes:
        """What every value begins with that the first key encrypted."""
        name = self.keys[0][0].encode()
        return VERSION + bytes([len(name)]) + name

    def decrypt(self, value: bytes, *, context: bytes) -> bytes:
        """The plain bytes; Undecipherable if the value was altered, moved, or its key is not in the ring."""
        length = value[1] if len(value) > 1 else 0
        key_id = value[2 : 2 + length].decode(errors="replace")
        key = dict(self.keys).get(key_id)
        rest = value[2 + length :]
        if value[:1] != VERSION or key is None or len(rest) < NONCE_BYTES + 16:
            raise Undecipherable
        try:
            return AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], context)
        except InvalidTag:
            raise Undecipherable from None

    def derived(self, purpose: str) -> dict[str, bytes]:
        """A key for nothing but `purpose` from each data key, by its id, in the order of the ring."""
        info = f"card desk|{purpose}".encode()
        return {key_id: HKDF(hashes.SHA256(), 32, salt=None, info=info).derive(key) for key_id, key in self.keys}

    def blind_index(self, purpose: str, value: str) -> str:
        """32 hex digits of HMAC-SHA-256 over purpose and value: equal values can be found, nothing can be read. What is written."""
        return _digits(self.index_keys[0], f"{purpose}|{value}")

    def blind_indexes(self, purpose: str, value: str) -> tuple[str, ...]:
        """The same with each index key, the newest first: what may have been written, so what is looked for (ADR 0045)."""
        return tuple(_digits(key, f"{purpose}|{value}") for key in self.index_keys)

    @property
    def index_names(self) -> tuple[str, ...]:
        """A name for each index key, which tells nothing about it, the newest first."""
        return tuple(f"i-{_digits(key, 'name of an index key')[:8]}" for key in self.index_keys)


def parse_ring(data_keys: str, index_key: str) -> KeyRing:
    """Read 'id:base64,id:base64' and a base64 index key; ValueError unless every key has 32 bytes."""
    keys = tuple((part.split(":", 1)[0].strip(), base64.b64decode(part.split(":", 1)[1])) for part in data_keys.split(",") if part)
    indexes = tuple(base64.b64decode(part) for part in index_key.split(","))
    if not keys or any(len(key) != 32 or not name for name, key in keys) or any(len(key) != 32 for key in indexes):
        raise ValueError("every data key needs an id and 32 bytes, each index key 32 bytes")
    return KeyRing(keys, indexes)


def _digits(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


_RING: PerApp[dict[tuple[str, str], KeyRing]] = PerApp("keyring", dict)


def keyring() -> KeyRing:
    """The ring of the settings in force."""
    now, parsed = settings.current(), _RING.get()
    source = (now.data_keys.get_secret_value(), now.index_key.get_secret_value())
    if source not in parsed:
        _RING.put({source: parse_ring(*source)})
    return _RING.get()[source]


def exported(purpose: str) -> dict[str, str]:
    """The keys for nothing but `purpose`, base64, by the name of their data key: they open nothing that is encrypted."""
    return {name: base64.b64encode(key).decode() for name, key in keyring().derived(purpose).items()}


def kept_seal_keys() -> dict[str, bytes]:
    """Keys of seals of the log whose data key is gone, by its name (setting `seal_keys`)."""
    named = (part.partition(":") for part in settings.current().seal_keys.get_secret_value().split(",") if part)
    return {name.strip(): base64.b64decode(key) for name, _colon, key in named}


def encrypt_text(text: str, *, context: str) -> bytes:
    """Encrypt a text for the place `context` ('table|column|row')."""
    return keyring().encrypt(text.encode(), context=context.encode())


def decrypt_text(value: bytes, *, context: str) -> str:
    """The text that encrypt_text put there; Undecipherable if it was altered or moved."""
    return keyring().decrypt(value, context=context.encode()).decode()

"""A passkey's device as software: makes a key, signs with it, and can lie in every way that a server must notice."""

import base64
import hashlib
import json
import os
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


class SoftwareKey:
    """One key on one device, for the site `origin` with the host name `host`."""

    def __init__(self, *, host: str = "localhost", origin: str = "http://localhost") -> None:
        self.host, self.origin = host, origin
        self.name = os.urandom(16)
        self.uses = 0
        self._secret = ec.generate_private_key(ec.SECP256R1())

    def make(self, options: str) -> str:
        """What a browser answers that was asked for a new key."""
        point = self._secret.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        key = bytes(16) + len(self.name).to_bytes(2, "big") + self.name + public
        data = self._data(PRESENT | VERIFIED | WITH_KEY) + key
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(self._client_data("webauthn.create", options), attestationObject=attested)

    def sign(self, options: str) -> str:
        """What a browser answers that was asked for a signature."""
        self.uses += 1
        client, data = self._client_data("webauthn.get", options), self._data(PRESENT | VERIFIED)
        signature = self._secret.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(client, authenticatorData=data, signature=signature)

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _client_data(self, kind: str, options: str) -> bytes:
        said: dict[str, Any] = {"type": kind, "challenge": json.loads(options)["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _answer(self, client: bytes, **parts: bytes) -> str:
        response = {"clientDataJSON": _text(client)} | {name: _text(part) for name, part in parts.items()}
        return json.dumps({"id": _text(self.name), "rawId": _text(self.name), "type": "public-key", "response": response})


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

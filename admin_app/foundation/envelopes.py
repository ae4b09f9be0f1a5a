"""Files for one receiver alone: CMS EnvelopedData (RFC 5652) for the key of a certificate, which OpenSSL and others open.

The content is encrypted with AES-256-CBC, its key for the receiver's RSA key. That it arrived unchanged says the SHA-256 of the file, which
goes another way.
"""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from flask_babel import lazy_gettext as _l

from admin_app.foundation import clock
from admin_app.foundation.errors import DomainError

LEAST_BITS = 2048
"""Of an RSA key that is good until 2030 (NIST SP 800-57)."""
LONGEST_PEM = 20_000


class CertificateRefused(DomainError):
    """This is no certificate for which anything is encrypted."""


@dataclass(frozen=True)
class Certificate:
    """What people compare of a certificate."""

    subject: str
    fingerprint: str
    """SHA-256 in hex, in pairs."""
    bits: int
    valid_until: datetime


def read_certificate(pem: str) -> Certificate:
    """What a certificate in PEM says. CertificateRefused names what is wrong with it, or that it is out of date."""
    found = _loaded(pem)
    key, now = found.public_key(), clock.now()
    if not isinstance(key, RSAPublicKey) or key.key_size < LEAST_BITS:
        raise CertificateRefused(_l("The key of the certificate must be an RSA key of %(bits)s bits or more.", bits=LEAST_BITS))
    if not found.not_valid_before_utc <= now <= found.not_valid_after_utc:
        raise CertificateRefused(_l("The certificate is not valid today. Ask the maker for the new one."))
    digest = found.fingerprint(hashes.SHA256()).hex(":").upper()
    return Certificate(found.subject.rfc4514_string(), digest, key.key_size, found.not_valid_after_utc)


def seal(data: bytes, pem: str) -> bytes:
    """`data` for whoever has the private key of the certificate, as DER. CertificateRefused as above."""
    read_certificate(pem)
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(data).set_content_encryption_algorithm(algorithms.AES256)
    return builder.add_recipient(_loaded(pem)).encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])


def _loaded(pem: str) -> x509.Certificate:
    if "PRIVATE KEY" in pem:
        raise CertificateRefused(_l("This holds a private key, which must stay with the maker. Paste the certificate alone."))
    if len(pem) > LONGEST_PEM or not pem.isascii():
        raise CertificateRefused(_NONE)
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError:
        raise CertificateRefused(_NONE) from None


_NONE = _l("This is no certificate. It begins with “-----BEGIN CERTIFICATE-----”.")

"""Encryption and blind index: what is written opens in its place alone, with its key alone; what is found is told by a key alone."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from admin_app.foundation import crypto, settings
from admin_app.foundation.crypto import KeyRing, Undecipherable, parse_ring
from tests.apps import bare_app, make_settings

FIRST, SECOND = bytes(range(32)), bytes(range(32, 64))
INDEX, OLDER = bytes(range(64, 96)), bytes(range(96, 128))
RING = KeyRing((("k2", FIRST), ("k1", SECOND)), (INDEX, OLDER))
PLACE = b"resident|id_number|7"


def in_base64(key: bytes) -> str:
    return base64.b64encode(key).decode()


def test_a_value_is_version_name_of_the_key_nonce_and_what_aes_gcm_makes_of_it() -> None:
    value = RING.encrypt(b"plain", context=PLACE)
    assert value[:4] == b"1\x02k2" == RING.mark
    assert len(value) == 4 + 12 + 5 + 16
    assert AESGCM(FIRST).decrypt(value[4:16], value[16:], PLACE) == b"plain"


def test_two_values_of_one_text_are_not_alike() -> None:
    assert len({RING.encrypt(b"same", context=PLACE) for _ in range(50)}) == 50


@pytest.mark.parametrize("plain", [b"", b"x", bytes(1000)])
def test_what_was_written_is_read(plain: bytes) -> None:
    assert RING.decrypt(RING.encrypt(plain, context=PLACE), context=PLACE) == plain


def test_an_older_key_still_reads_what_it_wrote() -> None:
    older = KeyRing((("k1", SECOND),), (INDEX,))
    assert RING.decrypt(older.encrypt(b"plain", context=PLACE), context=PLACE) == b"plain"


def altered() -> Iterator[tuple[str, bytes]]:
    value = RING.encrypt(b"plain", context=PLACE)
    yield from ((f"byte {place}", value[:place] + bytes([value[place] ^ 1]) + value[place + 1 :]) for place in range(len(value)))
    yield from ((f"cut at {place}", value[:place]) for place in range(len(value)))
    yield "longer", value + b"x"
    yield "another version", b"2" + value[1:]
    yield "a key that is gone", KeyRing((("k9", FIRST),), (INDEX,)).encrypt(b"plain", context=PLACE)
    yield "no text as name", b"1\x02\xff\xfe" + value[4:]


ALTERED = dict(altered())


@pytest.mark.parametrize("what", ALTERED)  # by its name alone: the bytes differ from process to process
def test_whatever_was_altered_is_not_read(what: str) -> None:
    with pytest.raises(Undecipherable):
        RING.decrypt(ALTERED[what], context=PLACE)


@pytest.mark.parametrize("place", [b"resident|id_number|8", b"resident|phone|7", b"parcel|id_number|7", b""])
def test_what_was_moved_to_another_place_is_not_read(place: bytes) -> None:
    value = RING.encrypt(b"plain", context=PLACE)
    with pytest.raises(Undecipherable):
        RING.decrypt(value, context=place)


def test_a_key_for_one_purpose_is_worked_out_by_hkdf() -> None:
    made = RING.derived("seals")
    assert list(made) == ["k2", "k1"]
    assert made["k2"] == HKDF(hashes.SHA256(), 32, salt=None, info=b"card desk|seals").derive(FIRST)
    assert made["k2"] != RING.derived("backup")["k2"]


def digits(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


def test_the_index_is_hmac_over_purpose_and_value() -> None:
    assert RING.blind_index("phone", "139") == digits(INDEX, "phone|139")
    assert RING.blind_indexes("phone", "139") == (digits(INDEX, "phone|139"), digits(OLDER, "phone|139"))
    assert RING.blind_index("phone", "139") != RING.blind_index("id_number", "139")


def test_an_index_key_has_a_name_that_does_not_tell_it() -> None:
    assert RING.index_names == (f"i-{digits(INDEX, 'name of an index key')[:8]}", f"i-{digits(OLDER, 'name of an index key')[:8]}")


def test_keys_are_read_from_the_settings_in_their_order() -> None:
    ring = parse_ring(f" k2 :{in_base64(FIRST)},k1:{in_base64(SECOND)},", f"{in_base64(INDEX)},{in_base64(OLDER)}")
    assert ring == RING


@pytest.mark.parametrize(
    ("data", "index"),
    [
        ("", INDEX),
        (f"k1:{in_base64(FIRST[:31])}", INDEX),
        (f"k2:{in_base64(FIRST)},k1:{in_base64(FIRST[:16])}", INDEX),
        (f":{in_base64(FIRST)}", INDEX),
        (f"k1:{in_base64(FIRST)}", INDEX[:31]),
        (f"k1:{in_base64(FIRST)}", INDEX + b"x"),
    ],
    ids=["none", "short", "second short", "no name", "index short", "index long"],
)
def test_keys_that_are_not_32_bytes_with_a_name_are_refused(data: str, index: bytes) -> None:
    with pytest.raises(ValueError, match=r"^every data key needs an id and 32 bytes, each index key 32 bytes$"):
        parse_ring(data, in_base64(index))


def test_the_ring_follows_the_settings_in_force(tmp_path: Path) -> None:
    older = f"k1:{in_base64(SECOND)}"
    with bare_app(make_settings(tmp_path, "", data_keys=older, index_key=in_base64(INDEX))):
        value = crypto.encrypt_text("王䶮", context="resident|name|1")
        assert value.startswith(b"1\x02k1") and crypto.keyring() is crypto.keyring()
        settings.use(make_settings(tmp_path, "", data_keys=f"k2:{in_base64(FIRST)},{older}", index_key=in_base64(INDEX)))
        assert crypto.encrypt_text("x", context="a").startswith(b"1\x02k2")
        assert crypto.decrypt_text(value, context="resident|name|1") == "王䶮"
        with pytest.raises(Undecipherable):
            crypto.decrypt_text(value, context="resident|name|2")
        assert crypto.keyring().index_keys == (INDEX,)


def test_keys_of_one_purpose_are_handed_out_by_name(tmp_path: Path) -> None:
    with bare_app(make_settings(tmp_path, "", data_keys=f"k2:{in_base64(FIRST)},k1:{in_base64(SECOND)}", index_key=in_base64(INDEX))):
        assert crypto.exported("seals") == {name: in_base64(key) for name, key in RING.derived("seals").items()}


def test_kept_keys_of_seals_are_read_by_name(tmp_path: Path) -> None:
    with bare_app(make_settings(tmp_path, "", seal_keys=f" k0 :{in_base64(FIRST)},k9:{in_base64(SECOND)},")):
        assert crypto.kept_seal_keys() == {"k0": FIRST, "k9": SECOND}
    with bare_app(make_settings(tmp_path, "")):
        assert crypto.kept_seal_keys() == {}

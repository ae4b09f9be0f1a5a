"""Which key seals a backup, and how a backup knows the keys that its data were sealed with, without holding any."""

import base64
import hashlib
import hmac

from admin_app.foundation import crypto, settings, sqlite_file

OWN = "backup"
_PROOF = "card desk|these are the keys of the office"


def newest() -> tuple[str, bytes]:
    """Name and bytes of the key for a new backup: the one of its own if there is one, else derived from the newest data key."""
    own = settings.current().backup_key.get_secret_value()
    if own:
        return OWN, base64.b64decode(own)
    name, key = next(iter(crypto.keyring().derived("backup").items()))
    return f"data:{name}", key


def named(name: str) -> bytes | None:
    """The key that a backup names, if the settings in force have it."""
    own = settings.current().backup_key.get_secret_value()
    if name == OWN:
        return base64.b64decode(own) if own else None
    return crypto.keyring().derived("backup").get(name.removeprefix("data:"))


def proof() -> dict[str, str]:
    """What only who has the office's data keys and index key can make, or check."""
    sealed = crypto.encrypt_text(_PROOF, context=_PROOF)
    index, *older = map(_proof_of, crypto.keyring().index_keys)
    return {"data": base64.b64encode(sealed).decode(), "index": index, "older_index": ",".join(older)}


def file_proof() -> dict[str, str]:
    """The same for the key of an SQLite file that is encrypted."""
    return {"file": _proof_of(sqlite_file.key_of(settings.current()))}


def problem(kept: dict[str, str]) -> str:
    """Which of the keys in force is not the one of the backup; '' if all are."""
    try:
        crypto.decrypt_text(base64.b64decode(kept["data"]), context=_PROOF)
    except crypto.Undecipherable:
        return "CARD_DESK_DATA_KEYS has not the key with which the data of this backup were sealed. Nothing was restored."
    wanted = {kept["index"], *filter(None, kept.get("older_index", "").split(","))}
    if not wanted <= {_proof_of(key) for key in crypto.keyring().index_keys}:
        return "CARD_DESK_INDEX_KEY is not the one with which the numbers of this backup were registered. Nothing was restored."
    if "file" in kept and not hmac.compare_digest(kept["file"], file_proof()["file"]):
        return "CARD_DESK_DATABASE_KEY is not the one of the SQLite file in this backup. Nothing was restored."
    return ""


def _proof_of(key: bytes) -> str:
    return hmac.new(key, _PROOF.encode(), hashlib.sha256).hexdigest()

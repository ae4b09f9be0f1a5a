"""Passkeys: keys on a device or a stick that prove the second factor to this site and to no other."""

import json
from dataclasses import dataclass
from typing import Any

import webauthn
from flask_babel import lazy_gettext as _l
from sqlalchemy import update
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import PublicKeyCredentialDescriptor

from admin_app.audit import operations as audit
from admin_app.foundation import clock
from admin_app.foundation.database import db
from admin_app.foundation.errors import Conflict, DomainError, NotFound
from admin_app.staff import queries
from admin_app.staff.models import Passkey, StaffMember

ISSUER = "Card Desk"
MOST = 10
"""Passkeys of one person."""


class PasskeyRefused(DomainError):
    """What the device sent does not prove anything here: another site, another question, another key, or a copy of it."""


@dataclass(frozen=True)
class Site:
    """What a passkey is bound to: the name of the host, and the address as browsers say it."""

    host: str
    origin: str


@dataclass(frozen=True)
class Question:
    """What a browser is asked (JSON), and the random part of it that the answer must hold."""

    options: str
    challenge: str


def ask_for_new(member: StaffMember, site: Site) -> Question:
    """Let the device make a key for this person and site."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=ISSUER,
        user_name=member.username,
        user_id=f"staff|{member.id}".encode(),
        exclude_credentials=_known(member),
    )
    return Question(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def ask_for_proof(member: StaffMember, site: Site) -> Question:
    """Let the device sign with one of the keys that we know of this person."""
    options = webauthn.generate_authentication_options(rp_id=site.host, allow_credentials=_known(member))
    return Question(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def add(member: StaffMember, name: str, answer: str, *, challenge: str, site: Site) -> Passkey:
    """Keep the public half of a new key. PasskeyRefused; Conflict without an authenticator, or with too many keys."""
    if member.second_factor_since is None:
        raise Conflict(_l("Set up the authenticator first: it works where passkeys do not. Nothing was added."))
    if len(queries.passkeys_of(member.id)) >= MOST:
        raise Conflict(_l("You have ten passkeys already. Remove one first."))
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=webauthn.base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError, TypeError) as wrong:
        raise PasskeyRefused(_l("The passkey could not be added. Please try again.")) from wrong
    known_as = bytes_to_base64url(made.credential_id)
    if queries.passkey_called(known_as) is not None:
        raise Conflict(_l("This passkey is known already. Nothing was added."))
    kept = Passkey(staff_id=member.id, credential_id=known_as, public_key=made.credential_public_key, uses=made.sign_count, name=name)
    kept.added_at = clock.now()
    db.session.add(kept)
    audit.record("staff.passkey_added", "staff", member.username, by=member.actor)
    return kept


def is_right(member: StaffMember, answer: str, *, challenge: str, site: Site) -> bool:
    """Whether `answer` was signed with a key of this person, for this site and question; its counter must have moved on."""
    kept = queries.passkey_called(_credential_id(answer))
    if kept is None or kept.staff_id != member.id:
        return False
    try:
        proved = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=webauthn.base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=kept.public_key,
            credential_current_sign_count=kept.uses,
        )
    except (WebAuthnException, ValueError, TypeError):
        return False
    counted = update(Passkey).where(Passkey.id == kept.id, Passkey.uses == kept.uses)
    counted = counted.values(uses=proved.new_sign_count, used_at=clock.now()).execution_options(synchronize_session=False)
    return bool(db.session.execute(counted).rowcount)  # type: ignore[attr-defined]


def remove(member: StaffMember, public_id: str) -> None:
    """Forget one of one's own keys; NotFound for any other."""
    kept = next((one for one in queries.passkeys_of(member.id) if one.public_id == public_id), None)
    if kept is None:
        raise NotFound(_l("There is no such passkey; it may be removed already."))
    db.session.delete(kept)
    audit.record("staff.passkey_removed", "staff", member.username, by=member.actor)


def _known(member: StaffMember) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=webauthn.base64url_to_bytes(one.credential_id)) for one in queries.passkeys_of(member.id)]


def _credential_id(answer: str) -> str:
    try:
        read: Any = json.loads(answer)
    except ValueError:
        return ""
    return str(read.get("id", ""))[:1400] if isinstance(read, dict) else ""

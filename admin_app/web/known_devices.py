"""Browsers where a person signed in before: a cookie for each account, which says nothing and cannot be made by anybody else."""

import secrets

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug import Response

from admin_app.foundation import crypto, settings

DAYS = 180
"""A browser is forgotten after so many days without a sign-in."""
SALT = "known device"


def device_of(name: str) -> str | None:
    """The random name of this browser if the account `name` signed in here before; else None."""
    return next((device for account in _accounts(name) if (device := _device_of(account))), None)


def _device_of(account: str) -> str:
    try:
        named, device = _signer().loads(request.cookies.get(_cookie(account), ""), max_age=DAYS * 86_400)
    except (BadSignature, ValueError):
        return ""
    return str(device) if named == account else ""


def remember(response: Response, name: str) -> None:
    """Let this browser be known for the account `name`, from now on for DAYS days."""
    account = _accounts(name)[0]
    value = _signer().dumps([account, device_of(name) or secrets.token_hex(16)])
    is_https = settings.current().https
    response.set_cookie(_cookie(account), value, max_age=DAYS * 86_400, path="/", httponly=True, secure=is_https, samesite="Lax")


def _cookie(account: str) -> str:
    return f"{'__Host-' if settings.current().https else ''}card_desk_known_{account[:12]}"


def _accounts(name: str) -> tuple[str, ...]:
    """What stands for the account in cookies: of now, then of older index keys."""
    return crypto.keyring().blind_indexes("known device", name)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=SALT)

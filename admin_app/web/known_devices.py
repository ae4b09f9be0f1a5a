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
    try:
        account, device = _signer().loads(request.cookies.get(_cookie(name), ""), max_age=DAYS * 86_400)
    except (BadSignature, ValueError):
        return None
    return str(device) if account == _account(name) else None


def remember(response: Response, name: str) -> None:
    """Let this browser be known for the account `name`, from now on for DAYS days."""
    value = _signer().dumps([_account(name), device_of(name) or secrets.token_hex(16)])
    is_https = settings.current().https
    response.set_cookie(_cookie(name), value, max_age=DAYS * 86_400, path="/", httponly=True, secure=is_https, samesite="Lax")


def _cookie(name: str) -> str:
    return f"{'__Host-' if settings.current().https else ''}card_desk_known_{_account(name)[:12]}"


def _account(name: str) -> str:
    return crypto.keyring().blind_index("known device", name)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=SALT)

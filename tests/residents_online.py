"""A resident who is signed in on residents' pages, without the code that proves it."""

from flask.testing import FlaskClient

from admin_app.accounts.models import Account
from admin_app.accounts.operations import sessions
from admin_app.foundation.filing import Level

COOKIE = "card_online"
AWAITED = "a." + "0" * 32
"""The cookie of a browser that waits for a code, which is none of anybody."""


def let_in(browser: FlaskClient, account: Account) -> None:
    """Sign in the resident of this account in `browser`."""
    browser.set_cookie(COOKIE, sessions.begin(account, Level.PHONE))

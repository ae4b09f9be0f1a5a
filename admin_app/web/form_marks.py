"""What every form says of itself, signed: whose page it stood on, and the address of that page.

A form that comes when its session is over can so be given back to the person who typed it, and to nobody else (web/kept_forms.py).
"""

from typing import NamedTuple

from flask import current_app, g, request
from flask_login import current_user
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from admin_app.foundation import settings
from admin_app.web.local_addresses import local_target
from admin_app.web.request_limits import FORM_BYTES

FIELD = "form_page"
"""The hidden field that template_filters.csrf() adds to each form."""
NOBODY = 0
LONGEST_PAGE = 2_000
"""Characters of an address; a longer one is shortened to its path."""


class Mark(NamedTuple):
    """Who saw the form (0: somebody who was not signed in), and on which page."""

    account: int
    page: str


def of_this_page() -> str:
    """The mark of every form on the page that is being drawn."""
    if "form_mark" not in g:
        g.form_mark = str(_signer().dumps([account_here(), page_here()]))
    return str(g.form_mark)


def of_request() -> Mark | None:
    """The mark of the form that was sent; None where it is not ours, too old, or comes with large files."""
    if (request.content_length or 0) > FORM_BYTES:  # a body with files; who is not signed in is refused before it is read
        return None
    try:
        account, page = _signer().loads(request.form.get(FIELD, ""), max_age=settings.current().session_hours * 3600)
    except (BadData, ValueError, TypeError, HTTPException):  # the last: the body itself cannot be read
        return None
    return Mark(int(account), local_target(str(page)))


def account_here() -> int:
    """The account behind this request, NOBODY without one."""
    return int(current_user.id) if current_user and current_user.is_authenticated else NOBODY


def stands_at(address: str) -> None:
    """Say that what is drawn for this request can be read again at `address`."""
    g.page_address = address


def page_here() -> str:
    """The address at which what is being drawn can be read again: this one, that of the page whose form was sent, else the nearest."""
    if "page_address" in g:
        return str(g.page_address)
    if request.method in ("GET", "HEAD") and request.url_rule is not None:
        address = request.full_path.rstrip("?")
        return address if len(address) <= LONGEST_PAGE else request.path
    mark = of_request() if request.method == "POST" else None
    return mark.page if mark is not None and mark.account == account_here() else nearest_page(request.path)


def nearest_page(path: str) -> str:
    """`path` if a page stands there, else the nearest one above it: /cards/7/spoil/now -> /cards/7/spoil."""
    steps = path.rstrip("/").split("/")
    for length in range(len(steps), 1, -1):
        for address in ("/".join(steps[:length]), "/".join(steps[:length]) + "/"):
            if _is_page(address):
                return address
    return "/"


def _is_page(path: str) -> bool:
    try:
        endpoint, _arguments = current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]
    except (HTTPException, RequestRedirect):
        return False
    return endpoint != "OldAddressView.index"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="form page")

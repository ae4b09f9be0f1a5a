"""A list that is filtered or paged swaps the middle of its page: the frame around it is neither counted nor drawn again.

The links and forms stay plain ones; htmx asks for their address with two headers more. desk/base.html then sends <main> alone.
"""

from flask import Response, request

MAIN = "main#main"
"""The element that is swapped, as htmx names it."""


def is_partial_request() -> bool:
    """Whether this request wants the middle of the page only."""
    return request.headers.get("HX-Request-Type") == "partial" and request.headers.get("HX-Target") == MAIN


def is_fragment_request() -> bool:
    """Whether a script wants a piece of its own (the progress of a job): an error is then one alert, not a page."""
    return "HX-Request" in request.headers and not is_partial_request()


def shown_at(address: str, page: str) -> Response:
    """The answer to a swapped form: `page`, under the address where it can be loaded again. What was sent is not in it."""
    return Response(page, mimetype="text/html", headers={"HX-Push-Url": address})


def finish(response: Response) -> None:
    """Make the answer fit for a swap: a redirect (a session that ended, say) becomes an order to load that whole page."""
    if response.mimetype == "text/html":
        response.vary.update(("HX-Request-Type", "HX-Target"))
    if is_partial_request() and response.location and 300 <= response.status_code < 400:
        response.headers["HX-Redirect"] = response.headers.pop("Location")
        response.status_code = 200
        response.set_data(b"")

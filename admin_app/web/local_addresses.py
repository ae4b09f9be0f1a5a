"""Where a form may lead: addresses of this site only."""

from urllib.parse import urlsplit


def local_target(target: str | None) -> str:
    """`target` if it is a path of this site, else the home page."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return "/"
    parts = urlsplit(target)
    return "/" if parts.scheme or parts.netloc else target

"""Where a request comes from and how it was asked for: what the connection says, or a web server that the settings trust."""

import ipaddress
from collections.abc import Callable, Iterable
from typing import Any

FOR, PROTO, HOST = "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST"
HEARSAY = (FOR, PROTO, HOST, "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_PREFIX", "HTTP_X_FORWARDED_SSL", "HTTP_X_REAL_IP", "HTTP_FORWARDED")
"""Headers that anybody can send; nothing behind this door reads them."""
SCHEMES = frozenset({"http", "https"})
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class TrustedProxies:
    """A WSGI application that takes the word of servers in `trusted` about their clients, and of nobody else."""

    def __init__(self, application: Callable[..., Iterable[bytes]], trusted: list[Network]) -> None:
        self.application, self.trusted = application, trusted

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Put what is known in its place, drop what is only said, go on."""
        said = {name: environ.pop(name, "") for name in HEARSAY}
        if self.is_trusted(environ.get("REMOTE_ADDR", "")):
            environ["REMOTE_ADDR"] = self._client(environ["REMOTE_ADDR"], said[FOR])
            scheme, host = _last(said[PROTO]).lower(), _last(said[HOST])
            if scheme in SCHEMES:
                environ["wsgi.url_scheme"] = scheme
            if host:
                environ["HTTP_HOST"] = host
        return self.application(environ, start_response)

    def is_trusted(self, text: str) -> bool:
        """Whether the address is one of a trusted server."""
        address = _address(text)
        return address is not None and any(address in network for network in self.trusted)

    def _client(self, nearest: str, forwarded: str) -> str:
        """The last address that a trusted server saw and that is none itself; what stands before it anybody may have written."""
        for text in reversed(forwarded.split(",")):
            address = _address(text)
            if address is None:
                return nearest
            nearest = str(address)
            if not self.is_trusted(nearest):
                return nearest
        return nearest


def _last(text: str) -> str:
    return text.rpartition(",")[2].strip()


def _address(text: str) -> Address | None:
    """The address that `text` names, with or without a port; None if it names none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address

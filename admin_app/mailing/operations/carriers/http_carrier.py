"""A carrier that is asked over HTTP, in JSON; the protocol stands in docs/running.md.

Whatever is not exactly an answer of the protocol is no answer: then the same is asked again under the same key, and nothing is assumed.
"""

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from admin_app.foundation import outgoing
from admin_app.foundation.typed_text.numbers import day as read_day
from admin_app.foundation.typed_text.texts import TextRefused
from admin_app.mailing.operations.carriers.interface import Busy, Consignment, News, NotOurs, Refused
from admin_app.mailing.rules.carrier import Event

LONGEST_WAIT = 3600.0
"""Seconds; a carrier that asks for more is asked again after an hour."""
LABEL_BYTES = 2_000_000
NUMBER = re.compile(r"[0-9A-Z]{8,20}")
NOT_CARRIED = frozenset({400, 404, 410, 413, 415, 422})
"""Answers that say: understood, and no. 409 is none of them: somebody asks with the same key at this moment."""


@dataclass(frozen=True)
class HttpCarrier:
    """The carrier at `url` that knows this office by `key`."""

    url: str
    key: str
    seconds: float

    def book(self, consignment: Consignment) -> str:
        """The tracking number (interface.Carrier.book)."""
        told = {
            "parcel": consignment.parcel, "recipient": consignment.recipient, "postcode": consignment.postcode,
            "address": list(consignment.address),
        }  # fmt: skip
        body = json.dumps(told, ensure_ascii=False).encode()
        answer = self._ask("POST", "/bookings", body, {"Content-Type": "application/json", "Idempotency-Key": consignment.key})
        said = _json(answer)
        number = said.get("number") if isinstance(said, dict) else None
        if not isinstance(number, str) or not NUMBER.fullmatch(number):
            raise Busy
        return number

    def label(self, number: str) -> bytes:
        """The PDF as it came (interface.Carrier.label)."""
        answer = self._ask("GET", f"/labels/{_checked(number)}", most_bytes=LABEL_BYTES)
        if not answer.body.startswith(b"%PDF-"):
            raise Busy
        return answer.body

    def track(self, numbers: Sequence[str]) -> list[News]:
        """The last news of each parcel (interface.Carrier.track)."""
        if not numbers:
            return []
        try:
            said = _json(self._ask("GET", f"/events?numbers={','.join(map(_checked, numbers))}"))
        except Refused:
            raise Busy from None
        if not isinstance(said, list):
            raise Busy
        wanted = set(numbers)
        news = [one for line in said if (one := _news(line)) and one.number in wanted]
        return list({one.number: one for one in sorted(news, key=lambda one: one.day)}.values())

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        most_bytes: int = outgoing.MOST_BYTES,
    ) -> outgoing.Answer:
        sent = {"Authorization": f"Bearer {self.key}", "Accept": "application/json, application/pdf"} | (headers or {})
        try:
            answer = outgoing.ask(
                self.url.rstrip("/") + path, method=method, body=body, headers=sent, seconds=self.seconds, most_bytes=most_bytes
            )
        except (outgoing.NotReached, outgoing.NoAnswer):
            raise Busy from None
        _refuse(answer)
        return answer


def _refuse(answer: outgoing.Answer) -> None:
    if answer.status in (401, 403):
        raise NotOurs
    if answer.status in NOT_CARRIED:
        raise Refused(_code(answer))
    if not answer.is_good:
        raise Busy(_wait(answer))


def _json(answer: outgoing.Answer) -> Any:
    with suppress(ValueError, RecursionError):  # not JSON, not UTF-8, nested without end
        return json.loads(answer.body)
    return None


def _code(answer: outgoing.Answer) -> str:
    """The carrier's word for why; anything longer or stranger than a word is not shown to anybody."""
    said = _json(answer)
    code = said.get("code") if isinstance(said, dict) else None
    return code if isinstance(code, str) and re.fullmatch(r"[a-z0-9_]{1,40}", code) else f"http_{answer.status}"


def _wait(answer: outgoing.Answer) -> float:
    """Seconds of Retry-After (RFC 9110, 10.2.3); a date is not read: 0."""
    said = answer.headers.get("retry-after", "")
    return min(float(said), LONGEST_WAIT) if re.fullmatch(r"[0-9]{1,9}", said, re.ASCII) else 0


def _checked(number: str) -> str:
    if not NUMBER.fullmatch(number):
        raise ValueError("a tracking number is written in digits and capitals")
    return number


def _news(said: Any) -> News | None:
    """One line of the answer; None for one that is not understood, which says nothing about the others."""
    if not isinstance(said, dict) or not all(isinstance(said.get(name), str) for name in ("number", "event", "day")):
        return None
    with suppress(ValueError, TextRefused):
        day = read_day(said["day"])
        return News(said["number"], Event(said["event"]), day) if day else None
    return None

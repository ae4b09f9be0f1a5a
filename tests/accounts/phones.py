"""A gateway that keeps the messages it was given, and a resident who has a phone."""

import re
from typing import Any

from flask import Flask

from admin_app.foundation import settings
from admin_app.foundation.database import db
from admin_app.notices.operations import gateways
from admin_app.notices.operations.gateways import Message, Outcome, Result
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember
from tests.factories.residents import id_number, register

PHONE = "13805715521"
NAME = "王龑"


class Gateway:
    """What was handed over, and what is answered."""

    def __init__(self) -> None:
        self.given: list[Message] = []
        self.answer = Outcome(Result.SENT)

    def __call__(self, message: Message, _settings: Any) -> Outcome:
        self.given.append(message)
        return self.answer

    @property
    def code(self) -> str:
        """The code in the last message."""
        found = re.search(r"(?<!\d)\d{6}(?!\d)", self.given[-1].text)
        return found[0] if found else ""

    @property
    def wrong(self) -> str:
        """Another code."""
        return f"{(int(self.code) + 1) % 10**6:06d}"


def make_gateway(app: Flask, monkeypatch: Any) -> Gateway:
    """The gateway, put in the place of the one by HTTP."""
    gateway = Gateway()
    monkeypatch.setitem(gateways.WAYS, "http", gateway)
    monkeypatch.setattr(settings.current(), "sms_adapter", "http")
    return gateway


def make_reachable(by: StaffMember, name: str = NAME, phone: str = PHONE) -> tuple[Resident, str]:
    """A resident with a phone on file, and the ID number in full."""
    number = id_number()
    made = register(by, name, number=number, phone=phone)
    db.session.rollback()
    return made, number

"""What the counter asks for, checked and written into the case."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.applications import rules
from admin_app.applications.models import Application
from admin_app.applications.rules import Applicant, Channel, Delivery, Reason
from admin_app.foundation import clock, crypto
from admin_app.foundation.errors import DomainError
from admin_app.foundation.typed_text import numbers, texts
from admin_app.residents import rules as resident_rules

STATEMENT_LENGTH = 500
ADULT_AGE = 18


class InvalidCase(DomainError):
    """Something about the case is not possible; details: `field` names the place in the form."""


@dataclass(frozen=True)
class CaseDetails:
    """What the counter asks for; texts as typed."""

    channel: str
    reason: str
    applicant: str = Applicant.SELF
    statement: str = ""
    agent_name: str = ""
    agent_id_number: str = ""
    agent_id_number_confirmed: str = ""
    """The number that somebody compared with the card after residents.rules.NumberDoubted asked for it."""
    old_card_serial: str = ""
    delivery: str = Delivery.POST
    recipient: str = ""
    postcode: str = ""
    address: str = ""


def fill(application: Application, details: CaseDetails) -> None:
    """Write `details` into a case that knows its resident and day; InvalidCase or TextRefused names the first place that is not possible.

    An empty agent_id_number leaves the stored one.
    """
    application.channel = _one_of(Channel, details.channel, "channel")
    application.reason = _one_of(Reason, details.reason, "reason")
    application.applicant = _one_of(Applicant, details.applicant, "applicant")
    application.delivery = _one_of(Delivery, details.delivery, "delivery")
    application.statement = _statement(details)
    application.old_card_serial = numbers.serial(details.old_card_serial, field="old_card_serial")
    _fill_agent(application, details)
    _fill_delivery(application, details)


def _one_of(kind: Any, value: str, field: str) -> str:
    if value not in set(kind):
        raise InvalidCase(_l("Please choose one of the listed values."), field=field)
    return str(value)


def _statement(details: CaseDetails) -> str:
    statement = texts.block(details.statement, most=STATEMENT_LENGTH, field="statement")
    if details.reason == Reason.OTHER and not statement:
        raise InvalidCase(_l("For “other”, please write the reason in the resident's words."), field="statement")
    return statement


def _fill_agent(application: Application, details: CaseDetails) -> None:
    age = rules.age_on(application.received_on, application.resident.birth_on)
    if not rules.may_apply(details.applicant, age):
        raise InvalidCase(_l("For a resident under %(age)s a guardian applies.", age=rules.GUARDIAN_AGE), field="applicant")
    if details.applicant == Applicant.SELF:
        application.agent_name, application.agent_id_sealed = "", None
        application.agent_id_masked = application.agent_number_confirmed = ""
        return
    application.agent_name = texts.name(details.agent_name, field="agent_name")
    if details.agent_id_number or not application.agent_id_sealed:
        _seal_agent(application, details.agent_id_number, confirmed=details.agent_id_number_confirmed)


def _seal_agent(application: Application, typed: str, *, confirmed: str) -> None:
    today = clock.today()
    identity = resident_rules.read_id_number(typed, today=today, field="agent_id_number")
    if application.resident.id_number_index in crypto.keyring().blind_indexes("id_number", identity.number):
        raise InvalidCase(_l("This is the resident's own ID number; a proxy or guardian is somebody else."), field="agent_id_number")
    if rules.age_on(today, identity.birth_on) < ADULT_AGE:
        raise InvalidCase(_l("A proxy or guardian is at least %(age)s years old.", age=ADULT_AGE), field="agent_id_number")
    resident_rules.ask_about(identity, confirmed=confirmed, field="agent_id_number")
    application.agent_id_sealed = crypto.encrypt_text(identity.number, context=f"application|agent_id|{application.public_id}")
    application.agent_id_masked = resident_rules.mask_id_number(identity.number)
    application.agent_number_confirmed = identity.confirmed


def _fill_delivery(application: Application, details: CaseDetails) -> None:
    if details.delivery == Delivery.COLLECT:
        application.recipient = application.postcode = application.address = ""
        return
    read = {
        "recipient": texts.name(details.recipient or application.resident.name, field="recipient"),
        "postcode": numbers.postcode(details.postcode),
        "address": texts.address(details.address),
    }
    for field, value in read.items():
        if not value:
            raise InvalidCase(_l("For delivery by post, postcode and address are needed."), field=field)
        setattr(application, field, value)

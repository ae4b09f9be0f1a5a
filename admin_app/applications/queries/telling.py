"""What is told to a resident about a case: the facts behind the sentences of a letter."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from admin_app.applications.models import Application, Decision, DecisionReason
from admin_app.applications.queries import portraits
from admin_app.applications.rules import REOPEN_DAYS, DecisionKind, Delivery, Status
from admin_app.applications.rules.photo import Finding, sentence
from admin_app.centres import queries as centres
from admin_app.foundation import clock, settings
from admin_app.foundation.database import db
from admin_app.foundation.i18n import pick, titled
from admin_app.notices.rules import Kind, Recipient, Said, language_of
from reports.text import dates

Coded = tuple[Any, Sequence[Finding]]
"""A row with text_en and text_zh, and what it says of a photo."""
OF_DECISIONS = {
    DecisionKind.APPROVE: Kind.APPROVED,
    DecisionKind.REJECT: Kind.REJECTED,
    DecisionKind.REQUEST_INFORMATION: Kind.INFORMATION,
}
STANDS: dict[Kind, tuple[Status, DecisionKind]] = {
    Kind.APPROVED: (Status.APPROVED, DecisionKind.APPROVE),
    Kind.REJECTED: (Status.REJECTED, DecisionKind.REJECT),
    Kind.LAPSED: (Status.REJECTED, DecisionKind.REJECT),
    Kind.INFORMATION: (Status.NEEDS_INFORMATION, DecisionKind.REQUEST_INFORMATION),
    Kind.REMINDER: (Status.NEEDS_INFORMATION, DecisionKind.REQUEST_INFORMATION),
}
"""What is told -> where the case must still stand, and the decision whose reasons are told."""
BY_A_DAY = frozenset({Kind.INFORMATION, Kind.REMINDER})
"""What names the last day for an answer: cases of before the office set one get no letter."""


def decision_told(application: Application, kind: Kind) -> Said | None:
    """What is told about the last decision of the case; None where it does not stand any more."""
    status, outcome = STANDS[kind]
    given = _last(application, outcome)
    if application.status != status or given is None or (kind in BY_A_DAY and application.answer_by is None):
        return None
    about = f"{application.public_id}:{given.id}"
    if kind == Kind.REMINDER:
        about += f":{application.reminded_on}"
    codes = [(reason.reason_code, reason.findings or []) for reason in given.reasons]
    return told(application, kind, codes, about=about, answer_by=application.answer_by)


def reasons_of(application: Application, kind: DecisionKind, language: str) -> tuple[str, ...]:
    """The reasons of the last decision of that kind as a letter tells them, in a language; () where there is none."""
    given = _last(application, kind)
    reasons = given.reasons if given is not None else []
    return tuple(_reason(reason.reason_code, reason.findings or [], language) for reason in reasons)


def preview(application: Application, outcome: DecisionKind, codes: Sequence[Any]) -> Said:
    """What the letter would say if the case were decided so now: `codes` are rows with text_en and text_zh."""
    answer_by = centres.calendar().add(clock.today(), settings.current().answer_days)
    found = portraits.outside_of_case(application) if outcome == DecisionKind.REQUEST_INFORMATION else []
    measured = [(code, portraits.findings_for(code.code, found)) for code in codes]
    return told(application, OF_DECISIONS[outcome], measured, about=application.public_id, answer_by=answer_by)


def told(application: Application, kind: Kind, codes: Sequence[Coded], *, about: str, answer_by: date | None) -> Said:
    """The facts of a letter about the case, in the language of its resident."""
    language = language_of(application.resident)
    facts = told_of_each(application, language)
    if answer_by is not None:
        facts["answer_by"] = dates.day(answer_by, language)
    if application.decided_on is not None:
        facts["decided_on"] = dates.day(application.decided_on, language)
    return said(application, kind, about=about, facts=facts, reasons=tuple(_reason(*coded, language) for coded in codes))


def _reason(code: Any, findings: Sequence[Finding], language: str) -> str:
    """A coded reason with what was measured of the photo that it speaks of."""
    text = pick(code, "text", language)
    with force_locale(language):
        return titled(text, " ".join(map(sentence, findings))) if findings else text


def said(
    application: Application, kind: Kind, *, about: str, facts: dict[str, str], reasons: tuple[str, ...] = (), to: Recipient | None = None
) -> Said:
    """What is told about a case of anything, also by the rooms above: addressed to the resident, where the case says, if not `to`."""
    template = f"{kind}_{application.delivery}" if kind == Kind.APPROVED else str(kind)
    return Said(
        kind, template, language_of(application.resident), about, application.reference, application.public_id,
        application.centre_id, facts, to or recipient_of(application, kind), reasons,
    )  # fmt: skip


def told_of_each(application: Application, language: str) -> dict[str, str]:
    """What every letter about a case may name."""
    centre = application.centre
    return {
        "reference": application.reference,
        "received_on": dates.day(application.received_on, language),
        "centre": pick(centre, "name", language),
        "centre_address": pick(centre, "address", language),
        "reopen_days": str(REOPEN_DAYS),
    }


def recipient_of(application: Application, kind: Kind) -> Recipient:
    """The resident, at the address of the case, else at their own: a card may go to a recipient who is to know nothing of the rest.

    That a card came back is not told at the address that it came back from.
    """
    resident = application.resident
    is_mine = application.delivery == Delivery.POST and bool(application.address) and application.recipient == resident.name
    if kind == Kind.RETURNED:
        is_elsewhere = bool(resident.address) and resident.address != application.address
        return Recipient(resident.name, resident.postcode, resident.address) if is_elsewhere else Recipient(resident.name)
    if is_mine:
        return Recipient(resident.name, application.postcode, application.address)
    return Recipient(resident.name, resident.postcode, resident.address) if resident.address else Recipient(resident.name)


def cases_of(case_refs: Sequence[str]) -> dict[str, Application]:
    """Public id -> case, with its resident."""
    wanted = select(Application).where(Application.public_id.in_(case_refs)).options(joinedload(Application.resident))
    return {str(case.public_id): case for case in db.session.scalars(wanted)} if case_refs else {}


def _last(application: Application, outcome: DecisionKind) -> Decision | None:
    mine = select(Decision).where(Decision.application_id == application.id, Decision.kind == str(outcome))
    newest = mine.options(selectinload(Decision.reasons).joinedload(DecisionReason.reason_code)).order_by(Decision.id.desc())
    return db.session.scalar(newest.limit(1))

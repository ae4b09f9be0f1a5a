"""Reads of cards; visible_to() says which ones a person may know of."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, false, select, true
from sqlalchemy.orm import contains_eager, joinedload

from admin_app.applications import queries as applications
from admin_app.applications.models import Application
from admin_app.applications.queries import telling
from admin_app.applications.rules import Delivery
from admin_app.audit.models import AuditEntry
from admin_app.cards import rules
from admin_app.cards.models import Card, Destruction
from admin_app.foundation import clock, keyset, ranges, settings
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db, is_public_id, literal
from admin_app.foundation.errors import NotFound
from admin_app.foundation.i18n import pick
from admin_app.notices.rules import Kind, Said, language_of
from admin_app.staff.permissions import Role
from reports.letters.rows import CentreLines, CollectionSlipRow
from reports.text import dates

PAGE = 50
OLDEST = keyset.Order((Card.id,))
S = rules.Status
Station = tuple[S, Delivery]


def _both(*statuses: S) -> tuple[Station, ...]:
    return tuple((status, delivery) for status in statuses for delivery in Delivery)


TABS: dict[str, tuple[Station, ...]] = {
    "requested": _both(S.REQUESTED),
    "in_production": _both(S.IN_PRODUCTION),
    "made": _both(S.MADE),
    "to_mail": ((S.READY, Delivery.POST),),
    "to_collect": ((S.READY, Delivery.COLLECT),),
    "held": _both(S.HELD),
    "gone": _both(S.POSTED, S.DELIVERED, S.COLLECTED, S.SPOILED, S.LOST, S.SEALED, S.DESTROYED),
}
"""tab -> where its cards stand; each station is one range of the index (status, delivery, id)."""
NEWEST_FIRST = frozenset({"gone"})


def visible_to(staff: Actor) -> ColumnElement[bool]:
    """The condition on Card for `staff`: mailroom the whole office, everybody else the cards of the applications they may see."""
    if staff.role in (Role.MAILROOM_CLERK, Role.REVIEWER, Role.AUDITOR) or (staff.role == Role.SUPERVISOR and not staff.centre_id):
        return true()
    if staff.role in (Role.INTAKE_CLERK, Role.SUPERVISOR):
        return Card.application.has(applications.visible_to(staff))
    return false()


def listed_for(staff: Actor) -> ColumnElement[bool]:
    """The condition on Card in the lists of `staff`: the cards of the applications in their lists, by the centre in the card's row."""
    if staff.role in (Role.INTAKE_CLERK, Role.SUPERVISOR) and staff.centre_id:
        return Card.centre_id == staff.centre_id
    return visible_to(staff)


def _loaded(statement: Select[Any]) -> Select[Any]:
    """With application, resident and centre in the same statement; outer joins, so that it begins with the cards (queue.lines)."""
    joined = statement.outerjoin(Card.application).outerjoin(Application.resident).outerjoin(Application.centre)
    path = contains_eager(Card.application)
    return joined.options(path.contains_eager(Application.resident), path.contains_eager(Application.centre))


def by_public_id(staff: Actor, public_id: str) -> Card:
    """The card with this public id; NotFound if there is none or `staff` may not know of it."""
    wanted = _loaded(select(Card)).where(Card.public_id == public_id, visible_to(staff))
    found = db.session.scalar(wanted) if is_public_id(public_id) else None
    if found is None:
        raise NotFound(_l("There is no such card, or it belongs to a part of the office that you do not see."))
    return found


def by_public_ids(staff: Actor, public_ids: Sequence[str]) -> list[Card]:
    """Those of the cards that exist and `staff` may know of, oldest first."""
    known = [public_id for public_id in public_ids if is_public_id(public_id)]
    return list(db.session.scalars(_loaded(select(Card)).where(Card.public_id.in_(known), visible_to(staff)).order_by(Card.id)))


def by_serial(staff: Actor, serial: str) -> Card | None:
    """The card with this (normalised) serial, if `staff` may know of it."""
    return db.session.scalar(_loaded(select(Card)).where(Card.serial == serial, visible_to(staff)))


def of_application(staff: Actor, application_id: int) -> list[Card]:
    """Every card of the application, first copy first."""
    return list(db.session.scalars(select(Card).where(Card.application_id == application_id, visible_to(staff)).order_by(Card.copy)))


def newest_of_application(application_id: int) -> Card | None:
    """The card that counts: the latest copy."""
    return db.session.scalar(select(Card).where(Card.application_id == application_id).order_by(Card.copy.desc()).limit(1))


def application_to_card(application_id: int) -> Application | None:
    """The application that a card is asked for; for the job only."""
    return db.session.get(Application, application_id)


def page(staff: Actor, tab: str, *, cursor: str | None = None, size: int = PAGE) -> keyset.Page[Card]:
    """One page of `tab`: the work tabs oldest first, the last newest first (one statement)."""
    return keyset.page_of(listed, OLDEST, staff, tab, descending=tab in NEWEST_FIRST, cursor=cursor, size=size)


def listed(who: Actor, tab: str, _today: date) -> keyset.Query:
    """The cards of a tab, with application, resident and centre."""
    return _in_tab(who, tab)


def ids(who: Actor, tab: str, _today: date) -> Select[Any]:
    """The ids of a tab, to be counted."""
    return ids_in(who, tab)


def oldest(staff: Actor, tab: str, *conditions: ColumnElement[bool], limit: int) -> list[Card]:
    """The cards of `tab` that fulfil `conditions`, the longest waiting first."""
    return list(keyset.page(_in_tab(staff, tab, *conditions), Card.id, size=limit, key=lambda card: (card.id,)).rows)


def _in_tab(staff: Actor, tab: str, *conditions: ColumnElement[bool]) -> keyset.Query:
    """The cards of `tab` as keyset asks for them."""
    return ranges.walked(Card.id, [(*one, *conditions) for one in _stations(staff, tab)], _loaded(select(Card)))


def _stations(staff: Actor, *tabs: str) -> list[ranges.Range]:
    places = [station for tab in tabs for station in TABS[tab]]
    return [(listed_for(staff), Card.status == literal(status), Card.delivery == literal(delivery)) for status, delivery in places]


def counts(staff: Actor, *tabs: str) -> dict[str, int]:
    """Cards of each tab (default: all), counted up to the cap; one statement."""
    return keyset.capped_counts({tab: ids_in(staff, tab) for tab in tabs or TABS})


def ids_in(staff: Actor, *tabs: str) -> Select[Any]:
    """The ids of the cards in these tabs, to be counted up to the cap."""
    return ranges.counted(Card.id, _stations(staff, *tabs))


def waiting_for(staff: Actor) -> Select[Any]:
    """Ids of the cards that wait for this person: at the counter to be handed over, in the mailroom to be made or looked at."""
    tabs = {str(Role.INTAKE_CLERK): ("to_collect",), str(Role.MAILROOM_CLERK): ("requested", "made")}.get(staff.role, ())
    return ids_in(staff, *tabs) if tabs else select(Card.id).where(false())


def is_ready_to_mail() -> ColumnElement[bool]:
    """The condition on Card: made, looked at, and to go by post."""
    return (Card.status == literal(S.READY)) & (Card.delivery == literal(Delivery.POST))


def lock(cards: Sequence[Card]) -> list[Card]:
    """The same cards as they are now, locked until the transaction ends (PostgreSQL; SQLite writers wait anyway)."""
    fresh = select(Card).where(Card.id.in_([card.id for card in cards])).order_by(Card.id)
    loaded = fresh.options(joinedload(Card.application).joinedload(Application.resident)).execution_options(populate_existing=True)
    return list(db.session.scalars(loaded.with_for_update(of=Card)).unique())


def of_destruction(destruction: Destruction) -> list[Card]:
    """The cards of a destruction, as the list of two people has them; all of them, at most rules.MOST_TOGETHER."""
    mine = _loaded(select(Card)).where(Card.destruction_id == destruction.id)
    return list(db.session.scalars(mine.order_by(Card.id)))


def destructions_for(staff: Actor) -> ColumnElement[bool]:
    """The condition on Destruction for `staff`: their centre's, or of the whole office for whoever works for all of it."""
    if not staff.may("cards.destroy"):
        return false()
    return Destruction.centre_id == staff.centre_id if staff.centre_id else true()


def destruction_by_public_id(staff: Actor, public_id: str) -> Destruction:
    """The destruction with this public id; NotFound if there is none or `staff` may not know of it."""
    wanted = select(Destruction).where(Destruction.public_id == public_id, destructions_for(staff))
    found = db.session.scalar(wanted) if is_public_id(public_id) else None
    if found is None:
        raise NotFound(_l("There is no such destruction, or it belongs to a part of the office that you do not see."))
    return found


DESTRUCTION_TABS = ("open", "answered")
NEWEST_DESTRUCTION = keyset.Order((Destruction.id,))
UNCOLLECTED_FIRST = keyset.Order((Card.ready_at, Card.id), is_set=True)


def destructions(who: Actor, tab: str, _today: date) -> Select[Any]:
    """The destructions that wait for a second person, or that were answered."""
    answered = Destruction.answer != "" if tab == "answered" else Destruction.answer == ""
    people = (joinedload(Destruction.asked_by), joinedload(Destruction.answered_by))
    return select(Destruction).where(answered, destructions_for(who)).options(*people)


def destruction_ids(who: Actor, tab: str, _today: date) -> Select[Any]:
    """The ids of a tab of destructions, to be counted."""
    answered = Destruction.answer != "" if tab == "answered" else Destruction.answer == ""
    return select(Destruction.id).where(answered, destructions_for(who))


def uncollected(who: Actor, tab: str, today: date) -> keyset.Query:
    """Cards that lie at a counter for longer than the office keeps them ('uncollected'), and sealed ones that nobody asked to destroy."""
    return ranges.walked(Card.id, _to_seal(who, tab, today), _loaded(select(Card)))


def uncollected_ids(who: Actor, tab: str, today: date) -> Select[Any]:
    """The ids of a tab of uncollected() or of destructions(), which stand in one line, to be counted."""
    if tab in DESTRUCTION_TABS:
        return destruction_ids(who, tab, today)
    return ranges.counted(Card.id, _to_seal(who, tab, today))


def _to_seal(who: Actor, tab: str, today: date) -> list[ranges.Range]:
    if tab == "sealed":
        sealed = (Card.status == literal(S.SEALED), Card.destruction_id.is_(None))
        return [(listed_for(who), Card.delivery == literal(delivery), *sealed) for delivery in Delivery]
    last = clock.start_of(today) - timedelta(days=settings.current().uncollected_days)
    waits = (Card.status == literal(S.READY), Card.delivery == literal(Delivery.COLLECT), Card.ready_at.is_not(None), Card.ready_at <= last)
    return [(listed_for(who), *waits)]


def timeline(cards: Sequence[Card], *, limit: int = 100) -> list[AuditEntry]:
    """What was done with these cards, newest first."""
    refs = [card.public_id for card in cards]
    mine = select(AuditEntry).where(AuditEntry.subject_type == "card", AuditEntry.subject_ref.in_(refs))
    return list(db.session.scalars(mine.order_by(AuditEntry.id.desc()).limit(limit)))


def ready_told(card: Card) -> Said:
    """What the resident is told about a card that waits at the counter."""
    application = card.application
    facts = telling.told_of_each(application, language_of(application.resident))
    return telling.said(application, Kind.READY, about=card.public_id, facts=facts)


def destroyed_told(card: Card) -> Said:
    """What the resident is told about a card that nobody got and that two people destroyed."""
    application = card.application
    language = language_of(application.resident)
    day = clock.to_office(card.ended_at).date() if card.ended_at else clock.today()
    facts = telling.told_of_each(application, language) | {"destroyed_on": dates.day(day, language)}
    return telling.said(application, Kind.DESTROYED, about=card.public_id, facts=facts)


def slip_row(card: Card) -> CollectionSlipRow:
    """What the slip of a card that was handed over is printed from; texts in the language in force."""
    application, is_proxy = card.application, card.collector == rules.Collector.PROXY
    return CollectionSlipRow(
        reference=application.reference,
        serial=card.serial or "",
        resident=application.resident.name,
        id_number_masked=application.resident.id_number_masked,
        collector=card.collected_by if is_proxy else "",
        collector_number_masked=card.collector_id_masked if is_proxy else "",
        authority=str(rules.AUTHORITY_LABELS[rules.Authority(card.authority)]) if is_proxy else "",
        handed_over_at=clock.to_office(card.ended_at) if card.ended_at else clock.to_office(clock.now()),
        centre=CentreLines(pick(application.centre, "name"), pick(application.centre, "address"), application.centre.phone),
        clerk=card.handed_over_by.name_shown if card.handed_over_by else "",
        resident_latin=application.resident.name_latin,
    )

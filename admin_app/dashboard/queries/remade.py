"""What came back by post and what had to be made once more, month by month: one statement, whatever the period."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, null, select, union_all

from admin_app.cards import queries as cards
from admin_app.cards.models import Card
from admin_app.cards.rules import Fault
from admin_app.dashboard import rules
from admin_app.dashboard.queries.flow import Filter
from admin_app.dashboard.rules import Period
from admin_app.foundation import clock
from admin_app.foundation.database import db
from admin_app.foundation.i18n import pick
from admin_app.mailing.models import MailReturn, Parcel
from admin_app.mailing.rules.returns import RETURN_REASONS
from admin_app.production.models import CardMaker, ProductionBatch, ProductionLine
from reports.tables.rows import KindCount, MakerCount, MonthCount


@dataclass(frozen=True)
class Remade:
    """Parcels that came back by their reasons, cards made once more by whom they are put down to, and the makers' part of these."""

    returns: tuple[MonthCount, ...]
    faults: tuple[MonthCount, ...]
    makers: tuple[MakerCount, ...]
    """The latest month first; makers without a fault have no row."""


def maker_id_of(card_id: Any) -> Any:
    """The id of the maker that had the card with this id last; NULL for one that was marked by hand."""
    had = select(ProductionBatch.maker_id).join(ProductionLine, ProductionLine.batch_id == ProductionBatch.id)
    return had.where(ProductionLine.card_id == card_id).order_by(ProductionLine.id.desc()).limit(1).correlate(Card).scalar_subquery()


def remade(chosen: Filter) -> Remade:
    """All three for each month that the period touches."""
    months = rules.months_of(chosen.period)
    counted: dict[str, Counter[tuple[int, str]]] = {"return": Counter(), "card": Counter()}
    by_maker: Counter[tuple[int, int]] = Counter()
    cost: Counter[tuple[int, int | None]] = Counter()
    for what, month, kind, maker, count, fen in db.session.execute(union_all(_returned(chosen, months), _replaced(chosen, months))):
        counted[what][month, kind] += count
        if what == "card":
            cost[month, None] += fen or 0
            if kind == Fault.MAKER and maker is not None:
                by_maker[month, maker] += count
                cost[month, maker] += fen or 0
    return Remade(
        tuple(_month(month, _kinds(counted["return"], place, RETURN_REASONS)) for place, month in enumerate(months)),
        tuple(
            _month(month, _kinds(counted["card"], place, rules.FAULTS), yuan(cost[place, None])) for place, month in enumerate(months)
        ),
        _makers(months, by_maker, cost),
    )  # fmt: skip


def yuan(fen: int) -> Decimal:
    """An amount in fen as yuan with two places."""
    return Decimal(fen).scaleb(-2).quantize(Decimal("0.01"))


def _month(month: Period, kinds: tuple[KindCount, ...], cost: Decimal | None = None) -> MonthCount:
    return MonthCount(month.start, month.end, kinds, cost)


def _kinds(counted: Counter[tuple[int, str]], place: int, labels: Any) -> tuple[KindCount, ...]:
    return tuple(KindCount(str(label), counted[place, rules.kept(code)], str(code)) for code, label in labels.items())


def _makers(months: list[Period], counted: Counter[tuple[int, int]], cost: Counter[tuple[int, int | None]]) -> tuple[MakerCount, ...]:
    named = {maker.id: maker for maker in makers()} if counted else {}
    found = [(place, maker) for place, maker in sorted(counted, key=lambda one: (-one[0], one[1])) if maker in named]
    return tuple(
        MakerCount(
            months[place].start, months[place].end, pick(named[maker], "name"), counted[place, maker], yuan(cost[place, maker]),
            named[maker].code,
        )
        for place, maker in found
    )  # fmt: skip


def makers() -> Iterable[CardMaker]:
    """Every maker, in use or not, by code."""
    return db.session.scalars(select(CardMaker).order_by(CardMaker.code).limit(500)).all()


def maker_called(code: str) -> int | None:
    """The id of the maker with this code."""
    return db.session.scalar(select(CardMaker.id).where(CardMaker.code == code))


def _returned(chosen: Filter, months: list[Period]) -> Select[Any]:
    part = select(_place(MailReturn.received_at, months).label("month"), MailReturn.reason.label("kind")).where(
        *_inside(MailReturn.received_at, chosen.period)
    )
    if chosen.is_narrowed:
        part = part.join(MailReturn.parcel).join(Parcel.card).where(*_of_cards(chosen))
    found = part.subquery()
    counted = select(literal("return").label("what"), found.c.month, found.c.kind, null().label("maker"), func.count(), null())
    return counted.group_by(found.c.month, found.c.kind)


def _replaced(chosen: Filter, months: list[Period]) -> Select[Any]:
    maker = case((Card.fault == Fault.MAKER, maker_id_of(Card.replaces_id)), else_=null()).label("maker")
    part = select(_place(Card.requested_at, months).label("month"), Card.fault.label("kind"), maker, Card.cost_fen.label("fen"))
    found = part.where(Card.replaces_id.is_not(None), *_inside(Card.requested_at, chosen.period), *_of_cards(chosen)).subquery()
    counted = select(literal("card").label("what"), found.c.month, found.c.kind, found.c.maker, func.count(), func.sum(found.c.fen))
    return counted.group_by(found.c.month, found.c.kind, found.c.maker)


def _place(column: Any, months: list[Period]) -> Any:
    """The place of the month in which `column` (a moment) lies, counted from 0."""
    later = [(column >= clock.start_of(month.start), place) for place, month in reversed([*enumerate(months)]) if place]
    return case(*later, else_=0) if later else literal(0)


def _inside(column: Any, period: Period) -> list[ColumnElement[bool]]:
    return [column >= clock.start_of(period.start), column < clock.start_of(period.end + timedelta(days=1))]


def _of_cards(chosen: Filter) -> list[ColumnElement[bool]]:
    found = [cards.visible_to(chosen.staff)]
    if chosen.centres:
        found.append(Card.centre_id.in_(chosen.centres))
    if chosen.channel:
        found.append(Card.application.has(channel=chosen.channel))
    return found

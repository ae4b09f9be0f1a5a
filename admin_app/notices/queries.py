"""Reads of notices; visible_to() says which ones a person may know of."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, false, select, true
from sqlalchemy.orm import joinedload

from admin_app.foundation import clock, keyset, ranges
from admin_app.foundation.actor import Actor
from admin_app.foundation.database import db, is_public_id, literal
from admin_app.foundation.errors import NotFound
from admin_app.foundation.i18n import pick
from admin_app.notices import rules
from admin_app.notices.models import Notice
from reports.letters.rows import CentreLines, NoticeRow
from reports.text import dates

OLDEST = keyset.Order((Notice.id,))
NEWEST_FIRST = frozenset({"printed", "sent", "trouble", "dropped"})
SHOWN = 50
"""Notices of one case that its page shows, the newest."""


def visible_to(who: Actor) -> ColumnElement[bool]:
    """The condition on Notice for `who`: of the centre that they work for, or of the whole office."""
    if not who.may("notices.read"):
        return false()
    return Notice.centre_id == who.centre_id if who.centre_id else true()


def may_open(who: Actor, notice: Notice) -> bool:
    """Whether `who` may open the letter; asked of a row that a page shows already."""
    return who.may("notices.read") and who.centre_id in (None, notice.centre_id)


def by_public_id(who: Actor, public_id: str) -> Notice:
    """The notice with this public id; NotFound if there is none or `who` may not know of it."""
    wanted = select(Notice).where(Notice.public_id == public_id, visible_to(who)).options(joinedload(Notice.resident))
    found = db.session.scalar(wanted) if is_public_id(public_id) else None
    if found is None:
        raise NotFound(_l("There is no such notice, or it belongs to a centre that you do not see."))
    return found


def by_public_ids(who: Actor, public_ids: Sequence[str]) -> list[Notice]:
    """Those of the notices that exist and `who` may know of, the oldest first: as the labels of a batch lie on their sheets."""
    known = [public_id for public_id in public_ids if is_public_id(public_id)]
    mine = (
        select(Notice).where(Notice.public_id.in_(known), visible_to(who)).options(joinedload(Notice.resident), joinedload(Notice.centre))
    )
    return list(db.session.scalars(mine.order_by(Notice.id)))


def longest_waiting(who: Actor, *, limit: int) -> list[Notice]:
    """The letters that wait to be printed, the oldest first."""
    mine = select(Notice).where(*_in_place(who, rules.Channel.LETTER, rules.Status.WAITING))
    mine = mine.options(joinedload(Notice.resident), joinedload(Notice.centre))
    return list(db.session.scalars(mine.order_by(Notice.id).limit(limit)))


def lock(notices: Sequence[Notice]) -> list[Notice]:
    """The same notices as they are now, locked until the transaction ends."""
    fresh = select(Notice).where(Notice.id.in_([notice.id for notice in notices])).order_by(Notice.id)
    return list(db.session.scalars(fresh.execution_options(populate_existing=True).with_for_update(of=Notice)))


def waiting_of_case(case_ref: str) -> list[Notice]:
    """The notices about a case that have not left, locked until the transaction ends."""
    mine = select(Notice).where(Notice.case_ref == case_ref, Notice.status == rules.Status.WAITING).order_by(Notice.id)
    return list(db.session.scalars(mine.with_for_update(of=Notice)))


def waiting_of_resident(resident_id: int) -> list[Notice]:
    """What was written to a resident and has not left, locked until the transaction ends."""
    mine = select(Notice).where(Notice.resident_id == resident_id, Notice.status == rules.Status.WAITING).order_by(Notice.id)
    return list(db.session.scalars(mine.with_for_update(of=Notice)))


def keyed(dedupe_key: str) -> Select[Any]:
    """What was said under this key: one row, or none."""
    return select(Notice).where(Notice.dedupe_key == dedupe_key)


def of_case(case_ref: str) -> list[Notice]:
    """What was said about a case, the newest first; whoever may see the case may know of it."""
    mine = select(Notice).where(Notice.case_ref == case_ref).options(joinedload(Notice.printed_by))
    return list(db.session.scalars(mine.order_by(Notice.id.desc()).limit(SHOWN)))


def listed(who: Actor, tab: str, _today: date) -> keyset.Query:
    """The notices of a tab that `who` may see, with their residents."""
    loaded = select(Notice).options(joinedload(Notice.resident), joinedload(Notice.printed_by), joinedload(Notice.centre))
    return ranges.walked(Notice.id, _places(who, tab), loaded)


def ids(who: Actor, tab: str, _today: date) -> Select[Any]:
    """The ids of a tab, to be counted."""
    return ranges.counted(Notice.id, _places(who, tab))


def _places(who: Actor, tab: str) -> list[ranges.Range]:
    return [_in_place(who, channel, status) for channel, status in rules.TABS[tab]]


def _in_place(who: Actor, channel: rules.Channel, status: rules.Status) -> ranges.Range:
    """The notices of a way in a state, as the index has them."""
    return visible_to(who), Notice.channel == literal(channel), Notice.status == literal(status)


def waiting_for(who: Actor) -> Select[Any]:
    """Ids of the letters that wait to be printed, for whoever prints them."""
    mine = select(Notice.id).where(*_in_place(who, rules.Channel.LETTER, rules.Status.WAITING))
    return mine if who.may("notices.print") else mine.where(false())


def message(notice_id: int) -> Notice:
    """A message that a job is about; nobody else changes it until the transaction ends."""
    mine = select(Notice).where(Notice.id == notice_id).options(joinedload(Notice.resident))
    return db.session.scalars(mine.execution_options(populate_existing=True).with_for_update(of=Notice)).one()


def handed_over_since(moment: datetime, *, most: int) -> Sequence[datetime]:
    """When messages were handed over since then, the latest `most` of them."""
    lately = select(Notice.tried_at).where(Notice.tried_at > moment).order_by(Notice.tried_at.desc()).limit(most)
    return [at for at in db.session.scalars(lately) if at is not None]


def letter_row(notice: Notice) -> NoticeRow:
    """What the letter is printed from: the sentences as they were said."""
    words, language, centre = rules.read_words(notice.words), notice.language, notice.centre
    return NoticeRow(
        reference=notice.reference,
        resident=notice.resident.name,
        recipient=tuple(notice.recipient.splitlines()),
        written_on=dates.day(clock.to_office(notice.written_at).date(), language),
        title=words.title,
        blocks=words.blocks,
        centre=CentreLines(pick(centre, "name", language), pick(centre, "address", language), centre.phone),
        language=language,
        resident_latin=notice.resident.name_latin,
    )

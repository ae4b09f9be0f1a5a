"""How each person likes each list, and the views of lists that people save and share. A list is known by its name only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, Integer, String, Text, UniqueConstraint, and_, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from admin_app.foundation import clock
from admin_app.foundation.cache import cached
from admin_app.foundation.database import Base, Id, UTCDateTime, db, is_public_id, metadata, new_public_id
from admin_app.foundation.errors import DomainError

NAME_LENGTH = 60
MOST_VIEWS = 50
"""Views with a name, and as many links without one, of one person and list; a longer menu helps nobody."""


class TooManyViews(DomainError):
    """This person has as many views of this list as a menu can hold."""

    status = 422


class ListPreference(Base):
    """What one person chose for one list; empty where they chose nothing."""

    __tablename__ = "list_preference"
    __table_args__ = (UniqueConstraint("staff_id", "list_name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    """Who chose."""
    list_name: Mapped[str] = mapped_column(String(40))
    """ListPage.name."""
    columns: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """Names of the columns that are shown; a column that the program gets later is not among them."""
    sort_by: Mapped[str] = mapped_column(String(60), default="")
    """A column's name, '-' before it where the list falls by it; '' for the list's own order."""
    page_size: Mapped[int | None] = mapped_column(Integer)
    """Rows on a page."""


class SavedView(Base):
    """A tab, filters and order of a list. Whoever has its token opens it and sees of it what they may see themselves."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("staff_id", "list_name", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    """Random; it stands in the address instead of what is filtered."""
    staff_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    """Who saved it; in their menu it stands."""
    list_name: Mapped[str] = mapped_column(String(40))
    """ListPage.name."""
    name: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    """What its owner calls it; empty for a link that was made without a name and stands in no menu."""
    query: Mapped[str] = mapped_column(Text)
    """The query string of the address that it stands for."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it was saved first."""


class Choices(NamedTuple):
    """What a person chose for a list."""

    columns: tuple[str, ...] | None = None
    sort_by: str = ""
    page_size: int | None = None


class _Own(NamedTuple):
    choices: Choices = Choices()
    views: tuple[tuple[str, str], ...] = ()


def choices_of(staff_id: int, list_name: str) -> Choices:
    """What this person chose for this list."""
    return _own(staff_id, list_name).choices


def views_of(staff_id: int, list_name: str) -> tuple[tuple[str, str], ...]:
    """(token, name) of this person's views of this list, by name."""
    return _own(staff_id, list_name).views


@cached
def _own(staff_id: int, list_name: str) -> _Own:
    # A page of a list asks for both: one statement, a row for each view, or a single one without a view.
    people = metadata.tables["ab_user"]
    liked = and_(ListPreference.staff_id == people.c.id, ListPreference.list_name == list_name)
    named = and_(SavedView.staff_id == people.c.id, SavedView.list_name == list_name, SavedView.name.is_not(None))
    both = select(
        ListPreference.id, ListPreference.columns, ListPreference.sort_by, ListPreference.page_size, SavedView.token, SavedView.name
    )
    both = both.select_from(people).outerjoin(ListPreference, liked).outerjoin(SavedView, named).where(people.c.id == staff_id)
    rows = db.session.execute(both.order_by(SavedView.name).limit(MOST_VIEWS)).all()
    if not rows:
        return _Own()
    chosen, columns, sort_by, page_size = rows[0][:4]
    choices = Choices(tuple(columns) if columns is not None else None, sort_by, page_size) if chosen else Choices()
    return _Own(choices, tuple((token, name or "") for *_chosen, token, name in rows if token))


def choose(staff_id: int, list_name: str, *, columns: Sequence[str] | None, sort_by: str, page_size: int | None) -> None:
    """Remember it; needs an open transaction()."""
    _one_at_a_time(staff_id)
    mine = select(ListPreference).where(ListPreference.staff_id == staff_id, ListPreference.list_name == list_name)
    row = db.session.scalar(mine)
    if row is None:
        row = ListPreference(staff_id=staff_id, list_name=list_name)
        db.session.add(row)
    row.columns, row.sort_by, row.page_size = list(columns) if columns is not None else None, sort_by, page_size


def save_view(staff_id: int, list_name: str, name: str | None, query: str) -> str:
    """Save a view and return its token; needs an open transaction().

    An older view of that name becomes this one and its address opens this one. Without a name it is a link only: the same one for the
    same view, and beyond MOST_VIEWS the oldest link opens nothing any more. TooManyViews for a name beyond MOST_VIEWS.
    """
    _one_at_a_time(staff_id)
    mine = _of(staff_id, list_name)
    kind = SavedView.name.is_(None) if name is None else SavedView.name.is_not(None)
    same = SavedView.query == query if name is None else SavedView.name == name
    view = db.session.scalar(select(SavedView).where(*mine, kind, same).order_by(SavedView.id).limit(1))
    if view is not None:
        view.query = query
        return view.token
    if (db.session.scalar(select(func.count()).select_from(SavedView).where(*mine, kind)) or 0) >= MOST_VIEWS:
        if name is not None:
            raise TooManyViews(_l("You have as many views of this list as the menu holds. Remove one first; nothing was saved."))
        oldest = select(SavedView.id).where(*mine, kind).order_by(SavedView.id).limit(1)
        db.session.execute(delete(SavedView).where(SavedView.id.in_(oldest.scalar_subquery())))
    view = SavedView(staff_id=staff_id, list_name=list_name, name=name, query=query, created_at=clock.now(), token=new_public_id())
    db.session.add(view)
    return view.token


def remove_view(staff_id: int, token: str) -> None:
    """Forget a view of this person's; needs an open transaction()."""
    db.session.execute(delete(SavedView).where(SavedView.staff_id == staff_id, SavedView.token == token))


def query_of(list_name: str, token: str) -> str | None:
    """The query string that the view with this token stands for; None if there is none of this list."""
    if not is_public_id(token):
        return None
    return db.session.scalar(select(SavedView.query).where(SavedView.token == token, SavedView.list_name == list_name))


def _of(staff_id: int, list_name: str) -> tuple[Any, Any]:
    return SavedView.staff_id == staff_id, SavedView.list_name == list_name


def _one_at_a_time(staff_id: int) -> None:
    # Two windows of one person at once: the second waits, and finds the row of the first.
    people = metadata.tables["ab_user"]
    db.session.execute(select(people.c.id).where(people.c.id == staff_id).with_for_update())

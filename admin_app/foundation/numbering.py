"""Number series without gaps by design: references, parcels, batches."""

from sqlalchemy import Integer, String, update
from sqlalchemy.orm import Mapped, mapped_column

from admin_app.foundation.database import Base, add_if_new, db


class NumberSeries(Base):
    """The last number given out in one series, e.g. 'application-26'."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int] = mapped_column(Integer, default=0)
    """0: none yet."""


def next_number(series: str, *, count: int = 1) -> int:
    """Take `count` numbers of `series` and return the first; needs an open transaction (the row lock orders the takers)."""
    session = db.session
    taken = session.execute(
        update(NumberSeries).where(NumberSeries.name == series).values(last=NumberSeries.last + count).returning(NumberSeries.last)
    ).scalar()
    if taken is None:
        add_if_new(NumberSeries(name=series, last=0))
        return next_number(series, count=count)
    return taken - count + 1

"""Service centres and the working-day calendar."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, Date, Float, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from admin_app.foundation.database import Base, Id


class Centre(Base):
    """A service centre 服务网点. `hours`: list of seven entries Monday..Sunday, each [] or [["09:00","12:00"],["13:30","17:00"]]."""

    __tablename__ = "centre"
    __table_args__ = (Index(None, "name_en", "id"), Index(None, "name_zh", "id"), Index(None, "district_code", "id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    """The office's own short name, like HZ-SC; stands in addresses and reports."""
    name_en: Mapped[str] = mapped_column(String(80))
    name_zh: Mapped[str] = mapped_column(String(80))
    """Name and address stand in one language or both; '' where not, and foundation.i18n.pick() takes the other."""
    district_code: Mapped[str] = mapped_column(String(6), index=True)
    """Six digits of the district by GB/T 2260; '' where nobody has said it."""
    district_en: Mapped[str] = mapped_column(String(80))
    district_zh: Mapped[str] = mapped_column(String(80))
    address_en: Mapped[str] = mapped_column(String(200))
    address_zh: Mapped[str] = mapped_column(String(200))
    postcode: Mapped[str] = mapped_column(String(6), default="")
    phone: Mapped[str] = mapped_column(String(30))
    latitude: Mapped[float | None] = mapped_column(Float)
    """Degrees, WGS 84; None where nobody has said it, and the longitude neither."""
    longitude: Mapped[float | None] = mapped_column(Float)
    """Degrees, WGS 84."""
    hours: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Seven entries from Monday, each a list of [from, to] in the office's time."""
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    """Switched off it takes no new cases; old ones keep it."""
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}


class CalendarDay(Base):
    """A day that differs from the library's calendar: a public holiday, or a make-up working day 调休."""

    __tablename__ = "calendar_day"
    __table_args__ = (CheckConstraint("kind IN ('holiday','working')", name="kind"), Index(None, "kind", "id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    day: Mapped[date] = mapped_column(Date, unique=True)
    """The day that differs."""
    kind: Mapped[str] = mapped_column(String(10))
    """'holiday' or 'working'."""
    name_en: Mapped[str] = mapped_column(String(80), default="")
    name_zh: Mapped[str] = mapped_column(String(80), default="")
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    """Switched off: as if it were not here; nothing is deleted."""
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def facts(self) -> dict[str, str]:
        """What a timeline says of it: the day, its kind and its names."""
        return {"day": self.day.isoformat(), "kind": self.kind, "en": self.name_en, "zh": self.name_zh}


class CalendarYear(Base):
    """A year whose official calendar has been entered: the State Council's notice 放假安排 as it was pasted, and what was read from it."""

    __tablename__ = "calendar_year"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    year: Mapped[int] = mapped_column(Integer, unique=True)
    """Whose holidays they are; the first of them may lie in the December before."""
    source: Mapped[str] = mapped_column(String(60))
    """Number of the notice, like 国办发明电〔2025〕7号."""
    notice: Mapped[str] = mapped_column(String(4000))
    """Its lines about the holidays."""
    lines: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """What rules.read_notice() reads in it."""
    entered_on: Mapped[date] = mapped_column(Date)
    """Day on which it was entered or last changed; the log says by whom."""
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    """Switched off: as if it had not been entered; the year is a guess again."""
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}

"""Photo profiles, and how each of them was when it was changed."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, Date, Float, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from admin_app.foundation.database import Base, Id


class PhotoProfile(Base):
    """What a portrait for the card must be, for cases of some ages and days (rules/photo.py says what each figure is)."""

    __tablename__ = "photo_profile"
    __table_args__ = (
        CheckConstraint("age_from IS NULL OR age_below IS NULL OR age_from < age_below", name="ages"),
        CheckConstraint("valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to", name="days"),
        Index(None, "name_en", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(30), unique=True)
    """Stable: the log keeps it."""
    name_en: Mapped[str] = mapped_column(String(80))
    name_zh: Mapped[str] = mapped_column(String(80))
    age_from: Mapped[int | None] = mapped_column(Integer)
    """Whole years on the day of receipt, from this age on; NULL for no limit."""
    age_below: Mapped[int | None] = mapped_column(Integer)
    """Whole years on the day of receipt, below this age; NULL for no limit."""
    valid_from: Mapped[date | None] = mapped_column(Date)
    """First day of receipt for which it holds; NULL: there is none before it."""
    valid_to: Mapped[date | None] = mapped_column(Date)
    """Last day of receipt for which it holds; NULL: until another one is preferred."""
    width_least: Mapped[int] = mapped_column(Integer)
    """Pixels; a portrait that is cut out is as wide as this."""
    width_most: Mapped[int] = mapped_column(Integer)
    """Pixels."""
    height_least: Mapped[int] = mapped_column(Integer)
    """Pixels; a portrait that is cut out is as high as this."""
    height_most: Mapped[int] = mapped_column(Integer)
    """Pixels."""
    shape_least: Mapped[float] = mapped_column(Float)
    shape_most: Mapped[float] = mapped_column(Float)
    dpi: Mapped[int | None] = mapped_column(Integer)
    """Dots per inch that the file says; NULL: nothing is asked."""
    kilobytes_least: Mapped[float] = mapped_column(Float)
    """Of 1,000 bytes, as the file was handed in."""
    kilobytes_most: Mapped[float] = mapped_column(Float)
    """The same."""
    colour_least: Mapped[float] = mapped_column(Float)
    whiteness_least: Mapped[float] = mapped_column(Float)
    unevenness_most: Mapped[float] = mapped_column(Float)
    sharpness_least: Mapped[float] = mapped_column(Float)
    brightness_least: Mapped[float] = mapped_column(Float)
    brightness_most: Mapped[float] = mapped_column(Float)
    clipped_most: Mapped[float] = mapped_column(Float)
    crown_least: Mapped[int] = mapped_column(Integer)
    """Pixels from the top of a portrait of the smallest size, as all lines of the head."""
    crown_most: Mapped[int] = mapped_column(Integer)
    """The same."""
    eyes_least: Mapped[int] = mapped_column(Integer)
    """Pixels from the bottom."""
    middle_least: Mapped[int] = mapped_column(Integer)
    """Of the eyes, pixels from the left."""
    middle_most: Mapped[int] = mapped_column(Integer)
    """The same."""
    head_least: Mapped[int] = mapped_column(Integer)
    """Pixels from crown to chin."""
    head_most: Mapped[int] = mapped_column(Integer)
    """The same."""
    head_wanted: Mapped[int] = mapped_column(Integer)
    """What the head is made when a portrait is cut out."""
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    """Switched off it measures nothing more; what it measured stays measured by it."""
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}


class PhotoRulesKept(Base):
    """The figures of a photo profile as they were from one of its versions on; nothing here is changed any more."""

    __tablename__ = "photo_rules"
    __table_args__ = (Index(None, "profile_id", "version", unique=True),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    profile_id: Mapped[int] = mapped_column(ForeignKey("photo_profile.id"))
    version: Mapped[int] = mapped_column(Integer)
    """Of the profile, which these figures came with; its later versions until the next row changed other things."""
    since: Mapped[date] = mapped_column(Date)
    """Day on which they were entered."""
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What rules.photo.PhotoRules is made of."""

"""What happened at the stuffing desk."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin_app.foundation.database import Base, Id, UTCDateTime
from admin_app.mailing.models.parcels import Parcel
from admin_app.mailing.rules import packing


class StuffingStop(Base):
    """A wrong pair at the stuffing desk: whoever scanned it goes on once they have settled it."""

    __tablename__ = "stuffing_stop"
    __table_args__ = (
        CheckConstraint(f"fault IN ({','.join(repr(str(s)) for s in packing.Mismatch)})", name="fault"),
        Index(None, "batch_id", "settled_at", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("mailing_batch.id"))
    parcel_id: Mapped[int | None] = mapped_column(ForeignKey("parcel.id"))
    """The parcel whose label was scanned; NULL where it was none of ours."""
    parcel: Mapped[Parcel | None] = relationship(foreign_keys=[parcel_id])
    other_id: Mapped[int | None] = mapped_column(ForeignKey("parcel.id"))
    """The parcel to which the scanned card belongs; NULL where it is in none."""
    other: Mapped[Parcel | None] = relationship(foreign_keys=[other_id])
    fault: Mapped[str] = mapped_column(String(12))
    """A word of packing.Mismatch."""
    stopped_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When the pair was scanned."""
    stopped_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    """Who scanned it."""
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When they said that they had put it right; NULL: the desk still stands still."""

"""Wrong look-up codes, counted."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from admin_app.foundation.database import Base, Id, UTCDateTime


class LookUpAttempt(Base):
    """A look-up that was not right, or is not decided yet; kept for the day in which it counts. The keys are blind indexes."""

    __tablename__ = "look_up_attempt"
    __table_args__ = (Index(None, "case_key", "at"), Index(None, "address_key", "at"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    """When it was counted, before anything was compared."""
    case_key: Mapped[str] = mapped_column(String(32))
    """Of the reference that was typed, whether there is such a case or not."""
    address_key: Mapped[str] = mapped_column(String(32))
    """Of the address that it came from; of an IPv6 address the network."""

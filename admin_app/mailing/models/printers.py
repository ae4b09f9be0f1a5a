"""What labels are printed by."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, Float, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from admin_app.foundation.database import Base, Id, UTCDateTime


class LabelPrinter(Base):
    """A printer that labels come out of: its dots, and how labels are placed so that they lie right on its paper."""

    __tablename__ = "label_printer"
    __table_args__ = (CheckConstraint("dpi IN (203,300,600)", name="dpi"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(30), unique=True)
    """What stands on the device, like MAIL-1."""
    name: Mapped[str] = mapped_column(String(80))
    """Make and place, in the words of the office."""
    dpi: Mapped[int] = mapped_column(Integer)
    """Dots an inch."""
    shift_x_mm: Mapped[float] = mapped_column(Float, default=0)
    """To the right; negative: to the left."""
    shift_y_mm: Mapped[float] = mapped_column(Float, default=0)
    """Down; negative: up."""
    scale_x_permille: Mapped[float] = mapped_column(Float, default=1000)
    """Across; 1000 for a printer that prints true to size."""
    scale_y_permille: Mapped[float] = mapped_column(Float, default=1000)
    measured_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When a test page was measured last; NULL: never."""
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    """Switched off it is not offered for new batches."""
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}

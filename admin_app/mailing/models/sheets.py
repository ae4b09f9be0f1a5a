"""Sheets of labels as paper."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin_app.foundation.database import Base, Id, UTCDateTime, new_public_id
from admin_app.mailing.models.stocks import LabelStock

_IS_HALF_USED = text("free > 0")


class LabelSheet(Base):
    """One sheet of labels as it lies in the mailroom, from its first print on."""

    __tablename__ = "label_sheet"
    __table_args__ = (
        CheckConstraint("free >= 0 AND free <= cells", name="free"),
        Index(None, "stock_id", "id"),
        Index("ix_label_sheet_half_used", "id", sqlite_where=_IS_HALF_USED, postgresql_where=_IS_HALF_USED),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    number: Mapped[str] = mapped_column(String(12), unique=True)
    """S26-00017: year and running number."""
    is_numbered: Mapped[bool] = mapped_column(Boolean)
    """Whether the number stands on the paper; not where the stock leaves no margin for it."""
    stock_id: Mapped[int] = mapped_column(ForeignKey("label_stock.id"))
    stock: Mapped[LabelStock] = relationship()
    cells: Mapped[int] = mapped_column(Integer)
    """Labels on it, as the stock was when it was printed first."""
    columns: Mapped[int] = mapped_column(Integer)
    """Labels side by side, as the stock was then."""
    free: Mapped[int] = mapped_column(Integer)
    """Cells that are neither used nor spoiled."""
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When its first labels were made or asked for."""
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    """The job that printed it first, and its number with it; NULL where nobody knows, as in a demo."""

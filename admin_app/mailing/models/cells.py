"""The cells of sheets of labels that are not free any more."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin_app.foundation.database import Base, Id, UTCDateTime
from admin_app.mailing.models.parcels import Label
from admin_app.mailing.models.sheets import LabelSheet
from admin_app.mailing.rules import paper

_IS_SPOILED = text("spoiled_at IS NOT NULL")


class SheetCell(Base):
    """A cell that is used or spoiled; a free one has no row. Two labels in one cell are two rows of one key: the database refuses them."""

    __tablename__ = "sheet_cell"
    __table_args__ = (
        CheckConstraint(f"spoiled_why IN ('',{','.join(repr(str(s)) for s in paper.Spoiled)})", name="spoiled_why"),
        CheckConstraint("(spoiled_at IS NULL) = (spoiled_why = '')", name="spoiled"),
        Index(None, "sheet_id", "cell", unique=True),
        Index("ix_sheet_cell_spoiled", "spoiled_at", "id", sqlite_where=_IS_SPOILED, postgresql_where=_IS_SPOILED),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("label_sheet.id"))
    sheet: Mapped[LabelSheet] = relationship()
    cell: Mapped[int] = mapped_column(Integer)
    """Counted from 1, row by row."""
    label_id: Mapped[int | None] = mapped_column(ForeignKey("label.id"), unique=True)
    label: Mapped[Label | None] = relationship()
    """What was printed there; NULL: it was used before the sheet was known, or nothing was ever printed in it."""
    spoiled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it became waste; NULL: it is used."""
    spoiled_why: Mapped[str] = mapped_column(String(12), default="")
    """A word of rules.paper.Spoiled; '' where it is used."""

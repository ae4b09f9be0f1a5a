"""What labels are printed on."""

from sqlalchemy import Boolean, CheckConstraint, Float, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from admin_app.foundation.database import Base, Id
from reports.barcodes.symbols import Symbol
from reports.labels.rows import Kind

LEAST_POINTS = 6.5
"""Xiaoliu 小六号, 2.3 mm: what Chinese typesetting sets as small print."""


class LabelStock(Base):
    """A kind of label sheet 标签纸; millimetres from the top left corner of the page."""

    __tablename__ = "label_stock"
    __table_args__ = (
        CheckConstraint(f"symbol IN ({','.join(repr(str(s)) for s in Symbol)})", name="symbol"),
        CheckConstraint(f"kind IN ({','.join(repr(str(s)) for s in Kind)})", name="kind"),
        Index(None, "name_en", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(30), unique=True)
    """The maker's name of the sheet, like L7163."""
    name_en: Mapped[str] = mapped_column(String(80))
    name_zh: Mapped[str] = mapped_column(String(80))
    page_width_mm: Mapped[float] = mapped_column(Float)
    page_height_mm: Mapped[float] = mapped_column(Float)
    columns: Mapped[int] = mapped_column(Integer)
    """Labels side by side."""
    rows: Mapped[int] = mapped_column(Integer)
    """Labels one below the other."""
    left_mm: Mapped[float] = mapped_column(Float)
    top_mm: Mapped[float] = mapped_column(Float)
    cell_width_mm: Mapped[float] = mapped_column(Float)
    cell_height_mm: Mapped[float] = mapped_column(Float)
    column_gap_mm: Mapped[float] = mapped_column(Float, default=0)
    row_gap_mm: Mapped[float] = mapped_column(Float, default=0)
    symbol: Mapped[str] = mapped_column(String(12), default=Symbol.CODE128)
    """How the number of a label is written for scanners: a word of reports.barcodes.symbols.Symbol."""
    kind: Mapped[str] = mapped_column(String(20), default=Kind.SHEET)
    """What is printed on: a word of reports.labels.rows.Kind."""
    least_points: Mapped[float] = mapped_column(Float, default=LEAST_POINTS)
    """The smallest type for the words of the post, in points; what needs smaller type is said before printing."""
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    """Switched off it is not offered for new batches."""
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def cells(self) -> int:
        """Labels on one sheet."""
        return self.columns * self.rows

"""The row of a stored file; it is written only after the object itself is safely stored."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from admin_app.foundation import clock
from admin_app.foundation.database import Base, Id, UTCDateTime, new_public_id
from admin_app.foundation.storage.limits import NAME_LENGTH, Kind


class StoredFile(Base):
    """One file as somebody handed it in. Several rows may share one object: the same bytes are stored once."""

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("size_bytes > 0 AND pages > 0", name="not_empty"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    """Of the clean bytes; also the key of the object."""
    kind: Mapped[str] = mapped_column(String(8))
    """A word of limits.Kind."""
    media_type: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int]
    """Of the clean bytes."""
    width: Mapped[int]
    """Pixels; of a PDF the width of page 1 in points (1/72 inch); 0 of a table."""
    height: Mapped[int]
    """Like width."""
    pages: Mapped[int]
    """1 for a picture or a table."""
    original_name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    """What the person's computer called it, cleaned; for display only, never a path."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    """When the row was written, after the object was stored."""

    measured: Mapped[dict[str, float] | None] = mapped_column(JSON)
    """Figures of a portrait (measure_photo.py) and the bytes that were handed in; NULL: not measured."""
    derived_from_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    """The file that this one was cut out of; NULL: handed in, or made by ourselves."""

    chosen: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What its person decided (held.py): page -> how it is kept and how much differed; names of files inside. NULL: nothing was asked."""
    chosen_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    """Who; NULL where nothing was asked."""

    @property
    def is_pdf(self) -> bool:
        """Whether the file has pages that must be rasterised before anybody sees them."""
        return self.kind == Kind.PDF

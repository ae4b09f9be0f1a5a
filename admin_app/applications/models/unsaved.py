"""What somebody typed and did not save."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from admin_app.foundation import crypto
from admin_app.foundation.database import Base, Id, UTCDateTime


class UnsavedForm(Base):
    """What a person typed and could not save (stale form, lost claim): kept until saved or replaced."""

    __tablename__ = "unsaved_form"
    __table_args__ = (Index(None, "staff_id", "application_id", unique=True), Index(None, "saved_at", "id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """JSON, encrypted for this person and case: field name -> what was typed in the decision's form."""
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it was last written; whoever types writes it."""

    @staticmethod
    def seal(content: dict[str, Any], *, staff_id: int, application_id: int) -> bytes:
        """The value of content_sealed for this person and case."""
        return crypto.encrypt_text(json.dumps(content), context=f"unsaved_form|content|{staff_id}|{application_id}")

    @property
    def content(self) -> dict[str, Any]:
        """Field name -> what was typed."""
        context = f"unsaved_form|content|{self.staff_id}|{self.application_id}"
        opened: dict[str, Any] = json.loads(crypto.decrypt_text(self.content_sealed, context=context))
        return opened

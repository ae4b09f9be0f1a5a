"""Forms that are not sent yet."""

import json
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin_app.foundation import crypto
from admin_app.foundation.database import Base, Id, UTCDateTime, new_public_id
from admin_app.residents.models import Resident
from admin_app.unsent_forms.rules import Pairs


class UnsentForm(Base):
    """What a person has typed into a form about a resident and not sent; empty once it was sent or discarded."""

    __tablename__ = "unsent_form"
    __table_args__ = (
        Index(None, "staff_id", "form", "resident_id", "about_ref", unique=True),
        Index(None, "resident_id"),
        Index(None, "kept_at", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    staff_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    """Who typed it; nobody else sees it."""
    form: Mapped[str] = mapped_column(String(20))
    """Which form, by the name that menu.py gives it."""
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    resident: Mapped[Resident] = relationship()
    about_ref: Mapped[str] = mapped_column(String(32), default="")
    """Reference of the case that it is about; '' where it is about the resident alone."""
    form_key: Mapped[str] = mapped_column(String(32), default="")
    """Random key of the drawing of the form that was last kept, sent or discarded: what comes late from the same page is not kept again."""
    content_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """JSON, encrypted for this row: pairs of field and what was typed. NULL once it was sent or discarded."""
    kept_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it was last written."""

    @property
    def content(self) -> Pairs:
        """Fields and what was typed into them; none once it was sent or discarded."""
        if self.content_sealed is None:
            return ()
        opened = json.loads(crypto.decrypt_text(self.content_sealed, context=self._place))
        return tuple((str(name), str(value)) for name, value in opened)

    @content.setter
    def content(self, content: Pairs) -> None:
        self.content_sealed = crypto.encrypt_text(json.dumps(content, ensure_ascii=False), context=self._place)

    @property
    def _place(self) -> str:
        return f"unsent_form|content|{self.public_id}"

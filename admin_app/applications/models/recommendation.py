"""What a first reviewer recommended, and what the second person made of it."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin_app.applications.models.casework import Application
from admin_app.foundation.database import Base, Id, UTCDateTime
from admin_app.staff.models import StaffMember


class Recommendation(Base):
    """One recommendation 初审意见 and its answer 复核; a case that was sent back may have several over time."""

    __tablename__ = "recommendation"
    __table_args__ = (
        CheckConstraint("outcome IN ('approve','reject')", name="outcome"),
        CheckConstraint("answer IN ('approve','reject','send_back')", name="answer"),
        CheckConstraint("(answer IS NULL) = (answered_by_id IS NULL)", name="answered_whole"),
        CheckConstraint("answered_by_id IS NULL OR answered_by_id <> recommended_by_id", name="two_people"),
        Index(None, "application_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    application: Mapped[Application] = relationship(back_populates="recommendations")
    outcome: Mapped[str] = mapped_column(String(10))
    """What was recommended: 'approve' or 'reject', of rules.DecisionKind."""
    why: Mapped[str] = mapped_column(String(200), default="")
    """Why approval is recommended, in the first reviewer's words; '' for a rejection, whose codes say it."""
    note: Mapped[str] = mapped_column(String(500), default="")
    """What the first reviewer wrote for colleagues; the resident does not see it."""
    codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Codes of the reasons of a recommended rejection; a list, because it is read whole and the codes are stable."""
    asked_by: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Words of rules.SecondRule: which rules asked for a second person then."""
    recommended_by_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id"))
    """The first reviewer."""
    recommended_by: Mapped[StaffMember] = relationship(foreign_keys=[recommended_by_id])
    recommended_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When."""
    answer: Mapped[str | None] = mapped_column(String(10))
    """'approve', 'reject' or 'send_back'; NULL while nobody has answered, or where the resident withdrew."""
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    """The second person; NULL like the answer."""
    answered_by: Mapped[StaffMember | None] = relationship(foreign_keys=[answered_by_id])
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When; NULL like the answer."""
    answer_note: Mapped[str] = mapped_column(String(800), default="")
    """In the second person's words: why it was sent back, or a note for colleagues."""

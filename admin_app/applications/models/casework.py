"""Application, its documents and its decisions."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, String, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from admin_app.applications import rules
from admin_app.applications.models.reference import ReasonCode
from admin_app.applications.rules.photo import sentence
from admin_app.centres.models import Centre
from admin_app.foundation import filing
from admin_app.foundation.database import Base, Id, UTCDateTime, new_public_id
from admin_app.foundation.sealed_text import SealedText, SealsTexts
from admin_app.foundation.storage.models import StoredFile
from admin_app.loss_reports.models import LossReport
from admin_app.residents.models import Resident
from admin_app.residents.rules import CONFIRMED_LABELS
from admin_app.staff.models import StaffMember

if TYPE_CHECKING:
    from admin_app.applications.models.recommendation import Recommendation

OWNED, NOT_PAUSED, FILED = text("owner_id IS NOT NULL"), text("paused_on IS NULL"), text("filed_by_id IS NOT NULL")
RECOMMENDED, SECOND = text("status = 'recommended'"), ("due_on", "id", "recommended_by_id", "centre_id")
IS_DRAFT, IS_WAITING = text("status = 'draft'"), text("status = 'needs_information'")
OPEN_BY_DUE, FILTERED = ("is_open", "due_on", "id", "paused_on"), ("centre_id", "reason", "channel")


class Application(SealsTexts, Base):
    """An application for a replacement card 补换卡申请. Status is written by its machine (operations/moves.py) alone."""

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint(f"status IN ({','.join(repr(str(s)) for s in rules.Status)})", name="status"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> taken_by_id", name="decider_is_not_taker"),
        # NULL <> 1 is not false, so that these hold where nobody is named yet. What lies in other tables (papers, the loss report) is
        # held by the trigger application_four_eyes.
        CheckConstraint("recommendation IN ('approve','reject')", name="recommendation"),
        CheckConstraint("recommended_by_id <> taken_by_id", name="recommender_is_not_taker"),
        CheckConstraint("decided_by_id <> recommended_by_id", name="decider_is_not_recommender"),
        CheckConstraint(
            "(recommendation IS NULL) = (recommended_by_id IS NULL) AND (status <> 'recommended' OR recommended_by_id IS NOT NULL)",
            name="recommended_whole",
        ),
        *filing.checks("taken_by_id"),
        *filing.level_checks(),
        # paused_on stands behind the order of the page: paused cases are the oldest, and «overdue» passes them inside the index.
        Index(None, "is_open", "due_on", "id", "paused_on", "owner_id"),
        # What the queue filters by stands in the index: a narrow filter counts and walks without reading the cases that it leaves out.
        Index("ix_application_status_queue", "status", "due_on", "id", "reason", "channel", "paused_on", "centre_id", "owner_id"),
        # What waits for the office, without the many paused cases that stand before it by their due day.
        Index("ix_application_running", *OPEN_BY_DUE, *FILTERED, "owner_id", sqlite_where=NOT_PAUSED, postgresql_where=NOT_PAUSED),
        # By day of receipt every filter is left to the index: no other is in that order.
        Index("ix_application_receipt", "is_open", "received_on", "id", "status", "due_on", "paused_on", *FILTERED, "owner_id"),
        # Few of the open cases wait for a second person; who recommended each stands behind, because that person passes it by.
        Index("ix_application_second", *SECOND, sqlite_where=RECOMMENDED, postgresql_where=RECOMMENDED),
        Index(None, "reason", "is_open", "due_on", "id", "paused_on"),
        # Without the many cases that nobody holds, which would hide from SQLite how few one person has.
        Index(None, "owner_id", "is_open", "due_on", "id", "paused_on", sqlite_where=OWNED, postgresql_where=OWNED),
        Index(None, "centre_id", "is_open", "due_on", "id", "paused_on"),
        Index(None, "centre_id", "status", "due_on", "id"),
        Index(None, "resident_id", "id"),
        # These three answer the reports by themselves: what they filter and count stands in the index. The lists behind the figures are
        # walked by the last two, by day and id (those of receipt by ix_application_receipt).
        Index("ix_application_received_on_report", "received_on", "centre_id", "channel", "status"),
        Index("ix_application_decided_on_report", "decided_on", "id", "centre_id", "channel", "due_on", "decided_in_days", "decided_by_id"),
        Index("ix_application_posted_on_report", "posted_on", "id", "centre_id", "channel", "decided_on", "received_on", "paused_days"),
        Index(None, "taken_by_id", "is_open", "id"),
        Index("ix_application_filed", "filed_by_kind", "filed_by_id", "id", sqlite_where=FILED, postgresql_where=FILED),
        # A counter's drafts and waiting cases are few among all that it ever took in.
        Index("ix_application_drafts", "taken_by_id", "id", sqlite_where=IS_DRAFT, postgresql_where=IS_DRAFT),
        Index("ix_application_old_drafts", "status", "received_at", "id", sqlite_where=IS_DRAFT, postgresql_where=IS_DRAFT),
        Index("ix_application_waiting", "centre_id", "id", sqlite_where=IS_WAITING, postgresql_where=IS_WAITING),
        Index("ix_application_to_remind", "centre_id", "answer_by", "id", sqlite_where=IS_WAITING, postgresql_where=IS_WAITING),
        Index("ix_application_to_lapse", "answer_by", "id", sqlite_where=IS_WAITING, postgresql_where=IS_WAITING),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    """BK-26-0048207: year of intake and running number."""
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    resident: Mapped[Resident] = relationship()
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    centre: Mapped[Centre] = relationship()
    channel: Mapped[str] = mapped_column(String(10))
    """Where it came in, a word of rules.Channel; written by the counter."""
    reason: Mapped[str] = mapped_column(String(20))
    """Why a new card is needed, a word of rules.Reason."""
    statement: Mapped[str] = mapped_column(String(500), default="")
    """The reason in the resident's words."""
    applicant: Mapped[str] = mapped_column(String(10), default="self")
    """Who applies, a word of rules.Applicant."""
    agent_name: Mapped[str] = mapped_column(String(50), default="")
    """Proxy or guardian."""
    agent_id_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The ID number of proxy or guardian, encrypted for this row; NULL for «self»."""
    agent_id_masked: Mapped[str] = mapped_column(String(18), default="")
    """The same number as screens show it."""
    agent_number_confirmed: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """What was unusual about the same number and was compared with the card, as for a resident's; '' where nothing was."""
    old_card_serial: Mapped[str] = mapped_column(String(20), default="")
    """As the resident remembers it; '' if not known."""
    loss_report_id: Mapped[int | None] = mapped_column(ForeignKey("loss_report.id"), index=True)
    loss_report: Mapped[LossReport | None] = relationship()
    delivery: Mapped[str] = mapped_column(String(10))
    """How the resident wants the card, a word of rules.Delivery."""
    recipient: Mapped[str] = mapped_column(String(50), default="")
    postcode_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Six digits, encrypted for this row; NULL where the card is collected."""
    postcode = SealedText()
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """One line a row of the label, separated by newlines, encrypted for this row; NULL where the card is collected."""
    address = SealedText()
    address_changed_on: Mapped[date | None] = mapped_column(Date)
    """Day on which address or way of delivery was last changed after the case had been submitted; NULL: not since then."""

    look_up_index: Mapped[str | None] = mapped_column(String(80))
    """Id of a data key, colon, HMAC of the look-up code; NULL where none was given. The code itself is kept nowhere."""
    status: Mapped[str] = mapped_column(String(20))
    """A word of rules.Status."""
    is_open: Mapped[bool] = mapped_column(Boolean, default=True)
    """Submitted and not yet closed; written with the status, so that queues have one index."""
    version: Mapped[int] = mapped_column(Integer, default=1)
    """Raised by every change of the case; forms carry it."""

    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    """The staff member who took it in; NULL where somebody else filed it, so compare with foundation/actor.py."""
    taken_by: Mapped[StaffMember | None] = relationship(foreign_keys=[taken_by_id])
    filed_by_kind: Mapped[str | None] = mapped_column(String(10))
    """'resident' or 'client' where no staff member did it (foundation/filing.py); NULL for staff."""
    filed_by_id: Mapped[int | None] = mapped_column(Id)
    """The id of that resident or client: ids of different kinds may be the same number."""
    identity_level: Mapped[int | None] = mapped_column(Integer)
    """How sure the office was of that outsider, a number of foundation/filing.py, Level; NULL for staff."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    """Who holds the case now; NULL: nobody."""
    owner: Mapped[StaffMember | None] = relationship(foreign_keys=[owner_id])
    claimed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the owner took it; NULL while nobody holds it."""
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Until when the owner keeps it without doing anything; then anybody may take it over."""
    is_sampled: Mapped[bool | None] = mapped_column(Boolean)
    """Whether the case was drawn for a second decision, once, when it was submitted; NULL: not drawn for yet."""
    recommended_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    """Who recommended the decision last (models/recommendation.py); stays when it is sent back, so that they never decide it alone."""
    recommended_by: Mapped[StaffMember | None] = relationship(foreign_keys=[recommended_by_id])
    recommendation: Mapped[str | None] = mapped_column(String(10))
    """What was recommended last, 'approve' or 'reject'; NULL where nothing was."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    """Who gave the last approval or rejection."""
    decided_by: Mapped[StaffMember | None] = relationship(foreign_keys=[decided_by_id])

    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When the counter began it."""
    received_on: Mapped[date] = mapped_column(Date)
    """Day of received_at on the office's clock."""
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was submitted complete for the first time; NULL while it is a draft."""
    due_on: Mapped[date] = mapped_column(Date)
    """Promised day of the decision; moved back by the working days that the clock stood still."""
    statutory_on: Mapped[date] = mapped_column(Date)
    """Day by which the rules of the office demand a decision; counted like due_on."""
    clock_from: Mapped[date | None] = mapped_column(Date)
    """Day after which the promised working days are counted: submission, or the last reopening; NULL: due_on stands as it is."""
    promised_in: Mapped[int | None] = mapped_column(Integer)
    """Working days promised from there on, without those on which the clock stood still; NULL together with clock_from."""
    statutory_in: Mapped[int | None] = mapped_column(Integer)
    """The same by the rules of the office, from the day of submission; NULL: statutory_on stands as it is."""
    clock_stops: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """When the clock stood still and went on again: `since`, `until`, and `days`, the working days in between as counted last."""
    paused_on: Mapped[date | None] = mapped_column(Date)
    """Set while the resident owes something: the clock stands still."""
    answer_by: Mapped[date | None] = mapped_column(Date)
    """Last day on which the resident can bring what was asked for; NULL while nothing is asked, or where no day was set then."""
    answer_in: Mapped[int | None] = mapped_column(Integer)
    """Working days after paused_on that were given for it; NULL where none is set, or where nobody wrote it down."""
    reminded_on: Mapped[date | None] = mapped_column(Date)
    """Day on which somebody of the office reminded the resident of it; NULL: nobody has."""
    paused_days: Mapped[int] = mapped_column(Integer, default=0)
    """Working days that the clock has stood still so far; whoever resumes the case adds to it."""
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was approved or rejected; NULL while neither."""
    decided_on: Mapped[date | None] = mapped_column(Date)
    """Day of decided_at on the office's clock."""
    decided_in_days: Mapped[int | None] = mapped_column(Integer)
    """Working days from submission to decision, without the paused ones."""
    posted_on: Mapped[date | None] = mapped_column(Date)
    """Day on which its card was posted, written by the mailroom; NULL where it was not."""
    closed_materials: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """What was required when the case was closed; NULL while it is not: then the table in force says it (ADR 0011)."""
    closed_originals: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    """Of which the original was to be seen, and what waited for that; NULL while it is open, or if it was closed before this was kept."""

    documents: Mapped[list["Document"]] = relationship(back_populates="application", order_by="Document.id")
    decisions: Mapped[list["Decision"]] = relationship(back_populates="application", order_by="Decision.id")
    recommendations: Mapped[list["Recommendation"]] = relationship(back_populates="application", order_by="Recommendation.id")

    @property
    def agent_number_note(self) -> Any:
        """What is unusual about the number of proxy or guardian and was compared with the card, in words; '' where nothing is."""
        return CONFIRMED_LABELS.get(self.agent_number_confirmed, "")


class Document(Base):
    """A stored file that fulfils a material, with its verdict. Removed documents stay, marked."""

    __tablename__ = "document"
    __table_args__ = (Index(None, "application_id", "material", "id"), *filing.checks("added_by_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    application: Mapped[Application] = relationship(back_populates="documents")
    material: Mapped[str] = mapped_column(String(20))
    """Which item it fulfils, a word of rules.Material."""
    is_kind_chosen: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    """False while it stands for one of two («either … or») and nobody has said yet which of them it is; `material` is the usual one."""
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    file: Mapped[StoredFile] = relationship()
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    """The staff member who uploaded it; NULL where somebody else filed it."""
    added_by: Mapped[StaffMember | None] = relationship(foreign_keys=[added_by_id])
    filed_by_kind: Mapped[str | None] = mapped_column(String(10))
    """'resident' or 'client' where no staff member did it (foundation/filing.py); NULL for staff."""
    filed_by_id: Mapped[int | None] = mapped_column(Id)
    """The id of that resident or client: ids of different kinds may be the same number."""
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it was uploaded."""
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the counter took it away again; NULL: it counts."""
    face_seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    """Who looked at a photo and saw one face, bareheaded, from the front; NULL: nobody said so."""
    face_seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When."""
    photo_rules_id: Mapped[int | None] = mapped_column(ForeignKey("photo_rules.id"))
    """By which rules a photo was measured when it was added; NULL: it was not measured."""
    original_seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    """Who held the copy against its original and found that they agree; NULL: nobody said so."""
    original_seen_by: Mapped[StaffMember | None] = relationship(foreign_keys=[original_seen_by_id])
    original_seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When."""
    original_centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"))
    """At the counter of which centre; NULL for somebody who works for the whole office."""
    original_centre: Mapped[Centre | None] = relationship()
    verdict: Mapped[str] = mapped_column(String(10), default="pending")
    """A word of rules.Verdict, given by the reviewer."""
    verdict_reason_id: Mapped[int | None] = mapped_column(ForeignKey("reason_code.id"))
    verdict_reason: Mapped[ReasonCode | None] = relationship()
    verdict_note: Mapped[str] = mapped_column(String(300), default="")
    verdict_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    """Who gave the last verdict; NULL while it is pending."""
    verdict_by: Mapped[StaffMember | None] = relationship(foreign_keys=[verdict_by_id])
    verdict_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the last verdict was given; NULL while it is pending."""


class Decision(Base):
    """One decision 审核决定 with its coded reasons; a case may have several over time."""

    __tablename__ = "decision"
    __table_args__ = (Index(None, "application_id", "id"), Index(None, "kind", "decided_on"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    application: Mapped[Application] = relationship(back_populates="decisions")
    kind: Mapped[str] = mapped_column(String(20))
    """A word of rules.DecisionKind."""
    note: Mapped[str] = mapped_column(String(500), default="")
    """What the reviewer wrote for colleagues; the resident does not see it."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    """Who decided; NULL where the day for an answer went by and the office itself did."""
    decided_by: Mapped[StaffMember | None] = relationship()
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When."""
    decided_on: Mapped[date] = mapped_column(Date)
    """Day of decided_at on the office's clock."""
    reasons: Mapped[list["DecisionReason"]] = relationship(back_populates="decision", order_by="DecisionReason.id")


class DecisionReason(Base):
    """One coded reason of a decision."""

    __tablename__ = "decision_reason"
    __table_args__ = (Index(None, "reason_code_id", "decision_id"), Index(None, "decision_id", "reason_code_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    decision: Mapped[Decision] = relationship(back_populates="reasons")
    reason_code_id: Mapped[int] = mapped_column(ForeignKey("reason_code.id"))
    reason_code: Mapped[ReasonCode] = relationship()
    findings: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """What was measured of the photo and what was asked then (rules.photo.Finding); NULL where the reason names no such figure."""

    @property
    def sentences(self) -> list[str]:
        """The findings in the reader's language."""
        return [sentence(finding) for finding in self.findings or ()]

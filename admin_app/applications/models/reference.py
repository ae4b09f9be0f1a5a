"""The office's tables of coded reasons and of materials per reason."""

from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from admin_app.applications import rules
from admin_app.foundation.database import Base, Id


class ReasonCode(Base):
    """A coded reason in both languages: of a rejection, a request for information, or a refused document."""

    __tablename__ = "reason_code"
    __table_args__ = (
        CheckConstraint("kind IN ('reject','request_information','refuse_document')", name="kind"),
        Index(None, "sort", "id"),
        Index(None, "kind", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    """Stable: decisions and the log keep it; the texts may change."""
    kind: Mapped[str] = mapped_column(String(20))
    """Which outcome it explains: a rejection, a request for information, or a refused document."""
    text_en: Mapped[str] = mapped_column(String(200))
    text_zh: Mapped[str] = mapped_column(String(200))
    sort: Mapped[int] = mapped_column(Integer, default=0)
    """Place in the list of its kind, small first."""
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    """Switched off it is offered no more; decisions that name it stay readable."""
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}


def _one_of(column: str, kind: Any, *, or_any: bool = False) -> CheckConstraint:
    values = ([""] if or_any else []) + [str(value) for value in kind]
    return CheckConstraint(f"{column} IN ({','.join(map(repr, values))})", name=column)


class MaterialRule(Base):
    """A line of «materials per reason»: cases with one of `reasons` need `material`, where the conditions hold (rules.Requirement)."""

    __tablename__ = "material_rule"
    __table_args__ = (
        _one_of("material", rules.Material),
        _one_of("instead", rules.Material, or_any=True),
        _one_of("original", rules.Original),
        _one_of("original_stops", rules.OriginalStops),
        _one_of("applicant", rules.Applicant, or_any=True),
        _one_of("channel", rules.Channel, or_any=True),
        CheckConstraint("age_from IS NULL OR age_below IS NULL OR age_from < age_below", name="ages"),
        Index(None, "sort", "id"),
        Index(None, "material", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    material: Mapped[str] = mapped_column(String(20))
    """A word of rules.Material."""
    instead: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """What fulfils the line in its place («either … or»), a word of rules.Material; '' for nothing."""
    instead_below: Mapped[int | None] = mapped_column(Integer)
    """Whole years on the day of receipt, below which that is enough; NULL for everybody."""
    original: Mapped[str] = mapped_column(String(10), default="no", server_default="no")
    """Of which cases the original must be seen, a word of rules.Original."""
    original_stops: Mapped[str] = mapped_column(String(10), default="", server_default="")
    """What cannot be done before, a word of rules.OriginalStops."""
    reasons: Mapped[list[str]] = mapped_column(JSON)
    """Codes of rules.Reason. A list, not a table: it is read whole, written whole, and never asked «which lines name lost»."""
    applicant: Mapped[str] = mapped_column(String(10), default="")
    """A word of rules.Applicant; '' for all."""
    channel: Mapped[str] = mapped_column(String(10), default="")
    """A word of rules.Channel; '' for all."""
    age_from: Mapped[int | None] = mapped_column(Integer)
    """Whole years on the day of receipt, from this age on; NULL for no limit."""
    age_below: Mapped[int | None] = mapped_column(Integer)
    """Whole years on the day of receipt, below this age; NULL for no limit."""
    sort: Mapped[int] = mapped_column(Integer, default=100)
    """Place on the checklist, small first."""
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    """Switched off it asks for nothing; nothing is deleted."""
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def ref(self) -> str:
        """What the log calls the line, like photo-3."""
        return f"{self.material}-{self.id}"

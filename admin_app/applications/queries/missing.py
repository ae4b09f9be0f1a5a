"""What still stands between a case and its approval."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from admin_app.applications import rules
from admin_app.applications.models import Application, Document
from admin_app.applications.queries import materials, portraits
from admin_app.loss_reports import queries as loss_reports
from admin_app.loss_reports import rules as loss_rules


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: `code` for programs, `text` for staff, `anchor` of the place on the case page."""

    code: str
    text: Any
    anchor: str


@dataclass(frozen=True)
class ChecklistLine:
    """One material of the case: its documents (newest last) and how it stands (see material_state)."""

    need: rules.Need
    label: Any
    is_required: bool
    documents: tuple[Document, ...]
    state: str

    @property
    def material(self) -> rules.Material:
        """The material that the line asks for first."""
        return self.need.material

    def label_of(self, document: Document) -> Any:
        """What a document of the line is, in words; both where nobody has said yet which of two it is."""
        return rules.MATERIAL_LABELS[rules.Material(document.material)] if self._is_known(document) else self.need.label

    def short_of(self, document: Document) -> Any:
        """The same in few words."""
        return rules.MATERIAL_SHORT[rules.Material(document.material)] if self._is_known(document) else self.need.short

    def _is_known(self, document: Document) -> bool:
        return document.is_kind_chosen or self.need.instead is None

    @property
    def without_original(self) -> tuple[Document, ...]:
        """Those of its documents that stand for it and of which nobody has seen the original, where the table asks for that."""
        if not self.need.is_original_asked:
            return ()
        return tuple(one for one in self.documents if one.original_seen_at is None and one.verdict != rules.Verdict.REFUSED)

    @property
    def refused(self) -> int:
        """How many of its documents were refused."""
        return sum(document.verdict == rules.Verdict.REFUSED for document in self.documents)


def materials_of(application: Application) -> tuple[rules.Material, ...]:
    """The materials that this case asks for first, without what may stand in (see needs_of)."""
    return tuple(need.material for need in needs_of(application))


def needs_of(application: Application) -> tuple[rules.Need, ...]:
    """What this case needs: by the table in force (one statement); a closed case keeps what it needed then (ADR 0011)."""
    if application.closed_materials is not None:
        return tuple(rules.need_of(code, application.closed_originals) for code in application.closed_materials)
    if application.resident.erased_at is not None:
        return ()  # nobody knows any more how old the resident was
    age = rules.age_on(application.received_on, application.resident.birth_on)
    case = rules.Facts(application.reason, application.applicant, application.channel, age)
    return rules.needs(materials.in_force(), case)


def need_for(application: Application, material: str) -> rules.Need | None:
    """What this case needs that a paper of this kind fulfils."""
    return next((need for need in needs_of(application) if material in need.materials), None)


def material_state(documents: tuple[Document, ...]) -> str:
    """'absent', 'pending' (something waits for a verdict), 'accepted', or 'refused' (nothing of it was accepted)."""
    verdicts = {document.verdict for document in documents}
    for state in (rules.Verdict.PENDING, rules.Verdict.ACCEPTED, rules.Verdict.REFUSED):
        if state in verdicts:
            return str(state)
    return "absent"


def checklist(application: Application) -> tuple[ChecklistLine, ...]:
    """Required materials in the order of the table, then whatever else was handed in."""
    kept = [document for document in application.documents if document.removed_at is None]
    required = needs_of(application)
    fulfilling = {material for need in required for material in need.materials}
    extra = [rules.Need(rules.Material(name)) for name in dict.fromkeys(d.material for d in kept) if name not in fulfilling]
    return tuple(_line(need, kept, is_required=need in required) for need in (*required, *extra))


def _line(need: rules.Need, kept: list[Document], *, is_required: bool) -> ChecklistLine:
    documents = tuple(document for document in kept if document.material in need.materials)
    return ChecklistLine(need, need.label, is_required, documents, material_state(documents))


def what_is_missing(application: Application, lines: tuple[ChecklistLine, ...]) -> tuple[Missing, ...]:
    """Why the case with this checklist cannot be approved yet, in the order of the page; empty when it can."""
    required = [line for line in lines if line.is_required]
    materials = [missing for line in required for missing in (_missing_material(line), _missing_original(line)) if missing]
    loss = _missing_loss_report(application)
    return (*([loss] if loss else []), *materials)


def _missing_material(line: ChecklistLine) -> Missing | None:
    name = line.need.short
    texts = {
        "absent": _l("%(material)s: no document", material=name),
        "pending": _l("%(material)s: to verify", material=name),
        "refused": _l("%(material)s: refused", material=name),
    }
    text = texts.get(line.state)
    return Missing(f"{line.material}_{line.state}", text, f"material-{line.material}") if text else None


def _missing_original(line: ChecklistLine) -> Missing | None:
    if not line.need.original_stops or not line.without_original:
        return None
    text = _l("%(material)s: original not seen", material=line.need.short)
    return Missing(f"{line.material}_original", text, f"material-{line.material}")


def _missing_loss_report(application: Application) -> Missing | None:
    if application.reason not in rules.NEEDS_FORMAL_LOSS_REPORT:
        return None
    report = application.loss_report
    if report is None or report.resident_id != application.resident_id:
        return Missing("loss_report_absent", _l("No loss report of this resident is linked"), "loss-report")
    if report.status not in loss_rules.IN_FORCE or report.ended_at is not None:
        return Missing("loss_report_not_formal", _l("No formal loss report is in force"), "loss-report")
    return None


def is_true_of(code: str, application: Application) -> bool:
    """Whether a coded reason can be said of this case: those that state a fact are said only where it is one."""
    if code in rules.SAYS_PROXY:
        return application.applicant == rules.Applicant.PROXY
    if code in rules.SAYS_PHOTO:
        return bool(portraits.findings_for(code, portraits.outside_of_case(application)))
    return code not in rules.SAYS_NO_FORMAL_REPORT or _lacks_formal_report(application)


def _lacks_formal_report(application: Application) -> bool:
    return _missing_loss_report(application) is not None and loss_reports.in_force(application.resident) is None

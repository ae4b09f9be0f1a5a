"""Applications, their documents and decisions, the office's tables of reasons and materials."""

import itertools
from datetime import timedelta
from typing import Any

from admin_app.applications import queries
from admin_app.applications.models import (
    Application,
    Decision,
    DecisionReason,
    Document,
    MaterialRule,
    PhotoProfile,
    ReasonCode,
    Recommendation,
)
from admin_app.applications.operations import profiles
from admin_app.applications.queries import materials
from admin_app.applications.rules import Facts, Reason, required_materials
from admin_app.applications.rules.photo import FIGURES
from admin_app.centres.models import Centre
from admin_app.foundation import clock
from admin_app.foundation.database import db, in_transaction, transaction
from admin_app.loss_reports.models import LossReport
from admin_app.residents.models import Resident
from admin_app.staff.models import StaffMember
from tests.factories.foundation import make_file
from tests.factories.loss_reports import make_loss_report
from tests.factories.residents import make_resident
from tests.factories.saving import save

_numbers = itertools.count(9_000_001)
"""Far from the numbers that a demo in the same database gives its cases."""


def new_application(taken_by: StaffMember, centre: Centre, resident: Resident, **changes: Any) -> Application:
    """An application (submitted, counter, damaged) as it would stand after intake, not in the database (yet)."""
    today = clock.today()
    values = {
        "reference": f"BK-26-{next(_numbers):07d}", "resident_id": resident.id, "centre_id": centre.id, "channel": "counter",
        "reason": "damaged", "delivery": "post", "recipient": resident.name, "postcode": "310012", "address": resident.address,
        "status": "submitted", "is_open": True, "taken_by_id": taken_by.id, "received_at": clock.now(), "received_on": today,
        "submitted_at": clock.now(), "due_on": today + timedelta(days=7), "statutory_on": today + timedelta(days=15),
    }  # fmt: skip
    return Application(**(values | changes))


def make_application(taken_by: StaffMember, centre: Centre, resident: Resident | None = None, **changes: Any) -> Application:
    """Add an application (submitted, counter, damaged) as it would stand after intake."""
    return save(new_application(taken_by, centre, resident or make_resident(), **changes))


def make_unclaimed(clerk: StaffMember, centre: Centre, count: int) -> None:
    """Add `count` unclaimed cases of one resident at once; the due dates repeat every nine."""
    resident, today = make_resident(), clock.today()
    with transaction() as session:
        session.add_all(
            new_application(clerk, centre, resident, reference=f"BK-20-{n:07d}", due_on=today + timedelta(days=n % 9), statutory_on=today)
            for n in range(count)
        )


def held_by(owner: StaffMember, **changes: Any) -> dict[str, Any]:
    """Columns of a case that `owner` is working on."""
    lease_until = clock.now() + timedelta(minutes=30)
    return {"status": "in_review", "owner_id": owner.id, "claimed_at": clock.now(), "lease_until": lease_until} | changes


def make_document(case: Application, material: str, verdict: str = "pending", **changes: Any) -> Document:
    """Add a document to the case; `file_id` names its file, else it gets one of its own."""
    values = {
        "application_id": case.id, "material": str(material), "added_by_id": case.taken_by_id, "filed_by_kind": case.filed_by_kind,
        "filed_by_id": case.filed_by_id, "added_at": clock.now(), "verdict": verdict,
    }  # fmt: skip
    return save(Document(**(values | ({} if "file_id" in changes else {"file_id": make_file().id}) | changes)))


def make_ready_case(taken_by: StaffMember, owner: StaffMember, centre: Centre, **changes: Any) -> Application:
    """Add a case that `owner` holds and could approve right now (damaged card, everything accepted)."""
    case = make_application(taken_by, centre, **(held_by(owner) | changes))
    for material in queries.materials_of(case):
        make_document(case, material, "accepted")
    return case


def make_decidable(taken_by: StaffMember, owner: StaffMember, centre: Centre, count: int) -> list[Application]:
    """Add `count` cases that `owner` could decide right now, each of somebody else: a third card within a year would need two people."""
    stored, needed = make_file(), required_materials(materials.in_force(), Facts("damaged", "self", "counter", 39))
    with transaction():
        made = [make_application(taken_by, centre, reference=f"BK-{owner.id:02d}-{n:07d}", **held_by(owner)) for n in range(count)]
        for case in made:
            for material in needed:
                make_document(case, material, "accepted", file_id=stored.id)
    return made


def make_recommended_case(
    taken_by: StaffMember, first: StaffMember, centre: Centre, outcome: str = "approve", **changes: Any
) -> Application:
    """Add a case of a proxy that `first` recommended for `outcome` and that nobody has taken for the second decision."""
    values = {
        "status": "recommended", "recommended_by_id": first.id, "recommendation": outcome, "applicant": "proxy", "agent_name": "赵敏",
    }  # fmt: skip
    case = make_application(taken_by, centre, **(values | changes))
    for material in queries.materials_of(case):
        make_document(case, material, "accepted")
    make_recommendation(case, first, outcome)
    return case


def make_recommendation(case: Application, first: StaffMember, outcome: str = "approve", **changes: Any) -> Recommendation:
    """Add a recommendation that nobody has answered; the case stays as it is."""
    why, codes = ("all in order", []) if outcome == "approve" else ("", ["not_entitled"])
    values = {
        "application_id": case.id, "outcome": outcome, "why": why, "codes": codes, "asked_by": ["proxy"], "recommended_by_id": first.id,
        "recommended_at": clock.now(),
    }  # fmt: skip
    return save(Recommendation(**(values | changes)))


def make_linked_report(case: Application, status: str = "formal", **changes: Any) -> LossReport:
    """Add a loss report of the case's resident and link it."""
    made = make_loss_report(case.resident, case.taken_by, case.centre, status, **changes)
    with transaction():
        db.session.get_one(Application, case.id).loss_report_id = made.id
    return made


def make_decision(case: Application, by: StaffMember, kind: str = "approve", *reasons: ReasonCode, **changes: Any) -> Decision:
    """Add a decision with its coded reasons; the case stays as it is."""
    values = {"application_id": case.id, "kind": kind, "decided_by_id": by.id, "decided_at": clock.now(), "decided_on": clock.today()}
    made = save(Decision(**(values | changes)))
    for reason in reasons:
        save(DecisionReason(decision_id=made.id, reason_code_id=reason.id))
    return made


def make_material_rule(material: str, **changes: Any) -> MaterialRule:
    """Add a line to the materials table, for every reason."""
    return save(MaterialRule(**({"material": material, "reasons": list(Reason)} | changes)))


def make_photo_profile(code: str, **changes: Any) -> PhotoProfile:
    """Add a photo profile with the figures of the first one, and its rules."""
    if in_transaction():
        return _photo_profile(code, changes)
    with transaction():
        return _photo_profile(code, changes)


def _photo_profile(code: str, changes: dict[str, Any]) -> PhotoProfile:
    figures = {name: getattr(db.session.get_one(PhotoProfile, 1), name) for name in FIGURES}
    made = PhotoProfile(**({"code": code, "name_en": code, "name_zh": code} | figures | changes))
    db.session.add(made)
    db.session.flush()
    profiles.keep_rules(made)
    return made


def make_reason_code(code: str, **changes: Any) -> ReasonCode:
    """Add a reason to reject."""
    return save(ReasonCode(**({"code": code, "kind": "reject", "text_en": code, "text_zh": code} | changes)))

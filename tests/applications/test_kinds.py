"""Either … or: a paper is filed before anybody says which of two it is, and its kind can be put right."""

import io

import pytest
from sqlalchemy import select

from admin_app.applications import queries
from admin_app.applications.models import Application, Document
from admin_app.applications.operations import decisions, documents, kinds
from admin_app.applications.queries.receipt import receipt_row
from admin_app.applications.queries.snapshot import differences, snapshot
from admin_app.audit.models import AuditEntry
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict
from tests.factories.applications import make_application, make_document, make_ready_case
from tests.factories.residents import make_resident
from tests.foundation.storage import samples


@pytest.fixture
def child(clerk, centre) -> Application:
    """A draft for a child, who has an ID card or stands in a household register."""
    born = clock.today().replace(year=clock.today().year - 5, day=1)
    resident = make_resident(born=born)
    return make_application(clerk, centre, resident, status="draft", is_open=False, applicant="guardian", agent_name="赵敏")


def upload(browser, case, **chosen):
    data = {"either": "id_copy", "files": [(io.BytesIO(samples.jpeg()), "page.jpg")]} | chosen
    answer = browser.post(f"/intake/{case.reference}/documents", data=data)
    assert answer.status_code == 302, answer.text
    db.session.rollback()
    return db.session.scalars(select(Document).where(Document.application_id == case.id).order_by(Document.id)).all()[-1]


def kind(document, material, by):
    with transaction():
        kinds.change_kind(document, material, by=by)


def entries(action: str) -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def test_the_paper_comes_first_and_its_kind_later(child, clerk, sign_in):
    browser = sign_in(clerk)
    document = upload(browser, child)
    assert (document.material, document.is_kind_chosen) == ("id_copy", False)
    page = browser.get(f"/intake/{child.reference}").text
    assert ">ID card or Household register</strong>" in page
    answer = browser.post(f"/intake/{child.reference}/documents/{document.public_id}/kind", data={"material": "household_register"})
    assert answer.status_code == 302
    db.session.rollback()
    assert (document.material, document.is_kind_chosen) == ("household_register", True)
    assert ">Household register</strong>" in browser.get(f"/intake/{child.reference}").text


def test_who_knows_it_says_it_with_the_upload(child, clerk, sign_in):
    document = upload(sign_in(clerk), child, material="household_register")
    assert (document.material, document.is_kind_chosen) == ("household_register", True)


def test_the_log_names_no_kind_before_somebody_has_said_it(child, clerk, sign_in):
    document = upload(sign_in(clerk), child)
    (added,) = entries("documents.added")
    assert ("material" in added.changes, added.changes["either"]) == (False, ["id_copy", "household_register"])
    kind(document, "household_register", clerk)
    (changed,) = entries("documents.kind_changed")
    assert changed.changes == {"document": document.public_id, "kind": [None, "household_register"]}


def test_either_fulfils_the_line_whether_it_was_said_or_not(child, clerk, sign_in):
    upload(sign_in(clerk), child)
    (line,) = [line for line in queries.checklist(child) if line.material == "id_copy"]
    assert (line.state, len(line.documents)) == ("pending", 1)


def test_receipt_and_reviewer_read_both_until_it_is_said(child, clerk, sign_in):
    document = upload(sign_in(clerk), child)
    assert "ID card (both sides) or Household register" in receipt_row(child, by=clerk.actor).handed_in
    before = snapshot(child)
    kind(document, "household_register", clerk)
    assert "Household register" in receipt_row(child, by=clerk.actor).handed_in
    assert [str(one.label) for one in differences(before, child)] == ["Household register"]


def test_where_nothing_stands_in_the_kind_is_what_was_asked_for(clerk, centre, sign_in):
    adult = make_application(clerk, centre, status="draft", is_open=False)
    assert upload(sign_in(clerk), adult).is_kind_chosen


def test_a_paper_under_the_wrong_material_is_put_right(clerk, centre):
    document = make_document(make_application(clerk, centre, status="draft", is_open=False), "id_copy")
    kind(document, "old_card", clerk)
    (changed,) = entries("documents.kind_changed")
    assert (document.material, changed.changes["kind"]) == ("old_card", ["id_copy", "old_card"])


def test_a_refused_paper_waits_for_a_verdict_again(clerk, reviewer, centre):
    case = make_ready_case(clerk, reviewer, centre)
    wrong = make_document(case, "application_form", "refused", verdict_note="this is the old card")
    with transaction():
        decisions.request_information(case, by=reviewer, reasons=["photo_missing"])
    kind(wrong, "old_card", clerk)
    assert (wrong.verdict, wrong.verdict_note, wrong.verdict_by_id) == ("pending", "", None)


@pytest.mark.parametrize(
    ("now", "then", "verdict"), [("photo", "id_copy", "pending"), ("id_copy", "photo", "pending"), ("id_copy", "old_card", "accepted")]
)
def test_photos_and_accepted_papers_stay_where_they_are(now, then, verdict, clerk, centre):
    document = make_document(make_application(clerk, centre, status="draft", is_open=False), now, verdict)
    with pytest.raises(Conflict):
        kind(document, then, clerk)


def test_a_reviewer_changes_only_papers_of_their_own(clerk, reviewer, centre):
    case = make_ready_case(clerk, reviewer, centre)
    with transaction():
        decisions.request_information(case, by=reviewer, reasons=["photo_missing"])
    theirs, own = make_document(case, "application_form"), make_document(case, "application_form", added_by_id=reviewer.id)
    with pytest.raises(Conflict):
        kind(theirs, "old_card", reviewer)
    kind(own, "old_card", reviewer)
    assert (theirs.material, own.material) == ("application_form", "old_card")


def test_a_case_that_is_with_the_reviewers_keeps_its_papers(clerk, centre):
    document = make_document(make_application(clerk, centre), "id_copy")
    with pytest.raises(Conflict):
        kind(document, "old_card", clerk)


def test_a_kind_that_there_is_not_is_refused(child, clerk):
    document = make_document(child, "id_copy")
    with pytest.raises(documents.UnknownMaterial):
        kind(document, "passport", clerk)

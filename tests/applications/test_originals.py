"""Originals of copies: who saw them, when, at which counter; what waits for that; and taking it back."""

import io
from html import unescape

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from admin_app.applications import queries, rules
from admin_app.applications.models import Application, Document, MaterialRule
from admin_app.applications.operations import decisions, originals, verdicts
from admin_app.applications.queries import second
from admin_app.applications.queries.missing import needs_of
from admin_app.applications.queries.snapshot import differences, snapshot
from admin_app.applications.rules import Channel, Facts, Material, Original, OriginalStops, Requirement
from admin_app.audit.models import AuditEntry
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict
from admin_app.foundation.typed_text.texts import ReasonMissing
from tests.factories.applications import held_by, make_application, make_document, make_ready_case
from tests.foundation.storage import samples

NOT_SEEN = "Original not yet seen"


@pytest.fixture
def copy(clerk, reviewer, centre) -> Document:
    """The copy of an ID card, in a case that a reviewer holds; the table asks for its original."""
    return make_document(make_application(clerk, centre, **held_by(reviewer)), "id_copy")


def see(document, by):
    with transaction():
        originals.see_original(document, by=by)


def stops(what: str) -> None:
    """The table says what waits for originals of ID cards."""
    with transaction() as session:
        session.execute(sa.update(MaterialRule).where(MaterialRule.material == "id_copy").values(original="paper", original_stops=what))


def entries(action: str) -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


@pytest.mark.parametrize(
    ("original", "channel", "is_asked"),
    [
        (Original.NO, Channel.COUNTER, False),
        (Original.PAPER, Channel.COUNTER, True),
        (Original.PAPER, Channel.ONLINE, False),
        (Original.YES, Channel.ONLINE, True),
    ],
)
def test_the_table_says_of_which_cases_the_original_must_be_seen(original, channel, is_asked):
    line = Requirement(Material.ID_COPY, frozenset({"lost"}), original=original)
    assert line.need(Facts("lost", "self", channel, 30)).is_original_asked is is_asked


def test_who_saw_it_when_and_at_which_counter_is_kept_and_recorded(copy, clerk, centre):
    see(copy, clerk)
    assert (copy.original_seen_by_id, copy.original_centre_id) == (clerk.id, centre.id)
    (entry,) = entries("documents.original_seen")
    assert entry.changes == {"document": copy.public_id, "material": "id_copy", "centre_id": centre.id}
    assert entry.case_ref == copy.application.public_id


def test_who_works_for_the_whole_office_names_no_counter(copy, reviewer):
    see(copy, reviewer)
    assert (copy.original_seen_by_id, copy.original_centre_id) == (reviewer.id, None)


def test_noted_twice_it_stays_as_it_was_noted_first(copy, clerk, reviewer):
    see(copy, clerk)
    see(copy, reviewer)
    assert (copy.original_seen_by_id, len(entries("documents.original_seen"))) == (clerk.id, 1)


def test_taking_it_back_needs_a_reason_and_says_who(copy, clerk, reviewer):
    see(copy, clerk)
    with pytest.raises(ReasonMissing), transaction():
        originals.unsee_original(copy, reason=" ", by=reviewer)
    with transaction():
        originals.unsee_original(copy, reason="it was a copy, too", by=reviewer)
    assert (copy.original_seen_at, copy.original_seen_by_id, copy.original_centre_id) == (None, None, None)
    (entry,) = entries("documents.original_unseen")
    assert (entry.actor_id, entry.reason) == (reviewer.id, "it was a copy, too")


def test_what_nobody_noted_cannot_be_taken_back(copy, clerk):
    with pytest.raises(Conflict), transaction():
        originals.unsee_original(copy, reason="wrong person", by=clerk)


@pytest.mark.parametrize("status", ["approved", "rejected", "withdrawn"])
def test_a_closed_case_stays_as_it_was(status, clerk, centre):
    document = make_document(make_application(clerk, centre, status=status, is_open=False), "id_copy")
    with pytest.raises(Conflict):
        see(document, clerk)


def test_a_draft_is_the_counter_s(clerk, supervisor, centre):
    document = make_document(make_application(clerk, centre, status="draft", is_open=False), "id_copy")
    with pytest.raises(Conflict):
        see(document, supervisor)


def test_nothing_waits_for_originals_unless_the_table_says_so(clerk, reviewer, centre):
    case = make_ready_case(clerk, reviewer, centre)
    (line,) = [line for line in queries.checklist(case) if line.material == Material.ID_COPY]
    assert (len(line.without_original), queries.what_is_missing(case, queries.checklist(case))) == (1, ())


@pytest.mark.parametrize("what", [OriginalStops.ACCEPT, OriginalStops.APPROVE])
def test_approval_waits_where_the_table_says_so(what, clerk, reviewer, centre):
    case = make_ready_case(clerk, reviewer, centre)
    stops(what)
    with pytest.raises(decisions.NotReady) as refused, transaction():
        decisions.approve(case, by=reviewer)
    assert [one.code for one in refused.value.missing] == ["id_copy_original"]
    see(next(one for one in case.documents if one.material == "id_copy"), clerk)
    with transaction():
        decisions.approve(case, by=reviewer)


def test_a_refused_copy_needs_no_original(clerk, reviewer, centre):
    case = make_ready_case(clerk, reviewer, centre)
    make_document(case, "id_copy", "refused")
    stops(OriginalStops.APPROVE)
    see(next(one for one in case.documents if one.verdict == "accepted" and one.material == "id_copy"), clerk)
    db.session.expire_all()
    assert queries.what_is_missing(case, queries.checklist(case)) == ()


@pytest.mark.parametrize(("what", "is_refused"), [(OriginalStops.ACCEPT, True), (OriginalStops.APPROVE, False), ("", False)])
def test_a_copy_is_accepted_before_its_original_was_seen_unless_the_table_forbids_that(what, is_refused, copy, reviewer):
    stops(what)
    if not is_refused:
        with transaction():
            verdicts.give_verdict(copy, "accepted", by=reviewer)
        return
    with pytest.raises(verdicts.OriginalNotSeen), transaction():
        verdicts.give_verdict(copy, "accepted", by=reviewer)
    see(copy, reviewer)
    with transaction():
        verdicts.give_verdict(copy, "accepted", by=reviewer)
    assert copy.verdict == "accepted"


def test_who_saw_an_original_added_no_paper_and_may_decide(clerk, reviewer, centre):
    case = make_ready_case(clerk, reviewer, centre)
    see(case.documents[0], reviewer)
    assert rules.SecondRule.OWN_PAPERS not in second.parts_of(case, reviewer.actor)
    with transaction():
        decisions.approve(case, by=reviewer)


def test_a_reviewer_whose_page_is_older_is_told_what_changed(copy, clerk):
    before = snapshot(copy.application)
    see(copy, clerk)
    (found,) = differences(before, copy.application)
    assert (str(found.before), str(found.now)) == ("waits for a verdict", "waits for a verdict, original seen")


def test_the_counter_says_it_with_the_upload(clerk, centre, sign_in):
    case = make_application(clerk, centre, status="draft", is_open=False)
    data = {"material": "id_copy", "original_seen": "yes", "files": [(io.BytesIO(samples.jpeg()), "front.jpg")]}
    page = sign_in(clerk).post(f"/intake/{case.reference}/documents", data=data, follow_redirects=True)
    (document,) = db.session.get(Application, case.id).documents
    assert document.original_seen_by_id == clerk.id
    assert f"Original seen by {clerk.name_en}" in unescape(page.text)


def test_a_refused_file_leaves_the_box_as_it_was(clerk, centre, sign_in):
    case = make_application(clerk, centre, status="draft", is_open=False)
    data = {"material": "id_copy", "original_seen": "yes", "files": [(io.BytesIO(b"no picture"), "front.jpg")]}
    page = sign_in(clerk).post(f"/intake/{case.reference}/documents", data=data)
    assert page.status_code == 422
    assert 'name="original_seen" value="yes" checked' in page.text


def test_the_counter_s_page_says_it_beside_the_copy_and_takes_it_back(clerk, centre, sign_in):
    document = make_document(make_application(clerk, centre, status="draft", is_open=False), "id_copy")
    browser, address = sign_in(clerk), f"/documents/{document.public_id}/original"
    assert NOT_SEEN in browser.get(f"/intake/{document.application.reference}").text
    assert f"Original seen by {clerk.name_en}" in browser.post(address, follow_redirects=True).text
    refused = browser.post(f"{address}/take-back", data={"reason": "no"})
    assert (refused.status_code, 'value="no"' in refused.text) == (422, True)
    assert NOT_SEEN in browser.post(f"{address}/take-back", data={"reason": "wrong person"}, follow_redirects=True).text


def test_one_key_on_the_reviewer_s_desk_notes_it(copy, reviewer, sign_in):
    browser, address = sign_in(reviewer), f"/applications/{copy.application.reference}"
    page = browser.get(address).text
    assert (NOT_SEEN in page, f'action="/documents/{copy.public_id}/original"' in page, 'data-key="o"' in page) == (True, True, True)
    answer = browser.post(f"/documents/{copy.public_id}/original", data={"back": "desk", "view": "tab=overdue"})
    assert answer.location == f"{address}?tab=overdue&document={copy.public_id}"
    page = browser.get(address).text
    assert f"Original seen by {reviewer.name_en}" in page
    assert f"/documents/{copy.public_id}/original/take-back" in page


def test_a_refusal_for_want_of_an_original_opens_no_dialogue(copy, reviewer, sign_in):
    stops(OriginalStops.ACCEPT)
    case = copy.application
    data = {"verdict": "accepted", "version": case.version, "view": ""}
    page = sign_in(reviewer).post(f"/applications/{case.reference}/verdicts/{copy.public_id}", data=data)
    assert (page.status_code, "data-kept-open" in page.text) == (422, False)
    assert "nobody has noted that the original was seen" in page.text


def test_a_line_that_asks_for_no_original_makes_nothing_wait_for_one(sign_in):
    row = db.session.scalars(select(MaterialRule).where(MaterialRule.material == "photo")).first()
    data = {
        "material": "photo", "reasons": row.reasons, "applicant": "", "channel": "", "sort": row.sort, "version": row.version,
        "is_active": "y", "original": "no", "original_stops": "approve",
    }  # fmt: skip
    page = sign_in("supervisor").post(f"/reference/materials/{row.id}/edit", data=data)
    assert (page.status_code, "nothing can wait for it" in page.text) == (422, True)


def test_the_table_shows_which_originals_must_be_seen(sign_in):
    page = unescape(sign_in("supervisor").get("/reference/materials/").text)
    assert page.count("Only for paper applications") >= 6


def test_of_a_removed_paper_the_page_still_answers(copy, clerk, sign_in):
    see(copy, clerk)
    with transaction() as session:
        session.get_one(Document, copy.id).removed_at = clock.now()
    browser, place = sign_in(clerk), f"/documents/{copy.public_id}/original/take-back"
    assert browser.get(place).status_code == 200
    assert browser.post(place, data={"reason": "wrong person"}).status_code == 409


@pytest.mark.parametrize("ends", ["reject", "approve"])
def test_a_closed_case_keeps_which_originals_were_asked_whatever_the_table_says_later(clerk, reviewer, centre, ends):
    case = make_ready_case(clerk, reviewer, centre)
    stops(OriginalStops.ACCEPT)
    needs = [need for need in needs_of(case) if need.is_original_asked]
    with transaction():
        if ends == "reject":
            decisions.reject(case, by=reviewer, reasons=["not_entitled"])
        else:
            for document in case.documents:
                document.original_seen_at, document.original_seen_by_id = clock.now(), clerk.id
            decisions.approve(case, by=reviewer)
    with transaction() as session:
        session.execute(sa.update(MaterialRule).values(original="no", original_stops=""))
    assert needs and [need for need in needs_of(case) if need.is_original_asked] == needs


def test_a_case_that_is_opened_again_follows_the_table_for_its_originals(clerk, reviewer, centre, make_staff):
    case = make_ready_case(clerk, reviewer, centre)
    stops(OriginalStops.ACCEPT)
    with transaction():
        decisions.reject(case, by=reviewer, reasons=["not_entitled"])
    with transaction():
        decisions.reopen(case, by=make_staff("supervisor"), reason="new proof")
    assert case.closed_originals is None

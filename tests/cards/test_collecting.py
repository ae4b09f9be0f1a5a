"""A card is handed over to a proxy: the scan of the document, who that was on the page of the case, the slip for any name."""

import io

import pypdfium2
import pytest
from sqlalchemy import select

from admin_app.audit.models import AuditEntry
from admin_app.cards import operations
from admin_app.cards.models import Card
from admin_app.cards.operations import Collected
from admin_app.erasures.queries import papers_of
from admin_app.extracts.queries import everything
from admin_app.foundation.database import db, transaction
from admin_app.foundation.errors import Conflict
from admin_app.foundation.storage import operations as storage
from tests.factories.cards import ready_card
from tests.foundation.storage import samples

NUMBER = "11010519491231002X"
PROXY = {
    "collector": "proxy", "collected_by": "王小明", "authority": "authorisation", "is_compared": "y", "collector_id_number": NUMBER,
}  # fmt: skip


@pytest.fixture
def card(clerk, centre, mailer) -> Card:
    """A card that waits at the counter."""
    return ready_card(clerk, centre, by=mailer, delivery="collect")


def fresh(card: Card) -> Card:
    db.session.rollback()
    return db.session.get_one(Card, card.id, populate_existing=True)


def scan(name: str = "authority.pdf") -> tuple[io.BytesIO, str]:
    return io.BytesIO(samples.pdf()), name


def collect(card, clerk, **changes) -> None:
    typed = {"name": "王小明", "id_number": NUMBER, "authority": "authorisation"} | changes
    with transaction():
        operations.hand_over(card, Collected("proxy", **typed), by=clerk)


def test_the_scan_of_the_document_is_kept_with_the_card(card, clerk, sign_in):
    browser = sign_in(clerk)
    answer = browser.post(f"/cards/{card.public_id}/hand-over", data=PROXY | {"authority_file": scan()})
    assert answer.status_code == 302, answer.text
    found = fresh(card)
    assert (found.status, found.authority_file.original_name, found.authority_missing) == ("collected", "authority.pdf", "")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "cards.handed_over")).one()
    assert entry.changes["file"] == found.authority_file.public_id and entry.reason is None
    page = f"/cards/{card.public_id}/authority/pages/1"
    assert page in browser.get(f"/cards/{card.public_id}").text
    assert browser.get(page).mimetype == "image/jpeg"
    assert browser.get(page.replace("/1", "/9")).status_code == 404


def test_without_scan_or_reason_the_card_stays_and_nothing_typed_is_lost(card, clerk, sign_in):
    answer = sign_in(clerk).post(f"/cards/{card.public_id}/hand-over", data=PROXY)
    assert (answer.status_code, "say why none is kept" in answer.text, "王小明" in answer.text) == (422, True, True)
    assert fresh(card).status == "ready"


def test_a_refused_form_says_that_its_file_has_to_be_chosen_again(card, clerk, sign_in):
    data = PROXY | {"collector_id_number": "1", "authority_file": scan()}
    answer = sign_in(clerk).post(f"/cards/{card.public_id}/hand-over", data=data)
    assert (answer.status_code, "choose the file again" in answer.text) == (422, True)


def test_a_file_that_is_none_is_refused_and_the_card_stays(card, clerk, sign_in):
    data = PROXY | {"authority_file": (io.BytesIO(b"no paper"), "a.pdf")}
    assert sign_in(clerk).post(f"/cards/{card.public_id}/hand-over", data=data).status_code in (415, 422)
    assert fresh(card).status == "ready"


def test_of_the_resident_no_document_is_kept(card, clerk, sign_in):
    data = {"collector": "resident", "is_compared": "y", "authority_file": scan()}
    assert sign_in(clerk).post(f"/cards/{card.public_id}/hand-over", data=data).status_code == 302
    assert (fresh(card).collector, fresh(card).authority_file_id) == ("resident", None)


def test_a_scan_that_comes_later_is_added_once(card, clerk, sign_in):
    collect(card, clerk, without_paper="the scanner is broken")
    browser, place = sign_in(clerk), f"/cards/{card.public_id}/authority"
    assert "the scanner is broken" in browser.get(f"/cards/{card.public_id}").text
    refused = browser.post(place)
    assert (refused.status_code, "choose a file first" in refused.text) == (400, True) or refused.status_code == 422
    assert browser.post(place, data={"authority_file": scan()}).status_code == 302
    kept = fresh(card).authority_file_id
    with pytest.raises(Conflict), transaction():
        operations.attach_authority(fresh(card), storage.prepare(io.BytesIO(samples.jpeg()), "other.jpg"), by=clerk)
    assert fresh(card).authority_file_id == kept
    actions = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action == "cards.authority_attached")).all()
    assert len(actions) == 1


def test_no_scan_is_added_where_no_proxy_came(card, clerk):
    with transaction():
        operations.hand_over(card, Collected(), by=clerk)
    with pytest.raises(Conflict), transaction():
        operations.attach_authority(card, storage.prepare(io.BytesIO(samples.jpeg()), "a.jpg"), by=clerk)


def test_the_scan_is_for_those_who_may_read_documents(card, clerk, mailer, sign_in):
    collect(card, clerk, paper=storage.prepare(io.BytesIO(samples.jpeg()), "a.jpg"))
    page = f"/cards/{card.public_id}/authority/pages/1"
    assert [sign_in(who).get(page).status_code for who in (clerk, mailer, "auditor")] == [200, 403, 403]
    assert page not in sign_in(mailer).get(f"/cards/{card.public_id}").text


def test_the_scan_is_in_the_person_s_copy_and_is_erased_with_the_papers(card, clerk):
    collect(card, clerk, paper=storage.prepare(io.BytesIO(samples.jpeg()), "authority.jpg"))
    resident = card.application.resident
    assert "authority.jpg" in [one["original_name"] for one in everything(resident)["stored_file"]]
    assert fresh(card).authority_file_id in db.session.scalars(papers_of(resident)).all()


def test_the_page_of_the_case_says_who_collected_the_card(card, clerk, sign_in):
    collect(card, clerk, without_paper="no scanner")
    place = f"/applications/{card.application.reference}"
    seen = sign_in(clerk).get(place).text
    assert all(words in seen for words in ("Handed over to", "王小明", "**************002X")) and NUMBER not in seen
    masked = sign_in("auditor").get(place).text
    assert "Handed over to" in masked and "王小明" not in masked


def test_the_full_number_is_shown_for_a_reason_that_is_in_the_log_first(card, clerk, sign_in):
    collect(card, clerk, without_paper="no scanner")
    browser, place = sign_in(clerk), f"/cards/{card.public_id}/collector"
    refused = browser.post(place, data={"why": "other", "reason": ""})
    assert (refused.status_code, NUMBER in refused.text) == (422, False)
    assert NUMBER in browser.post(place, data={"why": "authority"}).text
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "residents.collector_revealed")).one()
    assert (entry.actor_id, entry.changes) == (clerk.id, {"why": "authority"})


def test_where_no_number_is_kept_none_is_shown(card, clerk, sign_in):
    with transaction():
        operations.hand_over(card, Collected(), by=clerk)
    assert sign_in(clerk).post(f"/cards/{card.public_id}/collector", data={"why": "authority"}).status_code == 409


@pytest.mark.parametrize(("name", "printed"), [("王\ue863", "王(U+E863)"), ("李\U0002ebf0", "李"), ("郑\U00031350", "郑")])
def test_the_slip_is_printed_for_any_name(name, printed, card, clerk, sign_in):
    collect(card, clerk, name=name, without_paper="no scanner")
    slip = sign_in(clerk).get(f"/cards/{card.public_id}/slip.pdf?language=zh")
    assert slip.status_code == 200, slip.text
    with pypdfium2.PdfDocument(slip.data) as document:
        assert printed in "".join("".join(page.get_textpage().get_text_range().split()) for page in document)

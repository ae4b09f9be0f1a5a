"""The mailroom's pages: a whole journey through the browser's forms, refusals that keep what was typed, roles, statements."""

import io
from typing import Any

import pytest
import sqlalchemy as sa

from admin_app.audit.models import AuditEntry
from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.mailing.models import Label, MailingBatch, Parcel
from admin_app.mailing.operations import labels
from admin_app.staff.permissions import Role
from tests.factories.mailing import labelled_batch, make_batch, open_batch, ready_cards, s10, stuffed_batch
from tests.factories.residents import make_resident
from tests.faults.hard_strings import spellings
from tests.statements import counted_statements

RARE = "\U0003106d"
NO_ID = "0" * 32


def fresh(row):
    db.session.rollback()
    return db.session.get_one(type(row), row.id)


def the_batch() -> MailingBatch:
    db.session.rollback()
    return db.session.scalars(sa.select(MailingBatch)).one()


def numbers_for(batch, start=1) -> dict[str, str]:
    return {f"number-{parcel.public_id}": s10(start + n) for n, parcel in enumerate(batch.parcels)}


def version_of(batch) -> dict[str, int]:
    """What every form of the batch carries."""
    return {"version": fresh(batch).version}


def test_cards_become_a_posted_batch(sign_in, clerk, centre, mailer):
    chosen = ready_cards(3, clerk, centre, mailer)
    browser = sign_in(mailer)
    assert chosen[0].serial in browser.get("/mailing/").text
    sheet = {"stock": "L7163", "start_cell": "5", "label_language": "zh", "choose": "selected"}
    assert browser.post("/mailing/batches", data=sheet | {"card": [card.public_id for card in chosen[:2]]}).status_code == 302
    batch = the_batch()
    url = f"/mailing/batches/{batch.public_id}"
    assert browser.post("/mailing/batches", data={"batch": batch.public_id, "card": chosen[2].public_id}).status_code == 302
    page = browser.get(url).text
    assert all(parcel.number in page and parcel.recipient in page for parcel in batch.parcels)
    assert browser.post(f"{url}/labels", data=version_of(batch)).status_code == 302
    pdf = browser.post(f"{url}/labels.pdf")
    assert (pdf.status_code, pdf.mimetype, pdf.data[:5], pdf.headers["Cache-Control"]) == (200, "application/pdf", b"%PDF-", "no-store")
    assert pdf.headers["Content-Disposition"].startswith("inline")
    assert chosen[0].serial in browser.get(f"{url}/stuffing").text
    batch = the_batch()
    for parcel in batch.parcels:
        pair = {"label": parcel.number, "card": parcel.card.serial}
        assert browser.post(f"{url}/stuffing", data=pair).status_code == 302
    batch = the_batch()
    form = {"posted_on": clock.today().isoformat(), "version": str(batch.version)} | numbers_for(batch)
    confirmation = browser.post(f"{url}/post", data=form)
    assert (confirmation.status_code, "3 cards" in confirmation.text) == (200, True)
    assert the_batch().status == "labelled"
    assert browser.post(f"{url}/posted", data=form).status_code == 302
    assert {(card.status, card.application.posted_on) for card in map(fresh, chosen)} == {("posted", clock.today())}
    assert browser.post(f"{url}/posted", data=form).status_code == 409


def test_numbers_come_from_the_file_of_the_carrier_and_of_a_wrong_one_nothing_is_taken(sign_in, clerk, centre, mailer):
    batch = stuffed_batch(ready_cards(2, clerk, centre, mailer), mailer)
    browser, place = sign_in(mailer), f"/mailing/batches/{batch.public_id}/post"
    lines = [f"{parcel.number},{s10(place)}" for place, parcel in enumerate(batch.parcels, 71)]

    def sent(rows: list[str], **more: str) -> Any:
        file = (io.BytesIO("\n".join(("Label,Number", *rows)).encode()), "numbers.csv")
        form = {"posted_on": clock.today().isoformat(), "version": str(batch.version), "numbers_file": file}
        return browser.post(place, data=form | more)

    good, short, both = sent(lines[::-1]), sent(lines[:1], postage="ems"), sent(lines, pairs=f"{batch.parcels[0].number} {s10(71)}")
    hidden = [f'name="number-{parcel.public_id}" value="{s10(number)}"' for number, parcel in enumerate(batch.parcels, 71)]
    assert good.status_code == 200 and all(one in good.text for one in hidden)
    assert (short.status_code, f"no number for label {batch.parcels[1].number}" in short.text) == (422, True)
    assert 'value="ems" selected' in short.text or 'selected value="ems"' in short.text
    assert (both.status_code, "not both" in both.text, s10(71) in both.text) == (422, True, True)
    db.session.rollback()
    assert {parcel.tracking_number for parcel in batch.parcels} == {None}


def test_wrong_numbers_are_named_and_everything_typed_is_kept(sign_in, clerk, centre, mailer):
    batch = stuffed_batch(ready_cards(3, clerk, centre, mailer), mailer)
    url, browser = f"/mailing/batches/{batch.public_id}", sign_in(mailer)
    form = {"posted_on": clock.today().isoformat(), "version": str(batch.version)} | numbers_for(batch)
    wrong = f"number-{batch.parcels[1].public_id}"
    form[wrong] = "RR473124828GB"
    for step in ("post", "posted"):
        answer = browser.post(f"{url}/{step}", data=form)
        assert answer.status_code == 422
        assert all(f'value="{value}"' in answer.text for name, value in form.items() if name.startswith("number-"))
        assert answer.text.count('aria-invalid="true"') == 1
    assert the_batch().status == "labelled"


def test_a_column_of_bare_numbers_is_refused_and_stays(sign_in, clerk, centre, mailer):
    batch = stuffed_batch(ready_cards(4, clerk, centre, mailer), mailer)
    column = "\n".join(s10(number) for number in range(1, 7))
    for step in ("post", "posted"):
        form = {"posted_on": clock.today().isoformat(), "version": str(batch.version), "pairs": column}
        answer = sign_in(mailer).post(f"/mailing/batches/{batch.public_id}/{step}", data=form)
        assert answer.status_code == 422
        assert answer.text.count("a number without a label before it") == 6 and f"{column}</textarea>" in answer.text
    assert the_batch().status == "labelled"


def test_a_range_goes_to_the_parcels_without_a_number(sign_in, clerk, centre, mailer):
    batch = stuffed_batch(ready_cards(3, clerk, centre, mailer), mailer)
    form = {"posted_on": clock.today().isoformat(), "version": str(batch.version), "first": s10(11), "count": "2"}
    form[f"number-{batch.parcels[1].public_id}"] = s10(5)
    answer = sign_in(mailer).post(f"/mailing/batches/{batch.public_id}/post", data=form)
    assert answer.status_code == 200
    assert answer.text.index(s10(11)) < answer.text.index(s10(5)) < answer.text.index(s10(12))
    form["count"] = "3"
    refused = sign_in(mailer).post(f"/mailing/batches/{batch.public_id}/post", data=form)
    assert refused.status_code == 422 and "Parcels without a number: 2." in refused.text
    assert f'value="{s10(11)}"' in refused.text and f'value="{s10(5)}"' in refused.text


@pytest.mark.parametrize("day", ["", "yesterday", "2999-01-01", "2001-01-01", "9" * 30])
def test_a_day_that_cannot_be_is_refused(day, sign_in, clerk, centre, mailer):
    batch = stuffed_batch(ready_cards(1, clerk, centre, mailer), mailer)
    form = {"posted_on": day, "version": str(batch.version)} | numbers_for(batch)
    browser = sign_in(mailer)
    for step in ("post", "posted"):
        assert browser.post(f"/mailing/batches/{batch.public_id}/{step}", data=form).status_code == 422


def test_an_old_confirmation_posts_nothing_and_keeps_the_numbers(sign_in, clerk, centre, mailer):
    batch = stuffed_batch(ready_cards(2, clerk, centre, mailer), mailer)
    form = {"posted_on": clock.today().isoformat(), "version": str(batch.version - 1)} | numbers_for(batch)
    answer = sign_in(mailer).post(f"/mailing/batches/{batch.public_id}/posted", data=form)
    assert (answer.status_code, s10(1) in answer.text) == (409, True)
    assert the_batch().status == "labelled"


def test_a_missing_character_is_shown_with_its_code_point_and_what_to_do(sign_in, clerk, centre, mailer):
    resident = make_resident(f"孙{RARE}", "Sun Yan")
    batch = open_batch(ready_cards(1, clerk, centre, mailer, resident=resident), mailer)
    url, browser = f"/mailing/batches/{batch.public_id}", sign_in(mailer)
    browser.post(f"{url}/labels", data=version_of(batch))
    page = browser.get(url).text
    assert "U+3106D" in page
    assert the_batch().status == "open"
    assert browser.post(f"{url}/spell-out", data={"parcel": batch.parcels[0].public_id}).status_code == 302
    assert the_batch().parcels[0].recipient == "孙(Yan)"
    assert browser.post(f"{url}/labels", data=version_of(batch)).status_code == 302
    assert the_batch().status == "labelled"


def test_a_missing_character_is_written_with_its_number_where_somebody_chooses_that(sign_in, clerk, centre, mailer):
    resident = make_resident(f"孙{RARE}", "Sun Yan")
    batch = open_batch(ready_cards(1, clerk, centre, mailer, resident=resident, address=f"文三路{RARE}巷9号\n2单元"), mailer)
    url, browser = f"/mailing/batches/{batch.public_id}", sign_in(mailer)
    page = browser.get(url).text
    assert "孙(Yan) · 文三路(U+3106D)巷9号 2单元" in page and "孙(U+3106D) · 文三路(U+3106D)巷9号 2单元" in page
    form = {"parcel": batch.parcels[0].public_id, "way": "code_point"}
    assert browser.post(f"{url}/spell-out", data=form).status_code == 302
    (parcel,) = the_batch().parcels
    assert (parcel.recipient, parcel.address) == ("孙(U+3106D)", "文三路(U+3106D)巷9号\n2单元")
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "mailing.recipient_corrected")).one()
    assert entry.changes == {"fields": ["recipient", "address"], "spelling": "code_point"}
    assert [browser.post(f"{url}/spell-out", data=form | {"way": way}).status_code for way in ("code_point", "guess")] == [409, 400]


def test_the_text_of_a_label_is_corrected(sign_in, clerk, centre, mailer):
    parcel = open_batch(ready_cards(1, clerk, centre, mailer), mailer).parcels[0]
    url, browser = f"/mailing/parcels/{parcel.public_id}/recipient", sign_in(mailer)
    assert parcel.address in browser.get(url).text
    refused = browser.post(url, data={"recipient": f"<i>{RARE}", "address": "A\nB", "version": "1"})
    assert (refused.status_code, "U+3106D" in refused.text, "&lt;i&gt;" in refused.text) == (422, True, True)
    assert browser.post(url, data={"recipient": "新", "address": "A\r\nB", "version": str(parcel.version)}).status_code == 302
    assert (fresh(parcel).recipient, parcel.address) == ("新", "A\nB")
    assert browser.post(url, data={"recipient": "旧", "address": "A", "version": "1"}).status_code == 422


def test_a_clicked_cell_becomes_the_start_cell(sign_in, clerk, centre, mailer):
    batch = open_batch(ready_cards(1, clerk, centre, mailer), mailer)
    url, browser = f"/mailing/batches/{batch.public_id}", sign_in(mailer)
    form = {"stock": "L7163", "label_language": "zh", "version": str(batch.version)}
    assert browser.post(f"{url}/sheet", data=form | {"start_cell": "9"}).status_code == 302
    assert the_batch().start_cell == 9
    for wrong in ("0", "15", "x", ""):
        version = {"version": str(the_batch().version)}
        assert browser.post(f"{url}/sheet", data=form | version | {"start_cell": wrong}).status_code == 422
    assert browser.post(f"{url}/sheet", data=form | {"stock": "nope", "start_cell": "1"}).status_code == 422
    assert browser.post(f"{url}/sheet", data=form | {"start_cell": "1"}).status_code == 409


def test_a_label_is_printed_again_only_with_a_reason(sign_in, clerk, centre, mailer):
    parcel = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer).parcels[0]
    url, browser = f"/mailing/parcels/{parcel.public_id}", sign_in(mailer)
    form = {"start_cell": "3", "recipient": parcel.recipient, "postcode": parcel.postcode, "address": parcel.address}
    assert browser.post(f"{url}/reprint", data=form | {"reason": ""}).status_code == 422
    assert browser.post(f"{url}/reprint", data=form | {"reason": "jam"}).status_code == 302
    page = browser.get(url).text
    assert "Void" in page
    assert f"{parcel.number}-2" in page
    assert browser.post(f"/mailing/parcels/labels/{parcel.number}-2.pdf").data[:5] == b"%PDF-"
    assert browser.post(f"/mailing/parcels/labels/{parcel.number}.pdf").status_code == 404
    assert browser.post(f"/mailing/parcels/labels/{parcel.number}-2/retry").status_code == 302
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Label)) == 2


def test_a_labelled_parcel_is_taken_out_with_a_reason(sign_in, clerk, centre, mailer):
    parcel = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer).parcels[0]
    url, browser = f"/mailing/parcels/{parcel.public_id}/take-out", sign_in(mailer)
    assert browser.post(url, data={"reason": ""}).status_code == 422
    assert browser.post(url, data={"reason": "bent"}).status_code == 302
    assert fresh(parcel).status == "removed"


def test_a_parcel_of_another_batch_is_not_taken_out(sign_in, clerk, centre, mailer):
    first, second = (open_batch(ready_cards(1, clerk, centre, mailer), mailer) for _ in range(2))
    answer = sign_in(mailer).post(f"/mailing/batches/{first.public_id}/take-out", data={"parcel": second.parcels[0].public_id})
    assert answer.status_code == 404
    assert fresh(second.parcels[0]).status == "planned"


def test_all_ready_cards_go_into_one_batch_but_those_without_an_address(sign_in, clerk, centre, mailer):
    ready_cards(2, clerk, centre, mailer)
    ready_cards(1, clerk, centre, mailer, address="")
    data = {"stock": "L7160", "start_cell": "1", "label_language": "en", "choose": "all"}
    assert sign_in(mailer).post("/mailing/batches", data=data).status_code == 302
    assert the_batch().parcel_count == 2


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"stock": "nope", "start_cell": "1"},
        {"stock": "L7163", "start_cell": "99", "choose": "all"},
        {"stock": "L7163", "start_cell": "1"},
        {"stock": "L7163", "start_cell": "1", "card": "0" * 32},
    ],
)
def test_a_batch_that_cannot_be_is_refused_on_the_same_page(data, sign_in, clerk, centre, mailer):
    ready_cards(1, clerk, centre, mailer)
    answer = sign_in(mailer).post("/mailing/batches", data=data)
    assert answer.status_code == 422
    assert db.session.query(Parcel).count() == 0


def test_the_auditor_sees_the_parcel_without_its_address(sign_in, clerk, centre, mailer):
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer, address="秘密路一号"), mailer)
    auditor = sign_in("auditor")
    for url in (f"/mailing/batches/{batch.public_id}", f"/mailing/parcels/{batch.parcels[0].public_id}", "/mailing/"):
        answer = auditor.get(url)
        assert (answer.status_code, "秘密路一号" in answer.text) == (200, False)
    assert auditor.post(f"/mailing/batches/{batch.public_id}/labels.pdf").status_code == 403


PAGES = ("/mailing/", "/mailing/batches?tab=open", "/mailing/batches?tab=posted")


@pytest.mark.parametrize("count", [25, 100])
def test_lists_and_batch_pages_need_few_statements_whatever_their_length(count, sign_in, clerk, centre, mailer):
    batch = open_batch(ready_cards(count, clerk, centre, mailer), mailer, start_cell=3)
    for _ in range(3):
        open_batch(ready_cards(1, clerk, centre, mailer), mailer)
    ready_cards(3, clerk, centre, mailer)
    browser = sign_in(mailer)
    for url in (*PAGES, f"/mailing/batches/{batch.public_id}"):
        with counted_statements() as seen:
            assert browser.get(url).status_code == 200
        assert len([text for text in seen if text.lstrip()[:6].upper() in ("SELECT", "WITH")]) <= 10, url


def test_batch_pages_follow_each_other(sign_in, clerk, centre, mailer):
    open_batch(ready_cards(1, clerk, centre, mailer), mailer)
    for n in range(40):
        make_batch(mailer, reference=f"JJ-{n}")
    browser = sign_in(mailer)
    first = browser.get("/mailing/batches?size=25").text
    assert (first.count('href="/mailing/batches/'), "JJ-39" in first) == (25, True)
    older = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(older).text
    assert second.count('href="/mailing/batches/') == 16
    newer = second.split('rel="prev"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert "JJ-39" in browser.get(newer).text


@pytest.mark.parametrize("wrong", [NO_ID, "nope", "%00", "1"])
@pytest.mark.parametrize(
    "path", ["batches/{}", "batches/{}/post", "batches/{}/print-again", "parcels/{}", "parcels/{}/reprint", "parcels/labels/{}/print-again"]
)
def test_a_foreign_id_is_not_found(path, wrong, sign_in, mailer):
    assert sign_in(mailer).get(f"/mailing/{path.format(wrong)}").status_code == 404


READERS = {Role.SUPERVISOR, Role.MAILROOM_CLERK, Role.AUDITOR}


@pytest.mark.parametrize("role", Role)
def test_each_role_may_what_the_table_says(role, sign_in):
    browser = sign_in(str(role), username=f"somebody_{role}")
    pages = {"/mailing/": 200, "/mailing/batches": 200, f"/mailing/batches/{NO_ID}": 404, f"/mailing/parcels/{NO_ID}": 404}
    for url, answer in pages.items():
        assert browser.get(url).status_code == (answer if role in READERS else 403)
    for url in (f"/mailing/batches/{NO_ID}/{verb}" for verb in ("labels", "cancel", "post", "posted", "take-out", "spell-out", "sheet")):
        assert browser.post(url).status_code in ((400, 404, 422) if role == Role.MAILROOM_CLERK else (403,))


def test_a_failed_job_is_started_again_from_the_page(sign_in, monkeypatch, clerk, centre, mailer):
    batch = open_batch(ready_cards(1, clerk, centre, mailer), mailer)
    url, browser = f"/mailing/batches/{batch.public_id}", sign_in(mailer)
    with monkeypatch.context() as patch:
        patch.setattr(labels, "render", lambda *_args, **_more: 1 / 0)
        browser.post(f"{url}/labels", data=version_of(batch))
    with transaction():
        the_job = fresh(batch).job
        the_job.status, the_job.error = "failed", "unexpected"
    assert "Print again" in browser.get(url).text
    browser.post(f"{url}/labels", data=version_of(batch))
    assert the_batch().status == "labelled"


def test_the_search_box_opens_what_the_scanner_reads(sign_in, clerk, centre, mailer):
    batch = labelled_batch(ready_cards(1, clerk, centre, mailer), mailer)
    parcel, browser = batch.parcels[0], sign_in(mailer)
    with transaction():
        parcel.tracking_number = s10(7)
        labels.reprint(parcel, reason="jam", start_cell=1, by=mailer)
    page = f"/mailing/parcels/{parcel.public_id}"
    expected = {
        batch.reference: f"/mailing/batches/{batch.public_id}",
        s10(7): page,
        f"{parcel.number}-2": f"{page}?label={parcel.number}-2",
        parcel.number: f"{page}?label={parcel.number}",
    }
    for number, opens in expected.items():
        for typed in (number, number.lower(), *spellings(number)):
            assert browser.post("/search/", data={"q": typed}).location == opens, ascii(typed)
    assert "is void" in browser.get(f"{page}?label={parcel.number}").text
    assert "is void" not in browser.get(f"{page}?label={parcel.number}-2").text
    clerk_target = sign_in(clerk).post("/search/", data={"q": s10(7)}).location
    assert clerk_target != page


def test_a_parcel_without_a_label_is_found_by_its_number(sign_in, clerk, centre, mailer):
    parcel = open_batch(ready_cards(1, clerk, centre, mailer), mailer).parcels[0]
    assert sign_in(mailer).post("/search/", data={"q": parcel.number}).location == f"/mailing/parcels/{parcel.public_id}"

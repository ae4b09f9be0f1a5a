"""From requested cards to checked ones by the pages alone, with a second look where counts differ."""

import io
import re
from datetime import timedelta

import sqlalchemy as sa

from admin_app.cards.models import Card
from admin_app.foundation import clock
from admin_app.foundation.database import db
from admin_app.production.models import MakerAnswer, ProductionBatch
from tests.factories.production import cards_with_photos, csv_of, make_maker


def test_a_batch_goes_the_whole_way_by_the_pages(clerk, centre, mailer, make_staff, sign_in):
    cards_with_photos(3, clerk, centre)
    make_maker()
    first, second = sign_in(mailer), sign_in(make_staff("mailroom_clerk", username="second"))
    assert "3 cards are requested" in first.get("/production/new").text
    place = first.post("/production/new", data={"maker": "WORKS", "centre": "", "requested_until": "", "most": "3000"}).location
    page = first.get(place).text
    keys = re.findall(r"[2-9A-HJ-NP-Z]{12}(?=</)", page)
    version = re.search(r'name="version" value="(\d+)"', page)[1]  # type: ignore[index]
    assert first.post(f"{place}/sent", data={"version": version}).status_code == 302
    rows = [(keys[1], "SERIAL002", ""), (keys[0], "SERIAL001", "")]
    shown = first.post(f"{place}/answers", data={"answer": (io.BytesIO(csv_of(rows)), "answer.csv")}).location
    text = first.get(shown).text
    assert keys[2] in text and "a colleague looks at it" in text
    assert first.post(f"{shown}/take", data={"reason": "the rest follows"}).status_code == 403
    assert second.post(f"{shown}/take", data={"reason": ""}).status_code == 422
    assert second.post(f"{shown}/take", data={"reason": "the rest follows"}).status_code == 302
    db.session.expire_all()
    assert db.session.scalars(sa.select(Card.status).order_by(Card.id)).all() == ["made", "made", "in_production"]
    shown = re.findall(r'<tr id="row-([^"]+)"', first.get(f"{place}?outcome=waiting").text)
    assert shown == [keys[2]] and "<tr id=" not in first.get(f"{place}?to={clock.today() - timedelta(days=1)}").text
    assert first.post("/production/check/", data={"serial": "SERIAL001"}).status_code == 302


def test_the_form_sent_twice_opens_one_batch_and_once_more_another(clerk, centre, mailer, sign_in):
    make_maker()
    cards_with_photos(2, clerk, centre)
    browser, asked = sign_in(mailer), {"maker": "WORKS", "centre": "", "requested_until": "", "most": "1"}

    def seen(page: str) -> dict[str, str]:
        return {"seen": re.search(r'name="seen"[^>]* value="([^"]*)"', page)[1]}

    first = asked | seen(browser.get("/production/new").text)
    assert browser.post("/production/new", data=first).status_code == 302
    second = browser.post("/production/new", data=first)
    assert second.status_code == 409 and "A batch was opened meanwhile" in second.text
    assert db.session.scalar(sa.select(sa.func.count(ProductionBatch.id))) == 1
    assert browser.post("/production/new", data=asked | seen(second.text)).status_code == 302


def test_a_file_that_is_no_table_is_said_where_it_was_chosen(clerk, centre, mailer, sign_in):
    cards_with_photos(1, clerk, centre)
    make_maker()
    browser = sign_in(mailer)
    place = browser.post("/production/new", data={"maker": "WORKS", "centre": "", "requested_until": "", "most": "9"}).location
    version = re.search(r'name="version" value="(\d+)"', browser.get(place).text)[1]  # type: ignore[index]
    browser.post(f"{place}/sent", data={"version": version})
    for content in (b"", b"%PDF-1.7 \xff\xfe", b"PK\x03\x04"):
        answer = browser.post(f"{place}/answers", data={"answer": (io.BytesIO(content), "answer.csv")})
        assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MakerAnswer)) == 0

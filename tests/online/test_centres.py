"""What residents read about centres: which are open, how far, what a phone dials."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from admin_app.online import rules
from tests.factories.centres import make_calendar_day, make_centre
from tests.statements import counted_statements

WEEK = [[["09:00", "12:00"], ["13:30", "17:00"]]] * 5 + [[], []]
MONDAY_10 = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
"""Ten o'clock in Shanghai."""
PAGES = ("/online/", "/online/centres", "/online/centres?district=330106", "/online/centres/XH")


@pytest.fixture(autouse=True)
def centres(app: Flask) -> None:
    """Two centres in two districts, one that is switched off."""
    make_centre("XH", hours=WEEK, phone="0571-8801 2345 转 3", district_code="330106", latitude=30.27, longitude=120.13)
    make_centre("SC", hours=[[], *WEEK[1:]], phone="", district_code="330102", latitude=30.24, longitude=120.17)
    make_centre("GONE", is_active=False)


def test_a_centre_says_whether_it_is_open_and_when_it_opens(client: FlaskClient) -> None:
    with time_machine.travel(MONDAY_10, tick=False):
        assert "Open now, until 12:00" in client.get("/online/centres/XH").text
        assert "Closed now, opens Tuesday 1 December at 09:00" in client.get("/online/centres/SC").text
        assert "1 of 2 centres is open now." in client.get("/online/").text


def test_a_holiday_closes_a_centre_and_stands_in_its_days(client: FlaskClient) -> None:
    make_calendar_day(date(2026, 11, 30))
    with time_machine.travel(MONDAY_10, tick=False):
        text = client.get("/online/centres/XH").text
    assert "Closed now, opens Tuesday 1 December" in text
    assert '<th scope="row">Monday 30 November</th><td>Closed</td>' in text


def test_the_page_speaks_the_language_and_size_of_its_address_and_carries_them_on(client: FlaskClient) -> None:
    text = client.get("/online/centres?lang=zh&text=large").text
    assert '<html lang="zh-Hans" class="text-large">' in text
    assert 'href="/online/centres/XH?lang=zh&amp;text=large"' in text
    assert 'href="/online/centres?lang=en&amp;text=large"' in text
    assert '<input type="hidden" name="lang" value="zh">' in text


def test_without_an_address_that_says_it_the_browser_chooses_the_language(client: FlaskClient) -> None:
    assert 'lang="zh-Hans"' in client.get("/online/", headers={"Accept-Language": "zh-CN,zh;q=0.9"}).text
    assert 'lang="en"' in client.get("/online/?lang=fr").text


def test_what_others_put_into_an_address_is_passed_over(client: FlaskClient) -> None:
    assert client.get("/online/?from=singlemessage&isappinstalled=0").status_code == 200
    assert client.get("/online/centres?district=999999").status_code == 400


def test_a_district_shows_its_centres_first_and_the_nearest_beyond(client: FlaskClient) -> None:
    text = client.get("/online/centres?district=330106").text
    beyond = text.index("Nearest in other districts")
    assert text.index("/online/centres/XH") < beyond < text.index("/online/centres/SC")
    assert "km away" in text[beyond:]


def test_a_position_shows_the_nearest_first_with_the_distance(client: FlaskClient) -> None:
    stamp = client.get("/online/centres").text.split('name="stamp" value="')[1].split('"')[0]
    sent = client.post("/online/centres", data={"stamp": stamp, "latitude": "30.240", "longitude": "120.170"})
    assert sent.text.index("/online/centres/SC") < sent.text.index("/online/centres/XH")
    assert "0.0 km away" in sent.text
    assert "geolocation=(self)" in sent.headers["Permissions-Policy"]
    assert "30.24" not in sent.request.url
    assert 'name="latitude" value="30.24"' in sent.text, "the switches of the header send it again"
    assert '<form method="post" action="/online/centres?lang=zh">' in sent.text


def test_a_centre_that_is_switched_off_is_not_there(client: FlaskClient) -> None:
    assert client.get("/online/centres/GONE").status_code == 404
    assert "GONE" not in client.get("/online/centres").text


@pytest.mark.parametrize(
    ("written", "dialled"),
    [("0571-8801 2345 转 3", "057188012345,3"), ("+86 571 8801", "+865718801"), ("12333", "12333"), ("", ""), ("ask at the door", "")],
)
def test_a_phone_dials_what_stands_there(written: str, dialled: str) -> None:
    assert rules.dialled(written) == dialled


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_the_database_little(client: FlaskClient, page: str) -> None:
    client.get(page)
    with counted_statements() as statements:
        client.get(page)
    assert len(statements) <= 4, statements

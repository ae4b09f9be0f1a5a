"""The list of centres, the nearest search, one centre."""

import re

import pytest

from tests.factories.centres import make_centre

HANGZHOU = {"latitude": 30.2741, "longitude": 120.1551}
NINGBO = {"latitude": 29.8683, "longitude": 121.5440, "district_code": "330203", "district_en": "Haishu", "district_zh": "海曙区"}


def rows(page: str) -> list[str]:
    return re.findall(r'class="fw-bold" href="/centres/([^"]+)"', page)


@pytest.mark.parametrize("role", ["intake_clerk", "reviewer", "supervisor", "mailroom_clerk", "auditor", "administrator"])
def test_every_role_sees_the_centres(sign_in, centre, role):
    assert rows(sign_in(role).get("/centres/").text) == ["XH"]


def test_the_nearest_centre_comes_first(sign_in):
    make_centre("HZ", **HANGZHOU)
    make_centre("NB", **NINGBO)
    page = sign_in("intake_clerk").get("/centres/?latitude=29.9&longitude=121.5").text
    assert rows(page) == ["NB", "HZ"]
    assert "5.5 km" in page


def test_a_district_is_a_place_too(sign_in):
    make_centre("HZ", **HANGZHOU)
    make_centre("NB", **NINGBO)
    assert rows(sign_in("intake_clerk").get("/centres/?district=330203").text) == ["NB", "HZ"]


def test_a_centre_that_is_switched_off_is_not_offered(sign_in):
    make_centre("HZ", **HANGZHOU)
    make_centre("NB", is_active=False, **NINGBO)
    browser = sign_in("intake_clerk")
    assert rows(browser.get("/centres/?latitude=29.9&longitude=121.5").text) == ["HZ"]
    assert browser.get("/centres/NB").status_code == 200


def test_a_name_is_found_in_both_languages(sign_in):
    make_centre("HZ", name_en="Wensan Road", name_zh="文三路")
    make_centre("NB", address_en="1 Zhongshan Road", address_zh="中山路1号", **NINGBO)
    browser = sign_in("intake_clerk")
    assert rows(browser.get("/centres/?q=wensan").text) == ["HZ"]
    assert rows(browser.get("/centres/?q=文三").text) == ["HZ"]
    assert rows(browser.get("/centres/?q=%25").text) == []


@pytest.mark.parametrize("query", ["latitude=91", "longitude=x", "latitude=1e3", "latitude=nan", "size=3", "q=%0a%00", "district=1234567"])
def test_an_odd_argument_answers_400(sign_in, centre, query):
    assert sign_in("intake_clerk").get(f"/centres/?{query}").status_code == 400


def test_an_unknown_centre_answers_404(sign_in):
    assert sign_in("intake_clerk").get("/centres/nowhere").status_code == 404


def test_pages_follow_each_other(sign_in):
    for n in range(30):
        make_centre(f"C{n:02}")
    browser = sign_in("auditor")
    first = browser.get("/centres/").text
    second = browser.get(re.search(r'href="([^"]*)" rel="next"', first)[1].replace("&amp;", "&")).text
    assert rows(first) + rows(second) == [f"C{n:02}" for n in range(30)]

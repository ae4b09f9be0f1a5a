"""What the gate refuses before any screen sees it."""

import pytest


@pytest.mark.parametrize(("place", "status"), [("/sign-in?next=%00", 400), ("/residents/%00", 404), ("/%00", 404)])
def test_the_character_nul_in_an_address_is_refused(client, place, status):
    assert client.get(place).status_code == status


def test_the_character_nul_in_a_form_is_refused(client):
    assert client.post("/sign-in", data={"username": "li\x00", "password": "x"}).status_code == 400

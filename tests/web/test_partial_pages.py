"""A list that swaps the middle of its page gets that middle and nothing else."""

import pytest
from flask import Flask

from admin_app.foundation import cache

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "main#main"}


def test_a_swap_gets_title_and_main_without_the_frame(app: Flask, sign_in) -> None:
    reviewer = sign_in("reviewer")
    whole, middle = reviewer.get("/queue/").text, reviewer.get("/queue/", headers=PARTIAL).text
    assert "<main" in middle
    assert "<title>" in middle
    for frame in ("<head", 'id="sidebar"', 'id="help"', "<script"):
        assert frame in whole
        assert frame not in middle


def test_a_swap_asks_the_database_nothing_for_the_frame(app: Flask, sign_in, count_statements) -> None:
    reviewer = sign_in("reviewer")
    reviewer.get("/queue/")
    cache.forget()  # the numbers in the sidebar, which the page before left there
    with count_statements() as whole:
        reviewer.get("/queue/")
    cache.forget()
    with count_statements() as middle:
        reviewer.get("/queue/", headers=PARTIAL)
    in_frame = [statement for statement in whole if "cards_to_mail" in statement or "loss_reports_to_call" in statement]
    assert in_frame
    assert len(middle) <= len(whole) - len(in_frame)
    assert not set(in_frame) & set(middle)


@pytest.mark.parametrize("name", ["HX-Request-Type", "HX-Target"])
def test_another_request_of_htmx_gets_the_whole_page(app: Flask, sign_in, name: str) -> None:
    headers = {key: value for key, value in PARTIAL.items() if key != name}
    assert "<head" in sign_in("reviewer").get("/queue/", headers=headers).text


def test_a_session_that_ended_sends_the_whole_window_to_the_sign_in_page(app: Flask, client) -> None:
    answer = client.get("/queue/", headers=PARTIAL)
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["HX-Redirect"].startswith("/sign-in")
    assert client.get("/queue/").status_code == 302


def test_stores_between_are_told_what_the_answer_depends_on(app: Flask, client) -> None:
    assert {"HX-Request-Type", "HX-Target"} <= set(client.get("/sign-in").vary.to_header().split(", "))


def test_a_fault_inside_a_swap_is_the_middle_of_its_page(app: Flask, sign_in, monkeypatch) -> None:
    reviewer = sign_in("reviewer")
    monkeypatch.setattr("admin_app.web.lists.shown.Shown.tabs", property(lambda _: 1 / 0))
    answer = reviewer.get("/queue/", headers=PARTIAL)
    assert answer.status_code == 500
    assert "<main" in answer.text
    assert "<head" not in answer.text


def test_a_refusal_inside_a_swap_is_the_middle_of_the_error_page(app: Flask, sign_in) -> None:
    answer = sign_in("reviewer").get("/queue/?status=nonsense", headers=PARTIAL)
    assert answer.status_code == 400
    assert "<main" in answer.text
    assert "<head" not in answer.text

"""docs/running.md: the commands that it gives do what it says."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from admin_app.foundation import settings
from admin_app.foundation.database import db
from admin_app.staff.models import StaffMember

PAGE = (Path(__file__).parent.parent / "docs" / "running.md").read_text(encoding="utf-8")


def the_command() -> list[str]:
    """What the page says to type for the first administrator, after `flask --app run.py`."""
    (line,) = re.findall(r"flask --app run\.py (first-administrator .*)", PAGE)
    return line.split()


def test_the_first_administrator_is_made_as_the_page_says(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=the_command())
    assert said.exit_code == 0, said.output
    db.session.rollback()
    (member,) = db.session.query(StaffMember)
    name, password = said.output.split()
    assert (name, member.role, member.must_change_password) == (member.username, "administrator", True)
    answer = app.test_client().post("/sign-in", data={"username": name, "password": password})
    assert answer.status_code == 302


def test_the_sign_in_page_of_an_office_without_accounts_says_the_same_command(app: Flask) -> None:
    page = app.test_client().get("/sign-in").text
    assert re.findall(r"<code>\.venv/bin/python -m flask --app run\.py ([^<]+)</code>", page) == [" ".join(the_command())]
    refused = app.test_client().post("/sign-in", data={"username": "admin", "password": "something else"})
    assert "first-administrator" in refused.text


@pytest.mark.parametrize("role", ["administrator", "reviewer"])
def test_it_says_so_to_nobody_once_there_is_an_account(app: Flask, make_staff: Any, role: str) -> None:
    make_staff(role)
    page = app.test_client().get("/sign-in").text
    assert "first-administrator" not in page and "Ask the administrator of your office" in page


def test_a_demo_says_where_its_accounts_are_instead(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings.current(), "environment", "demo")
    page = app.test_client().get("/sign-in").text
    assert "first-administrator" not in page and "demo-accounts.json" in page


def test_an_office_with_an_administrator_gets_no_second_one_from_the_command(app: Flask) -> None:
    app.test_cli_runner().invoke(args=the_command())
    said = app.test_cli_runner().invoke(args=["first-administrator", "another"])
    assert (said.exit_code, db.session.query(StaffMember).count()) == (1, 1)
    assert "administrator already" in said.output


def test_a_user_name_that_the_screen_refuses_is_refused_by_the_command(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["first-administrator", "Big Boss"])
    assert (said.exit_code, db.session.query(StaffMember).count()) == (2, 0)

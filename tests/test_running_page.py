"""docs/running.md: the commands that it gives do what it says."""

import re
from pathlib import Path

import pytest
from flask import Flask

import run
from admin_app.foundation.database import db
from admin_app.staff.models import StaffMember

PAGE = (Path(__file__).parent.parent / "docs" / "running.md").read_text(encoding="utf-8")


def test_the_first_administrator_is_made_as_the_page_says(
    app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "create_app", lambda: app)
    (block,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(block, {})
    db.session.rollback()
    (member,) = db.session.query(StaffMember)
    name, password = capsys.readouterr().out.split()
    assert (name, member.role, member.must_change_password) == (member.username, "administrator", True)
    answer = app.test_client().post("/sign-in", data={"username": name, "password": password})
    assert answer.status_code == 302

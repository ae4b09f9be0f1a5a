"""The line for machines and the page for administrators."""

import pytest
from sqlalchemy import text

from admin_app.foundation import health
from admin_app.foundation.database import db, transaction
from admin_app.foundation.storage import objects


def test_a_well_desk_says_ok_and_nothing_else(client):
    answer = client.get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "database": "ok", "storage": "ok"})
    assert "Set-Cookie" not in answer.headers


def test_a_database_without_our_tables_is_not_well(client, app):
    with transaction() as session:
        session.execute(text("ALTER TABLE alembic_version RENAME TO elsewhere"))
    answer = client.get("/health")
    assert (answer.status_code, answer.json["database"]) == (503, "failed")


def test_a_store_that_is_away_is_not_well(client, monkeypatch, tmp_path):
    file = tmp_path / "file"
    file.write_text("not a folder")
    monkeypatch.setattr(health, "store", lambda: objects.ObjectStore(f"file://{file}/under"))
    assert client.get("/health").json["storage"] == "failed"


def test_the_system_page_names_versions_and_queue(sign_in):
    page = sign_in("administrator").get("/system").text
    assert db.engine.dialect.name[:6].lower() in page.lower() and "flask-appbuilder" in page and "No job has failed" in page


def test_the_system_page_says_whether_names_are_encrypted(sign_in, database_name, monkeypatch):
    page = sign_in("administrator").get("/system").text
    plain = "anybody who gets the file can read them"
    said = "encrypted with the whole file (SQLCipher 4." if database_name == "sqlite" else "encrypt the disk of the database server"
    assert said in page and plain not in page
    if database_name == "sqlite":
        monkeypatch.setattr(health.sqlite_file, "is_plain", lambda _file: True)
        assert plain in sign_in("administrator", username="another").get("/system").text


@pytest.mark.parametrize("role", ["intake_clerk", "reviewer", "supervisor", "mailroom_clerk", "auditor"])
def test_the_system_page_is_for_administrators(sign_in, role):
    assert sign_in(role).get("/system").status_code == 403

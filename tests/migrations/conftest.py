"""Fixture: an app over a database without tables."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from admin_app.factory import create_app
from admin_app.foundation.database import db
from tests.apps import make_settings


@pytest.fixture
def empty_app(database_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """An app over a database without tables."""
    url = f"sqlite:///{tmp_path / 'fresh.db'}"
    if database_name == "postgresql":
        server = sa.make_url(request.getfixturevalue("postgres_server")).set(drivername="postgresql+psycopg")
        admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        name = "migrations_" + re.sub(r"\W", "_", tmp_path.parent.name + tmp_path.name).lower()[-40:]
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        url = server.set(database=name).render_as_string(hide_password=False)
    app = create_app(make_settings(tmp_path, url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()

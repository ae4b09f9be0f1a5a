"""Another app beside that of the tests, with other settings: keys, time zone, limits, database, files."""

import base64
import shutil
from pathlib import Path

from flask import Flask

from admin_app.factory import create_app
from tests.apps import PreparedApp, make_settings

OTHER = {
    "secret_key": "another secret of the other app, 0123456789abcdef",
    "data_keys": "other:" + base64.b64encode(bytes(range(64, 96))).decode(),
    "index_key": base64.b64encode(bytes(range(96, 128))).decode(),
    "timezone": "Europe/Berlin",
    "environment": "demo",
    "upload_max_bytes": 1024,
    "promised_days": 3,
}


def create_beside(prepared: PreparedApp, folder: Path) -> Flask:
    """The second app on an empty SQLite database in `folder`, migrated like that of the `prepared` one."""
    template = Path(prepared[0].config["SETTINGS"].instance) / "template.db"
    shutil.copy(template, folder / "other.db")
    return create_app(make_settings(folder, f"sqlite:///{folder / 'other.db'}", **OTHER))

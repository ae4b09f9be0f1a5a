"""The way in: `python run.py` starts web and worker; `flask --app run ...` gives the commands."""

from admin_app.factory import create_app

__all__ = ["create_app"]

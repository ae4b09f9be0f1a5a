"""A demo office on both databases, with small stand-ins for the drawn files where the files do not matter."""

import pytest
from flask import Flask

from admin_app.demo import files, operations, shelf
from admin_app.demo.files import Drawn

SEED = 5
COUNT = 60


def quiet(stage: str, done: int, total: int) -> None:
    """Nobody watches the progress."""


@pytest.fixture
def stand_in_files(monkeypatch):
    """One small object for each kind of file instead of drawing hundreds."""
    monkeypatch.setattr(shelf.files, "store", lambda sheets: [Drawn(s.kind, f"{hash(s.kind) % 16**16:064x}", 9, 1, 1) for s in sheets])
    return files


@pytest.fixture
def office(app: Flask, stand_in_files) -> operations.Loaded:
    """An office of 60 applications."""
    return operations.load(COUNT, seed=SEED, report=quiet)

"""A demo office on both databases, with small stand-ins for the drawn files where the files do not matter."""

import pytest
from flask import Flask

from admin_app.demo import file_pool, files, operations
from admin_app.demo.copies import make_people
from admin_app.demo.files import Drawn
from tests.demo.size import COUNT, SEED, quiet


@pytest.fixture
def stand_in_files(monkeypatch):
    """One small object for each kind of file instead of drawing hundreds."""
    monkeypatch.setattr(file_pool.files, "store", lambda sheets: [Drawn(s.kind, f"{hash(s.kind) % 16**16:064x}", 9, 1, 1) for s in sheets])
    return files


@pytest.fixture
def office(app: Flask, stand_in_files) -> operations.Loaded:
    """An office of 60 applications, told case by case."""
    return operations.load(COUNT, seed=SEED, report=quiet)


@pytest.fixture
def larger_office(app: Flask, stand_in_files) -> operations.Loaded:
    """An office of so many applications that what happens to one in thirty is there, whatever the day."""
    return operations.load(4 * COUNT, seed=SEED, report=quiet)


@pytest.fixture
def copied_office(app: Flask, stand_in_files, monkeypatch) -> operations.Loaded:
    """An office of 60 applications: one of 20 with two copies."""
    monkeypatch.setattr(operations, "COPY_ABOVE", COUNT - 1)
    monkeypatch.setattr(operations, "OFFICE", COUNT // 3)
    monkeypatch.setattr(operations, "people_ahead", lambda wanted: map(make_people, wanted))
    return operations.load(COUNT, seed=SEED, report=quiet)

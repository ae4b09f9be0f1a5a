"""The object store: what was put comes back, or nothing does."""

import hashlib
import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from admin_app.foundation import clock
from admin_app.foundation.storage import objects
from admin_app.foundation.storage.objects import ObjectDamaged, ObjectMissing, ObjectStore, StorageUnavailable
from tests.apps import bare_app, make_settings

DATA = b"the clean bytes of a scan " * 40
OTHER = b"another person's scan " * 40
LATER = timedelta(hours=25)


@pytest.fixture(autouse=True)
def keys(tmp_path):
    """Encryption keys without the desk or a database."""
    with bare_app(make_settings(tmp_path, "sqlite://")):
        yield


@pytest.fixture(params=["local", "memory"])
def store(request, tmp_path):
    if request.param == "local":
        return ObjectStore(f"file://{tmp_path}/files")
    return ObjectStore(f"memory://{tmp_path.name}")


@pytest.fixture
def local(tmp_path):
    return ObjectStore(f"file://{tmp_path}/files")


def file_of(store, sha256):
    return Path(store._path(sha256))


def test_what_was_put_comes_back_under_its_sha256(store):
    sha256 = store.put(DATA)
    assert sha256 == hashlib.sha256(DATA).hexdigest()
    assert store.get(sha256) == DATA


def test_the_stored_bytes_are_not_readable(store):
    sha256 = store.put(DATA)
    assert DATA[:20] not in store.fs.cat_file(store._path(sha256))


def test_an_object_is_written_once(store):
    sha256 = store.put(DATA)
    first = store.fs.cat_file(store._path(sha256))
    store.put(DATA)
    assert store.fs.cat_file(store._path(sha256)) == first


def test_sealing_twice_gives_different_bytes_so_write_once_shows(store):
    sha256 = store.put(DATA)
    first = store.fs.cat_file(store._path(sha256))
    store.delete(sha256)
    store.put(DATA)
    assert store.fs.cat_file(store._path(sha256)) != first


def test_a_writer_that_comes_second_at_the_same_moment_overwrites_nothing(store, monkeypatch):
    sha256 = store.put(DATA)
    first = store.fs.cat_file(store._path(sha256))
    monkeypatch.setattr(store, "exists", lambda _: False)
    store.put(DATA)
    assert store.fs.cat_file(store._path(sha256)) == first


def test_a_refused_conditional_write_means_that_the_object_is_there(store, monkeypatch):
    sha256 = store.put(DATA)
    store.is_local = False

    def refused(*_, **__):
        raise OSError(22, "a pre-condition did not hold")

    monkeypatch.setattr(store, "exists", lambda _: False)
    monkeypatch.setattr(store.fs, "pipe_file", refused)
    assert store.put(DATA) == sha256


def test_a_store_that_cannot_be_written_says_so(store, monkeypatch):
    def away(*_, **__):
        raise ConnectionError

    store.is_local = False
    monkeypatch.setattr(store.fs, "pipe_file", away)
    with pytest.raises(StorageUnavailable):
        store.put(DATA)


def test_a_store_that_cannot_be_read_says_so(store, monkeypatch):
    def away(*_):
        raise ConnectionError

    sha256 = store.put(DATA)
    monkeypatch.setattr(store.fs, "cat_file", away)
    with pytest.raises(StorageUnavailable):
        store.get(sha256)


@pytest.mark.parametrize("at", [0, 1, 3, 20, 200, -1])
def test_a_flipped_bit_is_noticed(store, at):
    sha256 = store.put(DATA)
    sealed = bytearray(store.fs.cat_file(store._path(sha256)))
    sealed[at] ^= 1
    store.fs.pipe_file(store._path(sha256), bytes(sealed))
    with pytest.raises(ObjectDamaged):
        store.get(sha256)


@pytest.mark.parametrize("length", [0, 1, 30, 100])
def test_a_cut_object_is_noticed(store, length):
    sha256 = store.put(DATA)
    store.fs.pipe_file(store._path(sha256), store.fs.cat_file(store._path(sha256))[:length])
    with pytest.raises(ObjectDamaged):
        store.get(sha256)


def test_exchanged_objects_are_noticed(store):
    one, two = store._path(store.put(DATA)), store._path(store.put(OTHER))
    sealed_one, sealed_two = store.fs.cat_file(one), store.fs.cat_file(two)
    store.fs.pipe_file(one, sealed_two)
    store.fs.pipe_file(two, sealed_one)
    with pytest.raises(ObjectDamaged):
        store.get(hashlib.sha256(DATA).hexdigest())


def test_a_sealed_lie_about_the_sha256_is_noticed(store, monkeypatch):
    honest = hashlib.sha256(DATA).hexdigest()
    sealed = objects.crypto.keyring().encrypt(OTHER, context=f"object|{honest}".encode())
    store.put(DATA)
    store.fs.pipe_file(store._path(honest), sealed)
    with pytest.raises(ObjectDamaged):
        store.get(honest)


def test_an_object_that_is_not_there_is_missing(store):
    with pytest.raises(ObjectMissing):
        store.get("0" * 64)


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "0" * 63, "A" * 64, "0" * 63 + "\n"])
def test_only_a_sha256_is_a_key(store, key):
    with pytest.raises(ObjectMissing):
        store.get(key)


def test_damage_heals_when_the_same_bytes_are_handed_in_again(store):
    sha256 = store.put(DATA)
    store.fs.pipe_file(store._path(sha256), b"rotten")
    store.put(DATA)
    assert store.get(sha256) == DATA
    assert [store.fs.cat_file(path) for path in store.fs.find(f"{store.root}/{objects.DAMAGED}")] == [b"rotten"]


def test_only_old_objects_are_old(store):
    sha256 = store.put(DATA)
    assert list(store.older_than(clock.now() - LATER)) == []
    assert list(store.older_than(clock.now() + LATER)) == [sha256]


def test_files_and_folders_are_for_the_owner_only(local):
    path = file_of(local, local.put(DATA))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_nothing_half_written_stays_behind(local):
    local.put(DATA)
    assert list(Path(local.root, objects.UNFINISHED).iterdir()) == []


def test_an_object_has_its_name_only_when_it_is_whole(local, monkeypatch):
    def full_disk(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(objects.os, "fsync", full_disk)
    with pytest.raises(StorageUnavailable):
        local.put(DATA)
    assert not local.exists(hashlib.sha256(DATA).hexdigest())


def test_a_file_system_without_hard_links_serves_as_well(local, monkeypatch):
    def no_links(*_):
        raise PermissionError

    monkeypatch.setattr(objects.os, "link", no_links)
    assert local.get(local.put(DATA)) == DATA


def test_what_a_killed_process_left_is_swept_when_old(local):
    local.put(DATA)
    left = Path(local.root, objects.UNFINISHED, "ab12")
    left.write_bytes(b"half")
    assert local.sweep_unfinished(clock.now() - LATER) == 0
    os.utime(left, (0, 0))
    assert local.sweep_unfinished(clock.now() - LATER) == 1
    assert not left.exists()


def test_handing_in_again_makes_an_object_young(local):
    sha256 = local.put(DATA)
    os.utime(file_of(local, sha256), (0, 0))
    assert list(local.older_than(clock.now() - LATER)) == [sha256]
    local.put(DATA)
    assert list(local.older_than(clock.now() - LATER)) == []

"""Files in and out, with rows."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from admin_app.foundation import clock
from admin_app.foundation.database import db, transaction
from admin_app.foundation.storage import objects, operations, raster
from admin_app.foundation.storage.kinds import UploadRefused
from admin_app.foundation.storage.limits import Kind, Reason
from admin_app.foundation.storage.models import StoredFile
from admin_app.foundation.storage.objects import ObjectDamaged, ObjectMissing
from tests.foundation.storage import samples


@pytest.fixture(autouse=True)
def empty_cache(app):
    raster.PICTURES.get().clear()


def accepted(data, name="scan.jpg", **options):
    with transaction():
        return operations.accept(data, name, **options)


def aged(sha256):
    """Make an object look as if it had been handed in long ago."""
    os.utime(objects.store()._path(sha256), (0, 0))


def test_an_accepted_file_has_a_row_with_its_facts(app):
    stored = accepted(samples.jpeg(60, 40), "../正面\u202e.jpg")
    facts = (stored.kind, stored.media_type, stored.width, stored.height, stored.pages, stored.original_name)
    assert facts == ("jpeg", "image/jpeg", 60, 40, 1, "正面.jpg")
    assert len(stored.public_id) == 32


def test_what_is_read_back_is_the_clean_file(app):
    stored = accepted(samples.noted_jpeg())
    data = operations.read(stored)
    assert (len(data), samples.SECRET in data) == (stored.size_bytes, False)


def test_a_stream_is_read_no_further_than_the_limit(app):
    class Endless(io.RawIOBase):
        asked = 0

        def read(self, size=-1):
            self.asked += size
            return b"\xff\xd8\xff" + bytes(size - 3)

    stream = Endless()
    with pytest.raises(UploadRefused) as refused:
        operations.prepare(stream, "big.jpg")
    assert refused.value.reason is Reason.TOO_LARGE
    assert stream.asked == app.config["SETTINGS"].upload_max_bytes + 1


def test_a_place_may_take_fewer_kinds(app):
    with pytest.raises(UploadRefused) as refused:
        operations.prepare(samples.pdf(), "photo.pdf", keep={Kind.JPEG, Kind.PNG})
    assert refused.value.reason is Reason.NOT_ACCEPTED
    assert operations.prepare(samples.pdf(), "paper.pdf", keep={Kind.PDF}).name == "paper.pdf"


def test_a_prepared_file_needs_only_its_row(app):
    ready = operations.prepare(io.BytesIO(samples.png()), "card.png")
    assert db.session.scalar(select(StoredFile.id)) is None
    assert operations.read(accepted(ready)) == ready.clean.data


def test_the_same_file_twice_is_two_rows_and_one_object(app):
    one, two = accepted(samples.png(), "a.png"), accepted(samples.png(), "b.png")
    assert (one.sha256, one.public_id) == (two.sha256, one.public_id)
    assert one.public_id != two.public_id


def test_a_shared_file_is_another_row_for_the_same_object(app):
    stored = accepted(samples.png(), "a.png")
    with transaction():
        again = operations.share(stored, "b.png")
    assert (again.sha256, again.original_name, again.pages) == (stored.sha256, "b.png", 1)
    assert again.id != stored.id


def test_a_refusal_says_why_in_the_readers_language(app):
    with pytest.raises(UploadRefused) as refused:
        operations.prepare(samples.locked_pdf(), "locked.pdf")
    assert "password" in str(refused.value.message)
    assert refused.value.name == "locked.pdf"


@pytest.mark.parametrize("turn", ["first", "second"])
def test_no_test_finds_the_files_of_another(app, turn):
    assert list(objects.store().older_than(clock.now() + timedelta(days=1))) == []
    aged(objects.store().put(turn.encode()))


def test_a_rolled_back_row_leaves_no_row_and_a_sweepable_object(app):
    sha256 = ""
    with pytest.raises(RuntimeError), transaction():
        sha256 = operations.accept(samples.jpeg(31, 17), "a.jpg").sha256
        raise RuntimeError
    assert db.session.scalar(select(StoredFile.id)) is None
    assert objects.store().exists(sha256)
    aged(sha256)
    assert operations.sweep_orphans() == 1
    assert not objects.store().exists(sha256)


def test_the_sweep_spares_young_objects_and_those_with_rows(app):
    young = operations.prepare(samples.jpeg(33, 17), "young.jpg").sha256
    kept = accepted(samples.jpeg(35, 17), "kept.jpg").sha256
    aged(kept)
    operations.sweep_orphans()
    assert objects.store().exists(young)
    assert objects.store().exists(kept)


def test_a_sweep_of_a_large_part_of_the_store_is_refused(app, monkeypatch):
    monkeypatch.setattr(operations, "FEW_ORPHANS", 0)
    lonely = operations.prepare(samples.jpeg(37, 17), "a.jpg").sha256
    aged(lonely)
    with pytest.raises(operations.TooManyOrphans):
        operations.sweep_orphans()
    assert objects.store().exists(lonely)
    objects.store().delete(lonely)


def test_the_clock_sweeps_only_every_few_hours(app, monkeypatch):
    sweeps = []
    monkeypatch.setattr(operations, "sweep_orphans", lambda: sweeps.append(1))
    operations._LAST_SWEEP.put([])
    operations.sweep_when_due()
    operations.sweep_when_due()
    assert sweeps == [1]


def test_a_damaged_file_is_not_shown_even_if_its_picture_is_still_in_memory(app):
    stored = accepted(samples.png(70, 30))
    operations.page_image(stored)
    path = Path(objects.store()._path(stored.sha256))
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(ObjectDamaged):
        operations.page_image(stored)
    path.unlink()


@pytest.mark.parametrize("page", [0, -1, 3])
def test_a_page_that_is_not_there_is_missing(app, page):
    stored = accepted(samples.pdf(2), "a.pdf")
    with pytest.raises(ObjectMissing):
        operations.page_image(stored, page)


def test_a_pdf_page_comes_as_a_jpeg_at_a_width_on_offer(app):
    stored = accepted(samples.pdf(2), "a.pdf")
    image = samples.opened(operations.page_image(stored, 2, 300))
    assert (image.format, image.width) == ("JPEG", 320)


def test_a_picture_is_shrunk_but_never_enlarged(app):
    stored = accepted(samples.png(400, 200), "a.png")
    assert samples.opened(operations.page_image(stored, 1, 160)).size == (160, 80)
    assert samples.opened(operations.page_image(stored, 1, 2000)).size == (400, 200)


def test_a_page_is_drawn_once_and_then_remembered(app, monkeypatch):
    stored = accepted(samples.pdf(1), "a.pdf")
    first = operations.page_image(stored, 1, 320)
    monkeypatch.setattr(raster, "draw", None)
    assert operations.page_image(stored, 1, 320) == first


def test_looking_at_a_page_writes_no_file(app):
    stored = accepted(samples.pdf(1), "a.pdf")
    before = sorted(Path(objects.store().root).rglob("*"))
    operations.page_image(stored, 1, 320)
    assert sorted(Path(objects.store().root).rglob("*")) == before


def test_an_unheard_of_width_is_rounded_to_one_on_offer():
    assert [raster.allowed_width(width) for width in (1, 160, 161, 9999)] == [160, 160, 320, 2400]


def test_the_memory_of_pictures_is_bounded_and_forgets_the_oldest():
    cache = raster.PictureCache(100)
    for page in range(5):
        cache.put(("a", page, 1), bytes(40))
    assert cache.used <= 100
    assert cache.get(("a", 0, 1)) is None
    assert cache.get(("a", 4, 1)) == bytes(40)

"""What phones and scanners make is taken: the right way up, every page, and nothing that is not seen."""

import os
import threading
from itertools import product

import pypdfium2
import pytest
from PIL import Image

from admin_app.foundation.children import walls
from admin_app.foundation.storage import child, kinds, sandbox
from admin_app.foundation.storage.decode_image import clean_image
from admin_app.foundation.storage.decode_tiff import clean_tiff
from admin_app.foundation.storage.image_streams import is_cut_off
from admin_app.foundation.storage.limits import Kind, Limits, Reason, Refused, Source
from tests.foundation.storage import samples, scans

LIMITS = Limits()
DARK, LIGHT = 120, 200
TURNED = {
    1: (60, 40, (3, 3)),
    2: (60, 40, (56, 3)),
    3: (60, 40, (56, 36)),
    4: (60, 40, (3, 36)),
    5: (40, 60, (3, 3)),
    6: (40, 60, (36, 3)),
    7: (40, 60, (36, 56)),
    8: (40, 60, (3, 56)),
}
"""Of the sample with each orientation (TIFF 6.0, page 36): its size as it is seen, and where the dark corner stands."""
CORNERS = {"left above": (3, 3), "right above": (-4, 3), "right below": (-4, -4), "left below": (3, -4)}


def drawn(data, page):
    return pypdfium2.PdfDocument(data)[page].render(scale=2).to_pil().convert("L")


def bars(picture):
    """How many dark bars stand one above the other at the left."""
    column = [picture.getpixel((picture.width // 4, y)) < 128 for y in range(picture.height)]
    return sum(dark and not before for before, dark in zip([False, *column], column, strict=False))


def dark_corner(picture):
    grey = picture.convert("L")
    places = {name: (x % grey.width, y % grey.height) for name, (x, y) in CORNERS.items()}
    return [name for name, place in places.items() if grey.getpixel(place) < DARK]


def test_a_phones_photo_is_kept_as_jpeg_with_its_colours():
    clean = child.clean(scans.heic(), Source.HEIC, LIMITS)
    red, green, blue = samples.opened(clean.data).getpixel((3, 3))
    assert (clean.kind, clean.width, clean.height) == (Kind.JPEG, 64, 48)
    assert blue > DARK > max(red, green)


@pytest.mark.parametrize(
    ("turns", "size", "corner"), [(1, (48, 64), "left below"), (2, (64, 48), "right below"), (3, (48, 64), "right above")]
)
def test_a_phones_photo_is_the_way_up_that_it_says(turns, size, corner):
    picture = samples.opened(child.clean(scans.heic(turns), Source.HEIC, LIMITS).data)
    assert (picture.size, dark_corner(picture)) == (size, [corner])


@pytest.mark.parametrize(("form", "orientation"), [*product(("JPEG", "PNG", "WEBP", "TIFF"), TURNED)])
def test_a_picture_is_the_way_up_that_the_camera_notes_say(form, orientation):
    notes = Image.Exif()
    notes[scans.ORIENTATION] = orientation
    data = samples.saved(samples.picture(), form, exif=notes)
    clean = child.clean(data, kinds.kind_of(data), LIMITS)
    width, height, corner = TURNED[orientation]
    assert (clean.width, clean.height) == (width, height)
    assert samples.opened(clean.data).convert("L").getpixel(corner) < DARK


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK"])
def test_every_page_of_a_scan_is_kept_in_its_order(mode):
    clean = clean_tiff(scans.tiff(3, mode), LIMITS)
    assert (clean.kind, clean.pages) == (Kind.PDF, 3)
    assert [bars(drawn(clean.data, page)) for page in range(3)] == [1, 2, 3]


@pytest.mark.parametrize("packed", ["group4", "group3", "tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_scans_are_read_however_they_are_packed(packed):
    assert bars(drawn(clean_tiff(scans.tiff(2, "1", compression=packed), LIMITS).data, 1)) == 2


def test_a_page_of_a_scan_is_as_large_as_the_paper():
    clean = clean_tiff(scans.tiff(2, "1", dpi=(60, 42)), LIMITS)
    assert (clean.width, clean.height) == (72, 144)


def test_the_single_page_of_a_fax_is_not_squeezed():
    clean = clean_tiff(scans.tiff(1, "1", dpi=(200, 100)), LIMITS)
    assert (clean.kind, clean.width, clean.height) == (Kind.PNG, 60, 168)
    assert round(samples.opened(clean.data).info["dpi"][0]) == 200


def test_a_small_copy_beside_a_page_is_no_page():
    clean = clean_tiff(scans.with_small_copy(), LIMITS)
    assert (clean.kind, clean.width) == (Kind.JPEG, 60)


def test_pages_of_a_scan_count_as_those_of_a_pdf():
    assert clean_tiff(scans.tiff(LIMITS.max_pages, "1"), LIMITS).pages == LIMITS.max_pages
    with pytest.raises(Refused) as refused:
        clean_tiff(scans.tiff(LIMITS.max_pages + 1, "1"), LIMITS)
    assert refused.value.reason is Reason.TOO_MANY_PAGES


@pytest.mark.parametrize("data", [scans.webp(), scans.tiff(1), scans.tiff(2), scans.heic()], ids=["webp", "tiff", "pages", "heic"])
def test_pixels_are_limited_as_ever(data):
    with pytest.raises(Refused) as refused:
        child.clean(data, kinds.kind_of(data), Limits(max_side=50))
    assert refused.value.reason is Reason.TOO_MANY_PIXELS


@pytest.mark.parametrize("form", ["WEBP", "TIFF"])
def test_the_cameras_notes_are_gone(form):
    data = samples.saved(samples.picture(), form, exif=samples.camera_notes(), icc_profile=samples.srgb_profile())
    clean = child.clean(data, kinds.kind_of(data), LIMITS).data
    assert samples.SECRET in data
    assert samples.SECRET not in clean
    assert not samples.opened(clean).getexif()


@pytest.mark.parametrize("left", [30, 300, len(scans.HEIC) - 1])
def test_a_phones_photo_that_was_cut_off_is_damaged(left):
    with pytest.raises(Refused) as refused:
        child.clean(scans.heic()[:left], Source.HEIC, LIMITS)
    assert refused.value.reason is Reason.BROKEN


@pytest.mark.parametrize(("data", "is_cut"), [(scans.HEIC, False), (scans.HEIC[:-1], True), (scans.HEIC[:480], True), (b"", False)])
def test_a_missing_end_is_known_by_the_lengths_of_the_boxes(data, is_cut):
    assert is_cut_off(data) == is_cut


@pytest.mark.parametrize("tail", [b"\xff" * 40, b"\0\0\0\x10mpvd" + b"x" * 8, b"SEFT", b"\0\0\0\0mpvdxxxx"])
def test_what_a_maker_writes_behind_the_picture_does_no_harm(tail):
    assert child.clean(scans.heic() + tail, Source.HEIC, LIMITS).width == 64


def test_one_kind_is_not_opened_as_another():
    with pytest.raises(Refused):
        clean_image(scans.webp(), Source.HEIC, LIMITS)


def test_a_phones_photo_is_opened_behind_the_walls_and_within_the_limits():
    facts, clean = sandbox.ask({"task": "clean", "kind": "heic"}, scans.heic(), LIMITS)
    assert (facts["width"], samples.opened(clean).format) == (64, "JPEG")


@pytest.mark.skipif(not walls.has_seccomp(), reason="this kernel has no seccomp, or its calls are not known")
def test_behind_the_walls_there_are_threads_but_no_new_processes():
    pid = os.fork()
    if pid == 0:
        done = []
        walls.close_in(walls.python_folders())
        thread = threading.Thread(target=done.append, args=(1,))
        thread.start()
        thread.join()
        try:
            os.fork()
        except PermissionError:
            os._exit(7 if done else 1)
        os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7


def test_without_the_walls_a_new_process_is_made():
    pid = os.fork()
    if pid == 0:
        os._exit(0 if os.fork() >= 0 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0

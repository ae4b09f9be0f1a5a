"""Pictures come out as pixels and nothing else."""

import pytest
from PIL import Image

from admin_app.foundation.storage.decode_image import clean_image
from admin_app.foundation.storage.limits import Kind, Limits, Reason, Refused
from tests.foundation.storage import samples

LIMITS = Limits()
DARK, LIGHT = 120, 200


def jpeg_of(data):
    return clean_image(data, Kind.JPEG, LIMITS)


def png_of(data):
    return clean_image(data, Kind.PNG, LIMITS)


@pytest.mark.parametrize(("make", "clean", "form"), [(samples.jpeg, jpeg_of, "JPEG"), (samples.png, png_of, "PNG")])
def test_a_picture_keeps_its_format_and_size(make, clean, form):
    image = samples.opened(clean(make(60, 40)).data)
    assert (image.format, image.size) == (form, (60, 40))


def test_the_noted_samples_do_carry_the_mark():
    assert samples.noted_jpeg().count(samples.SECRET) >= 4
    assert samples.noted_png().count(samples.SECRET) >= 4


@pytest.mark.parametrize(("data", "clean"), [(samples.noted_jpeg(), jpeg_of), (samples.noted_png(), png_of)])
def test_metadata_and_trailing_bytes_are_gone(data, clean):
    result = clean(data).data
    image = samples.opened(result)
    assert samples.SECRET not in result
    assert not image.getexif()
    assert not {"icc_profile", "comment", "xmp", "exif", "photoshop"} & set(image.info)


def test_a_clean_png_has_only_the_chunks_that_draw_it():
    assert samples.png_chunks(png_of(samples.noted_png()).data) == [b"IHDR", b"pHYs", b"IDAT", b"IEND"]


def test_a_clean_jpeg_has_no_application_segment_but_jfif():
    data = jpeg_of(samples.noted_jpeg()).data
    assert data[2:4] == b"\xff\xe0"
    assert not any(bytes((0xFF, marker)) in data[:600] for marker in (*range(0xE1, 0xF0), 0xFE))


def test_the_resolution_stays_because_photo_rules_ask_for_it():
    assert samples.opened(jpeg_of(samples.jpeg(dpi=(350, 350))).data).info["dpi"] == (350, 350)


def test_an_unbelievable_resolution_is_dropped():
    assert samples.opened(jpeg_of(samples.jpeg(dpi=(60000, 60000))).data).info.get("dpi", (72, 72))[0] < 100


@pytest.mark.parametrize("tail", [b"PK\x03\x04 a zip", samples.HTML, b"%PDF-1.7", b"<?php system($_GET[0]); ?>"])
def test_a_second_file_behind_the_picture_is_gone(tail):
    assert tail not in jpeg_of(samples.jpeg() + tail).data


def test_a_second_file_in_a_comment_is_gone():
    assert samples.HTML not in jpeg_of(samples.jpeg(comment=samples.HTML)).data


def test_a_photo_that_says_it_lies_on_its_side_is_turned_upright():
    clean = jpeg_of(samples.jpeg(60, 40, exif=samples.camera_notes(orientation=6)))
    image = samples.opened(clean.data).convert("L")
    assert (clean.width, clean.height) == (40, 60)
    assert image.getpixel((36, 3)) < DARK < LIGHT < image.getpixel((3, 3))


def test_unreadable_camera_notes_do_not_spoil_a_readable_photo():
    assert jpeg_of(samples.jpeg(exif=b"Exif\0\0II*\0\xff\xff\xff\xff")).width == 60


def test_transparent_places_become_white():
    image = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    assert samples.opened(png_of(samples.saved(image, "PNG")).data).convert("RGB").getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_common_png_mode_is_read(mode):
    image = samples.picture().convert("L").convert("I").convert(mode) if mode == "I;16" else samples.picture(mode="RGB")
    assert png_of(samples.saved(image.convert(mode), "PNG")).width == 60


def test_sixteen_bit_grey_is_scaled_not_cut_off():
    image = Image.new("I;16", (2, 1))
    image.putpixel((0, 0), 32768)
    assert samples.opened(png_of(samples.saved(image, "PNG")).data).getpixel((0, 0)) in (127, 128)


def test_a_cmyk_jpeg_becomes_rgb():
    data = samples.saved(samples.picture(mode="CMYK"), "JPEG")
    assert samples.opened(jpeg_of(data).data).mode == "RGB"


def test_colours_are_kept_when_their_profile_is_thrown_away():
    red = Image.new("RGB", (8, 8), (250, 0, 0))
    data = samples.saved(red, "JPEG", quality=100, icc_profile=samples.swapped_profile())
    shown = samples.opened(jpeg_of(data).data).getpixel((4, 4))
    assert shown[1] > LIGHT > DARK > shown[0]


def test_a_broken_profile_does_not_spoil_a_readable_photo():
    assert jpeg_of(samples.jpeg(icc_profile=b"not a profile")).width == 60


def test_the_same_picture_gives_the_same_bytes():
    assert jpeg_of(samples.noted_jpeg()).data == jpeg_of(samples.noted_jpeg()).data


@pytest.mark.parametrize("form", ["BMP", "TIFF", "GIF", "WEBP", "ICO", "TGA", "PPM"])
def test_other_formats_are_not_even_opened(form):
    data = samples.saved(samples.picture(), form)
    with pytest.raises(Refused) as refused:
        clean_image(data, Kind.PNG, LIMITS)
    assert refused.value.reason is Reason.BROKEN


def test_a_postscript_file_is_not_even_opened():
    with pytest.raises(Refused):
        clean_image(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n", Kind.PNG, LIMITS)


@pytest.mark.parametrize("data", [samples.jpeg()[:-200], samples.png()[:-30], samples.jpeg()[:30], b"\xff\xd8\xff"])
def test_a_truncated_picture_is_broken(data):
    kind = Kind.PNG if data[:1] == b"\x89" else Kind.JPEG
    with pytest.raises(Refused) as refused:
        clean_image(data, kind, LIMITS)
    assert refused.value.reason is Reason.BROKEN

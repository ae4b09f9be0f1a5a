"""What is taken and what is refused, and at what price."""

import random
from dataclasses import replace
from types import SimpleNamespace

import pytest

from admin_app.foundation.children.pool import Child
from admin_app.foundation.storage import child, decode_image, decode_pdf, sandbox
from admin_app.foundation.storage.kinds import UploadRefused
from admin_app.foundation.storage.limits import CleanFile, Kind, Limits, Reason, Refused
from admin_app.foundation.storage.sanitise import check_outside, sanitise
from tests.foundation.storage import samples, scans

LIMITS = Limits()
PROCESSOR_SECONDS = 2
"""Of work, not of waiting: a busy machine does not add to it."""
PEAK_KIB = 300 * 1024


def refusal(data, limits=LIMITS):
    with pytest.raises(UploadRefused) as refused:
        sanitise(data, name="scan.pdf", limits=limits)
    return refused.value


@pytest.mark.parametrize(
    ("data", "kind", "media_type"),
    [
        (samples.jpeg(), Kind.JPEG, "image/jpeg"),
        (samples.png(), Kind.PNG, "image/png"),
        (samples.pdf(), Kind.PDF, "application/pdf"),
        (scans.heic(), Kind.JPEG, "image/jpeg"),
        (samples.saved(samples.picture(), "WEBP"), Kind.JPEG, "image/jpeg"),
        (samples.saved(samples.picture(), "WEBP", lossless=True), Kind.PNG, "image/png"),
        (scans.tiff(1), Kind.JPEG, "image/jpeg"),
        (scans.tiff(1, mode="1"), Kind.PNG, "image/png"),
        (scans.tiff(2), Kind.PDF, "application/pdf"),
    ],
)
def test_each_accepted_kind_is_known_by_its_content(data, kind, media_type):
    clean = sanitise(data, limits=LIMITS)
    assert (clean.kind, clean.media_type) == (kind, media_type)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"hello", Reason.NOT_ACCEPTED),
        (samples.HTML, Reason.NOT_ACCEPTED),
        (b"MZ\x90\x00" + b"\0" * 200, Reason.NOT_ACCEPTED),
        (b"PK\x03\x04" + b"\0" * 200, Reason.NOT_ACCEPTED),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', Reason.NOT_ACCEPTED),
        (samples.saved(samples.picture(), "GIF"), Reason.NOT_ACCEPTED),
        (samples.saved(samples.picture(), "BMP"), Reason.NOT_ACCEPTED),
        (samples.saved(samples.picture(), "AVIF"), Reason.NOT_ACCEPTED),
        (scans.saved_film("WEBP"), Reason.MOVING),
        (scans.saved_film("PNG"), Reason.MOVING),
        (scans.tiff(21), Reason.TOO_MANY_PAGES),
        (scans.raw_of_camera(), Reason.NOT_ACCEPTED),
        (scans.heic()[:300], Reason.BROKEN),
        (samples.HTML + samples.pdf(), Reason.NOT_ACCEPTED),
        (samples.jpeg()[:40], Reason.BROKEN),
        (samples.png_claiming(65_535, 65_535), Reason.TOO_MANY_PIXELS),
        (samples.jpeg_claiming(65_500, 65_500), Reason.TOO_MANY_PIXELS),
        (samples.png_claiming(8_001, 10), Reason.TOO_MANY_PIXELS),
        (samples.pdf(21), Reason.TOO_MANY_PAGES),
        (samples.locked_pdf(), Reason.ENCRYPTED),
    ],
)
def test_each_refusal_names_its_reason(data, reason):
    assert refusal(data).reason is reason


def test_a_file_over_the_size_limit_is_refused_and_one_at_the_limit_is_not():
    data = samples.jpeg()
    assert refusal(data, replace(LIMITS, max_bytes=len(data) - 1)).reason is Reason.TOO_LARGE
    assert sanitise(data, limits=replace(LIMITS, max_bytes=len(data))).kind is Kind.JPEG


def test_a_refusal_carries_the_name_that_the_person_knows():
    assert refusal(b"").name == "scan.pdf"


@pytest.fixture
def nothing_is_drawn(monkeypatch):
    """Whoever begins to decode a picture or to build a document fails the test."""

    def begun(*_arguments, **_options):
        pytest.fail("this costs what the refusal should save")

    monkeypatch.setattr(decode_image.ImageFile.ImageFile, "load", begun)
    monkeypatch.setattr(decode_pdf, "Pdf", SimpleNamespace(new=begun))
    monkeypatch.setattr(decode_pdf, "pypdfium2", SimpleNamespace(PdfDocument=begun))


def price(data, kind):
    """Processor seconds and KiB that the child takes for `data`."""
    child = Child(sandbox.CHILD)
    try:
        said = child.ask({"task": "clean", "kind": kind, "limits": LIMITS.__dict__}, data, LIMITS.wall_seconds)[0]
        return said["cpu"], said["peak_kib"]
    finally:
        child.stop()


def is_cheap(data, kind):
    seconds, kib = price(data, kind)
    return seconds < PROCESSOR_SECONDS and kib < PEAK_KIB


@pytest.mark.parametrize("data", [samples.one_bit_png(12_000), samples.png_claiming(65_535, 65_535)])
def test_a_picture_bomb_is_refused_before_it_is_decoded_and_with_little_memory(data, nothing_is_drawn):
    assert refusal(data).reason is Reason.TOO_MANY_PIXELS
    assert cleaned_here(data).reason is Reason.TOO_MANY_PIXELS
    assert is_cheap(data, "png")


def test_the_pixel_limit_is_what_refuses_the_bomb():
    roomy = replace(LIMITS, max_pixels=90_000_000, max_side=9_000)
    data = samples.one_bit_png(8_100)
    assert refusal(data).reason is Reason.TOO_MANY_PIXELS
    assert sanitise(data, limits=roomy).width == 8_100


def test_ten_thousand_pages_are_refused_before_one_is_built(nothing_is_drawn):
    data = samples.pdf(10_000)
    assert refusal(data).reason is Reason.TOO_MANY_PAGES
    assert cleaned_here(data).reason is Reason.TOO_MANY_PAGES
    assert is_cheap(data, "pdf")


@pytest.mark.parametrize("data", [samples.png(), samples.pdf()], ids=["png", "pdf"])
def test_control_decoding_and_building_are_noticed(data, nothing_is_drawn):
    with pytest.raises(pytest.fail.Exception):
        cleaned_here(data)


def cleaned_here(data):
    """The decoders in this process, without the child: fast enough to try hundreds of files."""
    try:
        return child.clean(data, check_outside(data, LIMITS), LIMITS)
    except Refused as refused:
        return refused


def mutated(data, chance):
    """One file with a few bits flipped, cut short, or with bytes put in."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(changed) or 1)
        action = chance.choice(("flip", "cut", "insert", "repeat"))
        if action == "flip" and changed:
            changed[at] ^= 1 << chance.randrange(8)
        elif action == "cut":
            del changed[at : at + chance.randint(1, 64)]
        elif action == "insert":
            changed[at:at] = chance.randbytes(chance.randint(1, 32))
        else:
            changed[at:at] = changed[at : at + chance.randint(1, 64)]
    return bytes(changed)


def fifty_mutations_end_well(seed):
    chance = random.Random(seed)
    originals = [
        samples.noted_jpeg(),
        samples.noted_png(),
        samples.busy_pdf(),
        samples.pdf_of_jpeg(samples.jpeg()),
        scans.heic(),
        scans.tiff(2),
        scans.webp(),
    ]
    for _ in range(50):
        outcome = cleaned_here(mutated(chance.choice(originals), chance))
        assert isinstance(outcome, (CleanFile, Refused))
        assert not isinstance(outcome, CleanFile) or b"<x:xmpmeta>" not in outcome.data


@pytest.mark.parametrize("seed", range(10))
def test_a_mutated_file_is_either_cleaned_or_refused(seed):
    fifty_mutations_end_well(seed)


@pytest.mark.proof
@pytest.mark.parametrize("start", range(10, 1010, 100))
def test_fifty_thousand_mutated_files_are_cleaned_or_refused(start):
    for seed in range(start, start + 100):
        fifty_mutations_end_well(seed)

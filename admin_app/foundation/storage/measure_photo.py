"""Measure a portrait by counting its pixels, and cut one out of a larger picture. Runs in the sandboxed child."""

from io import BytesIO
from typing import Any

from PIL import Image, ImageChops, ImageFilter, ImageStat

from admin_app.foundation.storage.decode_image import STORED_FORMATS, believable_dpi, careful
from admin_app.foundation.storage.limits import Limits

WIDTH = 358
"""Every portrait is measured at this width, so that its figures do not depend on how large it is."""
SIDES = ((0.0, 0.08), (0.92, 1.0))
SIDE_HEIGHT = 0.45
"""Parts of width and height where a portrait shows nothing but background: beside the head, above the shoulders."""
FACE = (0.3, 0.25, 0.7, 0.65)
"""Part of the picture where a face is, between brows and chin."""
QUALITIES = range(92, 68, -2)
"""Of a cut portrait, best first; the profile's own is 70."""
WASHED_OUT, BLACKENED = 250, 8
LAPLACE = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)


def measure(data: bytes, limits: Limits) -> dict[str, Any]:
    """Figures of a clean picture; dpi is 0 where the file does not say it.

    colour: mean distance of the channels (of 255; grey has 0). whiteness: mean of the darkest channel beside the head (of 255).
    unevenness: standard deviation of brightness there. sharpness: variance of Laplace's operator in thousandths of the picture's own.
    brightness: mean of the face (of 255). clipped: per cent of it that is altogether white or black.
    """
    with careful(limits), Image.open(BytesIO(data), formats=STORED_FORMATS) as image:
        facts = {"width": image.width, "height": image.height, "dpi": believable_dpi(image.info.get("dpi")) or 0}
        image.draft(None, (WIDTH, round(WIDTH * image.height / image.width)))
        small = image.convert("RGB").resize(
            (WIDTH, max(3, round(WIDTH * image.height / image.width))), Image.Resampling.LANCZOS, reducing_gap=3.0
        )
    return facts | _colour(small) | _background(small) | _face(small)


def _colour(small: Image.Image) -> dict[str, float]:
    red, green, blue = small.split()
    apart = [ImageStat.Stat(ImageChops.difference(*pair)).mean[0] for pair in ((red, green), (green, blue), (red, blue))]
    return {"colour": round(sum(apart) / 3, 1)}


def _background(small: Image.Image) -> dict[str, float]:
    """The worse of the two sides: a shadow falls on one."""
    height = max(1, round(small.height * SIDE_HEIGHT))
    sides = [small.crop((round(small.width * start), 0, round(small.width * end), height)) for start, end in SIDES]
    both = Image.new("RGB", (sum(side.width for side in sides), height))
    for number, side in enumerate(sides):
        both.paste(side, (number * sides[0].width, 0))
    darkest = [ImageStat.Stat(ImageChops.darker(ImageChops.darker(*side.split()[:2]), side.split()[2])).mean[0] for side in sides]
    return {"whiteness": round(min(darkest), 1), "unevenness": round(ImageStat.Stat(both.convert("L")).stddev[0], 1)}


def _face(small: Image.Image) -> dict[str, float]:
    left, top, right, bottom = FACE
    grey = small.convert("L")
    box = (round(grey.width * left), round(grey.height * top), max(2, round(grey.width * right)), max(2, round(grey.height * bottom)))
    face = grey.crop(box)
    counts, pixels = face.histogram(), face.width * face.height
    clipped = 100 * (sum(counts[WASHED_OUT:]) + sum(counts[:BLACKENED])) / pixels
    edges = grey.filter(LAPLACE).crop((1, 1, grey.width - 1, grey.height - 1))
    return {
        "sharpness": round(1000 * ImageStat.Stat(edges).var[0] / max(1.0, ImageStat.Stat(grey).var[0]), 1),
        "brightness": round(ImageStat.Stat(face).mean[0], 1),
        "clipped": round(clipped, 1),
    }


def crop(data: bytes, box: tuple[float, float, float, float], size: tuple[int, int], dpi: int, most_bytes: int, limits: Limits) -> bytes:
    """The part `box` (left, top, right, bottom in pixels) of a clean picture as a JPEG of `size` with `dpi`.

    As little compressed as fits into `most_bytes`; what does not fit at the lowest quality is handed over all the same.
    """
    with careful(limits), Image.open(BytesIO(data), formats=STORED_FORMATS) as image:
        small = image.convert("RGB").resize(size, Image.Resampling.LANCZOS, box=box)
    for quality in QUALITIES:
        out = BytesIO()
        small.save(out, "JPEG", quality=quality, subsampling=0 if quality > QUALITIES[-1] else 2, dpi=(dpi, dpi))
        if out.tell() <= most_bytes:
            break
    return out.getvalue()

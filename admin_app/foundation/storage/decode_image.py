"""Rebuild a JPEG or PNG from its pixels alone. Runs in the sandboxed child; imports nothing of the application."""

import struct
import warnings
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageFile, ImageOps

from admin_app.foundation.storage.limits import CleanFile, Kind, Limits, Reason, Refused

FORMATS = ("JPEG", "PNG")
JPEG_QUALITY = 90
PLAUSIBLE_DPI = range(30, 2401)
GREY_MODES = frozenset({"1", "L", "I", "F", "I;16", "I;16B"})
DAMAGE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What Pillow raises on broken files; anything else ends the child, which is a refusal as well."""
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError)

ImageFile.LOAD_TRUNCATED_IMAGES = False


def clean_image(data: bytes, kind: Kind, limits: Limits) -> CleanFile:
    """The same picture, upright, in sRGB or grey, with its resolution and no other metadata; Refused if unreadable."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        Image.MAX_IMAGE_PIXELS = limits.max_pixels
        try:
            picture, dpi = _decode(data, limits)
            clean = _encode(picture, kind, dpi)
        except BOMBS as error:
            raise Refused(Reason.TOO_MANY_PIXELS) from error
        except DAMAGE as error:
            raise Refused(Reason.BROKEN) from error
    if len(clean) > limits.max_clean_bytes:
        raise Refused(Reason.TOO_LARGE)
    return CleanFile(kind, clean, *picture.size)


def shrink_image(data: bytes, width: int, limits: Limits) -> bytes:
    """A JPEG of a clean image, at most `width` pixels wide and never enlarged."""
    Image.MAX_IMAGE_PIXELS = limits.max_pixels
    with Image.open(BytesIO(data), formats=FORMATS) as image:
        size = (width, max(1, round(image.height * width / image.width)))
        if image.width > width:
            image.draft(None, size)  # a JPEG can be decoded at an eighth of its size
            small = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
        else:
            small = image.copy()
        return _encode(small, Kind.JPEG, None)


def tiny_picture(kind: Kind) -> bytes:
    """The smallest picture of that kind."""
    return _encode(Image.new("RGB", (2, 2)), kind, None)


def _decode(data: bytes, limits: Limits) -> tuple[Image.Image, int | None]:
    with Image.open(BytesIO(data), formats=FORMATS) as image:
        check_size(image.width, image.height, limits)
        image.verify()
    with Image.open(BytesIO(data), formats=FORMATS) as image:
        image.load()
        dpi = _dpi(image.info.get("dpi"))
        return _fresh(_upright(image)), dpi


def _upright(image: Image.Image) -> Image.Image:
    """As the camera held it; unreadable notes about that are no reason to refuse a readable picture."""
    try:
        return ImageOps.exif_transpose(image)
    except DAMAGE:
        return image


def check_size(width: int, height: int, limits: Limits) -> None:
    """Refused if a picture of that many pixels is too big to be opened, or has none at all."""
    if width * height > limits.max_pixels or max(width, height) > limits.max_side:
        raise Refused(Reason.TOO_MANY_PIXELS)
    if min(width, height) < 1:
        raise Refused(Reason.BROKEN)


def _fresh(image: Image.Image) -> Image.Image:
    """A new image that shares nothing but visible pixels with `image`; transparent places become white."""
    if image.mode in ("I;16", "I;16B", "I"):
        image = image.point(lambda value: value / 257).convert("L")  # 16 bits a sample down to 8
    image = _to_srgb(image)
    mode = "L" if image.mode in GREY_MODES and "transparency" not in image.info else "RGB"
    fresh = Image.new(mode, image.size, "white")
    if image.has_transparency_data:
        see_through = image.convert("RGBA")
        fresh.paste(see_through, mask=see_through.getchannel("A"))
    else:
        fresh.paste(image if image.mode == mode else image.convert(mode))
    return fresh


def _to_srgb(image: Image.Image) -> Image.Image:
    """Colours as the embedded profile means them, because the profile is thrown away; a bad profile is ignored."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "CMYK"):
        return image
    try:
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, BytesIO(profile), srgb, outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image


def _dpi(claimed: Any) -> int | None:
    """Dots per inch if the file says something believable; the photo rules ask for it."""
    if not isinstance(claimed, tuple) or not claimed:
        return None
    try:
        dpi = round(float(claimed[0]))
    except (ArithmeticError, TypeError, ValueError):
        return None
    return dpi if dpi in PLAUSIBLE_DPI else None


def _encode(picture: Image.Image, kind: Kind, dpi: int | None) -> bytes:
    out = BytesIO()
    resolution = {"dpi": (dpi, dpi)} if dpi else {}
    picture.info = {}
    if kind is Kind.PNG:
        picture.save(out, "PNG", compress_level=4, **resolution)
    else:  # no chroma subsampling: red stamps and small print stay sharp
        picture.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0, optimize=False, **resolution)
    return out.getvalue()

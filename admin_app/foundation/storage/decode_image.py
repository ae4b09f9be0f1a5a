"""Rebuild a picture from its pixels alone. Runs in the sandboxed child; imports nothing of the application."""

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from pi_heif import register_heif_opener
from PIL import Image, ImageCms, ImageFile, ImageOps

from admin_app.foundation.storage.image_streams import is_cut_off
from admin_app.foundation.storage.limits import CleanFile, Kind, Limits, Reason, Refused, Source

STORED_FORMATS = ("JPEG", "PNG")
FORMATS = {Source.JPEG: "JPEG", Source.PNG: "PNG", Source.WEBP: "WEBP", Source.HEIC: "HEIF", Source.TIFF: "TIFF"}
"""What Pillow calls them."""
MOVING_FORMATS = frozenset({"PNG", "WEBP"})
"""In which a file may be a film. In the others further pictures are smaller ones, or other views of the same moment."""
LOSSLESS_WEBP = b"VP8L"
DECODE_THREADS = 2
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
register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=DECODE_THREADS)


def clean_image(data: bytes, kind: Source, limits: Limits) -> CleanFile:
    """The same picture, upright, in sRGB or grey, with its resolution and no other metadata; Refused if unreadable.

    PNG stays PNG; what a phone packs as HEIC or WebP becomes JPEG, or PNG where it was without loss.
    """
    with careful(limits):
        if kind == Source.HEIC and is_cut_off(data):
            raise Refused(Reason.BROKEN)
        picture, dpi = _decode(data, FORMATS[kind], limits)
        is_lossless = kind == Source.PNG or (kind == Source.WEBP and LOSSLESS_WEBP in data[:64])
        return as_stored(picture, Kind.PNG if is_lossless else Kind.JPEG, dpi, limits)


def as_stored(picture: Image.Image, kind: Kind, dpi: int | None, limits: Limits) -> CleanFile:
    """A fresh picture as the file that is kept; Refused if it is too large."""
    clean = encode(picture, kind, dpi)
    if len(clean) > limits.max_clean_bytes:
        raise Refused(Reason.TOO_LARGE)
    return CleanFile(kind, clean, *picture.size)


@contextmanager
def careful(limits: Limits) -> Iterator[None]:
    """Whatever a decoder of pictures raises inside is Refused, with its reason."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        Image.MAX_IMAGE_PIXELS = limits.max_pixels
        try:
            yield
        except BOMBS as error:
            raise Refused(Reason.TOO_MANY_PIXELS) from error
        except DAMAGE as error:
            raise Refused(Reason.BROKEN) from error


def shrink_image(data: bytes, width: int, limits: Limits) -> bytes:
    """A JPEG of a clean image, at most `width` pixels wide and never enlarged."""
    Image.MAX_IMAGE_PIXELS = limits.max_pixels
    with Image.open(BytesIO(data), formats=STORED_FORMATS) as image:
        size = (width, max(1, round(image.height * width / image.width)))
        if image.width > width:
            image.draft(None, size)  # a JPEG can be decoded at an eighth of its size
            small = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
        else:
            small = image.copy()
        return encode(small, Kind.JPEG, None)


def tiny_picture(kind: Source) -> bytes:
    """The smallest picture of that kind (no HEIC: nothing here can write one)."""
    out = BytesIO()
    Image.new("RGB", (2, 2)).save(out, FORMATS[kind])
    return out.getvalue()


def _decode(data: bytes, form: str, limits: Limits) -> tuple[Image.Image, int | None]:
    with Image.open(BytesIO(data), formats=[form]) as image:
        check_size(image.width, image.height, limits)
        if form in MOVING_FORMATS and getattr(image, "is_animated", False):
            raise Refused(Reason.MOVING)
        image.verify()
    with Image.open(BytesIO(data), formats=[form]) as image:
        image.load()
        dpi = believable_dpi(image.info.get("dpi"))
        return fresh(upright(image)), dpi


def upright(image: Image.Image) -> Image.Image:
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


def fresh(image: Image.Image) -> Image.Image:
    """A new image that shares nothing but visible pixels with `image`; transparent places become white."""
    if image.mode in ("I;16", "I;16B", "I"):
        image = image.point(lambda value: value / 257).convert("L")  # 16 bits a sample down to 8
    image = _to_srgb(image)
    mode = "L" if image.mode in GREY_MODES and "transparency" not in image.info else "RGB"
    clean = Image.new(mode, image.size, "white")
    if image.has_transparency_data:
        see_through = image.convert("RGBA")
        clean.paste(see_through, mask=see_through.getchannel("A"))
    else:
        clean.paste(image if image.mode == mode else image.convert(mode))
    return clean


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


def believable_dpi(claimed: Any) -> int | None:
    """Dots per inch if the file says something believable; the photo rules ask for it."""
    if not isinstance(claimed, tuple) or not claimed:
        return None
    try:
        dpi = round(float(claimed[0]))
    except (ArithmeticError, TypeError, ValueError):
        return None
    return dpi if dpi in PLAUSIBLE_DPI else None


def encode(picture: Image.Image, kind: Kind, dpi: int | None) -> bytes:
    """The bytes of `picture` as JPEG or PNG, with its resolution if it is known; takes whatever else hangs on the picture away."""
    out = BytesIO()
    resolution = {"dpi": (dpi, dpi)} if dpi else {}
    picture.info = {}
    if kind is Kind.PNG:
        picture.save(out, "PNG", compress_level=4, **resolution)
    else:  # no chroma subsampling: red stamps and small print stay sharp
        picture.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0, optimize=False, **resolution)
    return out.getvalue()

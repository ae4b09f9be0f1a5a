"""What phones and scanners hand in beside JPEG, PNG and PDF: HEIC, WebP and TIFF."""

import base64
import struct
from io import BytesIO

from PIL import Image, TiffImagePlugin

from tests.foundation.storage import samples

HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAaptZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5waXRtAAAAAAACAAAA"
    "EGlkYXQAAAAAAEAAMAAAADhpbG9jAQAAAERAAAIAAQAAAAAAAAHOAAEAAAAAAAAAXQACAAEAAAAAAAAAAQAAAAAAAAAIAAAAOGlpbmYAAAAAAAIAAAAVaW5m"
    "ZQIAAAEAAQAAaHZjMQAAAAAVaW5mZQIAAAAAAgAAZ3JpZAAAAADVaXBycAAAALNpcGNvAAAAc2h2Y0MBA3AAAAAAAAAAAAAe8AD8/fj4AAAPAyAAAQAYQAEM"
    "Af//A3AAAAMAkAAAAwAAAwAeugJAIQABACdCAQEDcAAAAwCQAAADAAADAB6gIIEFlurkprmwIAAAAwAgAAADACEiAAEABkQBwXPAiQAAABRpc3BlAAAAAAAA"
    "AEAAAABAAAAAFGlzcGUAAAAAAAAAQAAAADAAAAAQcGl4aQAAAAADCAgIAAAAGmlwbWEAAAAAAAAAAgABAoECAAICA4QAAAAaaXJlZgAAAAAAAAAOZGltZwAC"
    "AAEAAQAAAGVtZGF0AAAAWSgBr1gHJLKUFSN/9NFr49pZ+ubXw38JelHA4Rp1zkFQvSM0Xcp22xkwUBiD/kc4k0XS6Z3qHuZjAGn95Jvt8Tgsr6wQm794lRE+"
    "2evrfWv+e8qpO+IhJjcv"
)
"""samples.picture(64, 48), written by `heif-enc -q 40` (Debian's libheif-examples), as nothing among our packages writes
HEIC: one tile of a grid, as phones make them."""
ORIENTATION, SUBFILE, DNG_VERSION = 0x0112, 254, 50706


def heic(turns: int = 0) -> bytes:
    """The picture as a phone packs it; `turns` are quarters against the clock that it says to make before it is shown."""
    if not turns:
        return HEIC
    box = struct.pack(">I4sB", 9, b"irot", turns)
    data = HEIC.replace(bytes.fromhex("0002020384"), bytes.fromhex("000203038485"))
    end = data.index(b"ipma") - 4
    data = data[:end] + box + data[end:]
    for name, more in ((b"meta", 10), (b"iprp", 10), (b"ipco", 9), (b"ipma", 1)):
        data = _longer(data, data.index(name) - 4, more)
    return _longer(data, data.index(b"iloc") + 18, 10)


def _longer(data: bytes, at: int, more: int) -> bytes:
    return data[:at] + struct.pack(">I", struct.unpack_from(">I", data, at)[0] + more) + data[at + 4 :]


def webp(**options) -> bytes:
    """A small WebP."""
    return samples.saved(samples.picture(), "WEBP", **options)


def saved_film(form: str) -> bytes:
    """Two pictures that follow one another."""
    return samples.saved(samples.picture(), form, save_all=True, append_images=[Image.new("RGB", (60, 40), "red")], duration=500)


def page(number: int, mode: str = "RGB") -> Image.Image:
    """A page on which as many bars stand as its number says."""
    image = Image.new("L", (60, 84), 255)
    for bar in range(number):
        image.paste(0, (4, 4 + 4 * bar, 40, 6 + 4 * bar))
    return image.convert(mode)


def tiff(pages: int, mode: str = "RGB", **options) -> bytes:
    """A TIFF of so many pages."""
    first, *others = (page(number + 1, mode) for number in range(pages))
    return samples.saved(first, "TIFF", save_all=True, append_images=others, **options)


def with_small_copy() -> bytes:
    """A page, and beside it a small copy of it, which is no page of its own."""
    out, tags = BytesIO(), TiffImagePlugin.ImageFileDirectory_v2()
    tags[SUBFILE] = 1
    with TiffImagePlugin.AppendingTiffWriter(out, new=True) as several:
        page(1).save(several, "TIFF")
        several.newFrame()
        page(1).resize((15, 21)).save(several, "TIFF", tiffinfo=tags)
    return out.getvalue()


def raw_of_camera() -> bytes:
    """What a sensor saw, in the wrapping of a TIFF (DNG)."""
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags.tagtype[DNG_VERSION] = 1
    tags[DNG_VERSION] = b"\x01\x04\0\0"
    return samples.saved(page(1), "TIFF", tiffinfo=tags)

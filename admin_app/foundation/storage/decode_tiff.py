"""Rebuild a TIFF: one page as a picture, several as a PDF of pictures. Runs in the sandboxed child; imports nothing of the application.

Scanners and fax machines write the pages of a paper into one TIFF; to keep the first only would lose the rest unseen.
"""

import zlib
from io import BytesIO

from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image, TiffImagePlugin

from admin_app.foundation.storage.decode_image import as_stored, believable_dpi, careful, check_size, encode, fresh, upright
from admin_app.foundation.storage.decode_pdf import clean_pdf
from admin_app.foundation.storage.limits import CleanFile, Kind, Limits, Reason, Refused

NEW_SUBFILE, OLD_SUBFILE, RAW_OF_CAMERA = 254, 255, 50706
"""Tags: what an image is for (TIFF 6.0, pages 36 and 40), and that the file is what a sensor saw (DNG)."""
REDUCED, MASK = 1, 4
OLD_REDUCED = 2
BILEVEL = "1"
LINE_ART = frozenset({BILEVEL, "P"})
"""Modes that lose by JPEG and are small without."""
USUAL_DPI = 200
POINTS = 72
"""To the inch."""
SQUARE = 1.01
"""Up to this ratio of its two resolutions a picture is shown pixel for pixel. A fax has 204 by 98 dots."""


def clean_tiff(data: bytes, limits: Limits) -> CleanFile:
    """The pages of a TIFF without anything that is not seen; Refused if unreadable, a camera's raw file, or of too many pages."""
    with careful(limits), Image.open(BytesIO(data), formats=["TIFF"]) as image:
        assert isinstance(image, TiffImagePlugin.TiffImageFile)  # noqa: S101 - what Pillow opens as TIFF
        numbers = _pages(image, limits)
        if len(numbers) == 1:
            _turn_to(image, numbers[0], limits)
            return _one(image, limits)
        return clean_pdf(_as_pdf(image, numbers, limits), limits)


def _pages(image: TiffImagePlugin.TiffImageFile, limits: Limits) -> list[int]:
    """The numbers of the images that are pages: not the small copies and masks that lie beside them."""
    if RAW_OF_CAMERA in image.tag_v2:
        raise Refused(Reason.NOT_ACCEPTED)
    found = []
    for number in range(image.n_frames):
        image.seek(number)
        tags = image.tag_v2
        if not int(tags.get(NEW_SUBFILE, 0)) & (REDUCED | MASK) and tags.get(OLD_SUBFILE) != OLD_REDUCED:
            found.append(number)
        if len(found) > limits.max_pages:
            raise Refused(Reason.TOO_MANY_PAGES)
    if not found:
        raise Refused(Reason.NOT_ACCEPTED)
    return found


def _turn_to(image: TiffImagePlugin.TiffImageFile, number: int, limits: Limits) -> None:
    image.seek(number)
    check_size(image.width, image.height, limits)
    image.load()


def _one(image: TiffImagePlugin.TiffImageFile, limits: Limits) -> CleanFile:
    kind = Kind.PNG if image.mode in LINE_ART else Kind.JPEG
    across, down = _resolution(image)
    picture = fresh(upright(image))
    if max(across, down) > SQUARE * min(across, down):
        finer = max(across, down)
        picture = picture.resize((round(picture.width * finer / across), round(picture.height * finer / down)), Image.Resampling.LANCZOS)
        check_size(*picture.size, limits)
        across = finer
    return as_stored(picture, kind, believable_dpi((across,)) if "dpi" in image.info else None, limits)


def _resolution(image: Image.Image) -> tuple[float, float]:
    """Dots per inch across and down, as the page is seen; the usual ones where the file says nothing believable."""
    claimed = image.info.get("dpi")
    if not isinstance(claimed, tuple) or len(claimed) != 2:
        return USUAL_DPI, USUAL_DPI
    across, down = (believable_dpi((side,)) for side in claimed)
    return (across, down) if across and down else (USUAL_DPI, USUAL_DPI)


def _as_pdf(image: TiffImagePlugin.TiffImageFile, numbers: list[int], limits: Limits) -> bytes:
    out = BytesIO()
    with Pdf.new() as document:
        for number in numbers:
            _turn_to(image, number, limits)
            _add_page(document, image)
        document.save(out)
    return out.getvalue()


def _add_page(document: Pdf, image: TiffImagePlugin.TiffImageFile) -> None:
    across, down = _resolution(image)
    picture = upright(image) if image.mode == BILEVEL else fresh(upright(image))
    width, height = picture.width / across * POINTS, picture.height / down * POINTS
    page = document.add_blank_page(page_size=(max(3, width), max(3, height)))
    page.obj.Resources = Dictionary(XObject=Dictionary(Im=_picture(document, picture)))
    page.obj.Contents = Stream(document, f"{width:.2f} 0 0 {height:.2f} 0 0 cm /Im Do".encode())


def _picture(document: Pdf, picture: Image.Image) -> Stream:
    is_bilevel = picture.mode == BILEVEL
    colours = Name.DeviceRGB if picture.mode == "RGB" else Name.DeviceGray
    facts = {"Width": picture.width, "Height": picture.height, "BitsPerComponent": 1 if is_bilevel else 8, "ColorSpace": colours}
    stream = Stream(document, b"", Type=Name.XObject, Subtype=Name.Image, **facts)
    if is_bilevel:
        stream.write(zlib.compress(picture.tobytes()), filter=Name.FlateDecode)
    else:
        stream.write(encode(picture, Kind.JPEG, None), filter=Array([Name.DCTDecode]))
    return stream

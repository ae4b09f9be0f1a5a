"""Pages between which a person chooses: as they are kept, and as they came, as pictures. Runs in the sandboxed child.

Both stand in one clean PDF, the bundle: first the pages that are kept, then a picture of each page that looks other. Nothing else of the
file that came is in it, so it can lie in the store until somebody has decided.
"""

from collections.abc import Sequence
from io import BytesIO

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from admin_app.foundation.storage.compare_pages import MOST, Compared
from admin_app.foundation.storage.doubts import MOST_PAGES, Difference
from admin_app.foundation.storage.limits import Reason, Refused

DOTS_PER_INCH = 200
LONGEST = 3000
"""Pixels of the longer side of such a picture."""
JPEG_QUALITY = 85
POINTS_PER_INCH = 72


def differing(found: Sequence[Compared] | None) -> tuple[Difference, ...]:
    """The pages about which a person must be asked; Refused where they are too many to be looked at."""
    numbers = [number for number, one in enumerate(found or ()) if one.share > MOST]
    if len(numbers) > MOST_PAGES:
        raise Refused(Reason.LOOKS_OTHER)
    first, asked = len(found or ()) + 1, []
    for place, number in enumerate(numbers):
        one = (found or ())[number]
        asked.append(Difference(number + 1, round(one.share, 4), round(one.lost, 4), round(one.added, 4), one.boxes, first + place))
    return tuple(asked)


def bundle(original: bytes, clean: bytes, asked: Sequence[Difference]) -> bytes:
    """The clean pages, and behind them a picture of each page that is asked about, as PDFium draws it with its forms and notes."""
    if not asked:
        return clean
    with pikepdf.open(BytesIO(clean), suppress_warnings=True) as pages:
        source = pypdfium2.PdfDocument(original)
        try:
            source.init_forms()
            for one in asked:
                _add_picture(pages, source[one.page - 1])
        finally:
            source.close()
        return written(pages)


def _add_picture(target: Pdf, page: pypdfium2.PdfPage) -> None:
    across, down = page.get_size()
    scale = min(DOTS_PER_INCH / POINTS_PER_INCH, LONGEST / max(across, down))
    image, out = page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB"), BytesIO()
    image.save(out, "JPEG", quality=JPEG_QUALITY)
    size = {"/Width": image.width, "/Height": image.height, "/BitsPerComponent": 8}
    kind = {"/Type": Name.XObject, "/Subtype": Name.Image, "/ColorSpace": Name.DeviceRGB, "/Filter": Name.DCTDecode}
    picture = Stream(target, out.getvalue(), Dictionary(size | kind))
    content = Stream(target, f"q {across:.2f} 0 0 {down:.2f} 0 0 cm /Picture Do Q".encode())
    resources, box = Dictionary(XObject=Dictionary(Picture=picture)), Array([0, 0, round(across, 2), round(down, 2)])
    sheet = Dictionary(Type=Name.Page, MediaBox=box, Resources=resources, Contents=content)
    target.pages.append(pikepdf.Page(target.make_indirect(sheet)))


def chosen(data: bytes, numbers: Sequence[int]) -> bytes:
    """A PDF of these pages (from 1) of a bundle."""
    with pikepdf.open(BytesIO(data), suppress_warnings=True) as source, Pdf.new() as target:
        for number in numbers:
            target.pages.append(source.pages[number - 1])
        return written(target)


def written(pdf: Pdf) -> bytes:
    """The bytes of a PDF of ours: the same pages give the same bytes."""
    out = BytesIO()
    pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()

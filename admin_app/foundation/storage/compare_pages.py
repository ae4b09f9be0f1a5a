"""Whether the pages that are kept of a PDF look like the pages that came. Runs in the sandboxed child."""

import pypdfium2
from PIL import Image, ImageChops, ImageFilter

from admin_app.foundation.storage.limits import Reason, Refused

WIDTH = 240
"""Pixels; small print is grey there, and what is missing as a whole is seen."""
VISIBLE = 48
"""Of 255: by how much a softened pixel must differ to count."""
MOST = 0.004
"""Share of the pixels of a page that may differ: 0.4 per cent are about a word of print (docs/figures.md)."""
SOFT = ImageFilter.BoxBlur(1)


def differences(original: bytes, kept: bytes) -> list[float]:
    """For each page the share of its pixels that visibly differ, from 0 to 1; a page of another shape differs altogether."""
    before, after = pypdfium2.PdfDocument(original), pypdfium2.PdfDocument(kept)
    try:
        before.init_forms()
        return [difference(_drawn(before[number], with_form=True), _drawn(page, with_form=False)) for number, page in enumerate(after)]
    finally:
        before.close()
        after.close()


def refuse_if_other(original: bytes, kept: bytes) -> bool:
    """Refused if a page that is kept does not look like the page that came; False where PDFium cannot draw one of the two."""
    try:
        shares = differences(original, kept)
    except pypdfium2.PdfiumError:
        return False  # qpdf mended what came, and there is nothing to compare with
    if max(shares) > MOST:
        raise Refused(Reason.LOOKS_OTHER)
    return True


def _drawn(page: pypdfium2.PdfPage, *, with_form: bool) -> Image.Image:
    across, down = page.get_size()
    scale = min(WIDTH / across, 4 * WIDTH / down)
    return page.render(scale=scale, may_draw_forms=with_form, grayscale=True).to_pil().convert("L")


def difference(before: Image.Image, after: Image.Image) -> float:
    """The share of pixels in which two grey drawings of a page visibly differ; 1 if they are of different shape."""
    if max(abs(before.width - after.width), abs(before.height - after.height)) > 1:
        return 1.0
    after = after.crop((0, 0, *before.size)) if after.size != before.size else after
    apart = ImageChops.difference(before.filter(SOFT), after.filter(SOFT)).histogram()
    return sum(apart[VISIBLE:]) / (before.width * before.height)

"""Rebuild a PDF from its visible pages alone. Runs in the sandboxed child; imports nothing of the application."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image

from admin_app.foundation.storage import compare_pages, page_choice, pdf_source
from admin_app.foundation.storage.doubts import MOST_NAMES, Doubts
from admin_app.foundation.storage.image_streams import strip_jpeg, strip_jpeg2000
from admin_app.foundation.storage.limits import CleanFile, Kind, Limits, Reason, Refused

PAGE_KEYS = frozenset({"/Type", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group"})
"""What draws a page is copied. Annotations are drawn into it first; actions, data, thumbnails stay behind."""
HIDDEN = frozenset(
    (
        *("/AA", "/JS", "/JavaScript", "/Launch", "/OpenAction", "/URI", "/Rendition"),
        *("/AF", "/EF", "/EmbeddedFiles", "/Collection", "/OPI", "/Ref"),
        *("/Annots", "/AcroForm", "/XFA", "/Names", "/Threads", "/OCProperties"),
        *("/3DD", "/Movie", "/RichMedia", "/RichMediaContent", "/RichMediaSettings", "/Sound"),
        *("/Alternates", "/Metadata", "/PieceInfo"),
    )
)
"""Keys that carry programs, other files or data nobody sees; no object of a clean PDF has one."""
ACTIVE_ACTIONS = frozenset(
    (
        *("/JavaScript", "/Launch", "/URI", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData"),
        *("/Rendition", "/Movie", "/Sound", "/RichMediaExecute", "/Trans", "/GoTo3DView"),
    )
)
NAME_TABLES = frozenset(
    (
        *("/CharProcs", "/Colorants", "/ColorSpace", "/ExtGState", "/Font"),
        *("/Pattern", "/Properties", "/Shading", "/XObject"),
    )
)
"""Dictionaries whose keys are names that the author made up: a font called /AA is a font, not an action."""
PICTURE_FILTERS = {Name.DCTDecode: strip_jpeg, Name.JPXDecode: strip_jpeg2000}
PROBE_WIDTH = 240
"""Pixels; every page is rasterised once at this width to know that it can be."""
DAMAGE = (pikepdf.PdfError, pypdfium2.PdfiumError, AttributeError, ArithmeticError, LookupError, RuntimeError, TypeError, ValueError)

LOCKED_OTHERWISE = "unsupported encryption"
"""In what qpdf says of a file that opens for the holder of a certificate, or is locked in a way of its maker's."""


def clean_pdf(data: bytes, limits: Limits) -> CleanFile:
    """The same pages without anything that runs, hides or points elsewhere; Refused if that is not possible."""
    try:
        clean, inside = _rebuild(data, limits)
        confirm_clean(clean)
    except pikepdf.PasswordError as error:
        raise Refused(Reason.ENCRYPTED) from error
    except MemoryError as error:
        raise Refused(Reason.TOO_HEAVY) from error
    except DAMAGE as error:
        raise Refused(pdf_source.lock_of(data) if LOCKED_OTHERWISE in str(error) else Reason.BROKEN) from error
    return _in_doubt(data, clean, inside, limits)


def _in_doubt(data: bytes, clean: bytes, inside: list[str], limits: Limits) -> CleanFile:
    """The file that is kept, or the pages between which a person decides."""
    if len(clean) > limits.max_clean_bytes:
        raise Refused(Reason.TOO_LARGE)
    found = compare_pages.differences(data, clean)
    plain = described(clean, is_drawn=found is not None)
    doubts = Doubts(page_choice.differing(found), tuple(inside[:MOST_NAMES]), len(inside))
    if not doubts:
        return plain
    both = page_choice.bundle(data, clean, doubts.pages)
    confirm_clean(both)
    if len(both) > limits.max_clean_bytes:
        raise Refused(Reason.TOO_LARGE)
    return replace(plain, data=both, doubts=doubts)


def choose(data: bytes, numbers: list[int]) -> CleanFile:
    """The file that a person decided for: these pages (from 1) of a bundle (page_choice.py)."""
    kept = page_choice.chosen(data, numbers)
    confirm_clean(kept)
    return described(kept, is_drawn=False)


def page_to_jpeg(data: bytes, page: int, width: int) -> bytes:
    """Page `page` (from 1) of a clean PDF as a JPEG `width` pixels wide, or narrower for a very tall page."""
    document = pypdfium2.PdfDocument(data)
    try:
        picture = _draw(document[page - 1], width).convert("RGB")
    finally:
        document.close()
    out = BytesIO()
    picture.save(out, "JPEG", quality=88, subsampling=0)
    return out.getvalue()


def tiny_pdf() -> bytes:
    """The smallest PDF: one empty page."""
    out = BytesIO()
    with Pdf.new() as pdf:
        pdf.add_blank_page(page_size=(8, 8))
        pdf.save(out)
    return out.getvalue()


def _rebuild(data: bytes, limits: Limits) -> tuple[bytes, list[str]]:
    """The pages alone, and the names of the files that lie beside them."""
    with pikepdf.open(
        BytesIO(data), suppress_warnings=True, inherit_page_attributes=True
    ) as source:  # with the empty password: what opens for anybody opens here
        pdf_source.check(source, limits)
        inside = pdf_source.files_inside(source)
        flat = with_form_drawn(_written_plainly(source)) if Name.AcroForm in source.Root else data
    with pikepdf.open(BytesIO(flat), suppress_warnings=True) as source, Pdf.new() as target:
        source.flatten_annotations("screen")
        for page in source.pages:
            for key in set(page.obj.keys()) - PAGE_KEYS - {"/Parent"}:
                del page.obj[key]
            target.pages.append(page)
        for thing in list(_dictionaries(target)):
            _check_picture(thing, limits)
            _strip(target, thing)
        return page_choice.written(target), inside


def _written_plainly(source: Pdf) -> bytes:
    """The same document without encryption, with all that a page inherits (resources, boxes, rotation) written on the page itself.

    Where a page has no resources of its own, PDFium gives it new ones for the drawn form, and the page's own pictures and fonts are gone.
    """
    out = BytesIO()
    source.save(out, encryption=False)
    return out.getvalue()


def with_form_drawn(data: bytes) -> bytes:
    """What people typed becomes part of the page, so that dropping the form loses nothing.

    PDFium does it: qpdf draws the wrong characters where a form uses Chinese fonts.
    """
    document = pypdfium2.PdfDocument(data)
    try:
        document.init_forms()
        if document.formenv is None:
            return data
        for page in document:
            page.flatten()
        out = BytesIO()
        document.save(out)
        return out.getvalue()
    finally:
        document.close()


def _check_picture(thing: Dictionary | Stream, limits: Limits) -> None:
    """A picture too big to draw would come out as an empty page; say so instead."""
    is_picture = isinstance(thing, Stream) and thing.get(Name.Subtype) == Name.Image
    if is_picture and int(thing.get(Name.Width, 0)) * int(thing.get(Name.Height, 0)) > limits.max_pixels:
        raise Refused(Reason.TOO_MANY_PIXELS)


def _dictionaries(pdf: Pdf) -> Iterator[Dictionary | Stream]:
    """Every dictionary reachable from the catalog whose keys have the meaning of the PDF standard (see NAME_TABLES)."""
    stack: list[tuple[Any, bool]] = [(pdf.Root, False)]
    seen: set[tuple[tuple[int, int], bool]] = set()
    while stack:
        thing, is_table = stack.pop()
        if thing.is_indirect:
            if (thing.objgen, is_table) in seen:
                continue
            seen.add((thing.objgen, is_table))
        if isinstance(thing, (Dictionary, Stream)) and not is_table:
            yield thing
        stack.extend(_inside(thing, is_table))


def _inside(thing: Any, is_table: bool) -> Iterator[tuple[Any, bool]]:
    """(value, whether it is a name table) of each container that stands in `thing`."""
    pairs = (("", value) for value in thing) if isinstance(thing, Array) else thing.items()
    for key, value in pairs:
        if isinstance(value, (Dictionary, Stream, Array)):
            yield value, key in NAME_TABLES and not is_table and isinstance(value, Dictionary)


def _strip(pdf: Pdf, thing: Dictionary | Stream) -> None:
    for key in HIDDEN & set(thing.keys()):
        del thing[key]
    if _is_active(thing.get(Name.A)):
        del thing[Name.A]
    if isinstance(thing, Stream):
        _strip_picture(pdf, thing)


def _is_active(action: Any) -> bool:
    return isinstance(action, (Dictionary, Stream)) and str(action.get(Name.S)) in ACTIVE_ACTIONS


def _strip_picture(pdf: Pdf, stream: Stream) -> None:
    """Take the camera's notes out of pictures that a scanner app put into the PDF as they were."""
    found = stream.get(Name.Filter)
    filters: list[Any] = [found] if isinstance(found, Name) else list(found or ())
    if not filters or filters[-1] not in PICTURE_FILTERS:
        return
    wrapped = Stream(pdf, b"")
    wrapped.write(stream.read_raw_bytes(), filter=Array(filters[:-1]) if filters[:-1] else None)
    parameters = stream.get(Name.DecodeParms)
    if isinstance(parameters, Array):
        parameters = parameters[-1]
    plain = PICTURE_FILTERS[filters[-1]](wrapped.read_bytes())
    stream.write(plain, filter=filters[-1], decode_parms=parameters if isinstance(parameters, Dictionary) else None)


def confirm_clean(clean: bytes) -> None:
    """Read the result again as a stranger would; Refused if anything active is still in it."""
    with pikepdf.open(BytesIO(clean), suppress_warnings=True) as pdf:
        if set(pdf.Root.keys()) - {"/Type", "/Pages"} or Name.Info in pdf.trailer:
            raise Refused(Reason.ACTIVE_CONTENT)
        for thing in _dictionaries(pdf):
            if HIDDEN & set(thing.keys()) or _is_active(thing):
                raise Refused(Reason.ACTIVE_CONTENT)


def described(clean: bytes, *, is_drawn: bool) -> CleanFile:
    """The file that is kept; its pages are drawn once, if they were not yet, to know that they can be."""
    try:
        document = pypdfium2.PdfDocument(clean)
        try:
            width, height = (max(1, round(side)) for side in document[0].get_size())
            for page in () if is_drawn else document:
                _draw(page, PROBE_WIDTH)
            return CleanFile(Kind.PDF, clean, width, height, len(document))
        finally:
            document.close()
    except pypdfium2.PdfiumError as error:
        raise Refused(Reason.BROKEN) from error


def _draw(page: pypdfium2.PdfPage, width: int) -> Image.Image:
    across, down = page.get_size()
    if not (across > 0 and down > 0):
        raise Refused(Reason.BROKEN)
    scale = min(width / across, 4 * width / down)
    return page.render(scale=scale, may_draw_forms=False).to_pil()

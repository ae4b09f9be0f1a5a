"""PDFs come out as visible pages and nothing else."""

import zlib
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from pikepdf import Name

from admin_app.foundation.storage.decode_pdf import clean_pdf, page_to_jpeg
from admin_app.foundation.storage.limits import Kind, Limits, Reason, Refused
from tests.foundation.storage import samples

LIMITS = Limits()
DARK, LIGHT = 120, 200


def texts(data):
    """The text of each page."""
    document = pypdfium2.PdfDocument(data)
    return [page.get_textpage().get_text_bounded() for page in document]


def spelled_out(data):
    """The PDF with every stream unpacked, to look for bytes in it."""
    out = BytesIO()
    with pikepdf.open(BytesIO(data)) as document:
        document.save(out, qdf=True, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
    return out.getvalue()


def reason_for(data, limits=LIMITS):
    with pytest.raises(Refused) as refused:
        clean_pdf(data, limits)
    return refused.value.reason


def test_a_pdf_keeps_its_pages_and_text():
    clean = clean_pdf(samples.pdf(3), LIMITS)
    assert (clean.kind, clean.pages, clean.width, clean.height) == (Kind.PDF, 3, 420, 595)
    assert texts(clean.data) == ["Loss report"] * 3


def test_the_busy_sample_does_carry_the_mark():
    assert spelled_out(samples.busy_pdf()).count(samples.SECRET) >= 6


@pytest.mark.parametrize(
    "word",
    [
        *(b"/JavaScript", b"/OpenAction", b"/Launch", b"/URI", b"/EmbeddedFile", b"/XFA", b"/RichMedia", b"/Annots"),
        *(b"/Metadata", b"/PieceInfo", b"/Author", samples.SECRET),
    ],
)
def test_what_a_paper_does_not_have_is_gone(word):
    assert word not in spelled_out(clean_pdf(samples.busy_pdf(), LIMITS).data)


def test_the_visible_page_of_a_busy_pdf_stays():
    assert texts(clean_pdf(samples.busy_pdf(), LIMITS).data) == ["Loss report"]


def test_nothing_follows_the_end_of_a_clean_pdf():
    assert clean_pdf(samples.pdf() + samples.HTML, LIMITS).data.rstrip().endswith(b"%%EOF")


def test_a_stamp_that_was_an_annotation_is_still_visible():
    clean = clean_pdf(samples.filled_form(), LIMITS)
    page = samples.opened(page_to_jpeg(clean.data, 1, 420)).convert("L")
    assert page.getpixel((250, 595 - 70)) < DARK < LIGHT < page.getpixel((100, 595 - 70))


def test_a_text_typed_into_a_form_stays_and_the_form_goes():
    clean = clean_pdf(samples.typed_form(), LIMITS).data
    assert "TYPED" in texts(clean)[0]
    assert b"/AcroForm" not in spelled_out(clean)


def test_a_size_and_a_font_inherited_from_the_page_tree_stay():
    with pikepdf.open(BytesIO(samples.pdf())) as document:
        page, tree = document.pages[0].obj, document.Root.Pages
        for key in (Name.MediaBox, Name.Resources):
            tree[key] = page[key]
            del page[key]
        data = samples.written(document)
    clean = clean_pdf(data, LIMITS)
    assert (clean.width, texts(clean.data)) == (420, ["Loss report"])


def test_a_photo_inside_a_pdf_loses_the_cameras_notes_and_no_pixel():
    photo = samples.noted_jpeg()
    clean = clean_pdf(samples.pdf_of_jpeg(photo), LIMITS)
    assert samples.SECRET in samples.pdf_of_jpeg(photo)
    assert samples.SECRET not in spelled_out(clean.data)
    with pikepdf.open(BytesIO(clean.data)) as document:
        inside = document.pages[0].Resources.XObject.Im0.read_raw_bytes()
    assert samples.opened(inside).tobytes() == samples.opened(photo).tobytes()


def test_a_photo_packed_twice_inside_a_pdf_loses_the_notes_too():
    photo = samples.noted_jpeg()
    data = samples.pdf_of_jpeg(photo, Name.FlateDecode, packed=zlib.compress(photo))
    assert samples.SECRET not in spelled_out(clean_pdf(data, LIMITS).data)


def test_the_same_pdf_gives_the_same_bytes():
    assert clean_pdf(samples.busy_pdf(), LIMITS).data == clean_pdf(samples.busy_pdf(), LIMITS).data


def test_a_pdf_of_the_most_pages_allowed_is_taken():
    assert clean_pdf(samples.pdf(LIMITS.max_pages), LIMITS).pages == LIMITS.max_pages


@pytest.mark.parametrize("pages", [LIMITS.max_pages + 1, 10_000])
def test_too_many_pages_are_refused(pages):
    assert reason_for(samples.pdf(pages)) is Reason.TOO_MANY_PAGES


@pytest.mark.parametrize("data", [samples.pdf()[:60], b"%PDF-1.7\n%%EOF", b"%PDF-1.4 garbage" * 50])
def test_a_broken_pdf_is_refused(data):
    assert reason_for(data) is Reason.BROKEN


def test_a_pdf_without_pages_is_refused():
    with pikepdf.Pdf.new() as document:
        assert reason_for(samples.written(document)) is Reason.BROKEN


def test_a_page_is_drawn_at_the_width_asked_for():
    assert samples.opened(page_to_jpeg(samples.pdf(2), 2, 300)).size == (300, 425)

"""A PDF whose pages look other, or that holds other files, comes as a bundle between whose pages a person chooses."""

from io import BytesIO

import pikepdf
import pytest
from pikepdf import Name

from admin_app.foundation.storage import compare_pages
from admin_app.foundation.storage.decode_pdf import choose, clean_pdf, page_to_jpeg
from admin_app.foundation.storage.doubts import MOST_NAMES, MOST_PAGES
from admin_app.foundation.storage.limits import Limits, Reason, Refused
from tests.foundation.storage import doubtful, pdf_samples, samples

LIMITS = Limits()
DARK, LIGHT = 60, 200
SQUARE = (150, 445)
"""A place inside the square of a hidden layer, at 420 pixels a page."""


def seen_at(data, page, place=SQUARE):
    """How light a place of a page is, from 0 to 255."""
    return samples.opened(page_to_jpeg(data, page, 420)).convert("L").getpixel(place)


def test_a_page_that_would_show_what_was_hidden_is_asked_about():
    clean = clean_pdf(doubtful.with_layer(pages=3, only=2), LIMITS)
    (one,) = clean.doubts.pages
    assert (one.page, one.picture, clean.pages) == (2, 4, 3)
    assert one.added > compare_pages.MOST > one.lost


def test_the_bundle_shows_the_page_as_it_is_kept_and_as_it_came():
    clean = clean_pdf(doubtful.with_layer(), LIMITS)
    assert seen_at(clean.data, 1) < DARK < LIGHT < seen_at(clean.data, 2)


@pytest.mark.parametrize(("numbers", "is_dark"), [([1], True), ([2], False)])
def test_the_file_is_made_of_the_pages_that_were_chosen(numbers, is_dark):
    kept = choose(clean_pdf(doubtful.with_layer(), LIMITS).data, numbers)
    assert (kept.pages, seen_at(kept.data, 1) < DARK) == (1, is_dark)


def test_a_page_that_was_not_chosen_is_not_in_the_file():
    bundle = clean_pdf(doubtful.with_layer(), LIMITS).data
    with pikepdf.open(BytesIO(choose(bundle, [2]).data)) as document:
        assert b"BDC" not in document.pages[0].Contents.read_bytes()
        assert Name.Font not in document.pages[0].Resources


def test_pages_keep_their_order_and_shape():
    clean = clean_pdf(doubtful.with_layer(pages=3, only=2), LIMITS)
    kept = choose(clean.data, [1, 4, 3])
    assert (kept.pages, kept.width, kept.height) == (3, 420, 595)
    assert compare_pages.differences(doubtful.with_layer(pages=3, only=2), kept.data)[1].share <= compare_pages.MOST


def test_a_bundle_is_as_clean_as_what_is_kept():
    with pikepdf.open(BytesIO(clean_pdf(doubtful.with_layer(), LIMITS).data)) as document:
        assert set(document.Root.keys()) == {"/Type", "/Pages"}


def test_more_differing_pages_than_anybody_looks_at_are_refused():
    assert len(clean_pdf(doubtful.with_layer(pages=MOST_PAGES), LIMITS).doubts.pages) == MOST_PAGES
    with pytest.raises(Refused) as refused:
        clean_pdf(doubtful.with_layer(pages=MOST_PAGES + 1), LIMITS)
    assert refused.value.reason is Reason.LOOKS_OTHER


def test_files_inside_are_named():
    assert clean_pdf(doubtful.with_files_inside("invoice.xml", "明细.xlsx"), LIMITS).doubts.inside == ("invoice.xml", "明细.xlsx")


def test_files_inside_are_found_wherever_they_hang():
    assert set(clean_pdf(doubtful.with_files_elsewhere(), LIMITS).doubts.inside) == {"document.xml", "page.xml", "note.xml"}


def test_many_files_inside_are_counted_and_some_named():
    doubts = clean_pdf(doubtful.with_files_inside(*(f"{number}.xml" for number in range(30))), LIMITS).doubts
    assert (len(doubts.inside), doubts.inside_count) == (MOST_NAMES, 30)


@pytest.mark.parametrize("data", [samples.pdf(), samples.typed_form(), samples.filled_form(), pdf_samples.with_form()])
def test_a_plain_file_raises_no_question(data):
    assert not clean_pdf(data, LIMITS).doubts


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (samples.locked_pdf(), Reason.ENCRYPTED),
        (pdf_samples.for_certificates(), Reason.CERTIFICATE),
        (pdf_samples.for_certificates().replace(b"Adobe.PubSec", b"FOPN_foweb"), Reason.LOCKED),
    ],
)
def test_a_lock_is_called_what_it_is(data, reason):
    with pytest.raises(Refused) as refused:
        clean_pdf(data, LIMITS)
    assert refused.value.reason is reason

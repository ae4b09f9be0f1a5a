"""What is kept of a PDF looks like what came, or it is not kept."""

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from admin_app.foundation.storage import compare_pages
from admin_app.foundation.storage.decode_pdf import clean_pdf, with_form_drawn
from admin_app.foundation.storage.limits import Limits, Reason, Refused
from tests.foundation.storage import pdf_samples, samples


def with_layer(*, is_on: bool) -> bytes:
    """A page whose black square lies on a layer that is shown or hidden."""
    with pikepdf.Pdf.new() as document:
        page = samples.add_page(document).obj
        layer = document.make_indirect(Dictionary(Type=Name.OCG, Name=String("square")))
        page.Resources.Properties = Dictionary(Layer=layer)
        page.Contents = pikepdf.Stream(document, b"/OC /Layer BDC 0 g 50 50 200 200 re f EMC")
        state = Dictionary(OFF=Array([] if is_on else [layer]))
        document.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=state)
        return samples.written(document)


@pytest.mark.parametrize("data", [samples.pdf(2), pdf_samples.with_form(), samples.typed_form(), samples.filled_form(), samples.busy_pdf()])
def test_pages_that_are_kept_as_they_are_do_not_differ(data):
    assert max(compare_pages.differences(data, clean_pdf(data, Limits()).data)) <= compare_pages.MOST


def test_a_lost_picture_is_seen():
    data = pdf_samples.with_form(above=(Name.Resources,))
    assert max(compare_pages.differences(data, with_form_drawn(data))) > compare_pages.MOST


def test_a_missing_word_is_seen():
    assert max(compare_pages.differences(samples.pdf(text="Loss report"), samples.pdf(text="Loss"))) > compare_pages.MOST


def test_the_page_that_differs_is_told_by_its_place():
    shares = compare_pages.differences(samples.pdf(3), samples.pdf(3, text=""))
    assert len(shares) == 3
    assert min(shares) > compare_pages.MOST


def test_a_page_of_another_shape_differs_altogether():
    assert compare_pages.differences(samples.pdf(), pdf_samples.with_form()) == [1.0]


def test_a_shown_layer_is_kept():
    assert clean_pdf(with_layer(is_on=True), Limits()).pages == 1


def test_a_page_that_would_show_what_was_hidden_is_refused():
    with pytest.raises(Refused) as refused:
        clean_pdf(with_layer(is_on=False), Limits())
    assert refused.value.reason is Reason.LOOKS_OTHER

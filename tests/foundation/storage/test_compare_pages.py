"""What is kept of a PDF looks like what came, or it is not kept."""

import pytest
from pikepdf import Name

from admin_app.foundation.storage import compare_pages
from admin_app.foundation.storage.decode_pdf import clean_pdf, with_form_drawn
from admin_app.foundation.storage.limits import Limits
from tests.foundation.storage import doubtful, pdf_samples, samples


def shares(before, after):
    """The share of each page that differs."""
    return [one.share for one in compare_pages.differences(before, after)]


@pytest.mark.parametrize("data", [samples.pdf(2), pdf_samples.with_form(), samples.typed_form(), samples.filled_form(), samples.busy_pdf()])
def test_pages_that_are_kept_as_they_are_do_not_differ(data):
    assert max(shares(data, clean_pdf(data, Limits()).data)) <= compare_pages.MOST


def test_a_lost_picture_is_seen():
    data = pdf_samples.with_form(above=(Name.Resources,))
    assert max(shares(data, with_form_drawn(data))) > compare_pages.MOST


def test_a_missing_word_is_seen():
    assert max(shares(samples.pdf(text="Loss report"), samples.pdf(text="Loss"))) > compare_pages.MOST


def test_the_page_that_differs_is_told_by_its_place():
    found = shares(samples.pdf(3), samples.pdf(3, text=""))
    assert len(found) == 3
    assert min(found) > compare_pages.MOST


def test_a_page_of_another_shape_differs_altogether():
    assert shares(samples.pdf(), pdf_samples.with_form()) == [1.0]


def test_what_is_missing_and_what_comes_to_light_are_told_apart():
    full, empty = samples.pdf(), samples.pdf(text="")
    (missing,), (more,) = compare_pages.differences(full, empty), compare_pages.differences(empty, full)
    assert missing.lost == missing.share > missing.added == 0
    assert more.added == more.share > more.lost == 0


def test_a_box_stands_around_each_place_that_differs():
    (found,) = compare_pages.differences(doubtful.with_layer(is_on=False), doubtful.with_layer(is_on=True))
    ((left, top, right, bottom),) = found.boxes
    assert left <= 50 / 420 < 250 / 420 <= right and top <= 345 / 595 < 545 / 595 <= bottom
    assert right - left < 0.6 and bottom - top < 0.45


def test_a_page_that_does_not_differ_has_no_box():
    (found,) = compare_pages.differences(samples.pdf(), samples.pdf())
    assert (found.share, found.boxes) == (0, ())


def test_a_shown_layer_is_kept_without_a_question():
    assert not clean_pdf(doubtful.with_layer(is_on=True), Limits()).doubts

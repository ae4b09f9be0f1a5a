"""Of a PDF what it shows is stored, and where its pages are not what it shows, it is refused with a way on."""

from itertools import product

import pikepdf
import pypdfium2
import pytest
from pikepdf import Name
from PIL import ImageChops

from admin_app.foundation.storage import pdf_source
from admin_app.foundation.storage.decode_pdf import clean_pdf, with_form_drawn
from admin_app.foundation.storage.limits import Limits, Reason, Refused
from tests.foundation.storage import pdf_samples, samples

LIMITS = Limits()
DYNAMIC = b"<acrobat7><dynamicRender>required</dynamicRender></acrobat7>"
STATIC = b"<acrobat7><dynamicRender>forbidden</dynamicRender></acrobat7>"


def drawn(data):
    return pypdfium2.PdfDocument(data)[0].render().to_pil().convert("RGB")


def reason_for(data):
    with pytest.raises(Refused) as refused:
        clean_pdf(data, LIMITS)
    return refused.value.reason


def looks_the_same(**how):
    """Whether the stored page is the one of the same file with everything on the page itself."""
    own = {name: value for name, value in how.items() if name == "is_form"}
    control, tried = (drawn(clean_pdf(pdf_samples.with_form(**kind), LIMITS).data) for kind in (own, how))
    return control.size == tried.size and ImageChops.difference(control, tried).getbbox() is None


@pytest.mark.parametrize(("key", "is_form", "deep"), [*product(pdf_samples.TRAITS, (True, False), (True, False))])
def test_what_a_page_inherits_is_drawn(key, is_form, deep):
    assert looks_the_same(above=(key,), is_form=is_form, deep=deep)


def test_a_page_that_inherits_everything_is_drawn():
    assert looks_the_same(above=tuple(pdf_samples.TRAITS))


def test_the_control_is_the_page_with_picture_text_and_field():
    page = drawn(clean_pdf(pdf_samples.with_form(), LIMITS).data)
    assert page.size == (120, 200)  # cropped and turned
    assert {(255, 0, 0), (0, 0, 255), (0, 0, 0)} <= {color for _count, color in page.getcolors(10_000)}


def test_a_form_drawn_on_the_page_as_it_came_loses_its_picture():
    data = pdf_samples.with_form(above=(Name.Resources,))
    assert (255, 0, 0) not in {color for _count, color in drawn(with_form_drawn(data)).getcolors(10_000)}


@pytest.mark.parametrize("one_stream", [True, False])
@pytest.mark.parametrize(
    "how",
    [{"needs_rendering": True, "fields": 1}, {"settings": DYNAMIC, "fields": 1}, {}, {"signature": True}],
    ids=["flag", "settings", "bare", "signed"],
)
def test_a_form_that_only_its_own_reader_shows_is_refused(how, one_stream):
    assert reason_for(pdf_samples.xfa_form(**how, one_stream=one_stream)) is Reason.DYNAMIC_FORM


@pytest.mark.parametrize("settings", [b"", STATIC])
def test_a_form_whose_fields_stand_on_its_pages_is_taken(settings):
    assert clean_pdf(pdf_samples.xfa_form(settings, fields=2), LIMITS).pages == 1


def test_a_folder_of_files_is_not_taken_for_its_cover():
    assert reason_for(pdf_samples.portfolio()) is Reason.PORTFOLIO


def test_a_file_that_opens_without_asking_is_taken_whatever_it_forbids():
    clean = clean_pdf(samples.locked_pdf(""), LIMITS)
    assert (clean.pages, b"/Encrypt" in clean.data) == (1, False)
    assert pypdfium2.PdfDocument(clean.data)[0].get_textpage().get_text_bounded() == "Loss report"


def test_a_file_that_asks_for_a_password_is_refused():
    assert reason_for(samples.locked_pdf("1234")) is Reason.ENCRYPTED


def test_a_locked_form_that_opens_without_asking_keeps_what_was_typed():
    locked = pdf_samples.with_form(above=(Name.Resources,), encryption=pikepdf.Encryption(owner="owner", user=""))
    open_one = clean_pdf(pdf_samples.with_form(), LIMITS).data
    assert ImageChops.difference(drawn(clean_pdf(locked, LIMITS).data), drawn(open_one)).getbbox() is None


@pytest.mark.parametrize("levels", [16, 40])
def test_a_form_whose_branches_meet_again_is_refused_at_once(levels):
    assert len(pdf_samples.doubling_form(levels)) < 10_000
    assert reason_for(pdf_samples.doubling_form(levels)) is Reason.TOO_HEAVY


def test_a_form_of_many_fields_is_taken():
    assert clean_pdf(pdf_samples.doubling_form(8), Limits()).pages == 1


@pytest.mark.parametrize("kind", pdf_source.NEVER_DRAWN)
def test_a_note_that_only_readers_draw_is_not_lost_without_a_word(kind):
    assert reason_for(pdf_samples.with_note(kind)) is Reason.LOOKS_OTHER


@pytest.mark.parametrize("how", [{"flags": 2}, {"flags": 32}, {"has_look": True}])
def test_a_note_that_is_hidden_or_brings_its_drawing_is_no_reason_to_refuse(how):
    assert clean_pdf(pdf_samples.with_note(Name.Line, **how), Limits()).pages == 1


def test_the_border_of_a_link_is_no_part_of_the_paper():
    assert not clean_pdf(pdf_samples.with_note(Name.Link), Limits()).doubts

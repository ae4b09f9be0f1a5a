"""The words on labels: what a reader of the PDF finds, what is refused, what never reaches paper."""

import io
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest

from reports.labels.rows import LabelRow
from reports.labels.sheets import LabelsDoNotFit, render_label_sheets
from reports.text.characters import MissingGlyphs
from tests.reports.stocks import L7160, L7163, STOCKS


@pytest.mark.parametrize("stock", STOCKS.values(), ids=STOCKS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_words_on_paper_equal_the_row(stock, language, make_rows, words):
    rows = make_rows(5)
    printed = words(render_label_sheets(rows, stock=stock, language=language))
    for row in rows:
        for value in (row.recipient, row.postcode, "".join(row.address_lines), row.parcel_number, row.phone_masked):
            assert "".join(value.split()) in printed


def test_language_chooses_the_words_around_the_name(make_rows, words):
    rows = make_rows(1)
    assert "王羲收" in words(render_label_sheets(rows, stock=L7163, language="zh"))
    assert "From" in words(render_label_sheets(rows, stock=L7163, language="en"))


def test_a_character_without_a_glyph_stops_the_job_with_name_and_code_point(make_rows):
    rows = make_rows(3)
    rows[1] = replace(rows[1], recipient="孙\U0003134a")
    rows[2] = replace(rows[2], address_lines=("文三路😀号",))
    with pytest.raises(MissingGlyphs, match=r"PX2026112200001.*U\+3134A") as stopped:
        render_label_sheets(rows, stock=L7163, language="zh")
    assert [(problem.recipient, [each.codepoint for each in problem.characters]) for problem in stopped.value.problems] == [
        (rows[1].recipient, ["U+3134A"]),
        (rows[2].recipient, ["U+1F600"]),
    ]
    assert "孙" not in str(stopped.value)


@pytest.mark.parametrize("payload", ["<b>王</b>", "<script>1</script>", "&lt;a&gt; & co", "{{ 7*7 }}", "<img src=x>", "--></pre>"])
def test_markup_in_a_name_is_printed_as_it_is_written(payload, make_rows, words):
    row = replace(make_rows(1)[0], recipient=payload)
    assert "".join(payload.split()) in words(render_label_sheets([row], stock=L7163, language="en"))


def test_control_and_direction_characters_never_reach_paper(make_rows, words):
    row = replace(make_rows(1)[0], recipient="王\u202e\x07伟\u200b\ufeff")
    printed = words(render_label_sheets([row], stock=L7163, language="zh"))
    assert "王伟收" in printed


@pytest.mark.parametrize(
    "changes",
    [
        {"recipient": "长" * 61},
        {"address_lines": ("址" * 201,)},
        {"recipient": " "},
        {"address_lines": ()},
        {"parcel_number": "PX" + "A7" * 20},
        {"sender": "寄" * 201},
    ],
    ids=["long name", "long address", "no name", "no address", "long number", "long sender"],
)
def test_a_label_that_cannot_be_whole_is_refused(changes, make_rows):
    row = replace(make_rows(1)[0], **changes)
    with pytest.raises(LabelsDoNotFit, match=row.parcel_number):
        render_label_sheets([row], stock=L7160, language="zh")


@pytest.mark.parametrize("number", ["", "编号1", "PX 1", "PX\n1"])
def test_a_number_that_code_128_cannot_hold_is_refused(number, make_rows):
    with pytest.raises(ValueError, match="Code 128"):
        render_label_sheets([replace(make_rows(1)[0], parcel_number=number)], stock=L7163, language="zh")


def test_all_chunks_share_one_copy_of_the_fonts(make_rows):
    chunked = render_label_sheets(make_rows(43), stock=L7163, language="zh", chunk=14)
    with pikepdf.Pdf.open(io.BytesIO(chunked)) as document:
        files = [each for each in document.objects if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/OpenType"]
    assert len(files) == 2


def test_only_shipped_fonts_are_embedded(make_rows):
    content = render_label_sheets(make_rows(5), stock=L7163, language="zh")
    with pikepdf.Pdf.open(io.BytesIO(content)) as document:
        names = {str(font.BaseFont).split("+")[1] for page in document.pages for font in page.Resources.Font.values()}
    assert names == {"Print", "Print-Bold"}


def test_the_file_holds_no_links_scripts_or_attachments(make_rows):
    content = render_label_sheets([replace(make_rows(1)[0], recipient="<a href='http://x'>")], stock=L7163, language="en")
    with pikepdf.Pdf.open(io.BytesIO(content)) as document:
        flat = b"".join(each.unparse(resolved=True) for each in document.objects)
    assert not any(word in flat for word in (b"/URI", b"/JS", b"/JavaScript", b"/Launch", b"/EmbeddedFile"))


def test_a_row_without_optional_texts_is_enough(words):
    row = LabelRow("PX1", "王伟", "", ("文三路1号",))
    assert words(render_label_sheets([row], stock=L7163, language="zh")) == "文三路1号王伟收PX1"


def test_text_extraction_keeps_page_order(make_rows):
    content = render_label_sheets(make_rows(15), stock=L7163, language="zh")
    with pypdfium2.PdfDocument(content) as document:
        assert "PX2026112200014" in document[1].get_textpage().get_text_range()


def test_joined_letters_of_a_later_chunk_are_readable_too(make_rows, words):
    rows = [replace(row, recipient="محمد" if index < 14 else "ئەركىن قۇربان") for index, row in enumerate(make_rows(5) * 6)]
    printed = words(render_label_sheets(rows, stock=L7163, language="en", chunk=14))
    assert printed.count("محمد") == 14 and printed.count("ئەركىن") == printed.count("قۇربان") == 16


@pytest.mark.parametrize("name", ["السلام", "ئىلھام", "يولى"])
def test_letters_that_share_one_glyph_are_read_in_their_order(name, make_rows, words):
    row = replace(make_rows(1)[0], recipient=name, phone_masked="")
    assert name in words(render_label_sheets([row], stock=L7163, language="en"))

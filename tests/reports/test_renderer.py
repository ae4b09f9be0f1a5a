"""The renderer is shut in: nothing but its own assets, nothing but its own fonts."""

import pathlib

import pytest
import weasyprint

from reports.pdf import renderer
from reports.pdf.writer import BlockedFetch
from reports.text.characters import MissingGlyphs

PIXEL = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1"/></svg>'
FOREIGN = (
    '<img src="{url}">',
    '<link rel="stylesheet" href="{url}">',
    '<style>@import "{url}";</style>',
    '<p style="background-image: url({url})">x</p>',
    "<style>@font-face {{ font-family: F; src: url({url}) }} p {{ font-family: F }}</style><p>x</p>",
    '<object data="{url}"></object>',
    '<embed src="{url}">',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}" width="9" height="9"/></svg>',
    '<link rel="attachment" href="{url}">',
)


@pytest.fixture
def local_file(tmp_path: pathlib.Path) -> str:
    picture = tmp_path / "harmless.svg"
    picture.write_text(PIXEL)
    return picture.as_uri()


@pytest.mark.parametrize("html", FOREIGN)
def test_a_document_that_reaches_for_a_local_file_is_not_printed(html, local_file):
    with pytest.raises(BlockedFetch):
        renderer.Renderer("x", "").print(html.format(url=local_file))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/x.png", "https://example.invalid/", "data:image/png;base64,AA", "asset:other", "ftp://x/y"]
)
def test_no_other_address_is_reachable(url):
    with pytest.raises(BlockedFetch, match=url[:6]):
        renderer.Renderer("x", "").print(f'<img src="{url}">')


def test_the_renderer_left_open_would_have_taken_the_file(local_file):
    html = FOREIGN[0].format(url=local_file)
    assert len(weasyprint.HTML(string=html).write_pdf()) > len(weasyprint.HTML(string="<img>").write_pdf()) + 100


def test_a_style_sheet_is_shut_in_too(local_file):
    with pytest.raises(BlockedFetch):
        renderer.Renderer("x", f'p {{ background: url("{local_file}") }}').print("<p>x</p>")


def test_own_images_are_served():
    content = renderer.Renderer("x", "", images={"dot.svg": PIXEL.encode()}).print('<img src="asset:dot.svg">')
    assert content.startswith(b"%PDF-")


def test_templates_escape_what_they_are_given():
    assert "&lt;b&gt;" in renderer.document("pdf/typeset_texts.html", language="en", title="<b>\u202e", columns=[])


def test_a_text_of_any_length_takes_little_room():
    html = renderer.document("pdf/typeset_texts.html", language="en", title="x" * 200_000, columns=[])
    assert "x" * 499 + "…" in html and "x" * 500 not in html


def test_templates_refuse_a_missing_value():
    with pytest.raises(Exception, match="'columns' is undefined"):
        renderer.document("pdf/typeset_texts.html", language="en", title="x")


@pytest.mark.parametrize(("language", "tag"), [("zh", 'lang="zh-Hans"'), ("en", 'lang="en"')])
def test_documents_name_their_language(language, tag):
    assert tag in renderer.document("pdf/typeset_texts.html", language=language, title="x", columns=[])


def test_a_document_with_an_unprintable_character_names_number_and_person():
    with pytest.raises(MissingGlyphs, match=r"CD-1.*U\+3134A"):
        renderer.render("<p>\U0003134a</p>", css="", number="CD-1", recipient="孙")


def test_templates_never_mark_text_as_safe():
    for template in renderer.TEMPLATES.rglob("*.html"):
        words = template.read_text(encoding="utf-8")
        assert "|safe" not in words.replace(" ", "") and "autoescape" not in words, template.name

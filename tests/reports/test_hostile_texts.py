"""Markup in a name or an address stays text on paper, and moves nothing: two hundred of them, in every field of receipts and labels."""

import html as escaping
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader

from reports.labels.rows import LabelRow
from reports.labels.sheets import render_label_sheets
from reports.letters import receipts
from reports.pdf import renderer
from reports.text.characters import clean
from tests.reports.label_rows import label_row
from tests.reports.letter_rows import APPLICATION, LOSS
from tests.reports.stocks import THERMAL_100X150

INSIDE = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<b>bold</b>", "<style>*{display:none}</style>",
    "<link rel=attachment href=file:///etc/passwd>", "<a href=javascript:alert(1)>x</a>", "<table><td colspan=99>", "<!-- x -->",
    "<base href=//x/>", "<iframe src=//x></iframe>", "<h1 style=font-size:90pt>", "{{ 7*7 }}", "{% for x in y %}", "${7*7}", "#{7*7}",
    "<%= 7*7 %>", "&lt;b&gt;", "&#60;b&#62;", "(x) Tj /URI (x) ET", "<< /JS (x) >>", "]]><x>", "\\3cb\\3e", "@import url(//x)", "' OR 1 --",
)  # fmt: skip
AROUND = ("{}", "A{}B", '"{}', "'{}", "</dd></dl>{}", '">{}', "'>{}", "--></style>{}")
HOSTILE = [around.replace("{}", inside) for inside, around in itertools.product(INSIDE, AROUND)]
PLAIN = "WORT"
ROWS = {"application": (receipts.application_receipt, APPLICATION), "loss": (receipts.loss_report_receipt, LOSS)}
OURS = {"reference", "number", "status_url"}
"""Made by the desk, never typed."""
ACTIVE = re.compile(rb"/(?:URI|JS|JavaScript|Launch|EmbeddedFile|OpenAction|AA|SubmitForm)\b")

SAMPLE = HOSTILE[::50]
EVERY = [pytest.param(text, marks=pytest.mark.proof) for text in HOSTILE]


class Shape(HTMLParser):
    """The elements of a page with their attributes, and its texts."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Any] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.elements.append((tag, attrs))
        self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.elements.append(tag)
        self.texts.append("")

    def handle_data(self, data: str) -> None:
        self.texts = [*self.texts[:-1], self.texts[-1] + data] if self.texts else [data]

    def handle_comment(self, data: str) -> None:
        self.elements.append(("comment", data))


def filled(row: Any, text: str) -> Any:
    """The row with `text` in every field that somebody may have typed."""
    changes: dict[str, Any] = {}
    for field in fields(row):
        value = getattr(row, field.name)
        if isinstance(value, str) and field.name not in OURS:
            changes[field.name] = text
        elif isinstance(value, tuple) and value:
            changes[field.name] = (text,) * len(value)
        elif hasattr(value, "__dataclass_fields__"):
            changes[field.name] = filled(value, text)
    return replace(row, **changes)


@pytest.fixture
def html_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Any], str]:
    """html_of(kind, row): the HTML of a receipt as it goes to the renderer."""
    seen: list[str] = []

    def kept(page: str, **_options: Any) -> bytes:
        seen.append(page)
        return b""

    def page(kind: str, row: Any) -> str:
        with monkeypatch.context() as patched:
            patched.setattr(renderer, "render", kept)
            ROWS[kind][0](row, "en")
        return seen[-1]

    return page


@pytest.fixture
def pages(html_of: Callable[[str, Any], str]) -> Callable[[str, str], str]:
    """pages(kind, text): the HTML of a receipt with that text in all its fields."""
    return lambda kind, text: html_of(kind, filled(ROWS[kind][1], text))


def differences(page: str, reference: str, text: str) -> Iterator[str]:
    """Where a page is not the reference with `text` for the plain word."""
    found, expected = Shape(page), Shape(reference)
    if found.elements != expected.elements:
        yield "other elements"
    if found.texts != [words.replace(PLAIN, renderer.without_controls(text)) for words in expected.texts]:
        yield "other texts"


@pytest.mark.parametrize("kind", ROWS)
def test_two_hundred_texts_change_no_element_of_a_receipt(kind: str, pages: Callable[[str, str], str]) -> None:
    assert len({*HOSTILE}) == 200
    reference = pages(kind, PLAIN)
    assert reference.count(PLAIN) >= 6
    assert {text: found for text in HOSTILE if (found := list(differences(pages(kind, text), reference, text)))} == {}


@pytest.mark.parametrize("kind", ROWS)
def test_control_a_template_that_does_not_escape_is_found(kind: str, pages: Callable[[str, str], str]) -> None:
    reference = pages(kind, PLAIN)
    noticed = [text for text in HOSTILE if list(differences(reference.replace(PLAIN, text), reference, text))]
    assert len(noticed) > 130, "only texts without markup look the same unescaped"
    twice = reference.replace(PLAIN, escaping.escape(escaping.escape("<b>")))
    assert list(differences(twice, reference, "<b>")) == ["other texts"]


def same_picture(one: list[Image.Image], other: list[Image.Image]) -> bool:
    """Whether two documents look alike to the dot."""
    return len(one) == len(other) and all(ImageChops.difference(*pair).getbbox() is None for pair in zip(one, other, strict=True))


@pytest.mark.parametrize("text", [*SAMPLE, *EVERY])
def test_the_paper_shows_the_text_where_it_belongs_and_holds_nothing_active(
    text: str,
    html_of: Callable[[str, Any], str],
    words: Callable[[bytes], str],
    pictures: Callable[[bytes], list[Image.Image]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = replace(APPLICATION, resident=text, handed_in=(text,))
    content = receipts.application_receipt(row, "en")
    assert words(content).count("".join(clean(text).split())) >= 2
    assert not ACTIVE.search(unpacked(content))

    escaped = html_of("application", replace(row, resident=PLAIN, handed_in=(PLAIN,))).replace(PLAIN, escaping.escape(text))
    with monkeypatch.context() as patched:
        patched.setattr(renderer, "document", lambda *_names, **_values: escaped)
        by_hand = receipts.application_receipt(row, "en")
    assert same_picture(pictures(content), pictures(by_hand))


def test_control_a_picture_of_another_text_is_found(pictures: Callable[[bytes], list[Image.Image]]) -> None:
    one, other = (pictures(receipts.application_receipt(replace(APPLICATION, resident=name), "en")) for name in ("<b>x</b>", "<b>y</b>"))
    assert same_picture(one, one) and not same_picture(one, other)


def unpacked(content: bytes) -> bytes:
    """All objects of a PDF, streams unpacked."""
    found = BytesIO()
    reader = PdfReader(BytesIO(content))
    for number in range(1, len(reader.xref.get(0, {})) + len(reader.xref_objStm) + 1):
        item = reader.get_object(number)
        found.write(repr(item).encode())
    return found.getvalue()


def test_two_hundred_texts_stand_on_labels_as_they_were_typed(words: Callable[[bytes], str]) -> None:
    rows = [hostile_label(index, text) for index, text in enumerate(HOSTILE)]
    content = render_label_sheets(rows, stock=THERMAL_100X150, language="zh")
    printed = words(content)
    assert [text for text in HOSTILE if "".join(clean(text).split()) not in printed] == []
    assert not ACTIVE.search(unpacked(content))


def hostile_label(index: int, text: str) -> LabelRow:
    """A label with `text` as the name and as a line of the address."""
    return replace(label_row(index), recipient=text, address_lines=(text, "文三路1号"))


def test_control_something_active_in_a_pdf_is_found() -> None:
    page = renderer.Renderer("x", "").print('<a href="https://example.invalid/">x</a>')
    assert ACTIVE.search(unpacked(page))

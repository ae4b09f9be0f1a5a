"""Twenty-eight texts that want to be more, in every field of every paper and table: text on paper, and nothing is reached for."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import fields
from html.parser import HTMLParser
from typing import Any

import pypdfium2
import pytest
from lxml import etree

from reports.labels.designs import Placeholder
from reports.pdf import renderer
from reports.text.characters import clean, without_controls
from tests.reports.printed_kinds import (
    CARD,
    KINDS,
    LABEL,
    MADE_BY_THE_DESK,
    NOTICE,
    WORD,
    active_parts,
    filled,
    kinds_in_the_code,
    labels,
    rows_in_the_code,
)
from tests.reports.vectors import LONGEST_NAME, TEXTS, vectors
from tests.reports.watching import listening, watched

OTHERWISE = {"table_of", "envelopes"}
"""Of KINDS: made by functions of other names."""
SHORTENED = {"monthly_summary"}
"""One page whatever queues and reasons are called: where a name needs too many lines, it ends in an ellipsis."""
NO_WORDS = {"flow_per_day", "stage_times"}
"""Drawings in which no word of a row stands, or stands whole."""
NAMES = list(TEXTS)
EACH = [
    pytest.param(kind, name, marks=() if name == NAMES[place % len(NAMES)] else pytest.mark.proof)
    for place, kind in enumerate(KINDS)
    for name in NAMES
]
"""For a commit each kind with a text, and each time another; all of them with all in `make proof`."""


BARE = ("bdi", "div", "br")
"""Boxes of one direction, lines."""


class Seen(BaseException):
    """Stops a document before it is laid out."""


class Elements(HTMLParser):
    """The elements of a page with their attributes; its words.

    How wide a column is and into how many lines an address falls depends on the text: figures in styles and bare boxes are left out.
    """

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Any] = []
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if attrs or tag not in BARE:
            self.elements.append((tag, [(name, re.sub(r"[0-9.]+", "0", value) if name == "style" else value) for name, value in attrs]))

    def handle_endtag(self, tag: str) -> None:
        if tag not in BARE:
            self.elements.append(tag)

    def handle_comment(self, data: str) -> None:
        self.elements.append(data)

    def handle_data(self, data: str) -> None:
        self.words += data


def squeezed(text: str) -> str:
    return "".join(without_controls(text).split())


@pytest.fixture
def html_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], str]:
    """html_of(kind, text): its HTML as it goes to the renderer; '' for a kind that is not made of HTML."""

    def page(kind: str, text: str) -> str:
        seen: list[str] = []

        def kept(html: str, **_options: Any) -> bytes:
            seen.append(html)
            raise Seen

        with monkeypatch.context() as patched:
            patched.setattr(renderer, "render", kept)
            try:
                KINDS[kind](text)
            except Seen:
                return seen[0]
        return ""

    return page


def test_every_kind_and_every_text_of_every_row_is_tried() -> None:
    assert len({*TEXTS.values()}) == 28 and max(map(len, vectors("127.0.0.1:65535").values())) <= LONGEST_NAME
    assert kinds_in_the_code() == KINDS.keys() - OTHERWISE
    rows = rows_in_the_code()
    own = {field.name for field in fields(LABEL)} | {"number", "address", "phone"}
    assert own | LABEL.more.keys() >= {str(one) for one in Placeholder}
    texts = {f"{name}.{field.name}" for name, row in rows.items() for field in fields(row)}
    assert {*MADE_BY_THE_DESK} <= texts
    assert filled(CARD, "x").name == "x" and filled(NOTICE, "x").centre.hours == "x" and filled(LABEL, "x").address_lines == ("x", "x")


def test_no_text_adds_an_element_to_a_page_or_is_lost(html_of: Callable[[str, str], str]) -> None:
    pages = {kind: page for kind in KINDS if (page := html_of(kind, WORD))}
    assert len(pages) >= 10 and all(page.count(WORD) >= 2 for page in pages.values())
    tried = [(kind, name, html_of(kind, text), page, text) for kind, page in pages.items() for name, text in vectors().items()]
    assert [(kind, name) for kind, name, *page in tried if differs(*page, is_whole=kind not in SHORTENED)] == []


def differs(page: str, plain: str, text: str, *, is_whole: bool = True) -> bool:
    """Whether the page is not the plain one with `text` for its WORD; of one that is not whole the elements alone are compared."""
    found, expected = Elements(page), Elements(plain)
    is_other = squeezed(found.words) != squeezed(expected.words.replace(WORD, text))
    return found.elements != expected.elements or (is_whole and is_other)


def test_control_a_template_that_does_not_escape_is_noticed(html_of: Callable[[str, str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    plain = html_of("notice_letters", WORD)
    monkeypatch.setattr(renderer._environment, "autoescape", False)
    renderer._environment.cache.clear()
    noticed = [name for name, text in vectors().items() if differs(html_of("notice_letters", text), plain, text)]
    renderer._environment.cache.clear()
    assert {"picture", "script", "attached file", "drawing"} <= {*noticed}


@pytest.mark.parametrize(("kind", "name"), EACH)
def test_a_document_shows_the_text_and_reaches_for_nothing(kind: str, name: str) -> None:
    with listening() as (host, visits):
        text = vectors(host)[name]
        KINDS[kind](WORD)
        with watched(own=("weasyprint-",)) as reached:
            content = KINDS[kind](text)
        assert visits == [] and reached == []
    faults_of(kind, content, text)


def faults_of(kind: str, content: bytes, text: str) -> None:
    """What kind of file it is says how it is read."""
    if content.startswith(b"%PDF"):
        assert active_parts(content) == []
        with pypdfium2.PdfDocument(content) as document:
            said = squeezed("".join(page.get_textpage().get_text_range() for page in document))
        assert "".join(clean(text).split()) in said
        assert "root:x:" not in said
    elif content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = packed.namelist()
            tables = {one: packed.read(one) for one in names}
        if kind == "package":
            assert set(names) == {"manifest.json", "cards.csv", "cards.xlsx", "answer.csv", CARD.photo}
            faults_of("to_csv", tables["cards.csv"], text)
            faults_of("to_xlsx", tables["cards.xlsx"], text)
        else:
            assert not [one for one in names if "external" in one.lower() or "hyperlink" in one.lower()]
            sheet = tables["xl/worksheets/sheet1.xml"]
            assert b"<f>" not in sheet and b"<f " not in sheet and b"hyperlink" not in sheet
            assert tables["xl/sharedStrings.xml"].count(b"<t") >= 1
            assert squeezed(text) in squeezed(texts_of(tables["xl/sharedStrings.xml"]))
    elif content.startswith(b"<svg"):
        root = etree.fromstring(content)
        assert {etree.QName(one).localname for one in root.iter()} <= {"svg", "line", "polyline", "text", "rect", "g", "path", "circle"}
        assert not [key for one in root.iter() for key in one.attrib if key.endswith(("href", "onload", "src"))]
        if kind not in NO_WORDS:
            assert squeezed(text)[:3] in squeezed("".join(root.itertext()))
    else:
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        cells = [cell for line in lines for cell in line]
        assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "＝"))]
        assert text in {cell.removeprefix("'") for cell in cells}


def texts_of(shared: bytes) -> str:
    """The words of a workbook; what XML cannot hold is written as _x000D_ there."""
    return "".join(etree.fromstring(shared).itertext()).replace("_x000D_", "\r")


def test_all_at_once_on_labels_are_text() -> None:
    for text in vectors().values():
        faults_of("render_label_sheets", labels(text), text)


def test_control_what_acts_is_noticed() -> None:
    page = renderer.Renderer("x", "").print('<a href="https://example.invalid/">x</a>')
    assert "/URI" in active_parts(page)
    with listening() as (host, _visits), watched() as reached:
        import urllib.request  # noqa: PLC0415

        urllib.request.urlopen(f"http://{host}/x", timeout=5).close()
        open("/etc/hostname").close()
    assert any("connect" in told for told in reached) and any("/etc/hostname" in told for told in reached)
    with pytest.raises(AssertionError):
        faults_of("to_csv", "\ufeff=1+1\r\n".encode(), "=1+1")

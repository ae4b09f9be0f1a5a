"""Fixtures: believable labels, pages as pictures, words as a reader of the PDF finds them."""

from collections.abc import Callable, Iterator

import pypdfium2
import pytest
from PIL import Image

from reports.labels.rows import LabelRow
from reports.pdf import weasy
from reports.pdf.writer import WRITER
from tests.reports.label_rows import label_row

DPI = 300


@pytest.fixture(autouse=True, scope="module")
def printed_right_here() -> Iterator[None]:
    """These tests look into the library at work; an app, which leaves that to a child, was perhaps made before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WRITER, "write", weasy.write)
        yield


@pytest.fixture(scope="session")
def make_rows() -> Callable[[int], list[LabelRow]]:
    return lambda count: [label_row(index) for index in range(count)]


@pytest.fixture(scope="session")
def pictures() -> Callable[[bytes], list[Image.Image]]:
    """Each page of a PDF as a grey picture at 300 dpi."""

    def draw(content: bytes) -> list[Image.Image]:
        with pypdfium2.PdfDocument(content) as document:
            return [page.render(scale=DPI / 72, grayscale=True).to_pil().convert("L") for page in document]

    return draw


@pytest.fixture(scope="session")
def words() -> Callable[[bytes], str]:
    """All text of a PDF without white space, which says nothing about where a line was broken."""

    def read(content: bytes) -> str:
        with pypdfium2.PdfDocument(content) as document:
            return "".join("".join(page.get_textpage().get_text_range() for page in document).split())

    return read

"""Two readers of PDF find each name as it was typed, in every script that is printed: PDFium (browsers) and Poppler (document viewers)."""

import subprocess
from collections.abc import Callable
from dataclasses import replace

import pytest

from reports.labels.rows import LabelRow
from reports.labels.sheets import render_label_sheets
from reports.letters.receipts import application_receipt
from reports.pdf import weasy
from reports.text.characters import clean
from tests.reports.letter_rows import APPLICATION
from tests.reports.stocks import L7163

NAMES = {
    "Han": "欧阳㛃㐂",
    "Uyghur": "ئەركىن قۇربان",
    "Arabic": "محمد عبد الله",
    "Hebrew": "דוד כהן",
    "Tibetan": "བཀྲ་ཤིས་རྒྱལ་མཚན།",
    "Mongolian": "ᠪᠠᠲᠤ ᠮᠥᠩᠬᠡ",
    "Yi": "ꆈꌠꉙ",
    "Thai": "น้ำผึ้ง ใจดี",
    "Devanagari": "श्रीकृष्ण द्विवेदी",
    "Kazakh": "Әбдуғали Қосжанов",
    "stacked marks": "Ze\u0301\u0302\u0323 Test",
}


def by_poppler(content: bytes) -> str:
    """All text of a PDF without white space and without Poppler's own marks of direction."""
    found = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True, timeout=60).stdout.decode()
    return "".join(found.translate(dict.fromkeys([0x202A, 0x202B, 0x202C])).split())


def receipt(name: str) -> bytes:
    return application_receipt(replace(APPLICATION, resident=name), "zh")


def label(name: str) -> bytes:
    return render_label_sheets([LabelRow("PX1", "王伟", "", (name, "文三路1号"))], stock=L7163, language="zh")


@pytest.mark.parametrize("printed", [receipt, label])
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_both_readers_find_the_name_as_it_was_typed(name: str, printed: Callable[[str], bytes], words: Callable[[bytes], str]) -> None:
    content, typed = printed(name), "".join(clean(name).split())
    assert typed in words(content) and typed in by_poppler(content)


def test_control_without_the_words_that_we_add_a_shaped_name_is_not_found(
    words: Callable[[bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weasy.drawing, "draw_first_line", weasy._draw_line)
    content, typed = receipt(NAMES["Tibetan"]), NAMES["Tibetan"]
    assert typed not in words(content) and typed not in by_poppler(content)

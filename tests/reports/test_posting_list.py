"""The list that the post signs: a line a piece on A4, its sums, and the same as a table."""

import datetime as dt

import pypdfium2
import pytest

from reports.documents.posting_list import posting_list, table_of
from reports.documents.rows import PostingLine, PostingListRow


def row(count: int, fen: int | None = 420) -> PostingListRow:
    """A list of so many pieces."""
    lines = tuple(PostingLine(f"RR{number:09d}CN", f"欧阳静{number}", "310012", "浙江省杭州市西湖区") for number in range(1, count + 1))
    made_at = dt.datetime(2026, 11, 30, 15, 0)
    return PostingListRow("JJ-26-1130-01", dt.date(2026, 11, 30), made_at, "西湖区服务网点 文三路90号 310012", "挂号信", fen, lines)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_piece_and_the_sum_stand_on_a4(language):
    with pypdfium2.PdfDocument(posting_list(row(45), language)) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
        assert {tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in document} == {(210, 297)}
    whole = "".join(pages)
    assert len(pages) > 1 and all(f"RR{number:09d}CN" in whole for number in range(1, 46))
    heading = {"en": "Tracking number", "zh": "运单号"}[language]
    assert all(heading in page for page in pages if "RR0" in page) and "189.00" in whole


def test_the_table_says_the_same_with_its_sum():
    headings, lines = table_of(row(2), "zh")
    assert headings[1] == "运单号" and lines[0][:3] == [1, "RR000000001CN", "欧阳静1"]
    assert lines[-1] == [None, "共 2 件", None, None, None, None, 8.4]


def test_a_price_that_nobody_knows_is_no_nought():
    assert [line[-1] for line in table_of(row(2, None), "en")[1]] == [None, None, None]

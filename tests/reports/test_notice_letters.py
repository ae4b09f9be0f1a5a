"""Letters: the address stands in every window and nothing else does, wherever the sheet slides; no text is cut, lost or read as code."""

from dataclasses import replace

import pypdfium2
import pytest

from reports.letters import windows
from reports.letters.notices import TYPE_SIZES, AddressTooLong, notice_letters, set_address
from reports.letters.rows import CentreLines, NoticeRow
from reports.text.line_breaking import MM_PER_POINT

ROW = NoticeRow(
    reference="BK-26-0000123", resident="王芳", recipient=("310012", "浙江省杭州市西湖区文三路90号东部软件园科技大厦12层1203室", "王芳"),
    written_on="2026年11月30日", title="社会保障卡补换申请审核结果通知书",
    blocks=("不予通过。原因如下：", ("照片不合格", "材料不全"), "可以重新申请。"),
    centre=CentreLines("西湖服务网点", "文三路90号", "0571-12333"),
)  # fmt: skip
LONGEST = replace(ROW, recipient=("310012", "浙江省杭州市西湖区" + "文三路九十号东部软件园" * 6, "买买提·阿卜杜热合曼·" * 4))


def places(content: bytes, page: int = 0) -> list[tuple[str, float, float, float, float]]:
    """Each character of a page with its box: left, top, right, bottom in mm from the top left corner."""
    with pypdfium2.PdfDocument(content) as document:
        sheet = document[page]
        text, height = sheet.get_textpage(), sheet.get_height()
        found = []
        for index in range(text.count_chars()):
            left, below, right, above = text.get_charbox(index)
            box = (left, height - above, right, height - below)
            found.append((text.get_text_range(index, 1), *(side * MM_PER_POINT for side in box)))
    return [one for one in found if one[0].strip()]


def seen_through(envelope: windows.Envelope, slid: tuple[float, float]) -> windows.Box:
    """What of the sheet the window shows when the sheet has slid so far to the right and down."""
    window = envelope.window
    return windows.Box(window.left - slid[0], window.top - slid[1], window.width, window.height)


def corners(envelope: windows.Envelope) -> list[tuple[float, float]]:
    right, down = envelope.play
    return [(0, 0), (right, 0), (0, down), (right, down)]


def is_within(box: windows.Box, place: tuple[str, float, float, float, float]) -> bool:
    _char, left, top, right, bottom = place
    return box.left <= left and right <= box.right and box.top <= top and bottom <= box.bottom


def touches(box: windows.Box, place: tuple[str, float, float, float, float]) -> bool:
    _char, left, top, right, bottom = place
    return left < box.right and right > box.left and top < box.bottom and bottom > box.top


@pytest.mark.parametrize("row", [ROW, LONGEST], ids=["usual", "longest"])
def test_every_window_shows_the_whole_address_and_nothing_else(row):
    found = places(notice_letters([row]))
    address = "".join(row.recipient).replace(" ", "")
    for envelope in windows.ENVELOPES:
        panel = windows.A4_HEIGHT / envelope.panels
        for slid in corners(envelope):
            box = seen_through(envelope, slid)
            shown = [place for place in found if touches(box, place) and place[2] < panel]
            assert "".join(place[0] for place in shown) == address, (envelope.code, slid)
            assert all(is_within(box, place) for place in shown), (envelope.code, slid)


def test_control_an_address_elsewhere_is_noticed():
    moved = [(char, left + 40, top, right + 40, bottom) for char, left, top, right, bottom in places(notice_letters([ROW]))]
    box = seen_through(windows.ENVELOPES[0], (0, 0))
    assert not all(is_within(box, place) for place in moved if touches(box, place))


def test_a_long_address_is_set_smaller_and_one_that_does_not_fit_stops_the_letter():
    assert set_address(ROW.recipient, number="x").points == TYPE_SIZES[1]
    assert TYPE_SIZES[-1] <= set_address(LONGEST.recipient, number="x").points < TYPE_SIZES[1]
    with pytest.raises(AddressTooLong, match="BK-26-0000123"):
        notice_letters([replace(ROW, recipient=("街道" * 200,))])


def test_each_letter_begins_a_sheet_in_the_order_given():
    content = notice_letters([replace(ROW, reference=f"BK-26-000000{n}") for n in range(3)])
    with pypdfium2.PdfDocument(content) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    assert [f"BK-26-000000{n}" in page for n, page in enumerate(pages)] == [True] * 3


def test_texts_are_literal_and_reach_nothing():
    hostile = "<img src=file:///etc/passwd><style>@import 'http://example.invalid'</style>{{ 7*7 }}"
    content = notice_letters([replace(ROW, resident=hostile, recipient=("1", hostile), blocks=(hostile, (hostile,)))])
    with pypdfium2.PdfDocument(content) as document:
        said = "".join("".join(page.get_textpage().get_text_range().split()) for page in document)
    assert said.count("<imgsrc=file:///etc/passwd>") == 4 and "{{7*7}}" in said


def test_a_rare_name_is_spelled_in_the_address_as_in_the_greeting():
    rare = replace(ROW, resident="王\ue863", recipient=("310012", "王\ue863"), resident_latin="Wang Yan")
    with pypdfium2.PdfDocument(notice_letters([rare])) as document:
        said = document[0].get_textpage().get_text_range()
    assert said.count("王(Yan)") == 2


def test_a_letter_without_an_address_is_printed_all_the_same():
    assert notice_letters([replace(ROW, recipient=("王芳",))]).startswith(b"%PDF")

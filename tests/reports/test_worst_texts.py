"""Whatever is typed, a document ends: the worst texts in every field that somebody may have typed make no more work than there is paper.

Work is counted, not timed: how often the renderer shapes each character of a text.
"""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any

import pytest
from weasyprint.text.line_break import Layout

from reports.documents.monthly_summary import monthly_summary
from reports.documents.rows import MonthlySummaryRow, Tile
from reports.letters import receipts
from reports.letters.person_copy import person_copy
from reports.letters.rows import CopySection, PersonCopyRow
from reports.pdf import renderer
from reports.tables.rows import BacklogRow, DayCount, ReasonCount, StageTime
from tests.reports.letter_rows import APPLICATION, LOSS, NOON

LONGEST = renderer.MAX_VALUE
TYPED = {
    *("resident", "reason", "circumstance", "delivery", "clerk", "name", "address", "phone", "hours", "made_by"),
    *("scope", "label", "queue", "stage", "outcome", "remarks", "handed_in", "records", "rows"),
}
"""Fields of rows whose words somebody may have typed: people, centres, staff, coded reasons, queues, remarks."""
COPY = PersonCopyRow(
    "王羲", "110101199001011234", "6f1c", NOON, "主管",
    (
        CopySection("个人信息", "发卡", ("保存三年。",), records=((("姓名", "王羲"), ("备注", "遗失")),) * 3),
        CopySection("日志", "追责", (), headers=("时间", "事由"), rows=(("2026", "遗失"),) * 3),
    ),
)  # fmt: skip
MONTH = MonthlySummaryRow(
    date(2026, 10, 1), "全部网点", NOON, (Tile("受理", "7,046"), Tile("按期办结", "97.4 %")),
    days=tuple(DayCount(date(2026, 10, day), 200, 190, 0) for day in range(1, 32)),
    backlog=(BacklogRow("待认领", 8, 4, 2, 1),), stages=(StageTime("受理到认领", 0.3, 0.9, 40),),
    reasons=(ReasonCount("通过", "材料齐全", 90), ReasonCount("不通过", "照片", 10)), remarks=("国庆假期。",),
)  # fmt: skip
DOCUMENTS: dict[str, tuple[Callable[[Any, str], bytes], Any]] = {
    "application": (receipts.application_receipt, APPLICATION),
    "loss": (receipts.loss_report_receipt, LOSS),
    "copy": (person_copy, COPY),
    "month": (monthly_summary, MONTH),
}
SHORT = 120
"""Characters of a text that shows how the work grows."""
TIMES = 0.8
"""How often a character is shaped, for each character of its text: each line is set with what follows it. About 0.55 were seen."""


def filled(row: Any, text: str) -> Any:
    """The row with `text` wherever somebody may have typed it, within its parts and lists, too."""
    return replace(row, **{field.name: _filled(getattr(row, field.name), text, field.name in TYPED) for field in fields(row)})


def _filled(value: Any, text: str, is_typed: bool) -> Any:
    if is_dataclass(value):
        return filled(value, text)
    if isinstance(value, tuple):
        return tuple(_filled(one, text, is_typed) for one in value)
    return text if is_typed and isinstance(value, str) else value


def places(value: Any, text: str) -> int:
    """In how many places of a row the text stands."""
    if is_dataclass(value):
        return sum(places(getattr(value, field.name), text) for field in fields(value))
    return sum(places(one, text) for one in value) if isinstance(value, tuple) else int(value == text)


@pytest.fixture
def shaped(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], int]:
    """shaped(kind, text): how many characters the shaper is given for a document with that text."""
    lengths: list[int] = []
    set_text = Layout.set_text

    def counted(self: Layout, text: str, *options: Any, **more: Any) -> Any:
        lengths.append(len(text))
        return set_text(self, text, *options, **more)

    monkeypatch.setattr(Layout, "set_text", counted)

    def count(kind: str, text: str) -> int:
        lengths.clear()
        print_it, row = DOCUMENTS[kind]
        print_it(filled(row, text), "zh")
        return sum(lengths)

    return count


def most(kind: str, text: str) -> float:
    """What a document with that text may give to the shaper, beyond what it needs with one letter in each place."""
    length = min(len(text), LONGEST)
    return places(filled(DOCUMENTS[kind][1], text), text) * TIMES * length * length


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_long_word_in_every_field_is_set_in_a_bounded_number_of_tries(kind: str, shaped: Callable[[str, str], int]) -> None:
    text = "W" * SHORT
    assert places(filled(DOCUMENTS[kind][1], text), text) >= 5
    assert shaped(kind, text) - shaped(kind, "W") < most(kind, text)


def test_control_lines_that_are_tried_letter_by_letter_are_noticed(
    shaped: Callable[[str, str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    style = renderer.style
    as_before = "\n.facts dd { overflow-wrap: anywhere; min-width: auto }"
    monkeypatch.setattr(renderer, "style", lambda *names: style(*names) + as_before)
    text = "W" * SHORT
    assert shaped("application", text) - shaped("application", "W") > most("application", text)

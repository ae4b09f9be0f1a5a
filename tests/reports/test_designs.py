"""Label designs are files: every one of them holds the longest names on every stock of its kind, or says that it does not."""

import re
from itertools import product

import pytest
from pydantic import ValidationError

from reports.labels.designs import Design, Placeholder, Purpose, Variant, designs
from reports.labels.layout import LabelDoesNotFit, lay_out
from reports.labels.lines import Span
from reports.labels.longest import examples
from reports.labels.picture import picture
from reports.labels.rows import Kind, LabelStock
from tests.reports.stocks import STOCKS

DL = LabelStock("DL", 220, 110, 1, 1, 0, 0, 220, 110, kind=Kind.BLANK_ENVELOPE)
ALL_STOCKS = {**STOCKS, "DL": DL}
CASES = [
    pytest.param(design, stock, variant, code, id=f"{design.code}-{stock.code}-{variant}-{code}")
    for design, stock, variant, code in product(designs().values(), ALL_STOCKS.values(), Variant, examples())
    if stock.kind in design.kinds
]
ROOMY = ("T100150", "DL")


def label(design: Design, stock: LabelStock, variant: str, code: str):
    return lay_out(examples()[code].row(design=design.code, variant=variant, phone="13800138000"), stock, language="zh")


def joined(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(("design", "stock", "variant", "code"), CASES)
def test_the_longest_label_is_whole_and_inside_its_cell_or_refused(design, stock, variant, code) -> None:
    example = examples()[code]
    try:
        block = label(design, stock, variant, code)
    except LabelDoesNotFit:
        assert stock.code not in ROOMY
        return
    said = joined("".join(run.text for run in sorted(block.runs, key=lambda run: run.y_mm)))
    for words in (example.recipient, *example.address) if design.purpose == Purpose.POST else ():
        assert set(joined(words)) <= set(said)
    assert design.purpose != Purpose.POST or sum(map(len, map(joined, example.address))) <= len(said)
    for run in block.runs:
        span = Span(run.text, run.points, run.is_bold)
        above, below = span.reach_mm
        assert run.x_mm >= 0 and run.x_mm + span.width_mm <= stock.cell_width_mm + 0.01
        assert run.y_mm - above >= -0.01 and run.y_mm + below <= stock.cell_height_mm + 0.01


def test_most_of_them_fit_in_type_that_can_be_read() -> None:
    fitting = {code for code in examples() for design in ("postal", "courier") if label(designs()[design], STOCKS["L7163"], "both", code)}
    assert fitting == set(examples())


@pytest.mark.parametrize("code", [code for code, example in examples().items() if example.recipient_latin])
def test_both_writings_of_a_name_stand_on_a_bilingual_label(code) -> None:
    one = examples()[code]
    stock = STOCKS["T100150"]
    said = {one: joined("".join(run.text for run in label(designs()["postal"], stock, one, code).runs)) for one in Variant}
    assert [joined(words)[-1] == "收" for words in (_name(code, Variant.BOTH), _name(code, Variant.LATIN))] == [True, False]
    assert joined(one.recipient_latin) in said[Variant.BOTH] and joined(one.recipient_latin) not in said[Variant.ZH]
    assert "寄件" in said[Variant.ZH] and "From" in said[Variant.LATIN]


def _name(code: str, variant: str) -> str:
    """The last words that are set as large as the name."""
    runs = [run for run in label(designs()["postal"], STOCKS["T100150"], variant, code).runs if run.is_bold]
    named = [run for run in runs if set(joined(run.text)) & set(examples()[code].recipient) and not run.text.isascii()]
    return named[-1].text + ("" if named[-1].text.endswith("收") else "".join(run.text for run in runs if "收" in run.text))


def design_file(**changes) -> dict:
    whole = designs()["postal"].model_dump(mode="json")
    return whole | changes


@pytest.mark.parametrize(
    "changes",
    [
        {"foot": "{id_number}"},
        {"foot": "{recipient.__class__}"},
        {"foot": "{recipient!r:>9}"},
        {"foot": {"fr": "De {sender}"}},
        {"phone": "half"},
        {"kinds": []},
        {"head": []},
        {"measures": []},
        {"code": "../postal"},
        {"script": "import os"},
    ],
)
def test_a_file_that_asks_for_something_else_is_no_design(changes) -> None:
    assert Design.model_validate(design_file())
    with pytest.raises(ValidationError):
        Design.model_validate(design_file(**changes))


def test_every_placeholder_is_used_by_some_design() -> None:
    words = [words for one in designs().values() for line in one.head for part in line.parts for words in part.words.values()]
    words += [words for one in designs().values() for words in one.foot.values()]
    used = set(re.findall(r"{(\w+)}", "".join(words)))
    assert used | {Placeholder.NUMBER} == set(Placeholder)


@pytest.mark.parametrize("code", list(examples()))
def test_the_picture_draws_every_word_inside_the_label(code) -> None:
    stock = STOCKS["L7163"]
    drawn = picture(label(designs()["postal"], stock, "both", code), stock.cell_width_mm, stock.cell_height_mm)
    numbers = [tuple(map(float, pair)) for pair in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", drawn.words)]
    assert len(numbers) > 200
    assert all(0 <= x <= stock.cell_width_mm and 0 <= y <= stock.cell_height_mm for x, y in numbers)

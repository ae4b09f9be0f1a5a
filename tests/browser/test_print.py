"""On paper: the content alone, tables whole and with their heads on every page, charts as wide as the page with their tables below.

And the sheets that labels are printed on, drawn while their sizes are typed.
"""

import io

import pypdfium2
import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", ["en"], indirect=True)]
ON_SCREEN_ONLY = ("Columns and order", "Next case", "Sorted by", "Help", "Export", "Newer", "Older")
"""Words of the menu, of buttons and of what narrows a list: none of them is on paper."""


def printed(page) -> list[str]:
    """The text of each page that the browser prints on A4."""
    document = pypdfium2.PdfDocument(io.BytesIO(page.pdf(format="A4")))
    return [document[number].get_textpage().get_text_bounded() for number in range(len(document))]


def test_the_queue_is_printed_whole_with_its_head_on_every_page(person):
    page = person("supervisor", theme="dark").open("/queue/?tab=closed&size=50")
    references = [name.removeprefix("row-") for name in page.eval_on_selector_all("tr[data-row]", "rows => rows.map(row => row.id)")]
    assert all(word in page.locator("body").inner_text() for word in ("Columns and order", "Help"))
    pages = printed(page)
    assert len(pages) > 1 and len(references) > 25
    assert [number for number, text in enumerate(pages) if "REFERENCE" not in text.upper()] == []
    assert [name for name in references if name not in "".join(pages)] == []
    assert [word for word in ON_SCREEN_ONLY if word in "".join(pages)] == []


def test_charts_are_printed_with_the_tables_below_them(person):
    page = person("supervisor", theme="dark", width=1920).open("/reports/")
    page.locator(".js-plotly-plot").first.wait_for()
    tables = page.eval_on_selector_all("details.twin tbody tr", "rows => rows.map(row => row.cells[0].textContent.trim())")
    assert page.locator("details.twin[open]").count() == 0 and len(tables) > 10
    text = " ".join("".join(printed(page)).split())
    assert [row for row in tables if " ".join(row.split()) not in text] == []
    assert [word for word in (*ON_SCREEN_ONLY, "Save as a file") if word in text] == []
    assert page.locator("details.twin[open]").count() == 0, "the screen is as it was"


def test_the_sheet_is_drawn_while_its_sizes_are_typed(person):
    mailer = person("mailroom_clerk")
    page = mailer.open("/reference/label-stocks/add")
    cells, said = page.locator(".stock-cell"), page.locator("[data-stock-said]")
    sizes = {"page_width_mm": "210", "page_height_mm": "297", "columns": "2", "rows": "7", "left_mm": "4.67", "top_mm": "15.15"}
    for name, size in (sizes | {"cell_width_mm": "99.1", "cell_height_mm": "38.1"}).items():
        page.locator(f"main [name={name}]").fill(size)
    expect(cells).to_have_count(14)
    expect(said).to_contain_text("210 × 297")
    page.locator("main [name=columns]").fill("3")
    expect(page.locator(".stock-cell-outside")).to_have_count(7)
    expect(said).to_contain_text("301.97")
    mailer.check()

"""The label sheets of many makers, switched off until an office uses one; the first two sheets lie in the middle of their page.

The figures come from the template database of gLabels (data/0049_label_stocks.csv, made by assets/label_stocks.py, with its notice).
"""

import csv
import re
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0049_sheets_of_makers"
down_revision = "0048_scans_of_authority"
FILE = Path(__file__).parents[1] / "data" / "0049_label_stocks.csv"
WHOLE = ("columns", "rows")
CENTRED = {"L7163": ((4.65, 2.5), (4.67, 2.54)), "L7160": ((7.25, 2.5), (7.21, 2.54))}
"""Code -> left margin and gap as the first office had them, and as the makers' sheets have them."""


def upgrade() -> None:
    stocks = sa.Table("label_stock", sa.MetaData(), autoload_with=op.get_bind())
    there = set(op.get_bind().scalars(sa.select(stocks.c.code)))
    # What a downgrade had to leave, because a batch names it, is still there; so is what an office calls by the same code or number.
    missing = [row for row in _rows() if there.isdisjoint({row["code"], str(row["code"]).partition("-")[2]})]
    if missing:
        op.bulk_insert(stocks, missing)
    for code, (before, after) in CENTRED.items():
        _move(stocks, code, before, after)


def _rows() -> list[dict[str, object]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return [_row(line) for line in csv.DictReader(file)]


def _row(line: dict[str, str]) -> dict[str, object]:
    named, maker, part = dict(line), line["maker"], line["part"]
    del named["maker"], named["part"]
    figures = {name: int(value) if name in WHOLE else float(value) for name, value in named.items()}
    width, height, cell = line["page_width_mm"], line["page_height_mm"], f"{line['cell_width_mm']} × {line['cell_height_mm']} mm"
    page = {("210", "297"): "A4", ("148", "210"): "A5", ("297", "420"): "A3", ("215.9", "279.4"): "Letter"}.get(
        (width, height), f"{width} × {height}"
    )
    return {
        **figures,
        "code": re.sub(r"[^A-Za-z0-9]+", "-", f"{maker} {part}"),
        "name_en": f"{maker} {part}: {page}, {line['columns']} × {line['rows']}, {cell}",
        "name_zh": f"{maker} {part}：{page} {line['columns']}×{line['rows']} {cell.replace(' × ', '×').replace(' mm', ' 毫米')}",
        "is_active": False,
        "version": 1,
    }


def _move(stocks: sa.Table, code: str, before: tuple[float, float], after: tuple[float, float]) -> None:
    is_as_before = sa.and_(stocks.c.code == code, stocks.c.left_mm == before[0], stocks.c.column_gap_mm == before[1])
    op.execute(stocks.update().where(is_as_before).values(left_mm=after[0], column_gap_mm=after[1]))


def downgrade() -> None:
    tables = {name: sa.Table(name, sa.MetaData(), autoload_with=op.get_bind()) for name in ("label_stock", "mailing_batch")}
    stocks, batches = tables["label_stock"], tables["mailing_batch"]
    for code, (before, after) in CENTRED.items():
        _move(stocks, code, after, before)
    codes = [str(row["code"]) for row in _rows()]
    is_untouched = sa.and_(stocks.c.code.in_(codes), stocks.c.is_active.is_(sa.false()), stocks.c.version == 1)
    op.execute(stocks.delete().where(is_untouched, ~sa.exists().where(batches.c.stock_id == stocks.c.id)))

"""Label stocks that are envelopes, and the four of GB/T 1416 in which a card travels."""

import sqlalchemy as sa
from alembic import op

revision = "0068_envelopes"
down_revision = "0067_least_type"
DECLARED = (
    "VARCHAR(20) NOT NULL DEFAULT 'sheet' CONSTRAINT ck_label_stock_kind CHECK (kind IN ('sheet','printed_envelope','blank_envelope'))"
)
ENVELOPES = {"DL": (220, 110, 5), "ZL": (230, 120, 6), "C5": (229, 162, 7), "C4": (324, 229, 9)}
"""Code -> width, height in millimetres, and the number by which shops here call it."""


def upgrade() -> None:
    op.execute(f"ALTER TABLE label_stock ADD COLUMN kind {DECLARED}")
    stocks = sa.Table("label_stock", sa.MetaData(), autoload_with=op.get_bind())
    there = set(op.get_bind().scalars(sa.select(stocks.c.code)))
    op.bulk_insert(stocks, [_row(code, *measures) for code, measures in ENVELOPES.items() if f"ENV-{code}" not in there])


def _row(code: str, width: int, height: int, number: int) -> dict[str, object]:
    return {
        "code": f"ENV-{code}", "name_en": f"Envelope {code}, {width} × {height} mm", "name_zh": f"信封 {code}（{number} 号），{width}×{height} 毫米",
        "kind": "printed_envelope", "page_width_mm": width, "page_height_mm": height, "cell_width_mm": width, "cell_height_mm": height,
        "columns": 1, "rows": 1, "left_mm": 0, "top_mm": 0, "column_gap_mm": 0, "row_gap_mm": 0, "symbol": "code128", "least_points": 6.5,
        "is_active": True, "version": 1,
    }  # fmt: skip


def downgrade() -> None:
    # An envelope that a batch names stays, as the sheet of one label that it was for the program before.
    tables = {name: sa.Table(name, sa.MetaData(), autoload_with=op.get_bind()) for name in ("label_stock", "mailing_batch")}
    stocks, batches = tables["label_stock"], tables["mailing_batch"]
    codes = [f"ENV-{code}" for code in ENVELOPES]
    op.execute(stocks.delete().where(stocks.c.code.in_(codes), ~sa.exists().where(batches.c.stock_id == stocks.c.id)))
    op.execute("ALTER TABLE label_stock DROP COLUMN kind")

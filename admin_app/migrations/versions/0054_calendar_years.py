"""Years whose official calendar has been entered; 2026 comes with the desk, the years after it are entered by each office.

What the notice of 2026 says of its holidays: 国务院办公厅关于2026年部分节假日安排的通知, 国办发明电〔2025〕7号, November 4th, 2025.
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0054_calendar_years"
down_revision = "0053_promises_counted_anew"
SOURCE = "国办发明电〔2025〕7号"
YEAR_2026 = (
    ("元旦", "01-01", "01-03", ("01-04",), "元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。"),
    ("春节", "02-15", "02-23", ("02-14", "02-28"), "春节：2月15日（周日）至23日（周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。"),
    ("清明节", "04-04", "04-06", (), "清明节：4月4日（周六）至6日（周一）放假，共3天。"),
    ("劳动节", "05-01", "05-05", ("05-09",), "劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。"),
    ("端午节", "06-19", "06-21", (), "端午节：6月19日（周五）至21日（周日）放假，共3天。"),
    ("中秋节", "09-25", "09-27", (), "中秋节：9月25日（周五）至27日（周日）放假，共3天。"),
    ("国庆节", "10-01", "10-07", ("09-20", "10-10"), "国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。"),
)  # fmt: skip
"""Name, first and last day off, days that are made up, the line as it reads."""


def upgrade() -> None:
    table = op.create_table(
        "calendar_year",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(60), nullable=False),
        sa.Column("notice", sa.String(4000), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_year")),
        sa.UniqueConstraint("year", name=op.f("uq_calendar_year_year")),
    )
    lines = [
        {"name": name, "first": f"2026-{first}", "last": f"2026-{last}", "working": [f"2026-{day}" for day in working]}
        for name, first, last, working, _text in YEAR_2026
    ]
    row = {
        "year": 2026, "source": SOURCE, "notice": "\n".join(line[-1] for line in YEAR_2026), "lines": lines,
        "entered_on": date(2025, 11, 4), "is_active": True, "version": 1,
    }  # fmt: skip
    op.bulk_insert(table, [row])


def downgrade() -> None:
    op.drop_table("calendar_year")

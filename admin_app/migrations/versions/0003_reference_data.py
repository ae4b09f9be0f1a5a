"""The reason codes and label stocks that an office starts with; staff may change them later."""

import sqlalchemy as sa
from alembic import op

revision = "0003_reference_data"
down_revision = "0002_protect_audit"

REASONS = (
    ("loss_not_formal", "reject", "No formal loss report is in force", "无有效的正式挂失"),
    ("identity_mismatch", "reject", "The identity could not be confirmed", "身份信息无法核实"),
    ("not_entitled", "reject", "The person is not insured with this office", "申请人不属于本机构参保人员"),
    ("card_still_valid", "reject", "The present card is valid and undamaged", "现有社保卡有效且完好"),
    ("duplicate_application", "reject", "The same application is already being handled", "已有相同申请正在办理"),
    ("materials_not_supplied", "reject", "The missing materials were not supplied in time", "逾期未补正材料"),
    ("false_documents", "reject", "A document does not correspond to the facts", "材料与事实不符"),
    ("other_rejection", "reject", "Other reason, see note", "其他原因，见备注"),
    ("photo_missing", "request_information", "Please send a recent bareheaded colour photo", "请补交近期免冠彩色照片"),
    (
        "photo_unsuitable",
        "request_information",
        "Please send a photo with a white background, 358 × 441 pixels",
        "请重新提交白色背景、358×441像素的照片",
    ),
    (
        "id_copy_unreadable",
        "request_information",
        "Please send a readable copy of both sides of the ID card",
        "请重新提交清晰的身份证正反面复印件",
    ),
    (
        "id_expired",
        "request_information",
        "The ID card has expired; please send the new one",
        "身份证已过期，请提交新证",
    ),
    (
        "formal_loss_needed",
        "request_information",
        "Please make the loss report formal at a counter",
        "请到窗口办理正式挂失",
    ),
    ("form_incomplete", "request_information", "Please complete and sign the application form", "请补全并签署申请表"),
    (
        "authorisation_missing",
        "request_information",
        "Please send the signed authorisation of the proxy",
        "请提交经签署的委托书",
    ),
    ("address_incomplete", "request_information", "Please complete the mailing address", "请补全邮寄地址"),
    ("unreadable", "refuse_document", "Not readable", "不清晰"),
    ("wrong_document", "refuse_document", "Not the document that was asked for", "材料不符"),
    ("expired_document", "refuse_document", "Expired", "已过期"),
    ("name_mismatch", "refuse_document", "Name or number differs from the application", "姓名或号码与申请不一致"),
    ("photo_background", "refuse_document", "Photo: background is not white", "照片背景不合格"),
    ("photo_too_old", "refuse_document", "Photo: older than six months", "照片超过六个月"),
    ("photo_headwear", "refuse_document", "Photo: not bareheaded or face covered", "照片未免冠或面部被遮挡"),
    ("unsigned", "refuse_document", "Not signed", "未签名"),
)
STOCKS = (
    (
        "L7163",
        "A4, 2 × 7, 99.1 × 38.1 mm",
        "A4 2×7 99.1×38.1 毫米",
        210.0,
        297.0,
        2,
        7,
        4.65,
        15.15,
        99.1,
        38.1,
        2.5,
        0.0,
    ),
    (
        "L7160",
        "A4, 3 × 7, 63.5 × 38.1 mm",
        "A4 3×7 63.5×38.1 毫米",
        210.0,
        297.0,
        3,
        7,
        7.25,
        15.15,
        63.5,
        38.1,
        2.5,
        0.0,
    ),
    ("T100150", "Thermal, 100 × 150 mm", "热敏 100×150 毫米", 100.0, 150.0, 1, 1, 0.0, 0.0, 100.0, 150.0, 0.0, 0.0),
)
STOCK_COLUMNS = [
    "code",
    "name_en",
    "name_zh",
    "page_width_mm",
    "page_height_mm",
    "columns",
    "rows",
    "left_mm",
    "top_mm",
    "cell_width_mm",
    "cell_height_mm",
    "column_gap_mm",
    "row_gap_mm",
]


def upgrade() -> None:
    meta = sa.MetaData()
    connection = op.get_bind()
    reasons = sa.Table("reason_code", meta, autoload_with=connection)
    stocks = sa.Table("label_stock", meta, autoload_with=connection)
    rows = [
        {"code": c, "kind": k, "text_en": e, "text_zh": z, "sort": n * 10, "is_active": True, "version": 1}
        for n, (c, k, e, z) in enumerate(REASONS, 1)
    ]
    _add_missing(reasons, rows)
    _add_missing(stocks, [dict(zip(STOCK_COLUMNS, row, strict=True)) | {"is_active": True, "version": 1} for row in STOCKS])


def _add_missing(table: sa.Table, rows: list[dict[str, object]]) -> None:
    # What a downgrade had to leave, because decisions or batches name it, is still there.
    there = set(op.get_bind().scalars(sa.select(table.c.code)))
    missing = [row for row in rows if row["code"] not in there]
    if missing:
        op.bulk_insert(table, missing)


def downgrade() -> None:
    meta = sa.MetaData()
    connection = op.get_bind()
    tables = {
        name: sa.Table(name, meta, autoload_with=connection)
        for name in ("reason_code", "label_stock", "decision_reason", "document", "mailing_batch")
    }
    reasons, stocks = tables["reason_code"], tables["label_stock"]
    used = [
        tables["decision_reason"].c.reason_code_id == reasons.c.id,
        tables["document"].c.verdict_reason_id == reasons.c.id,
    ]
    unused = [~sa.exists().where(condition) for condition in used]
    op.execute(reasons.delete().where(reasons.c.code.in_([row[0] for row in REASONS]), *unused))
    in_batch = sa.exists().where(tables["mailing_batch"].c.stock_id == stocks.c.id)
    op.execute(stocks.delete().where(stocks.c.code.in_([row[0] for row in STOCKS]), ~in_batch))

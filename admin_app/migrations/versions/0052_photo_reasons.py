"""Sentences that ask for a better photo, one for each kind of figure that the photo desk measures."""

import sqlalchemy as sa
from alembic import op

revision = "0052_photo_reasons"
down_revision = "0051_held_uploads"

REASONS = (
    ("photo_pixels", "Please send a photo of the asked size and resolution (358 × 441 pixels, 350 dpi)", "请重新提交尺寸和分辨率符合要求的照片（358×441像素，350 dpi）"),
    ("photo_bytes", "Please send the photo as a file of the asked size (14 to 40 KB)", "请重新提交文件大小符合要求的照片（14至40 KB）"),
    ("photo_grey", "Please send a photo in colour", "请重新提交彩色照片"),
    ("photo_backdrop", "Please send a photo before a plain white background, without shadows", "请重新提交纯白背景、无阴影的照片"),
    ("photo_blurred", "Please send a sharp photo; this one is blurred", "照片模糊，请重新提交清晰的照片"),
    ("photo_light", "Please send a photo with even light on the face, neither too dark nor too bright", "请重新提交面部光线均匀、不过暗也不过亮的照片"),
)  # fmt: skip
FIRST = 300
"""Behind the sentences that an office began with."""


def upgrade() -> None:
    new = sa.text(
        "INSERT INTO reason_code (code, kind, text_en, text_zh, sort, is_active, version)"
        " SELECT :code, 'request_information', :english, :chinese, :sort, :yes, 1"
        " WHERE NOT EXISTS (SELECT 1 FROM reason_code WHERE code = :code)"
    )
    for place, (code, english, chinese) in enumerate(REASONS):
        values = {"code": code, "english": english, "chinese": chinese, "sort": FIRST + place, "yes": True}
        op.get_bind().execute(new.bindparams(sa.bindparam("code", type_=sa.String), sa.bindparam("yes", type_=sa.Boolean)), values)


def downgrade() -> None:
    # What a decision has said stays: the desk before reads any code.
    unused = sa.text("DELETE FROM reason_code WHERE code = :code AND id NOT IN (SELECT reason_code_id FROM decision_reason)")
    for code, _english, _chinese in REASONS:
        op.get_bind().execute(unused, {"code": code})

"""Photo profiles, the figures by which each photo was measured, and what was measured in the reasons of a request.

The first profile has the figures that stood in the code until now; photos that were measured are measured by it. The second one, for small
children, is switched off: no figures are published for them, and its own are a beginning that an office looks at before it uses them.
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0063_photo_profiles"
down_revision = "0062_stuffing"

STANDARD = {
    "width_least": 358, "width_most": 358, "height_least": 441, "height_most": 441, "shape_least": 0.79, "shape_most": 0.83, "dpi": 350,
    "kilobytes_least": 14.0, "kilobytes_most": 40.0, "colour_least": 4.0, "whiteness_least": 225.0, "unevenness_most": 12.0,
    "sharpness_least": 5.0, "brightness_least": 100.0, "brightness_most": 225.0, "clipped_most": 15.0, "crown_least": 7, "crown_most": 21,
    "eyes_least": 207, "middle_least": 162, "middle_most": 196, "head_least": 251, "head_most": 357, "head_wanted": 290,
}  # fmt: skip
SMALL_CHILD = STANDARD | {"eyes_least": 190, "head_least": 230, "head_wanted": 275, "sharpness_least": 4.0, "unevenness_most": 20.0}
PROFILES = (
    ("standard", "Card photo", "社保卡照片", None, True, STANDARD),
    ("small-child", "Card photo of a small child", "社保卡照片（幼儿）", 7, False, SMALL_CHILD),
)
WHOLE = ("width_least", "width_most", "height_least", "height_most", "dpi", "crown_least", "crown_most", "eyes_least",
         "middle_least", "middle_most", "head_least", "head_most", "head_wanted")  # fmt: skip
NUMBERS = {  # what the sentences said themselves is said now by what was measured
    "photo_pixels": (
        "Please send a photo of the asked size and resolution (358 × 441 pixels, 350 dpi)", "Please send a photo of the asked size and resolution",
        "请重新提交尺寸和分辨率符合要求的照片（358×441像素，350 dpi）", "请重新提交尺寸和分辨率符合要求的照片",
    ),
    "photo_bytes": (
        "Please send the photo as a file of the asked size (14 to 40 KB)", "Please send the photo as a file of the asked size",
        "请重新提交文件大小符合要求的照片（14至40 KB）", "请重新提交文件大小符合要求的照片",
    ),
    "photo_unsuitable": (
        "Please send a photo with a white background, 358 × 441 pixels", "Please send a photo with a white background and in the asked size",
        "请重新提交白色背景、358×441像素的照片", "请重新提交白色背景、尺寸符合要求的照片",
    ),
}  # fmt: skip


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    figures = [sa.Column(name, sa.Integer() if name in WHOLE else sa.Float(), nullable=name == "dpi") for name in STANDARD]
    profiles = op.create_table(
        "photo_profile",
        sa.Column("id", number, nullable=False),
        sa.Column("code", sa.String(30), nullable=False),
        sa.Column("name_en", sa.String(80), nullable=False),
        sa.Column("name_zh", sa.String(80), nullable=False),
        sa.Column("age_from", sa.Integer()),
        sa.Column("age_below", sa.Integer()),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_to", sa.Date()),
        *figures,
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("age_from IS NULL OR age_below IS NULL OR age_from < age_below", name=op.f("ck_photo_profile_ages")),
        sa.CheckConstraint("valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to", name=op.f("ck_photo_profile_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo_profile")),
        sa.UniqueConstraint("code", name=op.f("uq_photo_profile_code")),
    )
    op.create_index("ix_photo_profile_name_en_id", "photo_profile", ["name_en", "id"])
    kept = op.create_table(
        "photo_rules",
        sa.Column("id", number, nullable=False),
        sa.Column("profile_id", number, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["photo_profile.id"], name=op.f("fk_photo_rules_profile_id_photo_profile")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo_rules")),
    )
    op.create_index("ix_photo_rules_profile_id_version", "photo_rules", ["profile_id", "version"], unique=True)
    for code, english, chinese, below, is_active, values in PROFILES:
        row = {"code": code, "name_en": english, "name_zh": chinese, "age_below": below, "is_active": is_active, "version": 1} | values
        op.get_bind().execute(profiles.insert().values(**row))
        of = sa.select(profiles.c.id).where(profiles.c.code == code).scalar_subquery()
        op.get_bind().execute(kept.insert().values(profile_id=of, version=1, since=date(2026, 11, 30), figures=values))
    word = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(
        f"ALTER TABLE document ADD COLUMN photo_rules_id {word}"
        " CONSTRAINT fk_document_photo_rules_id_photo_rules REFERENCES photo_rules (id)"
    )
    op.execute(
        "UPDATE document SET photo_rules_id = (SELECT min(id) FROM photo_rules) WHERE material = 'photo'"
        " AND file_id IN (SELECT id FROM stored_file WHERE measured IS NOT NULL)"
    )
    op.add_column("decision_reason", sa.Column("findings", sa.JSON()))
    _say(0, 1)


def downgrade() -> None:
    _say(1, 0)
    op.execute("ALTER TABLE decision_reason DROP COLUMN findings")
    op.execute("ALTER TABLE document DROP COLUMN photo_rules_id")
    op.drop_table("photo_rules")
    op.drop_table("photo_profile")


def _say(before: int, after: int) -> None:
    """Change the sentences from the ones to the others, where the office has not worded them anew."""
    english = sa.text("UPDATE reason_code SET text_en = :after WHERE code = :code AND text_en = :before")
    chinese = sa.text("UPDATE reason_code SET text_zh = :after WHERE code = :code AND text_zh = :before")
    for code, (*of_english, long, short) in NUMBERS.items():
        op.get_bind().execute(english, {"code": code, "before": of_english[before], "after": of_english[after]})
        op.get_bind().execute(chinese, {"code": code, "before": (long, short)[before], "after": (long, short)[after]})

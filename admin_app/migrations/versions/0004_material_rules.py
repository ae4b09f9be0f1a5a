"""Materials per reason become a table that the office changes; closed cases keep what they needed (ADR 0011)."""

import sqlalchemy as sa
from alembic import op

revision = "0004_material_rules"
down_revision = "0003_reference_data"

MATERIALS = (
    "id_copy", "loss_proof", "photo", "application_form", "old_card", "change_proof", "proxy_id", "authorisation", "guardian_id", "kinship_proof",
)  # fmt: skip
ALL = ("lost", "stolen", "damaged", "unreadable", "data_changed", "misprinted", "expired", "other")
OLD_CARD = ("damaged", "unreadable", "data_changed", "misprinted", "expired")
PHOTO_AGE = 7

RULES = (
    ("id_copy", ALL, "", None),
    ("application_form", ALL, "", None),
    ("photo", ALL, "", PHOTO_AGE),
    ("loss_proof", ("lost", "stolen"), "", None),
    ("old_card", OLD_CARD, "", None),
    ("change_proof", ("data_changed",), "", None),
    ("proxy_id", ALL, "proxy", None),
    ("authorisation", ALL, "proxy", None),
    ("guardian_id", ALL, "guardian", None),
    ("kinship_proof", ALL, "guardian", None),
)
"""material, reasons, applicant ('' any), age_from: exactly what the program asked for before there was a table."""


def upgrade() -> None:
    known = ",".join(repr(material) for material in MATERIALS)
    op.create_table(
        "material_rule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("material", sa.String(length=20), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("applicant", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("age_from", sa.Integer(), nullable=True),
        sa.Column("age_below", sa.Integer(), nullable=True),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"material IN ({known})", name=op.f("ck_material_rule_material")),
        sa.CheckConstraint("applicant IN ('','self','proxy','guardian')", name=op.f("ck_material_rule_applicant")),
        sa.CheckConstraint("channel IN ('','counter','online')", name=op.f("ck_material_rule_channel")),
        sa.CheckConstraint("age_from IS NULL OR age_below IS NULL OR age_from < age_below", name=op.f("ck_material_rule_ages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_rule")),
    )
    op.add_column("application", sa.Column("closed_materials", sa.JSON(), nullable=True))
    table = sa.Table("material_rule", sa.MetaData(), autoload_with=op.get_bind())
    op.bulk_insert(
        table,
        [
            {
                "material": material, "reasons": list(reasons), "applicant": applicant, "channel": "", "age_from": age_from,
                "age_below": None, "sort": place * 10, "is_active": True, "version": 1,
            }
            for place, (material, reasons, applicant, age_from) in enumerate(RULES, 1)
        ],
    )  # fmt: skip
    _fill_closed_cases()


def _fill_closed_cases() -> None:
    """Give every closed case the materials that it was decided by: one statement a reason, applicant and side of PHOTO_AGE."""
    meta, connection = sa.MetaData(), op.get_bind()
    cases = sa.Table("application", meta, autoload_with=connection)
    residents = sa.Table("resident", meta, autoload_with=connection)
    born = sa.select(residents.c.birth_on).where(residents.c.id == cases.c.resident_id).scalar_subquery()
    is_older = _day_number(cases.c.received_on) - _day_number(born) >= PHOTO_AGE * 10_000
    closed = cases.update().where(cases.c.status.in_(["approved", "rejected", "withdrawn"]))
    for reason in ALL:
        for applicant in ("self", "proxy", "guardian"):
            for side, has_photo in ((is_older, True), (sa.not_(is_older), False)):
                needed = [
                    material
                    for material, reasons, who, age_from in RULES
                    if reason in reasons and who in ("", applicant) and (has_photo or age_from is None)
                ]
                one_kind = closed.where(cases.c.reason == reason, cases.c.applicant == applicant, side)
                connection.execute(one_kind.values(closed_materials=needed))


def _day_number(day: sa.ColumnElement) -> sa.ColumnElement:
    """A day as the number 20261127: ages are differences of such numbers, on birthdays and leap days too."""
    if op.get_bind().dialect.name == "sqlite":
        return sa.cast(sa.func.strftime("%Y%m%d", day), sa.Integer)
    return sa.cast(sa.func.to_char(day, "YYYYMMDD"), sa.Integer)


def downgrade() -> None:
    op.drop_column("application", "closed_materials")
    op.drop_table("material_rule")

"""«Either … or» in the table of materials, and the household register: it stands in for the ID card that a child does not have.

The line of the ID card says so for those under sixteen where it is as the first office had it; whoever changed it decides alone.
"""

from alembic import op

revision = "0044_either_or"
down_revision = "0043_where_a_card_goes"
BEFORE = (
    "id_copy", "loss_proof", "photo", "application_form", "old_card", "change_proof", "proxy_id", "authorisation", "guardian_id", "kinship_proof",
)  # fmt: skip
FOR_CHILDREN = (
    "UPDATE material_rule SET instead = 'household_register', instead_below = 16 WHERE material = 'id_copy' AND applicant = ''"
    " AND channel = '' AND age_from IS NULL AND age_below IS NULL"
)
FIRST_ONLY_ON_SQLITE = """
    UPDATE application SET closed_materials = (
        SELECT json_group_array(name) FROM (
            SELECT DISTINCT replace(substr(value, 1, instr(value || '|', '|') - 1), 'household_register', 'id_copy') AS name
            FROM json_each(application.closed_materials)))
    WHERE closed_materials LIKE '%|%' OR closed_materials LIKE '%household_register%'"""
FIRST_ONLY_ON_POSTGRESQL = """
    UPDATE application SET closed_materials = (
        SELECT json_agg(name ORDER BY place) FROM (
            SELECT replace(split_part(code, '|', 1), 'household_register', 'id_copy') AS name, min(place) AS place
            FROM json_array_elements_text(closed_materials) WITH ORDINALITY AS kept (code, place) GROUP BY 1) AS once)
    WHERE closed_materials::text LIKE '%|%' OR closed_materials::text LIKE '%household_register%'"""
"""What a closed case could bring in place of a material is forgotten, whichever it was; the material itself stays, each once."""


def upgrade() -> None:
    known = _know(*BEFORE, "household_register")
    declared = f"VARCHAR(20) NOT NULL DEFAULT '' CONSTRAINT ck_material_rule_instead CHECK (instead IN ('',{known}))"
    op.execute(f"ALTER TABLE material_rule ADD COLUMN instead {declared}")
    op.execute("ALTER TABLE material_rule ADD COLUMN instead_below INTEGER")
    op.execute(FOR_CHILDREN)


def _know(*materials: str) -> str:
    known = ",".join(map(repr, materials))
    op.execute("ALTER TABLE material_rule DROP CONSTRAINT ck_material_rule_material")
    op.execute(f"ALTER TABLE material_rule ADD CONSTRAINT ck_material_rule_material CHECK (material IN ({known}))")
    return known


def downgrade() -> None:
    # The desk before knows no register: its lines leave, its papers become those of the ID card.
    op.execute("DELETE FROM material_rule WHERE material = 'household_register'")
    op.execute("ALTER TABLE material_rule DROP COLUMN instead_below")
    op.execute("ALTER TABLE material_rule DROP COLUMN instead")
    _know(*BEFORE)
    op.execute("UPDATE document SET material = 'id_copy' WHERE material = 'household_register'")
    op.execute(FIRST_ONLY_ON_SQLITE if op.get_bind().dialect.name == "sqlite" else FIRST_ONLY_ON_POSTGRESQL)

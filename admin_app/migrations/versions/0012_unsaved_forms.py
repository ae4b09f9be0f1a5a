"""The table of what people typed and could not save is called by what it holds: a draft is an application that is not submitted yet."""

from alembic import op

revision = "0012_unsaved_forms"
down_revision = "0011_list_files"

CONSTRAINTS = ("pk_{}", "fk_{}_application_id_application", "fk_{}_staff_id_ab_user")


def upgrade() -> None:
    _rename("form_draft", "unsaved_form")


def downgrade() -> None:
    _rename("unsaved_form", "form_draft")


def _rename(old: str, new: str) -> None:
    op.drop_index(f"ix_{old}_staff_id_application_id", old)
    op.rename_table(old, new)
    op.create_index(f"ix_{new}_staff_id_application_id", new, ["staff_id", "application_id"], unique=True)
    if op.get_bind().dialect.name == "postgresql":  # SQLite knows constraints by no name
        for name in CONSTRAINTS:
            op.execute(f"ALTER TABLE {new} RENAME CONSTRAINT {name.format(old)} TO {name.format(new)}")
        op.execute(f"ALTER SEQUENCE {old}_id_seq RENAME TO {new}_id_seq")

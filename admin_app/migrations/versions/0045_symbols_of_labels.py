"""How the number of a label is written for scanners: bars as before, or a square that takes less room."""

from alembic import op

revision = "0045_symbols_of_labels"
down_revision = "0044_either_or"
DECLARED = "VARCHAR(12) NOT NULL DEFAULT 'code128' CONSTRAINT ck_label_stock_symbol CHECK (symbol IN ('code128','qr','data_matrix'))"


def upgrade() -> None:
    op.execute(f"ALTER TABLE label_stock ADD COLUMN symbol {DECLARED}")


def downgrade() -> None:
    op.execute("ALTER TABLE label_stock DROP COLUMN symbol")

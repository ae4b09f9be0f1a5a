"""Alembic's entry: the app's own engine and the metadata of every room."""

import importlib
from pathlib import Path

from alembic import context
from flask import current_app

HERE = Path(__file__).parent.parent
for models in sorted((*HERE.glob("*/models.py"), *HERE.glob("*/models/__init__.py"), *HERE.glob("foundation/*/models.py"))):
    importlib.import_module(".".join(("admin_app", *models.relative_to(HERE).with_suffix("").parts)).removesuffix(".__init__"))
for name in ("browser_sessions", "numbering"):
    importlib.import_module(f"admin_app.foundation.{name}")


def run() -> None:
    """Upgrade or downgrade on a live connection, one transaction a revision."""
    db = current_app.extensions["migrate"].db
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            transaction_per_migration=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()

"""Alembic's entry: the app's own engine and the metadata of every room."""

from alembic import context
from flask import current_app

from admin_app.applications import models as applications
from admin_app.audit import models as audit
from admin_app.cards import models as cards
from admin_app.centres import models as centres
from admin_app.foundation import browser_sessions, numbering
from admin_app.foundation.jobs import models as jobs
from admin_app.foundation.storage import models as storage
from admin_app.loss_reports import models as loss_reports
from admin_app.mailing import models as mailing
from admin_app.residents import models as residents
from admin_app.staff import models as staff

ROOMS = (
    applications,
    audit,
    cards,
    centres,
    browser_sessions,
    numbering,
    jobs,
    storage,
    loss_reports,
    mailing,
    residents,
    staff,
)


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

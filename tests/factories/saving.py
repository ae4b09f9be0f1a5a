"""How a factory's row gets into the database."""

from typing import TypeVar

from admin_app.foundation.database import db, in_transaction, transaction

Row = TypeVar("Row")


def save(row: Row) -> Row:
    """Add the row in the transaction that is open, or in one of its own; it has its id afterwards."""
    if in_transaction():
        db.session.add(row)
        db.session.flush()
        return row
    with transaction() as session:
        session.add(row)
    return row

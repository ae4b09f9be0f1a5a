"""The key of a person, deleted: from then on nobody reads what it sealed."""

import sqlalchemy as sa

from admin_app.foundation.database import transaction
from admin_app.foundation.person_keys import PersonKey


def delete_key(person: int) -> int:
    """Delete the key of this resident; returns how many there were."""
    with transaction() as session:
        return session.execute(sa.delete(PersonKey).where(PersonKey.person_id == person)).rowcount

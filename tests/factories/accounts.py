"""Online accounts of residents and the codes they ask for."""

from admin_app.accounts.models import Account, CodeRequest
from admin_app.foundation import clock
from tests.factories.saving import save


def make_account(resident_id: int) -> Account:
    """The account of a resident who was here before."""
    return save(Account(resident_id=resident_id, opened_at=clock.now(), last_in_at=clock.now()))


def make_code_request(resident_id: int) -> CodeRequest:
    """A code that was sent to a resident and not typed yet."""
    keys = {"number_keys": ["0" * 32], "name_keys": ["0" * 32], "pair_key": "0" * 32, "address_key": "0" * 32, "phone_key": "0" * 32}
    now = clock.now()
    return save(CodeRequest(language="zh", asked_at=now, sent_at=now, tries=0, code_key="0" * 32, resident_id=resident_id, **keys))

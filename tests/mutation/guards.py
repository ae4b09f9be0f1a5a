"""The modules that guard the office, and the tests that must notice a fault in them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Guard:
    """One module, what of it is looked at, and its narrow tests (arguments of pytest)."""

    module: str
    tests: tuple[str, ...]
    tables: frozenset[str] = frozenset()
    """Tables (dictionaries) of it whose entries count as well."""
    only: frozenset[str] = frozenset()
    """Its functions that count, where not all do."""


GUARDS: dict[str, Guard] = {
    "masks": Guard(
        "admin_app.residents.rules",
        ("tests/residents/test_masks.py", "tests/residents/test_rules.py"),
        only=frozenset({"mask_id_number", "mask_phone", "birth_month", "birth_in", "sex_in", "shown_name", "shown_names", "shown_fact"}),
    ),
    "crypto": Guard("admin_app.foundation.crypto", ("tests/foundation/test_crypto.py",)),
}

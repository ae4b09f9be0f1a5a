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


NO_FUNCTION = frozenset({"<none>"})
"""Its tables alone."""
MOVES = ("tests/test_moves_in_the_database.py",)
USES = ("second_decisions", "taking_back", "waiting")
"""Of the verbs that lead where another one does, or from there: whoever uses them."""
VERBS = "tests/test_verbs.py::test_"
GUARDS: dict[str, Guard] = {
    "masks": Guard(
        "admin_app.residents.rules",
        ("tests/residents/test_masks.py", "tests/residents/test_rules.py"),
        only=frozenset({"mask_id_number", "mask_phone", "birth_month", "birth_in", "sex_in", "shown_name", "shown_names", "shown_fact"}),
    ),
    "crypto": Guard("admin_app.foundation.crypto", ("tests/foundation/test_crypto.py",)),
    "rights": Guard(
        "admin_app.staff.permissions",
        (
            "tests/staff/test_permissions.py",
            f"{VERBS}every_operation_asks_before_anything_else",
            f"{VERBS}every_verb_has_an_operation_and_its_permissions_exist",
            f"{VERBS}a_verb_without_a_row_in_the_table_is_refused_at_once",
        ),
        tables=frozenset({"PERMISSIONS", "VERBS"}),
    ),
    "status machine": Guard("admin_app.foundation.status_machine", ("tests/foundation/test_status_machine.py",)),
    "moves of applications": Guard(
        "admin_app.applications.rules.words",
        (*MOVES, *(f"tests/applications/test_{one}.py" for one in USES)),
        frozenset({"MOVES"}),
        NO_FUNCTION,
    ),
    "moves of cards": Guard("admin_app.cards.rules", MOVES, frozenset({"MOVES"}), NO_FUNCTION),
    "moves of loss reports": Guard("admin_app.loss_reports.rules", MOVES, frozenset({"MOVES"}), NO_FUNCTION),
    "moves of mail": Guard("admin_app.mailing.rules", MOVES, frozenset({"BATCH_MOVES", "PARCEL_MOVES"}), NO_FUNCTION),
}

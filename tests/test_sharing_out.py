"""How a run is shared out among its workers."""

import pytest

from tests.sharing_out import in_order, piece_of


@pytest.mark.parametrize(
    ("nodeid", "piece"),
    [
        ("tests/cards/test_views.py::test_one[sqlite]", "tests/cards/test_views.py sqlite"),
        ("tests/cards/test_views.py::test_one[postgresql-zh]", "tests/cards/test_views.py postgresql"),
        ("tests/cards/test_views.py::test_one[zh-sqlite]", "tests/cards/test_views.py sqlite"),
        ("tests/cards/test_rules.py::test_one", "tests/cards/test_rules.py"),
        ("tests/cards/test_rules.py::test_of_sqlite[not sqlite]", "tests/cards/test_rules.py"),
        ("tests/browser/test_lists.py::test_one[en]", "tests/browser/"),
    ],
)
def test_a_file_on_one_database_is_a_piece_of_work_and_all_browsers_are_one(nodeid: str, piece: str) -> None:
    assert piece_of(nodeid) == piece


def test_long_pieces_begin_then_what_has_most_tests() -> None:
    few, many = ["tests/a/test_few.py::test_one"], [f"tests/b/test_many.py::test_{number}" for number in range(3)]
    long = ["tests/browser/test_pages.py::test_one[en]", "tests/faults/test_kills.py::test_one[sqlite]"]
    assert in_order([*few, *many, *reversed(long)]) == [*long, *many, *few]


def test_the_tests_of_a_piece_stay_in_their_order() -> None:
    tests = [f"tests/a/test_x.py::test_{name}[sqlite]" for name in "zay"]
    assert in_order(tests) == tests

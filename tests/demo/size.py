"""How large the demo offices of these tests are."""

SEED = 5
COUNT = 60


def quiet(stage: str, done: int, total: int) -> None:
    """Nobody watches the progress."""

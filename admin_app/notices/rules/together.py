"""In which order letters leave the printer: as the labels do that go onto their envelopes. Pure functions."""

from typing import NamedTuple


class Place(NamedTuple):
    """Where the label lies that goes to the same case: letter and label of one place belong together."""

    batch: str
    """Reference of the mailing batch."""
    number: int
    """Place of the label in it, from 1."""


def order_of(place: Place | None, recipient: str, number: int) -> tuple[object, ...]:
    """What letters are sorted by: those with a label by batch and place, then the others by postcode, then as they were written.

    `recipient` are the lines of the window, the postcode first where one is known; letters without one come last.
    """
    if place is not None:
        return (0, place.batch, place.number, number)
    postcode = recipient.partition("\n")[0]
    is_known = len(postcode) == 6 and postcode.isascii() and postcode.isdigit()
    return (1, postcode, 0, number) if is_known else (2, "", 0, number)

"""Tracking numbers that follow one another."""

import re

from admin_app.mailing.rules import S10, s10_check_digit


def running_numbers(first: str, count: int) -> list[str]:
    """`count` tracking numbers from `first` on: of UPU S10 the eight digits run and each has its check digit, of others the last digits.

    ValueError where they run over the last number of the same length.
    """
    if S10.fullmatch(first):
        eights = [f"{int(first[2:10]) + step:08d}" for step in range(count)]
        found = [f"{first[:2]}{eight}{s10_check_digit(eight)}{first[11:]}" for eight in eights if len(eight) == 8]
    else:
        digits = re.search(r"[0-9]*$", first)[0]  # type: ignore[index]
        kept, begins = first[: len(first) - len(digits)], int(digits or 0)
        found = [f"{kept}{begins + step:0{len(digits)}d}" for step in range(count)] if digits else []
    if len(found) != count or any(len(number) != len(first) for number in found):
        raise ValueError("the range runs over its last number")
    return found

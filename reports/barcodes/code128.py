"""Code 128 as modules in millimetres."""

from dataclasses import dataclass

import barcode

from reports.barcodes.dots import DEFAULT_DPI, modules_mm

WIDEST_MM = 0.508
"""Width of the narrowest bar where there is room: 6 dots of a 300 dpi printer."""
QUIET_MODULES = 10


class BarcodeTooWide(ValueError):
    """The number has too many characters for the label, even with the narrowest bars that scanners read."""


@dataclass(frozen=True)
class Barcode:
    """The bars of one number; `modules` is the pattern as ones and zeros."""

    modules: str
    module_mm: float

    @property
    def width_mm(self) -> float:
        """Return the width of the bars without their quiet zones."""
        return len(self.modules) * self.module_mm

    @property
    def quiet_mm(self) -> float:
        """Return the blank that must stay free on either side."""
        return QUIET_MODULES * self.module_mm


def code128(number: str, *, available_mm: float, widest_mm: float = WIDEST_MM, dpi: int = DEFAULT_DPI) -> Barcode:
    """Return `number` as Code 128 with the widest bars of whole dots that fit `available_mm`, quiet zones included.

    Raises BarcodeTooWide, or ValueError if the number is empty or holds more than visible ASCII.
    """
    if not number or not all("!" <= char <= "~" for char in number):
        raise ValueError(f"not a number for Code 128: {number!r}")
    (modules,) = barcode.get_barcode_class("code128")(number).build()
    widths = modules_mm(widest_mm, dpi=dpi)
    for module in widths:
        if (len(modules) + 2 * QUIET_MODULES) * module <= available_mm:
            return Barcode(modules, module)
    needed = (len(modules) + 2 * QUIET_MODULES) * widths[-1]
    raise BarcodeTooWide(f"the bars of {number} need {needed:.1f} mm, the label has {available_mm:.1f}")

"""Widths of modules that a printer can print: whole dots, so that no bar is wider than its neighbour by a rounding."""

MM_PER_INCH = 25.4
DEFAULT_DPI = 300
"""Where nobody said which printer it is: its modules are whole dots at 600 and 1200 dpi, too."""
LEAST_MM = 0.25
"""Narrower modules are not read reliably by the scanners of a counter."""


def dot_mm(dpi: int) -> float:
    """Return the side of one dot."""
    return MM_PER_INCH / dpi


def modules_mm(widest_mm: float, *, dpi: int) -> tuple[float, ...]:
    """Return the widths of modules in whole dots, widest first: from the one next to `widest_mm` to the narrowest that is read."""
    dot = dot_mm(dpi)
    widths = (dots * dot for dots in range(round(widest_mm / dot), 0, -1))
    return tuple(width for width in widths if width >= LEAST_MM)

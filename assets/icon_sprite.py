"""Builds static/desk/icons.svg from the names in static/desk/icons.txt: `make icons` after adding a name."""

import re
import sys
from pathlib import Path

DESK = Path(__file__).resolve().parents[1] / "admin_app" / "static" / "desk"
NAMES, SPRITE = DESK / "icons.txt", DESK / "icons.svg"
BOX = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'
STROKE = 'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'


def names() -> list[str]:
    """The icons in use, sorted."""
    return sorted(set(NAMES.read_text(encoding="utf-8").split()))


def symbol(name: str, svg: str) -> str:
    """One Tabler outline icon as a <symbol> whose id is its name."""
    shapes = re.sub(r"\s+", " ", svg[svg.index(">") + 1 : svg.rindex("</svg>")].replace(BOX, "")).replace("> <", "><").strip()
    return f'<symbol id="{name}" {STROKE}>{shapes}</symbol>'


def build(outline: Path) -> str:
    """The whole sprite; `outline` is the folder icons/outline of the @tabler/icons package; FileNotFoundError for an unknown name."""
    symbols = "\n".join(symbol(name, (outline / f"{name}.svg").read_text(encoding="utf-8")) for name in names())
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


if __name__ == "__main__":
    SPRITE.write_text(build(Path(sys.argv[1])), encoding="utf-8")

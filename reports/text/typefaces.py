"""The print fonts: those shipped with the project, and the big fonts for rare Han that this machine may have."""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import uharfbuzz

FOLDER = Path(__file__).parents[1] / "fonts"
WEIGHTS = {"regular": 400, "bold": 700}


@dataclass(frozen=True, eq=False)
class Typeface:
    """One design; `above` and `below` are what its letters need around the baseline, in ems."""

    family: str
    regular: Path
    bold: Path | None = None
    """None if the design has one weight only; its bold is then the regular with thicker strokes."""
    above: float = 1.0
    below: float = 0.25
    is_shaped: bool = False
    """Letters change with their neighbours, so a text must be shaped to be measured."""

    def file(self, weight: str) -> Path:
        """Return the font file for `weight`."""
        return self.bold if weight == "bold" and self.bold else self.regular

    def weights(self) -> tuple[str, ...]:
        """Return the weights that have a file of their own."""
        return ("regular", "bold") if self.bold else ("regular",)


def _shipped(family: str, name: str, *, suffix: str = "ttf", has_bold: bool = True, **measures: float) -> Typeface:
    bold = FOLDER / f"{name}-Bold.{suffix}" if has_bold else None
    return Typeface(family, FOLDER / f"{name}-Regular.{suffix}", bold, **measures)  # type: ignore[arg-type]


HAN = _shipped("Print", "NotoSansCJKsc", suffix="otf")
LATIN = _shipped("Print Latin", "NotoSans", above=1.1, below=0.3)
SHIPPED = (
    HAN,
    LATIN,
    _shipped("Print Arabic", "NotoSansArabic", above=1.15, below=0.5, is_shaped=True),
    _shipped("Print Tibetan", "NotoSerifTibetan", above=1.15, below=0.9, is_shaped=True),
    _shipped("Print Mongolian", "NotoSansMongolian", has_bold=False, is_shaped=True),
    _shipped("Print Yi", "NotoSansYi", has_bold=False),
    _shipped("Print Hebrew", "NotoSansHebrew", above=1.1, below=0.3, is_shaped=True),
    _shipped("Print Thai", "NotoSansThai", above=1.1, below=0.45, is_shaped=True),
    _shipped("Print Devanagari", "NotoSansDevanagari", above=1.1, below=0.45, is_shaped=True),
)

RARE_HAN = {"HanaMinA.ttf": "Rare A", "HanaMinB.ttf": "Rare B", "BabelStoneHan.ttf": "Rare C"}
"""The only files that are ever taken from the machine, in the order in which they are asked for a character.

Debian packages fonts-hanazono and fonts-babelstone-han; 20 to 50 MB each, therefore not shipped.
"""


def system_folders() -> list[Path]:
    """Return where fonts are installed, by the XDG rule (XDG_DATA_HOME, XDG_DATA_DIRS), most private first."""
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    return [Path(folder) / "fonts" for folder in (home, *shared.split(":")) if folder]


@cache
def available() -> tuple[Typeface, ...]:
    """Return all typefaces in the order in which they are asked for a character; looked up once a process."""
    found: dict[str, Path] = {}
    for folder in system_folders():
        for path in sorted(folder.rglob("*.ttf")):
            if path.name in RARE_HAN and path.is_file():
                found.setdefault(path.name, path)
    return (*SHIPPED, *(Typeface(family, found[name]) for name, family in RARE_HAN.items() if name in found))


@cache
def face(path: Path) -> uharfbuzz.Face:
    """Return the opened font file."""
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))


@cache
def font(path: Path) -> uharfbuzz.Font:
    """Return the font of `path` at its own scale."""
    return uharfbuzz.Font(face(path))


@cache
def has(typeface: Typeface, char: str) -> bool:
    """Tell whether `typeface` has a glyph for `char`."""
    return font(typeface.regular).get_nominal_glyph(ord(char)) is not None


@cache
def typeface_of(char: str, *, latin_first: bool = False) -> Typeface | None:
    """Return the first typeface that has `char`, None if there is none on this machine."""
    if latin_first and has(LATIN, char):
        return LATIN
    return next((each for each in available() if has(each, char)), None)

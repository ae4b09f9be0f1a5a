"""Small copies of the print fonts for one document, and the CSS that names them."""

import io
import unicodedata
from collections.abc import Iterable

import uharfbuzz
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.DefaultTable import DefaultTable

from reports.text import typefaces
from reports.text.typefaces import HAN, WEIGHTS, Typeface

ASCII = frozenset(range(0x20, 0x7F))


def typefaces_for(characters: Iterable[str]) -> tuple[Typeface, ...]:
    """Return the typefaces that a document with `characters` needs, the Han one always."""
    wanted = {HAN} | {typefaces.typeface_of(char) for char in set(characters)}
    return tuple(each for each in typefaces.available() if each in wanted)


def subset(characters: Iterable[str], *, typeface: Typeface = HAN, weight: str = "regular") -> bytes:
    """Return a font with just `characters`, ASCII and the forms they take, ready to be embedded whole."""
    wish = uharfbuzz.SubsetInput()
    wish.sets(uharfbuzz.SubsetInputSets.UNICODE).update(ASCII | {ord(char) for char in _parts(characters, typeface)})
    wish.flags = uharfbuzz.SubsetFlags.DESUBROUTINIZE | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    path = typeface.file(weight)
    small = uharfbuzz.subset(typefaces.face(path), wish).blob.data
    return _renumbered(small) if path.suffix == ".otf" else small


def _parts(characters: Iterable[str], typeface: Typeface) -> set[str]:
    """Return `characters`, and what the shaper takes some of them apart into before it asks a font (Thai U+0E33 is two glyphs)."""
    wanted = set(characters)
    return wanted | set(unicodedata.normalize("NFKD", "".join(wanted))) if typeface.is_shaped else wanted


def _renumbered(font_file: bytes) -> bytes:
    """Make character ids equal glyph ids: a PDF addresses the glyphs of a CID-keyed font by the former."""
    font = TTFont(io.BytesIO(font_file), lazy=True, recalcBBoxes=False, recalcTimestamp=False)
    top = font["CFF "].cff.topDictIndex[0]
    names = {old: f"cid{index:05d}" if index else old for index, old in enumerate(top.charset)}
    strings = top.CharStrings
    strings.charStrings = {names[old]: string for old, string in strings.charStrings.items()}
    top.charset = strings.charset = list(names.values())
    outlines = DefaultTable("CFF ")
    outlines.data = font["CFF "].compile(font)
    font["CFF "] = outlines
    renumbered = io.BytesIO()
    font.save(renumbered, reorderTables=None)
    return renumbered.getvalue()


def font_faces(chosen: tuple[Typeface, ...]) -> str:
    """Return the CSS that declares `chosen`, with addresses as the renderer serves them."""
    return "".join(
        f'@font-face {{ font-family: "{each.family}"; font-weight: {WEIGHTS[weight]}; src: url("asset:{asset_name(each, weight)}"); }}\n'
        for each in chosen
        for weight in each.weights()
    )


def asset_name(typeface: Typeface, weight: str) -> str:
    """Return the address under which a document reaches a weight of `typeface`."""
    return f"{typeface.family.replace(' ', '-').lower()}-{weight}{typeface.file(weight).suffix}"


def families(chosen: Iterable[Typeface], selector: str = "html") -> str:
    """Return the CSS rule that asks `chosen` for each character in their order."""
    names = ", ".join(f'"{typeface.family}"' for typeface in chosen)
    return f"{selector} {{ font-family: {names} }}\n"

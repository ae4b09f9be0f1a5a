"""Which letters the joined forms of right-to-left scripts stand for, so that a reader of the PDF finds the words.

The renderer only tells the letters that stand alone. A reading aid (ActualText) on the whole text would not do: readers take text
that runs from right to left in the order in which it is seen, glyph by glyph.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

import pikepdf
import uharfbuzz

from reports.text.measuring import runs


def letters(text: str, font_file: bytes) -> Iterator[tuple[int, str]]:
    """Yield glyph id and letters, last one first, for each glyph of `text`, which one font sets from right to left."""
    font = uharfbuzz.Font(uharfbuzz.Face(font_file))
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.cluster_level = uharfbuzz.BufferClusterLevel.CHARACTERS
    uharfbuzz.shape(font, buffer)
    starts = sorted({info.cluster for info in buffer.glyph_infos})
    ends = dict(pairwise([*starts, len(text)]))
    for info in buffer.glyph_infos:
        yield info.codepoint, text[info.cluster : ends[info.cluster]][::-1]  # readers turn round a glyph of two letters, too


def forms(texts: Iterable[str], family: str, font_file: bytes) -> dict[int, str]:
    """Return glyph id -> letters for all parts of `texts` that the typeface `family` sets."""
    found: dict[int, str] = {}
    for text in texts:
        for typeface, run in runs(text):
            if typeface.family == family:
                found.update(letters(run, font_file))
    return found


def tell(font: pikepdf.Object, known: dict[int, str]) -> None:
    """Add `known` to what the embedded `font` says about its glyphs."""
    content = font.ToUnicode.read_bytes()
    told = {int(code, 16) for code in re.findall(rb"<([0-9a-f]{4})> <", content)}
    lines = [f"<{glyph:04x}> <{words.encode('utf-16-be').hex()}>" for glyph, words in sorted(known.items()) if glyph not in told]
    blocks = [f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in _blocks(lines)]
    font.ToUnicode.write(content.replace(b"endcmap", "".join(blocks).encode("ascii") + b"endcmap"))


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(lines), 100):  # a PDF allows a hundred in one go
        yield lines[start : start + 100]

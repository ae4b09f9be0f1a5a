"""Loss proofs as one-page PDFs: the receipt of a loss report with a round stamp, in both languages, a sample."""

import datetime as dt
import math
import time
from functools import cache
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

from admin_app.demo.drawing import Colour, font, stamp_mark, wrap
from admin_app.demo.people import Person
from admin_app.residents.rules import mask_id_number

PAGE = (827, 1169)
"""A4 at 100 dpi"""
_DPI = 100
_INK: Colour = (36, 38, 44)
_FAINT: Colour = (120, 124, 132)
_RED: Colour = (200, 48, 48)
_ROWS = (
    ("回执编号", "Receipt no."),
    ("挂失类别", "Kind of report"),
    ("姓名", "Name"),
    ("身份号码", "ID number"),
    ("挂失事由", "What happened"),
    ("受理时间", "Received"),
    ("受理网点", "Service centre"),
)
_NOTES = ("本回执仅供演示，不具任何效力。", "This receipt is a demonstration and has no legal effect.")
_TOP, _HEIGHT, _LEFT, _RIGHT, _SPLIT = 250, 66, 90, 737, 300
# a fixed date in the file, so that the same proof has the same bytes
_WRITTEN = time.struct_time((2026, 1, 1, 0, 0, 0, 3, 1, 0))


@cache
def _blank() -> Image.Image:
    page = Image.new("RGB", PAGE, (255, 255, 255))
    draw = ImageDraw.Draw(page)
    draw.text((PAGE[0] // 2, 120), "社会保障卡挂失回执", font=font(40, bold=True), fill=_INK, anchor="mm")
    title = "Receipt of a loss report for a social security card"
    draw.text((PAGE[0] // 2, 172), title, font=font(19), fill=_FAINT, anchor="mm")
    for number, (chinese, english) in enumerate(_ROWS):
        top = _TOP + number * _HEIGHT
        draw.rectangle((_LEFT, top, _RIGHT, top + _HEIGHT), outline=(170, 174, 180))
        draw.text((_LEFT + 14, top + 22), chinese, font=font(20), fill=_INK, anchor="lm")
        draw.text((_LEFT + 14, top + 46), english, font=font(14), fill=_FAINT, anchor="lm")
    bottom = _TOP + len(_ROWS) * _HEIGHT
    draw.line((_SPLIT, _TOP, _SPLIT, bottom), fill=(170, 174, 180))
    for number, line in enumerate(_NOTES):
        draw.text((_LEFT, bottom + 44 + number * 34), line, font=font(18 - 2 * number), fill=_FAINT)
    return page


def _star(middle: tuple[int, int], radius: float) -> list[tuple[float, float]]:
    corners = []
    for number in range(10):
        reach = radius if number % 2 == 0 else radius * 0.39
        angle = math.pi * number / 5 - math.pi / 2
        corners.append((middle[0] + reach * math.cos(angle), middle[1] + reach * math.sin(angle)))
    return corners


@cache
def _stamp(office: str) -> tuple[Image.Image, Image.Image]:
    """A red round stamp as (colour, mask) with the office's name along the rim."""
    size = 420
    mask = Image.new("L", (size, size), 0)
    draw = ImageDraw.Draw(mask)
    draw.ellipse((10, 10, size - 10, size - 10), outline=220, width=10)
    draw.polygon(_star((size // 2, size // 2), 58), fill=220)
    draw.text((size // 2, 318), "演示专用章", font=font(34), fill=220, anchor="mm")
    span = min(240, 22 * len(office))
    for number, char in enumerate(office):
        turn = span / 2 - span * number / max(1, len(office) - 1)
        letter = Image.new("L", (size, size), 0)
        ImageDraw.Draw(letter).text((size // 2, 62), char, font=font(44), fill=220, anchor="mm")
        mask.paste(220, (0, 0), letter.rotate(turn, resample=Image.Resampling.BILINEAR))
    mask = mask.reduce(2).rotate(8, resample=Image.Resampling.BILINEAR)
    return Image.new("RGB", mask.size, _RED), mask


def loss_proof(rng: Random, person: Person, *, reference: str, kind: str, event: str, office: str, received: dt.datetime) -> bytes:
    """The receipt as PDF; `kind`, `event` and `office` are the words to print, `received` is office time."""
    page = _blank().copy()
    draw = ImageDraw.Draw(page)
    id_number = person.identity.id_number
    masked = mask_id_number(id_number)
    name = person.name
    both = name.written if name.written == name.latin else f"{name.written}  {name.latin}"
    values = (reference, kind, both, masked, event, f"{received:%Y-%m-%d %H:%M}", office)
    for number, value in enumerate(values):
        lines = wrap(value, 38)[:2]
        size = 22 if len(lines) == 1 else 18
        for place, line in enumerate(lines):
            middle = _TOP + number * _HEIGHT + _HEIGHT // 2 + place * 26 - (len(lines) - 1) * 13
            draw.text((_SPLIT + 16, middle), line, font=font(size), fill=_INK, anchor="lm")
    colour, mask = _stamp(office)
    page.paste(colour, (500 + rng.randint(-20, 20), 800 + rng.randint(-20, 20)), mask)
    stamp_mark(page, text_size=58, angle=34, alpha=70)
    return _pdf(page, title=f"Loss report receipt {reference}")


def _pdf(page: Image.Image, *, title: str) -> bytes:
    out = BytesIO()
    page.save(
        out, "PDF", resolution=_DPI, quality=72, title=title, producer="Card Desk demo",
        creationDate=_WRITTEN, modDate=_WRITTEN,
    )  # fmt: skip
    return out.getvalue()

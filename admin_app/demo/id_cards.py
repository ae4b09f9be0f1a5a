"""Drawn scans of both sides of an ID card, plainly marked as samples."""

from functools import cache
from random import Random

from PIL import Image, ImageDraw

from admin_app.demo.drawing import Colour, font, gradient, jpeg, scanned, stamp_mark, wrap
from admin_app.demo.people import Person
from admin_app.demo.portraits import draw_portrait

CARD = (1070, 675)
BED = (1200, 780)
_INK: Colour = (28, 34, 42)
_LABEL: Colour = (62, 118, 160)
_LEFT = 70


@cache
def _front_blank() -> Image.Image:
    """Everything that is the same on every front."""
    card = gradient(CARD, (238, 245, 249), (205, 226, 236)).copy()
    draw = ImageDraw.Draw(card)
    _guilloche(draw)
    for label, top in (("姓名", 80), ("性别", 158), ("出生", 237), ("住址", 318), ("公民身份号码", 560)):
        draw.text((_LEFT, top), label, font=font(27), fill=_LABEL)
    draw.text((_LEFT + 208, 158), "民族", font=font(27), fill=_LABEL)
    return card


def _guilloche(draw: ImageDraw.ImageDraw) -> None:
    """Faint security lines."""
    for number in range(16):
        box = (-333 + number * 75, 350 - number * 13, 467 + number * 75, 1250 - number * 13)
        draw.arc(box, 190, 350, fill=(196, 219, 231), width=2)


@cache
def _back_blank() -> Image.Image:
    card = gradient(CARD, (240, 240, 234), (214, 226, 222)).copy()
    draw = ImageDraw.Draw(card)
    _guilloche(draw)
    draw.ellipse((77, 70, 223, 217), outline=(190, 60, 60), width=6)
    draw.text((150, 143), "样", font=font(77, bold=True), fill=(190, 60, 60), anchor="mm")
    draw.text((617, 125), "演示居民身份证", font=font(60, bold=True), fill=_INK, anchor="mm")
    draw.text((617, 208), "SAMPLE  CARD", font=font(33), fill=(110, 118, 126), anchor="mm")
    draw.text((250, 467), "签发机关", font=font(28), fill=_LABEL)
    draw.text((250, 542), "有效期限", font=font(28), fill=_LABEL)
    return card


def _name_size(name: str) -> int:
    cells = sum(2 if ord(char) > 0x2E7F else 1 for char in name)
    return 35 if cells <= 16 else 25 if cells <= 24 else 18


def _write_person(draw: ImageDraw.ImageDraw, person: Person) -> None:
    born, name = person.identity.born, person.name
    size = _name_size(name.written)
    draw.text((_LEFT + 83, 80 + (35 - size) // 2 - 4), name.written, font=font(size), fill=_INK)
    draw.text((_LEFT + 83, 155), "女" if person.identity.sex == "F" else "男", font=font(32), fill=_INK)
    draw.text((_LEFT + 292, 155), name.ethnicity or "外籍", font=font(32), fill=_INK)
    draw.text((_LEFT + 83, 233), f"{born.year} 年 {born.month} 月 {born.day} 日", font=font(32), fill=_INK)
    for number, line in enumerate(wrap(person.address.full, 34)):
        draw.text((_LEFT + 83, 315 + number * 45), line, font=font(32), fill=_INK)
    spaced = " ".join((person.identity.id_number[:6], person.identity.id_number[6:14], person.identity.id_number[14:]))
    draw.text((_LEFT + 242, 552), spaced, font=font(42), fill=_INK)


def front(rng: Random, person: Person, *, age: int, expired: bool = False) -> bytes:
    """JPEG scan of the front; `expired` stamps the card as no longer valid."""
    card = _front_blank().copy()
    portrait = draw_portrait(rng, sex=person.identity.sex, age=age, is_foreign=person.name.is_foreign)
    card.paste(portrait.resize((271, 333), Image.Resampling.BILINEAR), (738, 100))
    draw = ImageDraw.Draw(card)
    _write_person(draw, person)
    stamp_mark(card, text_size=64)
    if expired:
        draw.rounded_rectangle((733, 450, 1012, 533), 10, outline=(190, 60, 60), width=5)
        draw.text((872, 492), "已过期", font=font(48, bold=True), fill=(190, 60, 60), anchor="mm")
    return jpeg(scanned(card, rng, bed=BED))


def back(rng: Random, person: Person, *, valid_from_year: int, valid_to: str) -> bytes:
    """JPEG scan of the back; `valid_to` is a date or «长期»."""
    card = _back_blank().copy()
    draw = ImageDraw.Draw(card)
    office = f"{person.address.city}公安局（演示）"
    draw.text((417, 463), office, font=font(33), fill=_INK)
    month_day = f"{rng.randint(1, 12):02d}.{rng.randint(1, 28):02d}"
    until = valid_to if valid_to == "长期" else f"{valid_to}.{month_day}"
    draw.text((417, 538), f"{valid_from_year}.{month_day} - {until}", font=font(33), fill=_INK)
    stamp_mark(card, text_size=64)
    return jpeg(scanned(card, rng, bed=BED))

"""Drawn scans of both sides of an ID card, plainly marked as samples."""

from functools import cache
from random import Random

from PIL import Image, ImageDraw

from admin_app.demo.drawing import ANGLES, Colour, font, gradient, jpeg, scanned_at, stamp_mark, turn, wrap
from admin_app.demo.people import Person
from admin_app.demo.portraits import draw_portrait

CARD = (1070, 675)
BED = (1200, 780)
_INK: Colour = (28, 34, 42)
_LABEL: Colour = (62, 118, 160)
_RED: Colour = (190, 60, 60)
_PHOTO, _PHOTO_SIZE = (738, 100), (271, 333)
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


@cache
def _base(side: str, angle: float) -> Image.Image:
    """The scan of a card that nothing is written on yet; writing on it is cheaper than turning each card."""
    return scanned_at(_front_blank() if side == "front" else _back_blank(), angle, bed=BED)


@cache
def _mark(angle: float) -> Image.Image:
    layer = Image.new("RGB", CARD)
    stamp_mark(layer, text_size=64)
    # red on black: its first channel is the shape of the mark
    return turn(layer.getchannel(0).point(lambda value: value * 85 // 68), angle)


@cache
def _expired(angle: float) -> Image.Image:
    layer = Image.new("L", CARD)
    draw = ImageDraw.Draw(layer)
    draw.rounded_rectangle((733, 450, 1012, 533), 10, outline=255, width=5)
    draw.text((872, 492), "已过期", font=font(48, bold=True), fill=255, anchor="mm")
    return turn(layer, angle)


def _lay(sheet: Image.Image, colour: Colour, layer: Image.Image) -> None:
    left, top = (BED[0] - layer.width) // 2, (BED[1] - layer.height) // 2
    box = layer.getbbox()  # only what is drawn: an empty mask takes as long as a full one
    if box:
        sheet.paste(colour, (left + box[0], top + box[1], left + box[2], top + box[3]), layer.crop(box))


_REGION = (_PHOTO[0] - 40, _PHOTO[1] - 40, CARD[0], _PHOTO[1] + _PHOTO_SIZE[1] + 40)
"""the part of the card around the portrait"""


def _turned_region(layer: Image.Image, angle: float) -> Image.Image:
    middle = (CARD[0] / 2 - _REGION[0], CARD[1] / 2 - _REGION[1])
    return layer.rotate(angle, resample=Image.Resampling.BILINEAR, center=middle)


@cache
def _portrait_mask(angle: float) -> Image.Image:
    mask = Image.new("L", (_REGION[2] - _REGION[0], _REGION[3] - _REGION[1]))
    mask.paste(255, (40, 40, 40 + _PHOTO_SIZE[0], 40 + _PHOTO_SIZE[1]))
    return _turned_region(mask, angle)


def _lay_portrait(sheet: Image.Image, portrait: Image.Image, angle: float) -> None:
    mask = _portrait_mask(angle)
    photo = Image.new("RGB", mask.size)
    photo.paste(portrait, (40, 40))
    place = ((BED[0] - CARD[0]) // 2 + _REGION[0], (BED[1] - CARD[1]) // 2 + _REGION[1])
    sheet.paste(_turned_region(photo, angle), place, mask)


def _name_size(name: str) -> int:
    cells = sum(2 if ord(char) > 0x2E7F else 1 for char in name)
    return 35 if cells <= 16 else 25 if cells <= 24 else 18


def _write_person(draw: ImageDraw.ImageDraw, person: Person) -> None:
    born, name = person.identity.born, person.name
    size = _name_size(name.written)
    draw.text((_LEFT + 83, 80 + (35 - size) // 2 - 4), name.written, font=font(size), fill=255)
    draw.text((_LEFT + 83, 155), "女" if person.identity.sex == "F" else "男", font=font(32), fill=255)
    draw.text((_LEFT + 292, 155), name.ethnicity or "外籍", font=font(32), fill=255)
    draw.text((_LEFT + 83, 233), f"{born.year} 年 {born.month} 月 {born.day} 日", font=font(32), fill=255)
    for number, line in enumerate(wrap(person.address.full, 34)):
        draw.text((_LEFT + 83, 315 + number * 45), line, font=font(32), fill=255)
    spaced = " ".join((person.identity.id_number[:6], person.identity.id_number[6:14], person.identity.id_number[14:]))
    draw.text((_LEFT + 242, 552), spaced, font=font(42), fill=255)


def front(rng: Random, person: Person, *, age: int, expired: bool = False) -> bytes:
    """JPEG scan of the front; `expired` stamps the card as no longer valid."""
    angle = rng.choice(ANGLES)
    sheet, ink = _base("front", angle).copy(), Image.new("L", CARD)
    portrait = draw_portrait(rng, sex=person.identity.sex, age=age, is_foreign=person.name.is_foreign)
    _lay_portrait(sheet, portrait.resize(_PHOTO_SIZE, Image.Resampling.BILINEAR), angle)
    _write_person(ImageDraw.Draw(ink), person)
    _lay(sheet, _INK, turn(ink, angle))
    _lay(sheet, _RED, _mark(angle))
    if expired:
        _lay(sheet, _RED, _expired(angle))
    return jpeg(sheet)


def back(rng: Random, person: Person, *, valid_from_year: int, valid_to: str) -> bytes:
    """JPEG scan of the back; `valid_to` is a date or «长期»."""
    angle, month_day = rng.choice(ANGLES), f"{rng.randint(1, 12):02d}.{rng.randint(1, 28):02d}"
    sheet, ink = _base("back", angle).copy(), Image.new("L", CARD)
    draw = ImageDraw.Draw(ink)
    draw.text((417, 463), f"{person.address.city}公安局（演示）", font=font(33), fill=255)
    until = valid_to if valid_to == "长期" else f"{valid_to}.{month_day}"
    draw.text((417, 538), f"{valid_from_year}.{month_day} - {until}", font=font(33), fill=255)
    _lay(sheet, _INK, turn(ink, angle))
    _lay(sheet, _RED, _mark(angle))
    return jpeg(sheet)

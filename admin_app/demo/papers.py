"""Drawn scans of papers: the application form, the household book, an authority, the handed-in card."""

from functools import cache
from random import Random

from PIL import Image, ImageDraw

from admin_app.demo.drawing import Colour, font, gradient, jpeg, scanned, stamp_mark, with_grain
from admin_app.demo.people import Person
from admin_app.residents.rules import mask_id_number

PAGE = (1060, 1500)
_INK: Colour = (40, 42, 48)
_PEN: Colour = (34, 58, 140)
_LINE: Colour = (150, 156, 164)
_ASKEW_SHARE = 0.25
_LEFT, _RIGHT, _ROW = 80, 980, 84
_FORM = (
    "姓名 Name", "身份号码 ID number", "联系电话 Phone", "通讯地址 Address", "补换原因 Reason", "领取方式 Delivery",
    "申请日期 Date",
)  # fmt: skip
_HOUSEHOLD = (
    "户主 Householder", "姓名 Name", "与户主关系 Relation", "出生日期 Born", "身份号码 ID number", "住址 Address",
)  # fmt: skip
_AUTHORITY = (
    "委托人 Principal", "身份号码 ID number", "受托人 Proxy", "受托人身份号码 ID", "委托事项 Matter", "日期 Date",
)  # fmt: skip


def _table(draw: ImageDraw.ImageDraw, labels: tuple[str, ...], *, top: int) -> None:
    for number, label in enumerate(labels):
        line = top + number * _ROW
        draw.rectangle((_LEFT, line, _RIGHT, line + _ROW), outline=_LINE, width=2)
        draw.text((_LEFT + 16, line + _ROW // 2), label, font=font(24), fill=_INK, anchor="lm")
    draw.line((_LEFT + 260, top, _LEFT + 260, top + len(labels) * _ROW), fill=_LINE, width=2)


@cache
def _blank(title: str, subtitle: str, labels: tuple[str, ...], statement: str) -> Image.Image:
    page = Image.new("RGB", PAGE, (252, 251, 247))
    draw = ImageDraw.Draw(page)
    draw.text((PAGE[0] // 2, 110), title, font=font(46, bold=True), fill=_INK, anchor="mm")
    draw.text((PAGE[0] // 2, 168), subtitle, font=font(24), fill=(110, 114, 120), anchor="mm")
    _table(draw, labels, top=240)
    below = 240 + len(labels) * _ROW + 60
    draw.text((_LEFT, below), statement, font=font(26), fill=_INK)
    draw.text((_LEFT + 440, below + 150), "签名 Signature", font=font(26), fill=_INK)
    draw.line((_LEFT + 620, below + 190, _RIGHT, below + 190), fill=_LINE, width=2)
    return with_grain(page, Random(title), strength=4)


def _handwrite(page: Image.Image, rng: Random, text: str, *, left: int, middle: int, size: int = 34) -> None:
    """Pen strokes: each character a little off the line and of its own size."""
    draw = ImageDraw.Draw(page)
    for char in text:
        scale = size + rng.randint(-2, 3)
        draw.text((left, middle + rng.randint(-4, 4)), char, font=font(scale), fill=_PEN, anchor="lm")
        left += int(draw.textlength(char, font=font(scale))) + rng.randint(-1, 3)


def _scan(page: Image.Image, rng: Random) -> bytes:
    stamp_mark(page, text_size=72, angle=34)
    if rng.random() < _ASKEW_SHARE:  # turning is half of the work, and most pages go through a feeder
        page = page.rotate(rng.uniform(-0.9, 0.9), resample=Image.Resampling.BILINEAR, fillcolor=(238, 238, 236))
    return jpeg(page, quality=72, dpi=130)


def _filled(blank: Image.Image, rng: Random, values: list[str], *, signature: str) -> bytes:
    page = blank.copy()
    for number, value in enumerate(values):
        size = 34 if len(value) <= 19 else 25
        _handwrite(page, rng, value, left=_LEFT + 280, middle=240 + number * _ROW + _ROW // 2, size=size)
    below = 240 + len(values) * _ROW + 60
    _handwrite(page, rng, signature, left=_LEFT + 640, middle=below + 164, size=40)
    return _scan(page, rng)


def application_form(rng: Random, person: Person, *, reason: str, delivery: str, day: str) -> bytes:
    """The paper form, filled in by hand; texts as the resident would write them."""
    blank = _blank("社会保障卡补（换）领申请表", "Application for a replacement social security card", _FORM,
                   "本人承诺以上信息真实有效。 I declare that the above is true.")  # fmt: skip
    address = person.address
    values = [
        person.name.written,
        person.identity.id_number,
        person.phone,
        f"{address.district}{address.line}",
        reason,
        delivery,
        day,
    ]
    return _filled(blank, rng, values, signature=person.name.written)


def household_book(rng: Random, person: Person, *, guardian: Person) -> bytes:
    """The page of a household book that shows a child and the guardian."""
    blank = _blank("常住人口登记卡（演示）", "Household register page, sample", _HOUSEHOLD, "承办人签章 Registrar")
    relation = "女儿" if person.identity.sex == "F" else "儿子"
    address = f"{person.address.district}{person.address.line}"
    values = [
        guardian.name.written,
        person.name.written,
        relation,
        f"{person.identity.born:%Y-%m-%d}",
        person.identity.id_number,
        address,
    ]
    return _filled(blank, rng, values, signature="户籍民警")


def authority(rng: Random, person: Person, *, proxy: Person, day: str) -> bytes:
    """A signed authority for somebody who applies for the resident."""
    blank = _blank("授权委托书", "Letter of authority", _AUTHORITY, "委托人对受托人办理的事项均予承认。")
    values = [
        person.name.written,
        person.identity.id_number,
        proxy.name.written,
        proxy.identity.id_number,
        "代办社会保障卡补换领",
        day,
    ]
    return _filled(blank, rng, values, signature=person.name.written)


def handed_in_card(rng: Random, person: Person, *, broken: bool) -> bytes:
    """A photo of the old social security card that the resident hands in, scratched or broken."""
    card = gradient((1180, 744), (236, 246, 240), (140, 196, 178)).copy()
    draw = ImageDraw.Draw(card)
    draw.text((70, 60), "社会保障卡（演示）", font=font(56, bold=True), fill=(30, 92, 78))
    draw.text((70, 136), "SOCIAL SECURITY CARD · SAMPLE", font=font(28), fill=(58, 110, 98))
    draw.rounded_rectangle((90, 260, 270, 400), 18, fill=(216, 188, 112), outline=(160, 132, 70), width=4)
    for offset in (306, 352):
        draw.line((90, offset, 270, offset), fill=(160, 132, 70), width=3)
    draw.text((330, 280), person.name.written, font=font(_card_name_size(person)), fill=_INK)
    masked = mask_id_number(person.identity.id_number)
    draw.text((330, 352), masked, font=font(38), fill=_INK)
    _wear(draw, rng, broken=broken)
    stamp_mark(card, text_size=66)
    return jpeg(scanned(card, rng, bed=(1360, 900)), quality=75)


def _card_name_size(person: Person) -> int:
    return 46 if len(person.name.written) <= 10 else 32


def _wear(draw: ImageDraw.ImageDraw, rng: Random, *, broken: bool) -> None:
    for _scratch in range(14):
        left, top = rng.randint(40, 1100), rng.randint(40, 700)
        draw.line((left, top, left + rng.randint(-90, 90), top + rng.randint(-60, 60)), fill=(226, 238, 232), width=2)
    if broken:
        points = [(rng.randint(690, 740) + rng.randint(-16, 16), y) for y in range(0, 745, 62)]
        draw.line([(x, y) for x, y in points], fill=(70, 84, 80), width=9)
        draw.line([(x + 6, y) for x, y in points], fill=(246, 250, 248), width=3)

"""Portrait photos drawn as friendly flat faces, in the 358×441 profile of card photos; some with a typical fault."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from admin_app.demo.drawing import Colour, font, jpeg, with_grain

WIDTH, HEIGHT, DPI = 358, 441, 350
FAULTS = ("background", "too_small", "dark", "blurred")
"""what can be wrong with a portrait: coloured background, too few pixels, underexposed, out of focus"""

_SKINS = [(246, 214, 188), (240, 202, 172), (233, 190, 158), (224, 178, 144), (212, 162, 128)]
_FOREIGN_SKINS = [(250, 222, 204), (244, 208, 186), (178, 124, 92), (126, 84, 60)]
_HAIRS = [(28, 24, 24), (38, 31, 29), (52, 40, 35), (22, 22, 28)]
_FOREIGN_HAIRS = [(92, 60, 38), (150, 106, 62), (196, 156, 96), (60, 42, 34)]
_GREYS = [(120, 118, 118), (156, 154, 154), (196, 196, 198)]
_CLOTHES = [(38, 46, 66), (44, 44, 50), (60, 40, 48), (32, 58, 60), (70, 56, 44), (48, 60, 92)]
_SHIRTS = [(214, 224, 236), (196, 210, 226), (226, 214, 206), (178, 196, 190)]
_WRONG_BACKGROUNDS = [(74, 130, 200), (200, 64, 64), (168, 190, 160)]
_SCALE = 2


@dataclass(frozen=True, slots=True)
class _Look:
    skin: Colour
    hair: Colour
    clothes: Colour
    shirt: Colour
    style: int
    face: int
    glasses: bool
    brow: int
    smile: int


def _shade(colour: Colour, factor: float) -> Colour:
    red, green, blue = (min(255, int(part * factor)) for part in colour)
    return red, green, blue


def _blush(skin: Colour) -> Colour:
    return int(skin[0] * 0.86 + 32), int(skin[1] * 0.86 + 15), int(skin[2] * 0.86 + 14)


def _look(rng: Random, *, age: int, is_foreign: bool) -> _Look:
    grey = rng.random() < (age - 45) / 35
    return _Look(
        skin=rng.choice(_FOREIGN_SKINS if is_foreign else _SKINS),
        hair=rng.choice(_GREYS if grey else _FOREIGN_HAIRS if is_foreign else _HAIRS),
        clothes=rng.choice(_CLOTHES),
        shirt=rng.choice(_SHIRTS),
        style=rng.randrange(4),
        face=rng.randint(94, 108),
        glasses=rng.random() < (0.42 if age > 14 else 0.15),
        brow=rng.randint(-2, 3),
        smile=rng.randint(6, 14),
    )


class _Canvas:
    """Shapes in photo pixels on a canvas twice as large, mirrored about the middle where wanted."""

    def __init__(self, background: Colour) -> None:
        self.image = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE), background)
        self.draw = ImageDraw.Draw(self.image)

    def ellipse(self, box: tuple[float, float, float, float], colour: Colour) -> None:
        self.draw.ellipse([part * _SCALE for part in box], fill=colour)

    def both(self, offset: float, top: float, size: tuple[float, float], colour: Colour) -> None:
        """Two equal ellipses, left and right of the middle."""
        for side in (-1, 1):
            middle = WIDTH / 2 + side * offset
            self.ellipse((middle - size[0], top - size[1], middle + size[0], top + size[1]), colour)

    def polygon(self, points: Sequence[tuple[float, float]], colour: Colour) -> None:
        self.draw.polygon([(x * _SCALE, y * _SCALE) for x, y in points], fill=colour)

    def box(self, box: tuple[float, float, float, float], radius: float, colour: Colour) -> None:
        self.draw.rounded_rectangle([part * _SCALE for part in box], radius * _SCALE, fill=colour)

    def arc(self, box: tuple[float, float, float, float], span: tuple[int, int], colour: Colour, width: int) -> None:
        self.draw.arc([part * _SCALE for part in box], *span, fill=colour, width=width * _SCALE)


def _hair_behind(canvas: _Canvas, look: _Look, *, sex: str) -> None:
    if sex != "F":
        return
    if look.style in (0, 1):  # long
        canvas.box((62, 60, 296, 400), 104, look.hair)
    elif look.style == 2:  # bob
        canvas.box((66, 50, 292, 322), 100, look.hair)
    else:  # tied up: a knot at the nape shows on both sides
        canvas.both(60, 318, (34, 40), look.hair)


def _body(canvas: _Canvas, look: _Look) -> None:
    middle = WIDTH / 2
    neck = _shade(look.skin, 0.9)
    canvas.box((22, 372, 336, 520), 70, look.clothes)
    canvas.polygon([(middle - 58, 372), (middle + 58, 372), (middle, 470)], look.shirt)
    canvas.box((middle - 42, 300, middle + 42, 396), 24, neck)
    canvas.polygon([(middle - 44, 380), (middle + 44, 380), (middle, 424)], neck)
    for side in (-1, 1):
        lapel = [(middle + side * 58, 366), (middle + side * 98, 384), (middle + side * 22, 470), (middle, 470)]
        canvas.polygon(lapel, _shade(look.clothes, 0.8))


def _head(canvas: _Canvas, look: _Look) -> None:
    middle, half = WIDTH / 2, look.face
    canvas.both(half - 2, 222, (15, 27), _shade(look.skin, 0.92))
    canvas.box((middle - half, 60, middle + half, 300), half - 8, look.skin)
    canvas.ellipse((middle - half + 8, 168, middle + half - 8, 354), look.skin)
    canvas.both(56, 262, (22, 13), _blush(look.skin))


def _features(canvas: _Canvas, look: _Look, *, age: int) -> None:
    middle, dark = WIDTH / 2, _shade(look.hair, 0.8) if sum(look.hair) < 330 else (92, 88, 88)
    for side in (-1, 1):
        eye = middle + side * 42
        canvas.arc((eye - 26, 176 - look.brow, eye + 26, 206), (205, 335), dark, 5)
        canvas.ellipse((eye - 17, 205, eye + 17, 225), (252, 252, 252))
        canvas.ellipse((eye - 9, 205, eye + 9, 224), (44, 32, 28))
        canvas.ellipse((eye - 4, 208, eye + 1, 213), (245, 245, 245))
        canvas.arc((eye - 19, 202, eye + 19, 232), (200, 340), (46, 36, 34), 3)
        if age > 55:
            canvas.arc((eye - 22, 214, eye + 22, 240), (40, 140), _shade(look.skin, 0.84), 2)
    canvas.arc((middle - 15, 236, middle + 15, 270), (25, 155), _shade(look.skin, 0.76), 4)
    canvas.arc((middle - 32, 274, middle + 32, 296 + look.smile), (22, 158), (176, 84, 80), 6)
    if age > 60:
        canvas.arc((middle - 58, 250, middle - 30, 310), (120, 220), _shade(look.skin, 0.86), 2)
        canvas.arc((middle + 30, 250, middle + 58, 310), (320, 60), _shade(look.skin, 0.86), 2)


def _hair_front(canvas: _Canvas, look: _Look, *, sex: str, age: int) -> None:
    middle, half = WIDTH / 2, look.face
    if sex == "M" and age > 52 and look.style == 3:  # receding
        canvas.both(half - 4, 152, (13, 50), look.hair)
        return
    crown = [part * _SCALE for part in (middle - half - 8, 14, middle + half + 8, 230)]
    canvas.draw.pieslice(crown, 180, 360, fill=look.hair)
    fringe = 122 if sex == "M" else 130
    if look.style == 0:  # parted at the side
        canvas.ellipse((middle - 86, 92, middle + 90, 200), look.skin)
        sweep = [(middle - half - 6, 92.0), (middle + 44, 88.0), (middle - 20, 126.0), (middle - half + 3, 168.0)]
        canvas.polygon(sweep, look.hair)
    elif look.style == 1:  # high forehead
        canvas.ellipse((middle - 82, 84, middle + 82, 190), look.skin)
    elif look.style == 2:  # straight fringe
        canvas.box((middle - half - 6, 96, middle + half + 6, fringe + 26), 12, look.hair)
    else:
        canvas.ellipse((middle - 90, 100, middle + 60, 176), look.skin)
    canvas.both(half + 1, 142, (9, 42), look.hair)


def _glasses(canvas: _Canvas) -> None:
    frame = (58, 56, 62)
    middle = WIDTH / 2
    for side in (-1, 1):
        eye = middle + side * 43
        box = [part * _SCALE for part in (eye - 34, 190, eye + 34, 240)]
        canvas.draw.rounded_rectangle(box, 20 * _SCALE, outline=frame, width=3 * _SCALE)
    canvas.box((middle - 10, 208, middle + 10, 212), 2, frame)


def draw_portrait(rng: Random, *, sex: str, age: int, is_foreign: bool = False, fault: str = "") -> Image.Image:
    """A face that fits the card photo's bands (crown, eyes, face width), or one with a fault of FAULTS."""
    look = _look(rng, age=age, is_foreign=is_foreign)
    background = rng.choice(_WRONG_BACKGROUNDS) if fault == "background" else (255, 255, 255)
    canvas = _Canvas(background)
    _hair_behind(canvas, look, sex=sex)
    _body(canvas, look)
    _head(canvas, look)
    _hair_front(canvas, look, sex=sex, age=age)
    _features(canvas, look, age=age)
    if look.glasses:
        _glasses(canvas)
    photo = canvas.image.reduce(_SCALE)
    ImageDraw.Draw(photo).text((WIDTH - 6, HEIGHT - 4), "演示", font=font(15), fill=(190, 120, 120), anchor="rd")
    return _spoil(with_grain(photo, rng, strength=3), fault)


def _spoil(photo: Image.Image, fault: str) -> Image.Image:
    if fault == "too_small":
        return photo.resize((180, 222), Image.Resampling.BILINEAR)
    if fault == "dark":
        return photo.point(lambda value: value * 0.42)
    if fault == "blurred":
        return photo.filter(ImageFilter.GaussianBlur(4))
    return photo


def portrait_jpeg(rng: Random, *, sex: str, age: int, is_foreign: bool = False, fault: str = "") -> bytes:
    """The portrait as the JPEG file that a photo studio hands in."""
    return jpeg(draw_portrait(rng, sex=sex, age=age, is_foreign=is_foreign, fault=fault), quality=88, dpi=DPI)

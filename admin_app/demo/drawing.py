"""What all demo pictures share: fonts, the sample mark, paper, noise and the look of a scanner."""

from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFont

MARK = "演示样张 · 非真实证件"
"""the sample mark on every demo picture: «demo sample, not a real document»"""

_FONT_FOLDER = Path(__file__).parents[2] / "reports" / "fonts"
_SYSTEM_FONTS = (
    (Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"), 2),
    (Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"), 2),
)
_TILE = 256
Colour = tuple[int, int, int]


@cache
def _font_file(bold: bool) -> tuple[str, int]:
    """The project's own print font if it is there, else the system's; (file, index in a collection)."""
    shipped = sorted(_FONT_FOLDER.glob("*CJK*.[ot]t[fc]")) + sorted(_FONT_FOLDER.glob("*SC*.[ot]t[fc]"))
    wanted = [path for path in shipped if ("Bold" in path.name) == bold] or shipped
    if wanted:
        return str(wanted[0]), 0
    path, index = _SYSTEM_FONTS[bold]
    if not path.exists():
        raise FileNotFoundError(f"no font with Chinese characters in {_FONT_FOLDER} nor at {path}")
    return str(path), index


@cache
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The CJK font at a size in pixels."""
    path, index = _font_file(bold)
    return ImageFont.truetype(path, size, index=index, layout_engine=ImageFont.Layout.BASIC)


@cache
def _noise(strength: int) -> Image.Image:
    """One fixed grey tile of grain around 128; the same on every machine."""
    data = Random(f"grain {strength}").randbytes(_TILE * _TILE)
    return Image.frombytes("L", (_TILE, _TILE), bytes(128 + (byte % (2 * strength + 1)) - strength for byte in data))


@cache
def _noise_sheet(size: tuple[int, int], strength: int, variant: int) -> Image.Image:
    sheet = Image.new("L", size)
    tile = ImageChops.offset(_noise(strength), 61 * variant, 97 * variant)
    for left in range(0, size[0], _TILE):
        for top in range(0, size[1], _TILE):
            sheet.paste(tile, (left, top))
    return Image.merge("RGB", (sheet, sheet, sheet))


def with_grain(picture: Image.Image, rng: Random, *, strength: int = 5) -> Image.Image:
    """The picture with the grain of a sensor or of paper; bright white stays white."""
    return ImageChops.add(picture, _noise_sheet(picture.size, strength, rng.randrange(3)), scale=1, offset=-128)


@cache
def gradient(size: tuple[int, int], first: Colour, last: Colour) -> Image.Image:
    """A soft diagonal gradient; cached, so copy before drawing on it."""
    side = max(size)
    turned = Image.linear_gradient("L").rotate(-45, resample=Image.Resampling.BILINEAR, expand=True)
    ramp = turned.crop((91, 91, 271, 271)).resize((side, side), Image.Resampling.BILINEAR).resize(size)
    return Image.composite(Image.new("RGB", size, last), Image.new("RGB", size, first), ramp)


@cache
def _mark_layer(text_size: int, angle: int, alpha: int) -> Image.Image:
    left, top, right, bottom = font(text_size, bold=True).getbbox(MARK)
    layer = Image.new("L", (int(right - left) + 20, int(bottom - top) + 20), 0)
    ImageDraw.Draw(layer).text((10 - left, 10 - top), MARK, font=font(text_size, bold=True), fill=alpha)
    return layer.rotate(angle, resample=Image.Resampling.BILINEAR, expand=True)


def stamp_mark(picture: Image.Image, *, text_size: int, angle: int = 20, alpha: int = 85) -> None:
    """Write the sample mark across the picture, in place."""
    layer = _mark_layer(text_size, angle, alpha)
    place = ((picture.width - layer.width) // 2, (picture.height - layer.height) // 2)
    picture.paste((204, 60, 60), (*place, place[0] + layer.width, place[1] + layer.height), layer)


@cache
def _card_mask(size: tuple[int, int], radius: int, angle: float) -> Image.Image:
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), radius, fill=255)
    return turn(mask, angle)


@cache
def _bed(size: tuple[int, int], card: tuple[int, int], radius: int, angle: float) -> Image.Image:
    """The scanner's bed with the shadow of a card."""
    sheet = Image.new("RGB", size, (231, 234, 239))
    mask = _card_mask(card, radius, angle)
    sheet.paste((196, 201, 209), ((size[0] - mask.width) // 2 + 4, (size[1] - mask.height) // 2 + 5), mask)
    return sheet


ANGLES = (-1.5, -0.9, -0.4, 0.3, 0.8, 1.3)
"""degrees by which a card may lie askew on the scanner"""


def turn(layer: Image.Image, angle: float) -> Image.Image:
    """A layer of a card, turned as the card is."""
    return layer.rotate(angle, resample=Image.Resampling.BILINEAR, expand=True)


def scanned_at(card: Image.Image, angle: float, *, bed: tuple[int, int], radius: int = 30) -> Image.Image:
    """The card lying on a scanner's bed, turned by one of ANGLES."""
    sheet, mask = _bed(bed, card.size, radius, angle).copy(), _card_mask(card.size, radius, angle)
    turned = turn(card, angle)
    sheet.paste(turned, ((bed[0] - turned.width) // 2, (bed[1] - turned.height) // 2), mask)
    return with_grain(sheet, Random(f"grain {angle}"), strength=4)


def scanned(card: Image.Image, rng: Random, *, bed: tuple[int, int], radius: int = 30) -> Image.Image:
    """The card lying slightly askew on a scanner's bed."""
    return scanned_at(card, rng.choice(ANGLES), bed=bed, radius=radius)


def jpeg(picture: Image.Image, *, quality: int = 78, dpi: int = 200) -> bytes:
    """The picture as JPEG; the same pixels give the same bytes."""
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality, dpi=(dpi, dpi))
    return out.getvalue()


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` half-width cells (a Han character counts two), broken anywhere."""
    lines, line, cells = [], "", 0
    for char in text:
        step = 2 if ord(char) > 0x2E7F else 1
        if cells + step > width:
            lines.append(line)
            line, cells = "", 0
        line, cells = line + char, cells + step
    return [*lines, line] if line else lines

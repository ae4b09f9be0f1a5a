"""Sample files, good and bad, made by code so that nobody has to trust a binary in the repository."""

import struct
import zlib
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image, ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo

SECRET = b"SECRET-MARK-4711"
HTML = b"<html><script>alert(1)</script></html>"


def picture(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """A picture whose top left corner is dark and the rest light, so that turning shows."""
    image = Image.new("RGB", (width, height), (240, 240, 230))
    ImageDraw.Draw(image).rectangle((0, 0, width // 4, height // 4), fill=(20, 30, 160))
    return image.convert(mode)


def saved(image: Image.Image, form: str, **options) -> bytes:
    """The bytes of `image` as JPEG or PNG."""
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def jpeg(width: int = 60, height: int = 40, **options) -> bytes:
    """A small JPEG."""
    return saved(picture(width, height), "JPEG", **options)


def png(width: int = 60, height: int = 40, **options) -> bytes:
    """A small PNG."""
    return saved(picture(width, height), "PNG", **options)


def opened(data: bytes) -> Image.Image:
    """A loaded picture."""
    image = Image.open(BytesIO(data))
    image.load()
    return image


def camera_notes(orientation: int = 1) -> bytes:
    """EXIF with a position, a serial number and a way up."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = SECRET.decode()
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (39.0, 54.0, 0.0), "E", (116.0, 23.0, 0.0)
    return exif.tobytes()


def srgb_profile() -> bytes:
    """An ICC profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped_profile() -> bytes:
    """An ICC profile that calls red what everybody else calls green."""
    profile = bytearray(srgb_profile())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)


def noted_jpeg() -> bytes:
    """A JPEG with every kind of metadata and bytes after its end."""
    notes = {"exif": camera_notes(), "icc_profile": srgb_profile(), "comment": SECRET, "dpi": (350, 350)}
    return jpeg(xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>", **notes) + SECRET


def noted_png() -> bytes:
    """A PNG with every kind of metadata and bytes after its end."""
    texts = PngInfo()
    texts.add_text("Comment", SECRET.decode())
    texts.add_text("Packed", SECRET.decode() * 3, zip=True)
    texts.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    notes = {"exif": camera_notes(), "icc_profile": srgb_profile(), "dpi": (350, 350)}
    return png(pnginfo=texts, **notes) + SECRET


def png_chunks(data: bytes) -> list[bytes]:
    """The names of a PNG's chunks, in order; fails on anything after the last."""
    names, at = [], 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        names.append(data[at + 4 : at + 8])
        at += 12 + length
    return names


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header says that it is huge."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")


def jpeg_claiming(width: int, height: int) -> bytes:
    """A small JPEG whose header says that it is huge."""
    data = jpeg()
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def one_bit_png(side: int) -> bytes:
    """A white square that takes a few kilobytes as a file."""
    return saved(Image.new("1", (side, side), 1), "PNG", optimize=True)


def pdf(pages: int = 1, text: str = "Loss report", **options) -> bytes:
    """A PDF with a line of text on each page."""
    with Pdf.new() as document:
        for _ in range(pages):
            add_page(document, text)
        return written(document, **options)


def add_page(document: Pdf, text: str = "Loss report") -> pikepdf.Page:
    """One A5 page with a line of text, whose font has a name that is also a key of the standard."""
    page = document.add_blank_page(page_size=(420, 595))
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.obj.Resources = Dictionary(Font=Dictionary({"/AA": document.make_indirect(font)}))
    page.obj.Contents = Stream(document, b"BT /AA 40 Tf 40 300 Td (" + text.encode() + b") Tj ET")
    return page


def written(document: Pdf, **options) -> bytes:
    """The bytes of a PDF."""
    out = BytesIO()
    document.save(out, **options)
    return out.getvalue()


def script(document: Pdf) -> pikepdf.Object:
    """An action that runs JavaScript."""
    return document.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert('" + SECRET.decode() + "')")))


def busy_pdf() -> bytes:
    """A PDF with all that a paper does not have: scripts, actions, attachments, media, forms, metadata."""
    with Pdf.new() as document:
        page = add_page(document)
        run = script(document)
        document.Root.OpenAction = run
        document.Root.AA = Dictionary(WC=run)
        document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("boot"), run])))
        document.attachments["notes.txt"] = SECRET
        document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Stream(document, b"<xdp>" + SECRET + b"</xdp>"))
        page.obj.AA = Dictionary(O=run)
        page.obj.PieceInfo = Dictionary(App=Dictionary(Private=String(SECRET)))
        page.obj.Metadata = Stream(document, SECRET)
        page.obj.Annots = Array([_note(document, **kind) for kind in _notes(document, run)])
        document.docinfo["/Author"] = String(SECRET.decode())
        with document.open_metadata() as metadata:
            metadata["dc:creator"] = [SECRET.decode()]
        return written(document, compress_streams=False) + b"PK\x03\x04" + SECRET


def _notes(document: Pdf, run: pikepdf.Object) -> list[dict]:
    launch = Dictionary(S=Name.Launch, F=String("calc.exe " + SECRET.decode()))
    link = Dictionary(S=Name.URI, URI=String("https://example.org/" + SECRET.decode()))
    media = Dictionary(Assets=Stream(document, SECRET))
    return [
        {"Subtype": Name.Link, "A": run},
        {"Subtype": Name.Link, "A": launch},
        {"Subtype": Name.Link, "A": link},
        {"Subtype": Name.RichMedia, "RichMediaContent": media},
        {"Subtype": Name.FileAttachment, "FS": Dictionary(EF=Dictionary(F=Stream(document, SECRET)))},
    ]


def _note(document: Pdf, **entries) -> pikepdf.Object:
    return document.make_indirect(Dictionary(Type=Name.Annot, Rect=Array([0, 0, 50, 50]), **entries))


def pdf_of_jpeg(data: bytes, *more_filters: Name, packed: bytes | None = None) -> bytes:
    """A page that is one JPEG, stored as it came from the camera (inside `more_filters` if given)."""
    image = opened(data)
    with Pdf.new() as document:
        page = document.add_blank_page(page_size=(image.width * 4, image.height * 4))
        stream = Stream(document, b"")
        stream.write(packed or data, filter=Array([*more_filters, Name.DCTDecode]))
        stream.Type, stream.Subtype = Name.XObject, Name.Image
        stream.Width, stream.Height = image.width, image.height
        stream.ColorSpace, stream.BitsPerComponent = Name.DeviceRGB, 8
        page.obj.Resources = Dictionary(XObject=Dictionary(Im0=stream))
        page.obj.Contents = Stream(document, f"{image.width * 4} 0 0 {image.height * 4} 0 0 cm /Im0 Do".encode())
        return written(document)


def locked_pdf(password: str = "1234") -> bytes:
    """A PDF that asks for a password (or, with an empty one, only forbids things)."""
    return pdf(encryption=pikepdf.Encryption(owner="owner", user=password))


def typed_form() -> bytes:
    """A form whose field holds a typed text that nothing but the field's value says (no appearance)."""
    with Pdf.new() as document:
        page = add_page(document, text="")
        font = document.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("name"), V=String("TYPED"), F=4)
        field.Rect, field.DA = Array([40, 280, 240, 320]), String("/Helv 24 Tf 0 g")
        widget = document.make_indirect(field)
        page.obj.Annots = Array([widget])
        fonts = Dictionary(Font=Dictionary(Helv=font))
        document.Root.AcroForm = Dictionary(Fields=Array([widget]), NeedAppearances=True, DR=fonts, DA=field.DA)
        return written(document)


def filled_form() -> bytes:
    """A PDF with a black stamp that exists only as an annotation with an appearance."""
    with Pdf.new() as document:
        page = add_page(document)
        look = Stream(document, b"0 0 0 rg 0 0 100 100 re f")
        look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 100, 100])
        stamp = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, F=4, Rect=Array([200, 20, 300, 120]))
        stamp.AP = Dictionary(N=look)
        page.obj.Annots = Array([document.make_indirect(stamp)])
        return written(document)

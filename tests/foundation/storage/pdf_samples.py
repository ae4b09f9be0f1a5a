"""PDFs that are more, or otherwise put together, than a page with all that draws it."""

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from tests.foundation.storage import samples

TRAITS = {
    Name.Resources: None,
    Name.MediaBox: Array([0, 0, 300, 200]),
    Name.CropBox: Array([50, 40, 250, 160]),
    Name.Rotate: 90,
}
"""What a page may leave to the tree above it, with values that show; the resources are those of `with_form`."""


def with_form(*, above: tuple[Name, ...] = (), is_form: bool = True, deep: bool = False, **options) -> bytes:
    """A page of a red picture, text and a filled field, whose entries `above` stand on the page tree only (`deep`: two nodes up)."""
    with Pdf.new() as document:
        page = document.add_blank_page(page_size=(300, 200)).obj
        page.Resources, page.Contents = (
            _resources(document),
            Stream(document, b"q 120 0 0 80 60 60 cm /Im Do Q BT /F 20 Tf 60 50 Td (PROOF) Tj ET"),
        )
        for key, value in TRAITS.items():
            page[key] = page[key] if value is None else value
        if is_form:
            _add_field(document, page)
        tree = _put_between(document, page) if deep else document.Root.Pages
        for key in above:
            tree[key] = page[key]
            del page[key]
        return samples.written(document, **options)


def _resources(document: Pdf) -> Dictionary:
    picture = Stream(document, b"\xff\0\0")
    picture.Type, picture.Subtype, picture.Width, picture.Height = Name.XObject, Name.Image, 1, 1
    picture.ColorSpace, picture.BitsPerComponent = Name.DeviceRGB, 8
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    return Dictionary(XObject=Dictionary(Im=picture), Font=Dictionary(F=document.make_indirect(font)))


def _add_field(document: Pdf, page: pikepdf.Object) -> None:
    look = Stream(document, b"0 0 1 rg 0 0 40 20 re f")
    look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 40, 20])
    field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("name"), V=String("x"), F=4, AP=Dictionary(N=look))
    field.Rect = Array([190, 60, 230, 80])
    widget = document.make_indirect(field)
    page.Annots = Array([widget])
    document.Root.AcroForm = Dictionary(Fields=Array([widget]))


def _put_between(document: Pdf, page: pikepdf.Object) -> pikepdf.Object:
    """A new node of the tree, two above the page."""
    root = document.Root.Pages
    inner = document.make_indirect(Dictionary(Type=Name.Pages, Kids=Array([page]), Count=1))
    outer = document.make_indirect(Dictionary(Type=Name.Pages, Kids=Array([inner]), Count=1, Parent=root))
    inner.Parent, page.Parent, root.Kids = outer, inner, Array([outer])
    return outer


def xfa_form(
    settings: bytes = b"", *, fields: int = 0, signature: bool = False, needs_rendering: bool = False, one_stream: bool = False
) -> bytes:
    """A form of XFA with so many fields on its page; `settings` is the inside of its configuration."""
    packets = {"config": b"<config>" + settings + b"</config>", "template": b"<template><subform name='a'/></template>"}
    with Pdf.new() as document:
        page = samples.add_page(document, "Please wait...").obj
        names = [Name.Sig] * signature + [Name.Tx] * fields
        common = {"/Type": Name.Annot, "/Subtype": Name.Widget, "/T": String("a"), "/Rect": Array([0, 0, 9, 9])}
        widgets = Array([document.make_indirect(Dictionary(common | {"/FT": kind})) for kind in names])
        page.Annots = widgets
        parts = Array([part for name, body in packets.items() for part in (String(name), Stream(document, body))])
        whole = Stream(document, b"<xdp>" + b"".join(packets.values()) + b"</xdp>")
        document.Root.AcroForm = Dictionary(Fields=widgets, XFA=whole if one_stream else parts)
        if needs_rendering:
            document.Root.NeedsRendering = True
        return samples.written(document)


def portfolio() -> bytes:
    """A cover page around another file."""
    with Pdf.new() as document:
        samples.add_page(document, "Open this portfolio in another reader")
        document.attachments["paper.pdf"] = samples.pdf()
        document.Root.Collection = Dictionary(Type=Name.Collection, View=Name.D)
        return samples.written(document)


def with_note(kind: Name, *, flags: int = 4, has_look: bool = False) -> bytes:
    """A page with a note of that kind, without a drawing of its own unless it `has_look`."""
    with Pdf.new() as document:
        page = samples.add_page(document).obj
        note = Dictionary(Type=Name.Annot, Subtype=kind, Rect=Array([50, 50, 250, 250]), F=flags, Contents=String("x"))
        note.L, note.Vertices, note.C = Array([50, 50, 250, 250]), Array([50, 50, 250, 250, 50, 250]), Array([1, 0, 0])
        if has_look:
            look = {"/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": Array([0, 0, 200, 200])}
            note.AP = Dictionary(N=Stream(document, b"0 0 m 200 200 l S", Dictionary(look)))
        page.Annots = Array([document.make_indirect(note)])
        return samples.written(document)


def doubling_form(levels: int) -> bytes:
    """A form of a few objects whose tree of fields leads to 2 to the power of `levels` of them."""
    with Pdf.new() as document:
        samples.add_page(document)
        field = document.make_indirect(Dictionary(FT=Name.Tx, T=String("a")))
        for _ in range(levels):
            field = document.make_indirect(Dictionary(Kids=Array([field, field])))
        document.Root.AcroForm = Dictionary(Fields=Array([field]))
        return samples.written(document)


def for_certificates() -> bytes:
    """A PDF locked for the holders of certificates: no password opens it."""
    with Pdf.new() as document:
        samples.add_page(document)
        document.trailer.Encrypt = Dictionary(Filter=Name("/Adobe.PubSec"), SubFilter=Name("/adbe.pkcs7.s5"), V=4, R=4, Length=128)
        document.trailer.ID = Array([String("a"), String("a")])
        data = samples.written(document)
    return data.replace(b"/ID", b"/Encrypt <</Filter /Adobe.PubSec /V 4 /R 4 /Length 128 >> /ID", 1)

"""PDFs about which a person must decide: a page that looks other as it is kept, files inside."""

from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from tests.foundation.storage import samples


def with_layer(*, is_on: bool = False, pages: int = 1, only: int | None = None) -> bytes:
    """Pages whose black square lies on a layer that is shown or hidden (`only`: on that page alone, from 1)."""
    with Pdf.new() as document:
        layer = document.make_indirect(Dictionary(Type=Name.OCG, Name=String("square")))
        for number in range(1, pages + 1):
            page = samples.add_page(document).obj
            if only not in (None, number):
                continue
            page.Resources.Properties = Dictionary(Layer=layer)
            page.Contents = Stream(document, b"/OC /Layer BDC 0 g 50 50 200 200 re f EMC")
        document.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([] if is_on else [layer])))
        return samples.written(document)


def with_all() -> bytes:
    """A page that differs, and a file inside."""
    with pikepdf.open(BytesIO(with_layer())) as document:
        document.attachments["invoice.xml"] = b"<invoice/>"
        return samples.written(document)


def with_files_inside(*names: str, pages: int = 1) -> bytes:
    """A PDF that carries other files beside its pages."""
    with pikepdf.open(BytesIO(samples.pdf(pages))) as document:
        for name in names:
            document.attachments[name] = b"<invoice/>" + name.encode()
        return samples.written(document)


def with_files_elsewhere() -> bytes:
    """A PDF whose files hang on the document, on a page and on a note, and not in its list of attachments."""

    def named(document: Pdf, name: str) -> pikepdf.Object:
        return document.make_indirect(Dictionary(Type=Name.Filespec, F=String(name), EF=Dictionary(F=Stream(document, name.encode()))))

    with Pdf.new() as document:
        page = samples.add_page(document).obj
        document.Root.AF = Array([named(document, "document.xml")])
        page.AF = Array([named(document, "page.xml")])
        note = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]), FS=named(document, "note.xml"))
        page.Annots = Array([document.make_indirect(note)])
        return samples.written(document)

"""QR codes as drawings, for documents that are HTML."""

import io

import segno


def qr_code(content: str) -> bytes:
    """Return `content` as a QR code (error correction M, quiet zone of four modules) in SVG without a size of its own."""
    drawing = io.BytesIO()
    segno.make(content, error="m", micro=False).save(drawing, kind="svg", border=4, omitsize=True, xmldecl=False)
    return drawing.getvalue()
